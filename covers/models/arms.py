"""What the site has learnt of styles and phrasings from ratings."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7


class PromptArm(models.Model):
    """One way to draw a genre, and how it was rated: an arm of the bandit. Counted from the reviews; it can be counted anew."""

    class ArmKind(models.TextChoices):
        STYLE = "style", _("Style")
        PHRASING = "phrasing", _("Phrasing")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    engine = models.CharField(_("engine"), max_length=64)
    genre = models.CharField(_("genre"), max_length=16, blank=True)
    kind = models.CharField(_("kind"), max_length=16, choices=ArmKind)
    arm = models.CharField(_("arm"), max_length=32)
    reviews = models.PositiveIntegerField(_("reviews"), default=0)
    counted_from = models.DateTimeField(
        _("counted from"), null=True, blank=True, editable=False, help_text=_("Older reviews do not count any more")
    )
    reward_sum = models.FloatField(_("sum of rewards"), default=0.0, help_text=_("Each from 0 to 1"))
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    objects: ClassVar[models.Manager[PromptArm]] = models.Manager()

    class Meta:
        verbose_name = _("style tried")
        verbose_name_plural = _("styles tried")
        constraints = [
            models.UniqueConstraint(fields=["engine", "genre", "kind", "arm"], name="arm_once"),
            models.CheckConstraint(condition=Q(kind__in=("style", "phrasing")), name="arm_kind_legal"),
            models.CheckConstraint(
                condition=Q(reward_sum__gte=-1e-6, reward_sum__lte=F("reviews") + 1e-6), name="arm_reward_0_to_1"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.engine} {self.genre or '–'} {self.arm}"
