"""Covers on the wall and reported ones, with their pictures: hidden, restored, and looked at for a reason."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.http import member_of
from accounts.staff import ChangedByActions
from albumsite.admin_lists import MadeSince
from albumsite.media.encoding import DERIVATIVES
from covers.admin.cover_requests import REQUEST_TEXTS, OfRequestEngine
from covers.admin.private_things import OfPrivateThings, stored_text, thumbnail
from covers.admin.stored_pictures import WithPictures
from covers.models import Cover, Visibility
from covers.services import moderation
from covers.services.publishing import hide_cover, restore_cover


@admin.register(Cover)
class CoverAdmin(WithPictures, ChangedByActions, OfPrivateThings):
    """Covers on the wall, reported or hidden ones, and those of requests that were opened for a reason."""

    member_path = "request__owner"
    list_display = ("picture", "title", "artist", "visibility", "stars", "rating_count", "engine", "created_at")
    list_display_links = ("title",)
    list_filter = ("visibility", "request__genre", OfRequestEngine, MadeSince)
    searched: ClassVar = {"request": REQUEST_TEXTS}
    search_help_text = _("A title, an artist, an album or a number.")
    list_select_related = ("request",)
    ordering = ("-id",)
    actions = ("hide", "restore")
    change_form_template = "admin/covers/cover/change_form.html"
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "large_picture",
                    "title",
                    "artist",
                    "visibility",
                    "own_picture",
                    "stars",
                    "rating_count",
                    "created_at",
                )
            },
        ),
        (
            _("Made from"),
            {"fields": ("made_from", "weekly_model", "seed", "prompt", "negative_prompt", "parameters_text")},
        ),
        (_("File"), {"fields": ("width", "height", "sha256", "storage_prefix", "alt_text", "alt_text_ko", "seen_by")}),
    )

    def key_of(self, row: Cover, name: str) -> str | None:
        return f"{row.storage_prefix}/{name}" if name in DERIVATIVES else None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Cover]:
        """What was opened is reached from its request; the list, which may be long, shows what all of the staff may see."""
        is_list = request.resolver_match is not None and request.resolver_match.url_name == "covers_cover_changelist"
        seen = (
            moderation.listed_covers() if is_list and not request.POST else moderation.seen_covers(member_of(request))
        )
        return super().get_queryset(request).filter(seen)

    def view_on_site(self, cover: Cover) -> str | None:
        return cover.get_absolute_url() if cover.is_public else None

    def has_delete_permission(self, request: HttpRequest, obj: Cover | None = None) -> bool:
        return False  # it would leave the files behind; hiding takes a cover away from everybody

    def response_change(self, request: HttpRequest, obj: Cover) -> HttpResponse:
        if "_hide" in request.POST:
            self.hide(request, Cover.objects.filter(pk=obj.pk))
        elif "_restore" in request.POST:
            self.restore(request, Cover.objects.filter(pk=obj.pk))
        return redirect(request.get_full_path())

    @admin.action(description=_("Hide selected covers"), permissions=["change"])
    def hide(self, request: HttpRequest, queryset: QuerySet[Cover]) -> None:
        covers = queryset.exclude(visibility=Visibility.HIDDEN).select_related("request")
        done = self._each(request, covers, hide_cover, "Hidden")
        text = ngettext("%(count)d cover is hidden now.", "%(count)d covers are hidden now.", done)
        self.message_user(request, text % {"count": done}, messages.SUCCESS if done else messages.INFO)

    @admin.action(description=_("Restore selected covers"), permissions=["change"])
    def restore(self, request: HttpRequest, queryset: QuerySet[Cover]) -> None:
        covers = queryset.filter(visibility=Visibility.HIDDEN).select_related("request")
        done = self._each(request, covers, restore_cover, "Restored")
        text = ngettext("%(count)d cover is back.", "%(count)d covers are back.", done)
        self.message_user(request, text % {"count": done}, messages.SUCCESS if done else messages.INFO)

    def _each(self, request: HttpRequest, covers: Iterable[Cover], service: Any, message: str) -> int:
        done = 0
        for cover in covers:
            service(cover=cover)
            moderation.close_reports(cover=cover, answer="hidden" if service is hide_cover else "kept")
            self.log_change(request, cover, message)
            done += 1
        return done

    @admin.display(description=_("picture"))
    def picture(self, cover: Cover) -> SafeString | str:
        return thumbnail(cover)

    @admin.display(description=_("made of an own picture"), boolean=True)
    def own_picture(self, cover: Cover) -> bool:
        return cover.request.is_of_picture(cover.position)

    @admin.display(description=_("picture"))
    def large_picture(self, cover: Cover) -> SafeString | str:
        return thumbnail(cover, 640)

    @admin.display(description=_("title"), ordering="request__title")
    def title(self, cover: Cover) -> str:
        return cover.title

    @admin.display(description=_("artist"), ordering="request__artist")
    def artist(self, cover: Cover) -> str:
        return cover.artist

    @admin.display(description=_("engine"), ordering="request__engine")
    def engine(self, cover: Cover) -> str:
        return cover.request.engine

    @admin.display(description=_("stars"), ordering="rating_score")
    def stars(self, cover: Cover) -> str:
        return "–" if cover.average_stars is None else f"{cover.average_stars:.1f}"

    @admin.display(description=_("request"))
    def made_from(self, cover: Cover) -> SafeString:
        url = reverse("admin:covers_coverrequest_change", args=[cover.request_id])
        return format_html('<a href="{}">{}</a>', url, cover.request)

    @admin.display(description=_("weekly model"))
    def weekly_model(self, cover: Cover) -> str:
        return str(cover.request.learned_version or _("the base model alone"))

    @admin.display(description=_("models that saw it"))
    def seen_by(self, cover: Cover) -> SafeString | str:
        from covers.admin.datasets import links_to  # that module imports this one
        from covers.datasets import models_that_saw

        return links_to(models_that_saw(source_pks=[cover.pk]))

    parameters_text = stored_text(_("parameters"), "parameters")
