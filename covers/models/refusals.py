"""That a song was refused, for the operator to see how often and by whom; never what it said."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7


class Refusal(models.Model):
    """One refused song. The text itself is kept nowhere. A visitor is nobody in particular here."""

    class RefusalReason(models.TextChoices):
        CHILD = "child", _("A child in a sexual scene")
        PERSON = "person", _("A real person beside a face")
        DECLINED = "declined", _("The language model declined")
        PROMPT = "prompt", _("The prompt was unfit")

    class Field(models.TextChoices):
        TITLE = "title", _("title")
        ARTIST = "artist", _("artist")
        ALBUM = "album", _("album")
        LYRICS = "lyrics", _("lyrics")
        PROMPT = "prompt", _("prompt")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    reason = models.CharField(_("reason"), max_length=16, choices=RefusalReason)
    field = models.CharField(_("field"), max_length=16, choices=Field)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("member"),
    )
    created_at = models.DateTimeField(_("at"), db_default=Now(), editable=False)

    objects: ClassVar[models.Manager[Refusal]] = models.Manager()

    class Meta:
        verbose_name = _("refused song")
        verbose_name_plural = _("refused songs")
        indexes = [models.Index(fields=["reason", "-id"], name="refusal_of_reason")]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} ({self.get_field_display()})"
