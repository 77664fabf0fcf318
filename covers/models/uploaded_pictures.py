"""A picture that somebody brought for their covers."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from accounts.person import Person, of_one_person
from covers.models.columns import json_column
from covers.object_keys import picture_key, picture_prefix

ADVICE: dict[str, str | Promise] = {
    "dark": _("This picture is almost wholly black. Covers made of it will be nearly black, too. A lighter picture shows more."),
    "pale": _("This picture is almost wholly white. Covers made of it will be nearly white, too. A picture with more in it shows more."),
    "empty": _("There is hardly anything to see in this picture but one colour. Covers made of it will be nearly empty, too."),
}  # fmt: skip
"""What is said at the form of a picture that is taken all the same, by what was seen of it (`covers/own_pictures/first_look.py`)."""


class UploadedPictureQuerySet(models.QuerySet["UploadedPicture"]):
    def visible_to(self, person: Person) -> Self:
        """Whose they are, and nobody else, staff and holders of a request's address included."""
        return self.filter(person.owns())

    def unused(self) -> Self:
        """Those that no request was made with, or whose requests are all deleted."""
        from covers.models.requests import CoverRequest

        return self.filter(~Exists(CoverRequest.objects.filter(picture=OuterRef("pk"))))


class UploadedPicture(models.Model):
    """One picture, judged and re-encoded, without metadata. It goes with the last request that is made of it, or unused after a day.

    agreed_…: to which statement, from the first request on; until then nothing is made of it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="uploaded_pictures"
    )
    visitor = models.UUIDField(null=True, blank=True, editable=False)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    size_bytes = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    faces = json_column(list, _("Where type does not stand: boxes, as shares"))
    square = models.JSONField(
        null=True, blank=True, help_text=_("Middle of the square that keeps what matters, as shares")
    )
    emptiness = models.CharField(
        max_length=8,
        blank=True,
        default="",
        db_default="",
        choices=[
            ("dark", _("almost wholly black")),
            ("pale", _("almost wholly white")),
            ("empty", _("almost one colour")),
        ],
    )
    agreed_version = models.CharField(max_length=16, blank=True)
    agreed_sha256 = models.CharField(max_length=64, blank=True, help_text=_("Of the text that was read"))
    agreed_language = models.CharField(max_length=8, blank=True)
    agreed_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects: ClassVar[UploadedPictureQuerySet] = UploadedPictureQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("uploaded picture")
        verbose_name_plural = _("uploaded pictures")
        constraints = [
            of_one_person("picture_owned_by_one"),
            models.CheckConstraint(
                condition=Q(agreed_version="", agreed_sha256="", agreed_language="", agreed_at__isnull=True)
                | (
                    ~Q(agreed_version="")
                    & ~Q(agreed_language="")
                    & Q(agreed_sha256__regex=r"^[0-9a-f]{64}$", agreed_at__isnull=False)
                ),
                name="picture_agreed_to_what",
            ),
        ]
        indexes = [
            models.Index(fields=["visitor", "-id"], condition=Q(owner=None), name="picture_of_visitor"),
        ]

    def __str__(self) -> str:
        return f"{self.width} × {self.height}"

    @property
    def advice(self) -> str:
        """What its sender is told of a picture that there is hardly anything in; empty for all others."""
        return str(ADVICE.get(self.emptiness, ""))

    @property
    def storage_prefix(self) -> str:
        """Its folder in the private bucket."""
        return picture_prefix(self.pk)

    @property
    def storage_key(self) -> str:
        return picture_key(self.pk)
