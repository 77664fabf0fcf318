"""Copies of covers that must go from the public bucket, or whole covers that must go from both."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from albumsite.jobs.models import Job


class Withdrawal(Job):
    """The folder of one cover that must be empty in the public bucket, and in the private one when the cover is deleted; or that of
    a picture that somebody brought, which is deleted.

    Then whoever keeps copies of its addresses is told (`CDN_PURGE_URL`). It is written in the transaction that takes the cover
    down, so no lost answer loses it, and it is never given up. A cover that is on the wall again meanwhile keeps its copies.
    """

    STAGES: ClassVar[dict[str, tuple[str, str]]] = {
        "delete": ("finish", "covers.tasks.withdraw"),
        "purge": ("finish", "covers.tasks.withdraw"),
    }
    DELETES = True

    storage_prefix = models.CharField(max_length=200)
    with_originals = models.BooleanField(default=False, help_text=_("The cover itself is deleted"))

    class Meta:
        verbose_name = _("withdrawal")
        verbose_name_plural = _("withdrawals")
        constraints = [
            *Job.job_constraints("withdrawal", ("delete", "purge")),
            models.CheckConstraint(
                condition=Q(storage_prefix__regex=r"^(covers|pictures)/[0-9a-f-]{36}/."), name="withdrawal_of_a_cover"
            ),
        ]
        indexes = Job.job_indexes("withdrawal")

    def __str__(self) -> str:
        return f"{self.storage_prefix} {self.get_state_display()}"
