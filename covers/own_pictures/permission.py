"""What a person agrees to before covers are made of their picture: in plain words, and by version.

A changed word is a new version: rows keep the version and the hash of the very text, in the language that was read.
"""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext, ngettext, override

from albumsite.statements import Statement

VERSION = "2026-11-29"


def statement(language: str) -> Statement:
    """In one of the site's languages."""
    with override(language):
        return Statement(
            title=gettext("I may use this picture, and everybody who can be recognised in it agrees."),
            points=(
                gettext(
                    "We store it without its place and camera data. It serves your own covers and nothing else: no model "
                    "learns from it, and nobody else sees it, but as a cover that you hang on the wall."
                ),
                _kept_for(),
            ),
        )


def _kept_for() -> str:
    days = settings.UNUSED_PICTURE_DAYS
    text = ngettext(
        "You can delete it on the page of its covers at any time; it goes with them, and unused after %(days)d day.",
        "You can delete it on the page of its covers at any time; it goes with them, and unused after %(days)d days.",
        days,
    )
    return text % {"days": days}
