"""Requests: what people asked for, how far it is, and what came of it. What was typed is read only for a reason."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Exists, OuterRef, Prefetch, Q, QuerySet, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.http import member_of
from accounts.models import User
from accounts.staff import ReadOnly
from albumsite.admin_lists import KnownValues, MadeSince
from covers.admin.private_things import OfPrivateThings, owner_name, stored_text, thumbnail
from covers.engine import ENGINES
from covers.errors import failure_text
from covers.models import Cover, CoverRequest, StaffLook, Stage
from covers.services import moderation

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


PRIVATE = _("private")
"""In the place of what somebody typed or had drawn, where this one of the staff has not opened it."""


@admin.register(CoverRequest)
class CoverRequestAdmin(ReadOnly, OfPrivateThings):
    """What is in the queue is everybody's of the staff to see; what was typed only where it is public, or opened for a reason."""

    list_display = ("first_picture", "song", "by", "genre", "who", "state", "stage", "reason", "engine", "created_at")
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
        (_("Covers"), {"fields": ("pictures", "count", "with_lettering", "style", "own_picture")}),
        (_("Brief"), {"fields": ("brief_text", "written_by")}),
    )
    outside: ClassVar[tuple[Any, ...]] = (
        (_("Song"), {"fields": ("song", "by", "genre", "who", "pictures", "count", "own_picture")}),
    )
    facts: ClassVar[tuple[Any, ...]] = (
        (_("State"), {"fields": ("state", "stage", "attempt", "reason", "failure", "cancel_requested")}),
        (_("Times"), {"fields": ("created_at", "queued_at", "started_at", "draw_started_at", "finished_at")}),
        (
            _("Language model"),
            {"classes": ("collapse",), "fields": ("written_with", "prompt_tokens", "completion_tokens", "cost")},
        ),
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
        seen = Cover.objects.filter(moderation.seen_covers(member_of(request)), request=OuterRef("pk"))
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
            moderation.look_inside(staff=member_of(request), request=row, reason=request.POST.get("reason", ""))
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
    def first_picture(self, row: CoverRequest) -> SafeString | str:
        return thumbnail(next(iter(row.seen), None))  # type: ignore[attr-defined]

    @admin.display(description=_("pictures"))
    def pictures(self, row: CoverRequest) -> SafeString | str:
        links = (
            (reverse("admin:covers_cover_change", args=[cover.pk]), thumbnail(cover, 160))
            for cover in row.seen  # type: ignore[attr-defined]
        )
        return format_html_join(" ", '<a href="{}">{}</a>', links) or "–"

    @admin.display(description=_("made of an own picture"), boolean=True)
    def own_picture(self, row: CoverRequest) -> bool:
        return row.shows_picture

    @admin.display(description=_("made by"))
    def who(self, row: CoverRequest) -> str:
        return owner_name(row)

    @admin.display(description=_("why it failed"))
    def reason(self, row: CoverRequest) -> str:
        return failure_text(row.failure)

    @admin.display(description=_("what it cost"))
    def cost(self, row: CoverRequest) -> str:
        known = row.cost_microdollars
        return "–" if known is None else f"{known / 1_000_000:.6f} USD"

    brief_text = stored_text(_("brief"), "brief")


def _is_opened(row: CoverRequest) -> bool:
    return bool(getattr(row, "is_opened", False))


def _is_readable(row: CoverRequest) -> bool:
    """Whether its title may be read: it was opened, or stands beside a cover that everybody sees or somebody has reported."""
    return _is_opened(row) or bool(getattr(row, "seen", None))
