"""What the model learns from: who agreed to it, what they liked, and which pictures went into each set."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from accounts.person import of_one_person
from covers.models.albums import Album
from covers.models.covers import Cover


class TrainingConsentQuerySet(models.QuerySet["TrainingConsent"]):
    def in_force(self) -> Self:
        return self.filter(owner__isnull=False, withdrawn_at__isnull=True)


class TrainingConsent(models.Model):
    """A member lets the site learn from their covers. It stays, withdrawn, as the proof of what was agreed to and when."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="training_consents"
    )
    version = models.CharField(_("version"), max_length=16)
    text_sha256 = models.CharField(_("SHA-256 of the text"), max_length=64)
    language = models.CharField(_("language"), max_length=8)
    given_at = models.DateTimeField(_("given"), db_default=Now(), editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)

    objects: ClassVar[TrainingConsentQuerySet] = TrainingConsentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("consent to learning")
        verbose_name_plural = _("consents to learning")
        constraints = [
            models.UniqueConstraint(
                fields=["owner"],
                condition=Q(owner__isnull=False, withdrawn_at__isnull=True),
                name="trainingconsent_one_in_force",
            ),
            models.CheckConstraint(
                condition=~Q(version="") & ~Q(language="") & Q(text_sha256__regex=r"^[0-9a-f]{64}$"),
                name="trainingconsent_says_to_what",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.language} {self.given_at:%Y-%m-%d}"


class Download(models.Model):
    """Somebody took the file of a cover: the strongest word of praise there is."""

    class File(models.TextChoices):
        MASTER = "master", _("Picture")
        RELEASE = "release", _("Release file")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    cover = models.ForeignKey(Cover, on_delete=models.CASCADE, related_name="downloads")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="downloads"
    )
    visitor = models.UUIDField(null=True, blank=True, editable=False)
    file = models.CharField(max_length=16, choices=File)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("download")
        verbose_name_plural = _("downloads")
        constraints = [
            of_one_person("download_by_one"),
            models.CheckConstraint(condition=Q(file__in=("master", "release")), name="download_file_legal"),
        ]
        indexes = [models.Index(fields=["created_at"], name="download_by_time")]

    def __str__(self) -> str:
        return f"{self.cover_id} {self.file}"


class Dataset(models.Model):
    """One frozen set. The manifest in the private bucket says every picture by its hash: what a training can be repeated from."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    week = models.CharField(_("week"), max_length=8, help_text=_("ISO year and week: 2026-W48"))
    base_key = models.CharField(_("model"), max_length=64, help_text=_("Key of the model that it is made for"))
    query = models.JSONField(_("chosen by"), default=dict)
    counts = models.JSONField(_("counts"), default=dict)
    manifest_key = models.CharField(max_length=250)
    manifest_sha256 = models.CharField(_("SHA-256 of the manifest"), max_length=64)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("training set")
        verbose_name_plural = _("training sets")
        constraints = [
            models.UniqueConstraint(fields=["manifest_sha256"], name="dataset_once"),
            models.CheckConstraint(
                condition=~Q(manifest_key="") & Q(manifest_sha256__regex=r"^[0-9a-f]{64}$"), name="dataset_has_manifest"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.week} {self.manifest_sha256[:8]}"


class DatasetItem(models.Model):
    """One picture in one set. What names the picture stays when the picture is deleted, to tell which models saw it.

    A trigger refuses a picture that may not be learnt from, see the migration.
    """

    class Role(models.TextChoices):
        TRAIN = "train", _("Learnt from")
        HELD_OUT = "held-out", _("Held out")
        CHOSEN = "chosen", _("Preferred")
        REJECTED = "rejected", _("Not preferred")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="items")
    role = models.CharField(max_length=16, choices=Role)
    pair = models.PositiveIntegerField(null=True, blank=True, help_text=_("Number of its pair in the set"))
    is_held_out = models.BooleanField(default=False)
    cover = models.ForeignKey(Cover, null=True, blank=True, on_delete=models.SET_NULL, related_name="dataset_items")
    album = models.ForeignKey(Album, null=True, blank=True, on_delete=models.SET_NULL, related_name="dataset_items")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="dataset_items"
    )
    source_pk = models.UUIDField(help_text=_("Primary key of the cover or album, also when it is gone"))
    sha256 = models.CharField("SHA-256", max_length=64)
    caption = models.TextField()
    half_stars = models.FloatField(null=True, blank=True, help_text=_("Mean rating when the set was made"))

    class Meta:
        verbose_name = _("picture of a set")
        verbose_name_plural = _("pictures of sets")
        constraints = [
            models.CheckConstraint(
                condition=(Q(role__in=("train", "held-out")) & Q(pair__isnull=True))
                | (Q(role__in=("chosen", "rejected")) & Q(pair__isnull=False)),
                name="datasetitem_pairs_are_numbered",
            ),
            models.UniqueConstraint(
                fields=["dataset", "source_pk", "role"], condition=Q(pair__isnull=True), name="datasetitem_once"
            ),
            models.UniqueConstraint(
                fields=["dataset", "pair", "role"], condition=Q(pair__isnull=False), name="datasetitem_pair_of_two"
            ),
        ]
        indexes = [
            models.Index(fields=["sha256"], name="datasetitem_sha256"),
            models.Index(fields=["source_pk"], name="datasetitem_source"),
        ]

    def __str__(self) -> str:
        return f"{self.dataset_id} {self.role} {self.sha256[:8]}"
