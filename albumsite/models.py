"""What the door counts, without keeping who asked; letters that wait; and the rows of `albumsite.jobs`, which Django looks for here."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from albumsite.jobs.models import Job
from albumsite.jobs.rounds import Place
from albumsite.jobs.turns import Turn

__all__ = ["AddressSalt", "AdmissionCount", "Letter", "Place", "Turn"]


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


class Letter(Job):
    """One that is to be sent: see `albumsite.mail.outbox`. It holds an address and often a link that opens an account, so the row goes
    as soon as a mail server has the letter, and is shown nowhere.

    kind: the name of its template. message: what is sent, as `outbox.post` has written it down. tries: how often a mail server was
    asked. said: what came of the last try, without words of it.
    """

    STAGES: ClassVar[dict[str, tuple[str, str]]] = {"send": ("mail", "albumsite.mail.outbox.send")}
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
