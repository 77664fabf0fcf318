"""What the door counts, without keeping who asked; whose turn it is to do what only one process should do; letters that wait."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Now

from albumsite.jobs import Job


class AddressSalt(models.Model):
    """What addresses are hashed with on one day (UTC). It is deleted soon after; then nothing leads from a hash to an address."""

    day = models.DateField(primary_key=True)
    salt = models.BinaryField()

    def __str__(self) -> str:
        return str(self.day)


class AdmissionCount(models.Model):
    """How much of one limit one subject has used since its window began. Exact, and forgotten only when the window has ended.

    scope: whose limit it is: "address", "crowd", "person", "account", "visitors", "everybody" or "site". subject: which
    of them: a hash or a row's id.
    """

    action = models.CharField(max_length=80)
    scope = models.CharField(max_length=16)
    subject = models.CharField(max_length=64)
    period_seconds = models.PositiveIntegerField()
    used = models.BigIntegerField()
    until = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["action", "scope", "subject", "period_seconds"], name="admission_one_count_per_limit"
            ),
        ]
        indexes = [models.Index(fields=["until"], name="admission_ended")]

    def __str__(self) -> str:
        return f"{self.action} {self.scope} {self.used}"


class Place(models.Model):
    """How far something has come that goes round and round in small steps: see `albumsite.retention`."""

    name = models.CharField(max_length=100, primary_key=True)
    place = models.CharField(max_length=500, blank=True, default="")
    came_round_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Turn(models.Model):
    """The right to do one thing that only one process at a time should do, for a while: see `albumsite.turns`."""

    name = models.CharField(max_length=100, primary_key=True)
    holder = models.UUIDField(null=True, blank=True)
    until = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.name


class Letter(Job):
    """One that is to be sent: see `albumsite.outbox`. It holds an address and often a link that opens an account, so the row goes
    as soon as a mail server has the letter, and is shown nowhere.

    kind: the name of its template. message: what is sent, as `outbox.post` has written it down. tries: how often a mail server was
    asked. said: what came of the last try, without words of it.
    """

    STAGES: ClassVar[dict[str, tuple[str, str]]] = {"send": ("mail", "albumsite.outbox.send")}
    NEEDS_ROOM = False

    kind = models.CharField(max_length=100)
    message: models.JSONField[Any, Any] = models.JSONField()
    tries = models.PositiveIntegerField(default=0)
    said = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = Job.job_constraints("letter", ("send",))
        indexes = Job.job_indexes("letter")

    def __str__(self) -> str:
        return f"{self.kind} {self.get_state_display()}"
