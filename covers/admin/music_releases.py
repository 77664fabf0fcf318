"""Singles, EPs and albums: that there are such, of whom, and how many songs; no word and no picture of them."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.staff import ReadOnly
from albumsite.admin_lists import MadeSince
from covers.admin.private_things import OfPrivateThings, owner_name
from covers.models import MusicRelease


@admin.register(MusicRelease)
class MusicReleaseAdmin(ReadOnly, OfPrivateThings):
    secret = OfPrivateThings.secret | {"name", "look", "songs"}
    member_path = "owner"
    has_words = False
    list_display = ("number", "kind", "made_by", "songs", "created_at")
    list_display_links = ("number",)
    list_filter = ("kind", MadeSince)
    search_help_text = _("A number; a member's whole e-mail address or number.")
    list_select_related = ("owner",)
    ordering = ("-id",)
    fields = list_display

    def get_queryset(self, request: HttpRequest) -> QuerySet[MusicRelease]:
        return super().get_queryset(request).annotate(song_count=Count("songs"))

    @admin.display(description=_("release"))
    def number(self, row: MusicRelease) -> str:
        return str(row)

    @admin.display(description=_("owner"))
    def made_by(self, row: MusicRelease) -> str:
        return owner_name(row)

    @admin.display(description=_("songs"))
    def songs(self, row: MusicRelease) -> int:
        return int(row.song_count)  # type: ignore[attr-defined]
