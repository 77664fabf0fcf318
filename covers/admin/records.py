"""Requests, covers, reviews and release files, for staff; moderators hide and restore covers here."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Exists, OuterRef, Prefetch, Q, QuerySet, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User, display_name
from accounts.staff import ChangedByActions, MemberSearch, ReadOnly
from albumsite.admin_lists import KnownValues, MadeSince
from albumsite.media.encoding import DERIVATIVES
from albumsite.media.private_files import private_file
from covers.engine import ENGINES
from covers.errors import failure_text
from covers.models import Cover, CoverRequest, ReleaseFile, Review, StaffLook, Stage, Visibility
from covers.services import moderation
from covers.services.publishing import hide_cover, restore_cover

REQUEST_TEXTS = ("title", "artist", "album")


class OfStage(KnownValues):
    title, parameter_name, column = _("stage"), "stage", "stage"
    values = dict(Stage.choices)


class OfEngine(KnownValues):
    title, parameter_name, column = _("engine"), "engine", "engine"
    values = {name: name for name in ENGINES}


class OfRequestEngine(OfEngine):
    column = "request__engine"


class WrittenBy(KnownValues):
    title, parameter_name, column = _("written by"), "written_by", "written_by"
    values = {"rules": _("the built-in rules"), "openai": _("a language model")}


class OfStars(KnownValues):
    title, parameter_name, column = _("stars"), "half_stars", "half_stars"
    values = {str(half): f"{half / 2:g} ★" for half in range(10, 0, -1)}


def thumbnail(cover: Cover | None, side: int = 64) -> SafeString | str:
    """The picture through the admin's own address, which asks whether this one of the staff may see it."""
    if cover is None:
        return "–"
    name = "160.webp" if side <= 160 else "640.webp"
    src = reverse("admin:covers_cover_image", args=[cover.pk, name])
    tag = '<img src="{}" width="{}" height="{}" alt="{}" loading="lazy">'
    return format_html(tag, src, side, side, cover.alt_text or str(cover))


def owner_name(row: CoverRequest | Review) -> str:
    return display_name(row.owner) if row.owner else str(_("Visitor"))


def as_text(value: object) -> SafeString | str:
    """Stored JSON, readable."""
    return format_html("<pre>{}</pre>", json.dumps(value, ensure_ascii=False, indent=2)) if value else "–"


PRIVATE = _("private")
"""In the place of what somebody typed or had drawn, where this one of the staff has not opened it."""


class OfPrivateThings(MemberSearch):
    """Nothing that people typed can be spelt out through the address of a page: `?lyrics__startswith=a`."""

    secret = frozenset({"title", "artist", "album", "lyrics", "brief", "prompt", "negative_prompt", "parameters", "layout",
                        "alt_text", "alt_text_ko", "comment", "subject", "arms", "caption"})  # fmt: skip

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return not self.secret & set(lookup.split("__")) and super().lookup_allowed(lookup, value, request)


@admin.register(CoverRequest)
class CoverRequestAdmin(ReadOnly, OfPrivateThings):
    """What is in the queue is everybody's of the staff to see; what was typed only where it is public, or opened for a reason."""

    list_display = ("picture", "song", "by", "genre", "who", "state", "stage", "reason", "engine", "created_at")
    list_display_links = ("song",)
    list_filter = ("state", OfStage, "genre", OfEngine, WrittenBy, MadeSince)
    searched: ClassVar = {"": REQUEST_TEXTS}
    search_help_text = _("A title, an artist, an album or a number; a member's whole e-mail address or number.")
    list_select_related = ("owner",)
    ordering = ("-id",)
    view_on_site = False
    change_form_template = "admin/covers/coverrequest/change_form.html"
    inside: ClassVar[tuple[Any, ...]] = (
        (_("Song"), {"fields": ("title", "artist", "album", "genre", "lyrics", "who")}),
        (_("Covers"), {"fields": ("pictures", "count", "with_lettering", "style")}),
        (_("Brief"), {"fields": ("brief_text", "written_by")}),
    )
    outside: ClassVar[tuple[Any, ...]] = ((_("Song"), {"fields": ("song", "by", "genre", "who", "pictures", "count")}),)
    facts: ClassVar[tuple[Any, ...]] = (
        (_("State"), {"fields": ("state", "stage", "attempt", "reason", "failure", "cancel_requested")}),
        (_("Times"), {"fields": ("created_at", "queued_at", "started_at", "draw_started_at", "finished_at")}),
        (
            _("Drawing"),
            {
                "classes": ("collapse",),
                "fields": (
                    "engine",
                    "learned_version",
                    "trial",
                    "seed",
                    "width",
                    "height",
                    "num_inference_steps",
                    "guidance_scale",
                    "scheduler",
                ),
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[CoverRequest]:
        """With the covers that this one of the staff may see, and whether they have opened the whole request."""
        staff: User = request.user  # type: ignore[assignment]
        seen = Cover.objects.filter(moderation.seen_covers(staff)).order_by("position")
        covers = seen.only("request_id", "position", "alt_text", "visibility")
        opened = Q(pk__in=moderation.opened_by(staff), is_draft=False)
        rows = super().get_queryset(request).annotate(is_opened=Case(When(opened, then=True), default=False))
        return rows.prefetch_related(Prefetch("covers", covers, to_attr="seen"))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[CoverRequest], search_term: str
    ) -> tuple[QuerySet[CoverRequest], bool]:
        """Words find only what may be read; numbers and members find everything."""
        found, is_doubled = super().get_search_results(request, queryset, search_term)
        if not self.is_by_words(search_term):
            return found, is_doubled
        seen = Cover.objects.filter(moderation.seen_covers(request.user), request=OuterRef("pk"))  # type: ignore[arg-type]
        return found.filter(Exists(seen) | Q(is_opened=True)), is_doubled

    def get_fieldsets(self, request: HttpRequest, obj: CoverRequest | None = None) -> Any:
        return (*(self.inside if obj is not None and _is_opened(obj) else self.outside), *self.facts)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.look)
        return [path("<uuid:pk>/look/", view, name="covers_coverrequest_look"), *super().get_urls()]

    @method_decorator(require_POST)
    def look(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """Open a private request, for a reason."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = get_object_or_404(CoverRequest, pk=pk)
        try:
            moderation.look_inside(staff=request.user, request=row, reason=request.POST.get("reason", ""))  # type: ignore[arg-type]
        except ValueError:
            text = _("Please give a reason of at least %(letters)d letters. Drafts are opened by nobody.")
            self.message_user(request, text % {"letters": moderation.REASON_LEAST}, messages.ERROR)
        return redirect("admin:covers_coverrequest_change", pk)

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        row = self.get_object(request, object_id)
        context = {
            "is_opened": row is not None and _is_opened(row),
            "is_draft": row is not None and row.is_draft,
            "title": _("request %(number)s") % {"number": object_id[-12:]},
            "subtitle": None,
            "minutes": StaffLook.OPEN_MINUTES,
        }
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **context})

    @admin.display(description=_("title"))
    def song(self, row: CoverRequest) -> str:
        return row.title if _is_readable(row) else str(PRIVATE)

    @admin.display(description=_("artist"))
    def by(self, row: CoverRequest) -> str:
        return row.artist if _is_readable(row) else "–"

    @admin.display(description=_("picture"))
    def picture(self, row: CoverRequest) -> SafeString | str:
        return thumbnail(next(iter(row.seen), None))  # type: ignore[attr-defined]

    @admin.display(description=_("pictures"))
    def pictures(self, row: CoverRequest) -> SafeString | str:
        links = (
            (reverse("admin:covers_cover_change", args=[cover.pk]), thumbnail(cover, 160))
            for cover in row.seen  # type: ignore[attr-defined]
        )
        return format_html_join(" ", '<a href="{}">{}</a>', links) or "–"

    @admin.display(description=_("made by"))
    def who(self, row: CoverRequest) -> str:
        return owner_name(row)

    @admin.display(description=_("why it failed"))
    def reason(self, row: CoverRequest) -> str:
        return failure_text(row.failure) if row.failure else ""

    @admin.display(description=_("brief"))
    def brief_text(self, row: CoverRequest) -> SafeString | str:
        return as_text(row.brief)


def _is_opened(row: CoverRequest) -> bool:
    return bool(getattr(row, "is_opened", False))


def _is_readable(row: CoverRequest) -> bool:
    """Whether its title may be read: it was opened, or stands beside a cover that everybody sees or somebody has reported."""
    return _is_opened(row) or bool(getattr(row, "seen", None))


@admin.register(Cover)
class CoverAdmin(ChangedByActions, OfPrivateThings):
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
        (None, {"fields": ("large_picture", "title", "artist", "visibility", "stars", "rating_count", "created_at")}),
        (
            _("Made from"),
            {"fields": ("made_from", "weekly_model", "seed", "prompt", "negative_prompt", "parameters_text")},
        ),
        (_("File"), {"fields": ("width", "height", "sha256", "storage_prefix", "alt_text", "alt_text_ko", "seen_by")}),
    )

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.image, cacheable=True)
        return [path("<uuid:pk>/image/<str:name>", view, name="covers_cover_image"), *super().get_urls()]

    @method_decorator(require_safe)
    def image(self, request: HttpRequest, pk: uuid.UUID, name: str) -> HttpResponse:
        """A page size of a cover, for staff who may see covers, of those that they may see."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if name not in DERIVATIVES:
            raise Http404
        return private_file(request, f"{get_object_or_404(self.get_queryset(request), pk=pk).storage_prefix}/{name}")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Cover]:
        """What was opened is reached from its request; the list, which may be long, shows what all of the staff may see."""
        is_list = request.resolver_match is not None and request.resolver_match.url_name == "covers_cover_changelist"
        seen = moderation.listed_covers() if is_list and not request.POST else moderation.seen_covers(request.user)  # type: ignore[arg-type]
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
        from covers.admin.sets import links_to  # that module imports this one
        from covers.datasets import models_that_saw

        return links_to(models_that_saw(source_pks=[cover.pk]))

    @admin.display(description=_("parameters"))
    def parameters_text(self, cover: Cover) -> SafeString | str:
        return as_text(cover.parameters)


@admin.register(ReleaseFile)
class ReleaseFileAdmin(ReadOnly, OfPrivateThings):
    """How the store-ready files come along. Whose song it is stands with the request, where it may be read."""

    member_path = "cover__request__owner"
    list_display = ("number", "state", "reason", "attempt", "size_bytes", "created_at", "finished_at")
    list_display_links = ("number",)
    list_filter = ("state", MadeSince)
    search_help_text = _("A number; a member's whole e-mail address or number.")
    list_select_related = ("cover",)
    ordering = ("-id",)
    fields = ("number", "made_for", *list_display[1:], "failure", "storage_key", "sha256", "queued_at", "started_at")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[ReleaseFile], search_term: str
    ) -> tuple[QuerySet[ReleaseFile], bool]:
        if self.is_by_words(search_term):  # there are no words here
            return queryset.none(), False
        return super().get_search_results(request, queryset, search_term)

    @admin.display(description=_("release file"))
    def number(self, row: ReleaseFile) -> str:
        return row.pk.hex[-12:]

    @admin.display(description=_("request"))
    def made_for(self, row: ReleaseFile) -> SafeString:
        url = reverse("admin:covers_coverrequest_change", args=[row.cover.request_id])
        return format_html('<a href="{}">{}</a>', url, row.cover.request_id)

    @admin.display(description=_("why it failed"))
    def reason(self, row: ReleaseFile) -> str:
        return failure_text(row.failure) if row.failure else ""
