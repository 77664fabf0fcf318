"""Reviews, what people report, and the log of looks at private covers."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.views.main import SEARCH_VAR
from django.db import transaction
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.http import member_of
from accounts.staff import ChangedByActions, ReadOnly
from albumsite.admin_lists import LISTED_MAX, BigList, KnownValues, MadeSince
from covers.admin.cover_requests import REQUEST_TEXTS
from covers.admin.private_things import OfPrivateThings, owner_name, thumbnail
from covers.models import ContentReport, Cover, Review, ReviewStanding, StaffLook
from covers.services import moderation, reviews

WAITING_MAX = 500
"""Reviews that wait or were reported and are older than the newest; the next come up when these are answered."""


class OfStanding(KnownValues):
    title, parameter_name, column = _("whether it counts"), "standing", "standing"
    values = dict(ReviewStanding.choices)


class OfStars(KnownValues):
    title, parameter_name, column = _("stars"), "half_stars", "half_stars"
    values = {str(half): f"{half / 2:g} ★" for half in range(10, 0, -1)}


@admin.register(Review)
class ReviewAdmin(ChangedByActions, OfPrivateThings):
    """Nobody rewrites what somebody said; it stays, is hidden or goes."""

    list_display = ("picture", "cover", "rating", "comment", "who", "standing", "created_at")
    list_display_links = ("comment",)
    list_filter = (OfStanding, OfStars, MadeSince)
    searched: ClassVar = {"": ("comment",), "cover__request": REQUEST_TEXTS}
    search_help_text = _("A comment, a title or an artist; a member's whole e-mail address or number.")
    list_select_related = ("cover__request", "owner")
    ordering = ("-id",)
    actions = ("hide", "clear")
    fields = ("picture", "cover", "rating", "comment", "who", "standing", "created_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Review]:
        """Of covers that this one of the staff may see, and what was reported by itself. A list that nothing is searched in
        looks at the newest, at what waits and at what was reported: it must not read through all that is private."""
        seen = moderation.seen_covers(member_of(request), "cover__")
        reported = ContentReport.objects.filter(review__isnull=False, answer="").order_by().values("review")
        found = super().get_queryset(request)
        is_list = request.resolver_match is not None and request.resolver_match.url_name == "covers_review_changelist"
        if not is_list or request.POST or request.GET.get(SEARCH_VAR, "").strip():
            return found.filter(seen | Q(pk__in=reported))
        rows = Review.objects.order_by("-id").values_list("pk", "cover_id")
        looked_at = dict(rows[:LISTED_MAX]) | dict(rows.filter(standing=ReviewStanding.WAITING)[:WAITING_MAX])
        covers = Cover.objects.filter(moderation.seen_covers(member_of(request)), pk__in=set(looked_at.values()))
        shown = set(covers.values_list("pk", flat=True))
        listed = [pk for pk, cover in looked_at.items() if cover in shown]
        return found.filter(pk__in=[*listed, *reported[:WAITING_MAX].values_list("review", flat=True)])

    @transaction.atomic
    def delete_model(self, request: HttpRequest, obj: Review) -> None:
        reviews.delete_reviews(Review.objects.filter(pk=obj.pk))

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Review]) -> None:
        reviews.delete_reviews(Review.objects.filter(pk__in=list(queryset.values_list("pk", flat=True))))

    @admin.action(description=_("Hide selected reviews"), permissions=["change"])
    def hide(self, request: HttpRequest, queryset: QuerySet[Review]) -> None:
        self._each(request, queryset, reviews.hide_reviews, "Hidden")

    @admin.action(description=_("Show selected reviews, and let their stars count"), permissions=["change"])
    def clear(self, request: HttpRequest, queryset: QuerySet[Review]) -> None:
        self._each(request, queryset, reviews.clear_reviews, "Cleared")

    def _each(self, request: HttpRequest, queryset: QuerySet[Review], service: Any, message: str) -> None:
        chosen = list(queryset)
        done = service(Review.objects.filter(pk__in=[review.pk for review in chosen]))
        for review in chosen:
            self.log_change(request, review, message)
        text = ngettext("%(count)d review was changed.", "%(count)d reviews were changed.", done)
        self.message_user(request, text % {"count": done}, messages.SUCCESS if done else messages.INFO)

    @admin.display(description=_("picture"))
    def picture(self, review: Review) -> SafeString | str:
        return thumbnail(review.cover)

    @admin.display(description=_("stars"), ordering="half_stars")
    def rating(self, review: Review) -> str:
        return f"{review.stars:g} ★"

    @admin.display(description=_("by"))
    def who(self, review: Review) -> str:
        return owner_name(review)


class IsAnswered(admin.SimpleListFilter):
    """What waits for an answer, unless one asks for the rest."""

    title, parameter_name = _("answer"), "answered"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("Not yet answered")), ("kept", _("It stays")), ("hidden", _("It is hidden"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        answer = {"no": "", "kept": "kept", "hidden": "hidden"}.get(str(self.value()))
        return queryset if answer is None else queryset.filter(answer=answer)


@admin.register(ContentReport)
class ContentReportAdmin(ChangedByActions, BigList):
    list_display = ("picture", "what", "reason", "note", "others", "answer", "created_at")
    list_display_links = ("what",)
    list_filter = (IsAnswered, "reason", MadeSince)
    list_select_related = ("cover__request", "review")
    ordering = ("answer", "-id")
    actions = ("hide", "keep")
    fields = ("picture", "what", "said", "reason", "note", "answer", "answered_at", "created_at", "page")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ContentReport]:
        same = ContentReport.objects.filter(cover=OuterRef("cover")).order_by()
        count = same.values("cover").annotate(number=Count("pk")).values("number")
        return super().get_queryset(request).annotate(reports=Coalesce(Subquery(count), 0))

    def has_delete_permission(self, request: HttpRequest, obj: ContentReport | None = None) -> bool:
        return False

    @admin.action(description=_("Hide what was reported"), permissions=["change"])
    def hide(self, request: HttpRequest, queryset: QuerySet[ContentReport]) -> None:
        self._answer(request, queryset, ContentReport.Answer.HIDDEN)

    @admin.action(description=_("Keep what was reported"), permissions=["change"])
    def keep(self, request: HttpRequest, queryset: QuerySet[ContentReport]) -> None:
        self._answer(request, queryset, ContentReport.Answer.KEPT)

    def _answer(self, request: HttpRequest, queryset: QuerySet[ContentReport], answer: str) -> None:
        chosen = ContentReport.objects.filter(pk__in=list(queryset.values_list("pk", flat=True)))
        answered = moderation.answer_reports(chosen, answer)
        for one in answered:
            self.log_change(request, one, answer)
        done = len(answered)
        text = ngettext("%(count)d report is answered.", "%(count)d reports are answered.", done)
        self.message_user(request, text % {"count": done}, messages.SUCCESS if done else messages.INFO)

    @admin.display(description=_("picture"))
    def picture(self, row: ContentReport) -> SafeString | str:
        return thumbnail(row.cover)

    @admin.display(description=_("what"))
    def what(self, row: ContentReport) -> str:
        return str(_("a review")) if row.review_id else str(_("a cover"))

    @admin.display(description=_("the review"))
    def said(self, row: ContentReport) -> str:
        return row.review.comment if row.review else "–"

    @admin.display(description=_("reports of it"))
    def others(self, row: ContentReport) -> int:
        return int(row.reports)  # type: ignore[attr-defined]  # counted by the list's own query

    @admin.display(description=_("cover"))
    def page(self, row: ContentReport) -> SafeString:
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:covers_cover_change", args=[row.cover_id]), row.cover_id
        )


@admin.register(StaffLook)
class StaffLookAdmin(ReadOnly, BigList):
    """Who of the staff has opened what, and why. Nobody can change it: a trigger refuses."""

    list_display = ("created_at", "staff_name", "request_number", "reason", "open_until")
    list_filter = (MadeSince,)
    ordering = ("-id",)
    fields = list_display
