"""What every page about things of people has in common: small pictures, the owner's name, and no search by what they typed."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.models import display_name
from accounts.staff import MemberSearch
from covers.models import Cover, CoverRequest, MusicRelease, Refusal, Review


def thumbnail(cover: Cover | None, side: int = 64) -> SafeString | str:
    """The picture through the admin's own address, which asks whether this one of the staff may see it."""
    if cover is None:
        return "–"
    name = "160.webp" if side <= 160 else "640.webp"
    src = reverse("admin:covers_cover_image", args=[cover.pk, name])
    tag = '<img src="{}" width="{}" height="{}" alt="{}" loading="lazy">'
    return format_html(tag, src, side, side, cover.alt_text or str(cover))


def owner_name(row: CoverRequest | MusicRelease | Review | Refusal) -> str:
    return display_name(row.owner) if row.owner else str(_("Visitor"))


def as_text(value: object) -> SafeString | str:
    """Stored JSON, readable."""
    return format_html("<pre>{}</pre>", json.dumps(value, ensure_ascii=False, indent=2)) if value else "–"


def stored_text(title: Any, column: str) -> Callable[[Any, Any], SafeString | str]:
    """A field of a page: what a column stores as JSON, readable."""

    @admin.display(description=title)
    def text(_admin: Any, row: Any) -> SafeString | str:
        return as_text(getattr(row, column))

    return text


class OfPrivateThings(MemberSearch):
    """Nothing that people typed can be spelt out through the address of a page: `?lyrics__startswith=a`."""

    secret = frozenset({"title", "artist", "album", "lyrics", "brief", "prompt", "negative_prompt", "parameters", "layout",
                        "alt_text", "alt_text_ko", "comment", "subject", "arms", "caption"})  # fmt: skip

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return not self.secret & set(lookup.split("__")) and super().lookup_allowed(lookup, value, request)
