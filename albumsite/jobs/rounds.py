"""Going round and round in small steps: where the last step ended is a row, so that a restart goes on and does not begin anew."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypeVar

from django.db import models
from django.db.models import Model, QuerySet
from django.utils import timezone

from albumsite.ids import first_id_since


class Place(models.Model):
    """How far something has come that goes round and round in small steps: see `albumsite.retention`."""

    name = models.CharField(max_length=100, primary_key=True)
    place = models.CharField(max_length=500, blank=True, default="")
    came_round_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


BATCH = 500
"""Rows that one step looks at: bounded, however many there are."""
ROUND_EVERY = timedelta(hours=20)
"""After a round there is a rest: what is kept would be looked at again and again."""

ModelT = TypeVar("ModelT", bound=Model)


def delete_old(rows: QuerySet[ModelT], before: datetime, *, limit: int = BATCH) -> int:
    """Delete the oldest rows made before that moment, found by their UUIDv7 alone. Returns how many."""
    old = rows.filter(pk__lt=first_id_since(before.timestamp())).order_by("pk")
    pks = list(old.values_list("pk", flat=True)[:limit])
    if pks:
        rows.model._default_manager.filter(pk__in=pks).delete()
    return len(pks)


def next_rows(name: str, rows: QuerySet[ModelT], before: datetime, *, limit: int = BATCH) -> list[ModelT]:
    """The next rows made before that moment, in order of their UUIDv7; none while the last round is less than a day ago."""
    place = place_of(name)
    if is_resting(place):
        return []
    old = rows.filter(pk__lt=first_id_since(before.timestamp())).order_by("pk")
    found = list(old.filter(pk__gt=place.place)[:limit] if place.place else old[:limit])
    go_on(place, str(found[-1].pk) if len(found) == limit else "")
    return found


def place_of(name: str) -> Place:
    return Place.objects.get_or_create(name=name)[0]


def is_resting(place: Place) -> bool:
    came = place.came_round_at
    return not place.place and came is not None and timezone.now() - came < ROUND_EVERY


def go_on(place: Place, to: str) -> None:
    """Remember where to go on; an empty place is the end of a round."""
    Place.objects.filter(pk=place.pk).update(place=to, came_round_at=place.came_round_at if to else timezone.now())
