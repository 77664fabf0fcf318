"""The statement that a person agrees to before the first photo: in plain words, and by version.

A changed word is a new version: rows keep the version and the hash of the very text, in the language that was read.
"""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext, ngettext, override

from albumsite.statements import Statement

VERSION = "2026-11-28"
PORTRAITS_SINCE = "2026-11-28"
"""The first version that lets portraits be kept when the photos go."""


def keeps_portraits(version: str) -> bool:
    """Whether whoever agreed to this version agreed to that as well. Versions are dates, from the year on."""
    return version >= PORTRAITS_SINCE


def statement(language: str) -> Statement:
    """In one of the site's languages."""
    with override(language):
        return Statement(
            title=gettext("These photos show me, or a person who has given me permission to use them here."),
            points=(
                gettext(
                    "We store the photos without their place and camera data, numbers that tell one face from another, "
                    "and a small model that has learnt this face. They serve your own covers and nothing else: they are "
                    "never shown to others, sold, or mixed into anybody else's model."
                ),
                gettext(
                    "From up to %(portraits)d of the photos we make portraits without colour, of head and shoulders with what is "
                    "around them, and cut-outs of the person. They stay with the face until you delete it, so that covers can be "
                    "drawn when the photos are gone."
                )
                % {"portraits": settings.FACE_PORTRAITS_MAX},
                _kept_for(),
                gettext(
                    "You can withdraw at any time with “Delete this face”: everything of it is deleted, also while it is "
                    "being learnt. We keep only a note that this permission was given and withdrawn."
                ),
            ),
        )


def _kept_for() -> str:
    """Two sentences: each has a number of its own."""
    days, unused = settings.FACE_PHOTO_DAYS, settings.FACE_UNUSED_DAYS
    photos = ngettext(
        "Photos and numbers are deleted automatically %(days)d day after the face is trained.",
        "Photos and numbers are deleted automatically %(days)d days after the face is trained.",
        days,
    )
    model = ngettext(
        "The model and the portraits are deleted when the face has not been used for %(days)d day.",
        "The model and the portraits are deleted when the face has not been used for %(days)d days.",
        unused,
    )
    return f"{photos % {'days': days}} {model % {'days': unused}}"
