"""The file of a cover that stores take."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from albumsite.jobs.models import Job
from albumsite.jobs.states import State
from covers.models.covers import Cover


class ReleaseFile(Job):
    """The store-ready file of a cover, made when its person first downloads: 3000 × 3000 JPEG, sRGB, no metadata."""

    STAGES: ClassVar[dict[str, tuple[str, str]]] = {"render": ("finish", "covers.tasks.make_release")}

    cover = models.OneToOneField(Cover, on_delete=models.CASCADE, related_name="release")
    storage_key = models.CharField(max_length=250, blank=True)
    size_bytes = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("release file")
        verbose_name_plural = _("release files")
        constraints = [
            *Job.job_constraints("release", ("render",)),
            models.CheckConstraint(condition=~Q(state=State.DONE) | ~Q(storage_key=""), name="release_done_has_file"),
        ]
        indexes = Job.job_indexes("release")

    def __str__(self) -> str:
        return f"{self.cover} {self.get_state_display()}"

    def unread_fields(self) -> set[str]:
        shown = self.cover.versions.filter(is_shown=True).first()
        return shown.unread_fields() if shown is not None else self.cover.request.unread_fields()
