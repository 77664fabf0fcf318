"""The columns of a row that is work, and what the database itself refuses."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from uuid_utils.compat import uuid7

from albumsite.jobs.states import ACTIVE, State


class JobColumns(models.Model):
    """A row that is work. Subclasses list their stages in order with the queue and the task of each."""

    STAGES: ClassVar[dict[str, tuple[str, str]]] = {}
    """stage → (queue, dotted name of the task that takes the primary key as its one argument)."""
    DELETES: ClassVar[bool] = False
    """Something was promised to go: it is never given up, not even on a full disk, and said aloud when it takes more than a day."""
    NEEDS_ROOM: ClassVar[bool] = True
    """Its work leaves something on a disk: none is begun while that is full."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    stage = models.CharField(max_length=16)
    state = models.CharField(max_length=16, choices=State, default=State.QUEUED)
    attempt = models.PositiveSmallIntegerField(default=0)
    token = models.UUIDField(null=True, blank=True, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    cancel_requested = models.BooleanField(default=False)
    failure = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    queued_at = models.DateTimeField(db_default=Now(), editable=False)
    started_at = models.DateTimeField(null=True, blank=True, editable=False)
    finished_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    @staticmethod
    def job_constraints(name: str, stages: tuple[str, ...]) -> list[models.BaseConstraint]:
        """What the database itself refuses, for a subclass's Meta."""
        running, failed = Q(state=State.RUNNING), Q(state=State.FAILED)
        ended = Q(state__in=(State.DONE, State.FAILED, State.CANCELLED))
        return [
            models.CheckConstraint(condition=Q(state__in=State.values), name=f"{name}_state_legal"),
            models.CheckConstraint(condition=Q(stage__in=stages), name=f"{name}_stage_legal"),
            models.CheckConstraint(
                condition=(running & Q(token__isnull=False, lease_until__isnull=False))
                | (~running & Q(token__isnull=True, lease_until__isnull=True)),
                name=f"{name}_lease_while_running",
            ),
            models.CheckConstraint(
                condition=(ended & Q(finished_at__isnull=False)) | (~ended & Q(finished_at__isnull=True)),
                name=f"{name}_finished_when_ended",
            ),
            models.CheckConstraint(
                condition=(failed & ~Q(failure="")) | (~failed & Q(failure="")), name=f"{name}_failure_has_reason"
            ),
        ]

    @staticmethod
    def job_indexes(name: str) -> list[models.Index]:
        return [
            models.Index(fields=["stage", "id"], condition=Q(state=State.QUEUED), name=f"{name}_queued"),
            models.Index(fields=["queued_at"], condition=Q(state=State.QUEUED), name=f"{name}_waiting"),
            models.Index(fields=["attempt"], condition=Q(state=State.QUEUED), name=f"{name}_tries"),
            models.Index(fields=["state", "-id"], condition=~Q(state=State.DONE), name=f"{name}_not_done"),
            models.Index(fields=["lease_until"], condition=Q(state=State.RUNNING), name=f"{name}_running"),
        ]

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE
