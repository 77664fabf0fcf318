"""How the workers fare: which draws what, how fast, how long people wait, and what went wrong last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.contrib.humanize.templatetags.humanize import naturaltime
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.staff import ReadOnly
from albumsite.jobs.states import State
from covers import registry
from covers.models import CoverRequest, WorkerHealth
from covers.models.workers import SILENT_AFTER


@dataclass(frozen=True)
class Summary:
    """The head of the page.

    adapters: laid over new requests, few-step mode included. waiting_seconds: of whoever waits longest; None when nobody
    does.
    """

    draws_with: str | Promise
    adapters: str
    waiting: int
    working: int
    waiting_seconds: float | None
    workers: int
    images_per_minute: float


def summary() -> Summary:
    waiting = CoverRequest.objects.filter(state=State.QUEUED)
    oldest = waiting.order_by("queued_at").values_list("queued_at", flat=True).first()
    alive = WorkerHealth.objects.filter(queue="draw", seen_at__gte=timezone.now() - SILENT_AFTER)
    choice = registry.default_choice()
    return Summary(
        draws_with=choice.label,
        adapters=", ".join(record["key"] for record in registry.request_values(choice).get("adapters", [])),
        waiting=waiting.count(),
        working=CoverRequest.objects.filter(state=State.RUNNING).count(),
        waiting_seconds=(timezone.now() - oldest).total_seconds() if oldest else None,
        workers=alive.count(),
        images_per_minute=alive.aggregate(total=Sum("images_per_minute"))["total"] or 0.0,
    )


@admin.register(WorkerHealth)
class WorkerHealthAdmin(ReadOnly):
    list_display = ("worker", "condition", "loaded", "device", "at_once", "speed", "wait", "trouble")
    ordering = ("queue", "host", "pid")
    change_list_template = "admin/covers/workerhealth/change_list.html"
    fields = (*list_display, "queue", "pictures", "started_at", "seen_at", "last_error", "last_error_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[WorkerHealth]:
        return super().get_queryset(request).filter(pk__in=WorkerHealth.objects.recent())

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {**(extra_context or {}), "title": _("Workers"), "summary": summary()})

    @admin.display(description=_("worker"), ordering="host")
    def worker(self, row: WorkerHealth) -> SafeString:
        return format_html("{} <small>{}</small>", row, row.queue)

    @admin.display(description=_("state"))
    def condition(self, row: WorkerHealth) -> SafeString | str:
        if row.is_silent:
            minutes = max(1, int((timezone.now() - row.seen_at).total_seconds() // 60))
            said = ngettext("not seen for %(count)d minute", "not seen for %(count)d minutes", minutes)
            return format_html("<strong>{}</strong>", said % {"count": minutes})
        if row.queue != "draw":
            return str(_("ready"))
        return str(_("warm") if row.is_warm else _("loading its model"))

    @admin.display(description=_("model"), ordering="model")
    def loaded(self, row: WorkerHealth) -> str:
        return row.model or row.engine or "–"

    @admin.display(description=_("pictures at once"))
    def at_once(self, row: WorkerHealth) -> str:
        return str(row.batch_limit) if row.batch_limit else "–"

    @admin.display(description=_("pictures per minute"), ordering="images_per_minute")
    def speed(self, row: WorkerHealth) -> str:
        return "–" if row.images_per_minute is None or row.queue != "draw" else f"{row.images_per_minute:.1f}"

    @admin.display(description=_("wait in the queue"), ordering="queue_wait_seconds")
    def wait(self, row: WorkerHealth) -> str:
        return "–" if row.queue_wait_seconds is None else str(_("%.1f s") % row.queue_wait_seconds)

    @admin.display(description=_("last error"))
    def trouble(self, row: WorkerHealth) -> str:
        return f"{row.last_error} ({naturaltime(row.last_error_at)})" if row.last_error and row.last_error_at else "–"
