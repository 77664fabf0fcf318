"""Imported albums, what may be done with each picture, and the imports they came with."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.staff import ReadOnly
from albumsite.admin_lists import BigList, MadeSince
from covers.admin.private_things import as_text
from covers.admin.stored_pictures import WithPictures
from covers.albums import album_removal
from covers.models import Album, AlbumImport
from covers.models.albums import AlbumQuerySet


class HasPicture(admin.SimpleListFilter):
    title = _("picture")
    parameter_name = "picture"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("here", _("is here")), ("address", _("address only")), ("refused", _("refused"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "here":
            return queryset.exclude(sha256="")
        if self.value() == "refused":
            return queryset.exclude(refusal="")
        return queryset.filter(sha256="") if self.value() == "address" else queryset


@admin.register(Album)
class AlbumAdmin(WithPictures, ReadOnly, BigList):
    list_display = ("picture", "title", "artist", "album", "genre", "allowed_use", "source", "licence", "created_at")
    list_display_links = ("title",)
    list_filter = ("allowed_use", HasPicture, "genre", ("imported_by", admin.RelatedFieldListFilter), MadeSince)
    searched: ClassVar = {"": ("title", "artist", "album", "source", "licence")}
    search_help_text = _("A title, an artist, an album, a source, a licence, or the whole SHA-256 of a picture.")
    ordering = ("-id",)
    actions = ("withdraw",)
    fieldsets = (
        (None, {"fields": ("large_picture", "title", "artist", "album", "released_on", "genre", "lyrics")}),
        (_("Rights"), {"fields": ("allowed_use", "source", "licence", "licence_url", "fetched_at")}),
        (
            _("File"),
            {"fields": ("image_url", "refusal", "width", "height", "sha256", "original_sha256", "storage_key")},
        ),
        (_("Import"), {"fields": ("imported_by", "row_number", "created_at")}),
    )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = search_term.strip().lower()
        if re.fullmatch("[0-9a-f]{64}", term):
            return queryset.filter(Q(sha256=term) | Q(original_sha256=term)), False
        return super().get_search_results(request, queryset, search_term)

    def key_of(self, row: Album, name: str) -> str | None:
        return row.storage_key or None

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("covers.delete_album"))

    def has_withdraw_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("covers.change_album"))

    def delete_model(self, request: HttpRequest, obj: Album) -> None:
        album_removal.delete_albums(albums=Album.objects.filter(pk=obj.pk))

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        album_removal.delete_albums(albums=queryset)

    @admin.action(description=_("Allow no learning from these"), permissions=["withdraw"])
    def withdraw(self, request: HttpRequest, queryset: AlbumQuerySet) -> None:
        changed = album_removal.withdraw_training(albums=queryset)
        for album in changed:
            self.log_change(request, album, "Learning withdrawn")
        text = ngettext(
            "%(count)d album will not be learnt from any more.", "%(count)d albums will not be learnt from any more.", len(changed)
        )  # fmt: skip
        self.message_user(request, text % {"count": len(changed)}, messages.SUCCESS if changed else messages.INFO)

    @admin.display(description=_("picture"))
    def picture(self, album: Album) -> SafeString | str:
        return _shown(album, 64)

    @admin.display(description=_("picture"))
    def large_picture(self, album: Album) -> SafeString | str:
        return _shown(album, 640)


def _shown(album: Album, side: int) -> SafeString | str:
    if not album.storage_key or not album.width or not album.height:
        return "–"
    scale = side / max(album.width, album.height)
    src = reverse("admin:covers_album_image", args=[album.pk, "picture"])
    size = (max(1, round(album.width * scale)), max(1, round(album.height * scale)))
    return format_html('<img src="{}" width="{}" height="{}" alt="{}" loading="lazy">', src, *size, str(album))


@admin.register(AlbumImport)
class AlbumImportAdmin(ReadOnly):
    list_display = ("name", "rows_read", "stored", "started_at", "finished_at")
    search_fields = ("name",)
    ordering = ("-id",)
    fields = ("name", "rows_read", "position", "counts_text", "started_at", "finished_at")

    @admin.display(description=_("stored"))
    def stored(self, row: AlbumImport) -> int:
        return int(row.counts.get("stored", 0))

    @admin.display(description=_("counts"))
    def counts_text(self, row: AlbumImport) -> SafeString | str:
        return as_text(dict(sorted(row.counts.items())))
