"""Ways to select faces and trainings. Visibility lives here, so that a forgotten check gives a 404 and not a leak."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, Max, OuterRef, Q
from django.db.models.functions import Now
from django.utils import timezone

from accounts.person import Person
from albumsite.jobs import ACTIVE, JobQuerySet, State

if TYPE_CHECKING:
    from personalize.models import Face, KeptPortrait, TrainingRun  # noqa: F401  named as strings in base classes

BATCH_IS_OVER_AFTER = timedelta(seconds=60)
"""After so long without another photo, whoever uploaded enough of them is not going to add more."""


PORTRAITS_ARE_MADE_WITHIN = timedelta(days=1)
"""Or the photos go without: what was promised of them comes first."""


class FaceQuerySet(models.QuerySet["Face"]):
    def visible_to(self, person: Person) -> Self:
        """A face is its owner's and nobody else's, staff included."""
        return self.filter(owner=person.user) if person.user is not None else self.none()

    def ready(self) -> Self:
        return self.exclude(adapter_key="")

    def drawable(self) -> Self:
        """Those that can be shown on covers: learnt, or with photos enough for portraits, or with portraits that are kept."""
        counted = self.annotate(photo_count=Count("photos"))
        can_be = (
            ~Q(adapter_key="")
            | Q(photo_count__gte=settings.FACE_PHOTOS_MIN)
            | Exists(self._portraits(state=State.DONE))
        )
        return counted.filter(can_be).order_by("-id")

    def _portraits(self, **conditions: object) -> models.QuerySet[KeptPortrait]:
        portraits: type[KeptPortrait] = self.model._meta.get_field("portraits").related_model  # type: ignore[assignment]
        return portraits.objects.filter(face=OuterRef("pk"), **conditions)

    def waiting_to_begin(self) -> Self:
        """With photos enough, never trained, and nobody has added one for a while: their page was closed."""
        counted = self.annotate(photo_count=Count("photos", distinct=True), newest=Max("photos__created_at"))
        return counted.filter(
            photo_count__gte=settings.FACE_PHOTOS_MIN,
            newest__lt=Now() - BATCH_IS_OVER_AFTER,
            ready_at=None,
            runs=None,
        )

    def with_old_photos(self) -> Self:
        """Whose photos have served their time: so long after the training, or, never trained, after the last one came.

        What is being made of them holds them back, for a day at most."""
        before = Now() - timedelta(days=settings.FACE_PHOTO_DAYS)
        in_the_making = self._portraits(state__in=ACTIVE, created_at__gt=Now() - PORTRAITS_ARE_MADE_WITHIN)
        quiet = (
            self.exclude(runs__state__in=ACTIVE)
            .filter(~Exists(in_the_making))
            .annotate(newest=Max("photos__created_at"))
        )
        return quiet.filter(Q(ready_at=None) | Q(ready_at__lt=before), newest__lt=before)

    def unused_since(self, days: int) -> Self:
        return self.exclude(runs__state__in=ACTIVE).filter(used_at__lt=Now() - timedelta(days=days))

    def overdue(self) -> Self:
        """Unused for FACE_UNUSED_DAYS, and told so FACE_NOTICE_DAYS ago."""
        told = Now() - timedelta(days=settings.FACE_NOTICE_DAYS)
        return self.unused_since(settings.FACE_UNUSED_DAYS).filter(warned_at__lt=told)


class TrainingQuerySet(JobQuerySet["TrainingRun"]):
    def of(self, person: Person) -> Self:
        return self.filter(owner=person.user)

    def begun_today_by(self, person: Person) -> Self:
        start = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
        return self.of(person).filter(created_at__gte=start)
