"""Faces, for covers: what `covers.faces` asks for."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Now

from accounts.person import Person
from covers.faces import FaceToDraw
from personalize.models import Face, TrainingRun


class MembersFaces:
    def all(self) -> QuerySet[Any]:
        return Face.objects.all()

    def shown_to(self, person: Person | None) -> QuerySet[Any]:
        return Face.objects.visible_to(person).drawable() if person is not None else Face.objects.none()

    def use(self, face: FaceToDraw) -> bool:
        return bool(Face.objects.filter(pk=face.pk).update(used_at=Now(), warned_at=None))

    def adapter_sha256s(self) -> set[str]:
        return set(Face.objects.values_list("adapter_sha256", flat=True))

    def trainings(self) -> QuerySet[Any]:
        return TrainingRun.objects.all()
