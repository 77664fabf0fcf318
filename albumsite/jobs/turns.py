"""Turns: one process at a time, by a row with an end.

Not by a lock of the database session: behind a pooler in transaction mode (PgBouncer) a session belongs to nobody, and such a
lock stays for ever with whoever is given the connection next. A turn that its holder does not give back ends by itself.
"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator
from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Turn(models.Model):
    """The right to do one thing that only one process at a time should do, for a while: see `albumsite.jobs.turns`."""

    name = models.CharField(max_length=100, primary_key=True)
    holder = models.UUIDField(null=True, blank=True)
    until = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.name


ME = uuid.uuid4()
"""This process."""


def take(name: str, *, seconds: float, holder: uuid.UUID = ME) -> bool:
    """Whether it is this holder's turn, from now on for so long: nobody else's has not ended yet. By PostgreSQL's clock."""
    until = Now() + timedelta(seconds=seconds)
    mine = Turn.objects.filter(Q(holder=holder) | Q(until__lt=Now()), name=name)
    if mine.update(holder=holder, until=until):
        return True
    if Turn.objects.filter(name=name).exists():
        return False
    Turn.objects.bulk_create([Turn(name=name)], ignore_conflicts=True)
    return bool(mine.update(holder=holder, until=until))


def give_back(name: str, *, holder: uuid.UUID = ME) -> None:
    """The next may take it at once."""
    Turn.objects.filter(name=name, holder=holder).update(holder=None, until=Now() - timedelta(seconds=1))


@contextlib.contextmanager
def turn(name: str, *, seconds: float) -> Iterator[bool]:
    """For the length of the block, which should be shorter than `seconds`. Yields whether it is ours: also within one process
    only one block at a time has it."""
    holder = uuid.uuid4()
    is_ours = take(name, seconds=seconds, holder=holder)
    try:
        yield is_ours
    finally:
        if is_ours:
            give_back(name, holder=holder)
