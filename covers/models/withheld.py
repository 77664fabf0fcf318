"""Pictures that were drawn and are shown to nobody: refused by the picture check, or not judged yet."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from covers.models.requests import CoverRequest


class WithheldPicture(models.Model):
    """Not a cover: no page, file, wall, review or training set can reach it, for all of them begin at covers.

    record: the columns of the cover that it becomes when it is released. Its files lie where that cover's would, in the private bucket
    only. A held one keeps its place of the request free of other pictures; in the place of a refused one another is drawn.
    """

    class WithheldState(models.TextChoices):
        HELD = "held", _("Not judged yet")
        REFUSED = "refused", _("Refused")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    request = models.ForeignKey(
        CoverRequest, on_delete=models.CASCADE, related_name="withheld", verbose_name=_("request")
    )
    position = models.PositiveSmallIntegerField(_("place"))
    state = models.CharField(_("state"), max_length=8, choices=WithheldState)
    score = models.FloatField(_("unfit by"), null=True, blank=True, help_text=_("0 to 1, as the check said"))
    cause = models.CharField(_("why it was not judged"), max_length=32, blank=True)
    looks = models.PositiveSmallIntegerField(_("looks"), default=1, help_text=_("How often the check was asked"))
    looked_at = models.DateTimeField(_("last look"), db_default=Now())
    record = models.JSONField(default=dict)
    storage_prefix = models.CharField(max_length=200, unique=True)
    created_at = models.DateTimeField(_("drawn"), db_default=Now(), editable=False)

    objects: ClassVar[models.Manager[WithheldPicture]] = models.Manager()

    class Meta:
        verbose_name = _("withheld picture")
        verbose_name_plural = _("withheld pictures")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=("held", "refused")), name="withheld_state_legal"),
            models.UniqueConstraint(
                fields=["request", "position"], condition=Q(state="held"), name="withheld_once_per_position"
            ),
        ]
        indexes = [
            models.Index(fields=["looked_at"], condition=Q(state="held"), name="withheld_to_look_at"),
            models.Index(fields=["state", "id"], name="withheld_of_state"),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()} {self.pk.hex[-12:]}"

    @property
    def is_held(self) -> bool:
        return self.state == self.WithheldState.HELD
