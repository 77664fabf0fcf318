"""The weekly reports, and where they were sent; a delivery that failed is sent again from its list."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.staff import ReadOnly
from albumsite.errors import UserFacingError
from albumsite.media import storage
from albumsite.media.private_files import private_file
from covers.models import ReportDelivery, WeeklyReport
from covers.reports.delivery import deliveries

PICTURES = {"chart.png": "chart_key", "sheet.jpg": "sheet_key"}


@admin.register(WeeklyReport)
class WeeklyReportAdmin(ReadOnly):
    list_display = ("week", "starts_at", "ends_at", "time_zone", "language", "sent", "built_at")
    ordering = ("-week",)
    show_full_result_count = False
    change_form_template = "admin/covers/weeklyreport/change_form.html"
    fields = ("week", "starts_at", "ends_at", "time_zone", "built_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[WeeklyReport]:
        return super().get_queryset(request).prefetch_related("deliveries")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.picture, cacheable=True)
        return [path("<uuid:pk>/picture/<str:name>", view, name="covers_weeklyreport_picture"), *super().get_urls()]

    @method_decorator(require_safe)
    def picture(self, request: HttpRequest, pk: uuid.UUID, name: str) -> HttpResponse:
        """Chart or contact sheet, for staff who may see reports."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        key = getattr(get_object_or_404(WeeklyReport, pk=pk), PICTURES.get(name, ""), "")
        if not key:
            raise Http404
        try:
            response = private_file(request, key)
        except storage.ObjectMissing as error:
            raise Http404 from error
        response["Cache-Control"] = "private, no-cache"  # the same address shows another picture after a rebuild
        return response

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        report = self.get_object(request, object_id)
        context = {} if report is None else page_of(report)
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **context})

    @admin.display(description=_("sent"))
    def sent(self, report: WeeklyReport) -> str:
        return (
            ", ".join(f"{row.get_channel_display()}: {row.get_state_display()}" for row in report.deliveries.all())
            or "–"
        )


def page_of(report: WeeklyReport) -> dict[str, Any]:
    """What the page of one report shows."""
    title, _newline, text = report.text.partition("\n")
    rows = sorted(report.deliveries.all(), key=lambda row: row.channel)
    return {
        "title": title,
        "subtitle": None,
        "lines": text.splitlines(),
        "deliveries": [(row, deliveries.failure_text(row.failure)) for row in rows],
    }


@admin.register(ReportDelivery)
class ReportDeliveryAdmin(ReadOnly):
    list_display = ("report", "channel", "state", "reason", "detail", "tries", "created_at", "finished_at")
    list_filter = ("channel", "state")
    list_select_related = ("report",)
    ordering = ("-id",)
    show_full_result_count = False
    actions = ("send_again",)
    fields = (*list_display, "failure", "posting_since", "queued_at")

    def has_send_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("covers.change_reportdelivery")

    @admin.action(description=_("Send selected reports again"), permissions=["send"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[ReportDelivery]) -> None:
        """Also what has been sent: the person who ticks it has looked."""
        done = 0
        for delivery in queryset:
            try:
                deliveries.send_again(delivery=delivery)
            except UserFacingError as error:
                self.message_user(request, f"{delivery}: {error}", messages.ERROR)
                continue
            self.log_change(request, delivery, "Sent again")
            done += 1
        text = ngettext("%(count)d report is sent again now.", "%(count)d reports are sent again now.", done)
        self.message_user(request, text % {"count": done}, messages.SUCCESS if done else messages.INFO)

    @admin.display(description=_("why it failed"))
    def reason(self, row: ReportDelivery) -> str:
        return deliveries.failure_text(row.failure)
