"""What each worker last said about itself."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7


class WorkerHealthQuerySet(models.QuerySet["WorkerHealth"]):
    def recent(self) -> Self:
        """Workers heard of within a day: older ones are history."""
        return self.filter(seen_at__gte=timezone.now() - timedelta(days=1))


SILENT_AFTER = timedelta(seconds=90)
"""A worker that lives speaks every few seconds; after this long it is hung, cut off or killed."""


class WorkerHealth(models.Model):
    """One worker process, by host and process id. A record for the operator; no work depends on it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    host = models.CharField(_("machine"), max_length=100)
    pid = models.PositiveIntegerField(_("process"))
    queue = models.CharField(_("queue"), max_length=32)
    engine = models.CharField(_("engine"), max_length=64, blank=True)
    model = models.CharField(_("model"), max_length=300, blank=True, help_text=_("Checkpoint and revision, as loaded"))
    device = models.CharField(_("device"), max_length=100, blank=True)
    is_warm = models.BooleanField(_("warm"), default=False, help_text=_("Its model is loaded and has drawn"))
    batch_limit = models.PositiveSmallIntegerField(_("pictures at once"), null=True, blank=True)
    pictures = models.PositiveIntegerField(_("pictures drawn"), default=0, help_text=_("Since it started"))
    images_per_minute = models.FloatField(_("pictures per minute"), null=True, blank=True)
    queue_wait_seconds = models.FloatField(_("wait in the queue"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=500, blank=True)
    last_error_at = models.DateTimeField(_("last error at"), null=True, blank=True)
    started_at = models.DateTimeField(_("started"))
    seen_at = models.DateTimeField(_("last seen"), db_default=Now())

    objects: ClassVar[WorkerHealthQuerySet] = WorkerHealthQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("worker")
        verbose_name_plural = _("workers")
        constraints = [models.UniqueConstraint(fields=["host", "pid"], name="worker_once")]

    def __str__(self) -> str:
        return f"{self.host}:{self.pid}"

    @property
    def is_silent(self) -> bool:
        """Not heard of for longer than a living worker is ever quiet."""
        return timezone.now() - self.seen_at > SILENT_AFTER
