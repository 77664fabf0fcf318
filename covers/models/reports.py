"""The weekly report and where it was sent."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from albumsite.jobs.models import Job


class WeeklyReport(models.Model):
    """What happened in one week, frozen: figures, words, chart and contact sheet."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    week = models.CharField(_("week"), max_length=8, unique=True, help_text=_("ISO year and week: 2026-W48"))
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"), help_text=_("Not included"))
    time_zone = models.CharField(_("time zone"), max_length=64)
    language = models.CharField(_("language"), max_length=8)
    figures = models.JSONField(_("figures"), default=dict)
    text = models.TextField(_("text"))
    chart_key = models.CharField(max_length=250)
    sheet_key = models.CharField(max_length=250, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    built_at = models.DateTimeField(_("built"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("weekly report")
        verbose_name_plural = _("weekly reports")
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="report_window_runs_forward")
        ]

    def __str__(self) -> str:
        return self.week

    @property
    def sections(self) -> list[dict[str, Any]]:
        """What the page and the mail show below the text: titles, lines and tables, in the report's own language."""
        sections: list[dict[str, Any]] = self.figures.get("sections", [])
        return sections


class ReportDelivery(Job):
    """One report to one channel, at most once: a try that nobody knows the end of is not made again by itself."""

    STAGES: ClassVar[dict[str, tuple[str, str]]] = {"send": ("finish", "covers.tasks.send_report")}

    class Channel(models.TextChoices):
        SLACK = "slack", "Slack"
        MAIL = "mail", _("E-mail")

    report = models.ForeignKey(WeeklyReport, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(_("channel"), max_length=16, choices=Channel)
    posting_since = models.DateTimeField(null=True, blank=True, help_text=_("Set before the first byte leaves"))
    tries = models.PositiveSmallIntegerField(_("tries"), default=0, help_text=_("How often the other side was asked"))
    detail = models.CharField(_("answer"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("delivery of a report")
        verbose_name_plural = _("deliveries of reports")
        constraints = [
            *Job.job_constraints("delivery", ("send",)),
            models.UniqueConstraint(fields=["report", "channel"], name="delivery_once_per_channel"),
            models.CheckConstraint(condition=Q(channel__in=("slack", "mail")), name="delivery_channel_legal"),
        ]
        indexes = Job.job_indexes("delivery")

    def __str__(self) -> str:
        return f"{self.report} {self.get_channel_display()} {self.get_state_display()}"
