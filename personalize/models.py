"""Faces that members taught the site: the consent, the photos, the training and what came of it.

Everything that is stored of a face lies below one folder of the private bucket, `faces/<pk>/`, so that forgetting it is
deleting that folder. Only members have faces: a visitor's browser may be anybody's.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, Max, OuterRef, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from accounts.person import Person
from albumsite.jobs.models import Job, JobQuerySet
from albumsite.jobs.states import ACTIVE, State
from personalize import consents
from personalize.object_keys import face_prefix, portrait_prefix

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


class Consent(models.Model):
    """What a person agreed to, word for word by its hash. It stays, withdrawn, as the proof when the face is gone."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="face_consents"
    )
    version = models.CharField(_("version"), max_length=16)
    text_sha256 = models.CharField(_("SHA-256 of the text"), max_length=64)
    language = models.CharField(_("language"), max_length=8)
    given_at = models.DateTimeField(_("given"), db_default=Now(), editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.CheckConstraint(
                condition=~Q(version="") & ~Q(language="") & Q(text_sha256__regex=r"^[0-9a-f]{64}$"),
                name="consent_says_to_what",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.language} {self.given_at:%Y-%m-%d}"


class Face(models.Model):
    """One person's face, of one member. Ready once it has an adapter."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="faces")
    consent = models.OneToOneField(Consent, on_delete=models.PROTECT, related_name="face")
    name = models.CharField(_("name"), max_length=40)
    class_noun = models.CharField(_("kind"), max_length=24, default="person")
    identifier_token = models.CharField(max_length=16, blank=True, editable=False)
    base_key = models.CharField(
        max_length=64, blank=True, editable=False, help_text=_("Key of the model that it was learnt for")
    )
    base_model_revision = models.CharField(max_length=128, blank=True, editable=False)
    adapter_key = models.CharField(max_length=250, blank=True, editable=False)
    adapter_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    adapter_size_bytes = models.PositiveBigIntegerField(default=0, editable=False)
    likeness = models.FloatField(null=True, blank=True, editable=False)
    likeness_before = models.FloatField(null=True, blank=True, editable=False)
    likeness_metric = models.CharField(max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    ready_at = models.DateTimeField(null=True, blank=True, editable=False)
    used_at = models.DateTimeField(db_default=Now(), editable=False)
    warned_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[FaceQuerySet] = FaceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("face")
        verbose_name_plural = _("faces")
        constraints = [
            models.UniqueConstraint(
                fields=["base_key", "identifier_token"],
                condition=~Q(identifier_token=""),
                name="face_token_of_one_person",
            ),
            models.CheckConstraint(condition=~Q(name="") & ~Q(class_noun=""), name="face_name_and_noun"),
            models.CheckConstraint(
                condition=(Q(adapter_key="", adapter_sha256="", ready_at__isnull=True))
                | (~Q(adapter_key="") & ~Q(adapter_sha256="") & ~Q(identifier_token="") & Q(ready_at__isnull=False)),
                name="face_ready_with_adapter",
            ),
        ]
        indexes = [models.Index(fields=["owner", "-id"], name="face_of_owner")]

    def __str__(self) -> str:
        return self.name

    @property
    def prefix(self) -> str:
        """Its folder in the private bucket."""
        return face_prefix(self.pk)

    @property
    def is_ready(self) -> bool:
        return bool(self.adapter_key)

    @property
    def subject(self) -> str:
        """How a prompt names this person."""
        return f"{self.identifier_token} {self.class_noun}"

    def drawn_from(self) -> list[Photo | KeptPortrait]:
        """What its portraits are drawn from, in order: the first photos, each by what is kept of it where that is made already;
        kept portraits alone when the photos have gone."""
        photos = list(self.photos.order_by("position")[: settings.FACE_PORTRAITS_MAX])
        kept = {one.pk: one for one in self.portraits.filter(state=State.DONE).order_by("position")}
        if kept and len(photos) < settings.FACE_PHOTOS_MIN:
            return list(kept.values())
        return [kept.get(photo.pk, photo) for photo in photos]

    def has_portraits(self) -> bool:
        """Whether `drawn_from` finds any."""
        return self.photos.exists() or self.portraits.filter(state=State.DONE).exists()

    @property
    def lacks_new_consent(self) -> bool:
        """Whether its person agreed to a version that does not let portraits be kept."""
        return not consents.keeps_portraits(self.consent.version)

    def current_run(self) -> TrainingRun | None:
        """The newest training, whatever became of it."""
        return self.runs.order_by("-id").first()

    def photos_leave_at(self) -> datetime | None:
        """When the photos are deleted by themselves: FACE_PHOTO_DAYS after the training, or after the last one added."""
        newest = self.photos.order_by("-id").first()
        if newest is None:
            return None
        since = max(newest.created_at, self.ready_at or newest.created_at)
        return since + timedelta(days=settings.FACE_PHOTO_DAYS)

    def get_absolute_url(self) -> str:
        return reverse("faces:face", args=[self.pk])


class Photo(models.Model):
    """One accepted photo: upright, re-encoded, without metadata. Refused ones are never stored."""

    IS_LAYERS: ClassVar[bool] = False
    """Whether its file is what `poster` keeps of a photo."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    face = models.ForeignKey(Face, on_delete=models.CASCADE, related_name="photos")
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="photos")
    position = models.PositiveSmallIntegerField(help_text=_("0 to 9: a face has at most ten"))
    storage_key = models.CharField(max_length=250)
    sha256 = models.CharField(max_length=64)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    face_left = models.FloatField()
    face_top = models.FloatField()
    face_width = models.FloatField()
    face_height = models.FloatField()
    fingerprint = models.BigIntegerField(help_text=_("Perceptual hash: near-duplicates differ in few bits"))
    embedding = models.JSONField(help_text=_("128 numbers that tell faces apart; deleted with the photo"))
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        constraints = [
            models.UniqueConstraint(fields=["face", "position"], name="photo_once_per_place"),
            models.CheckConstraint(condition=Q(position__lt=settings.FACE_PHOTOS_MAX), name="photo_ten_at_most"),
        ]

    def __str__(self) -> str:
        return f"{self.face_id} #{self.position + 1}"


class KeptPortrait(Job):
    """What `poster` needs of one photo, by the photo's primary key: no colour, no number that tells faces apart. It stays when
    the photo goes, and goes with the face, or when a person deletes the photo. A job until it is made."""

    STAGES: ClassVar[dict[str, tuple[str, str]]] = {"develop": ("finish", "personalize.tasks.develop")}
    IS_LAYERS: ClassVar[bool] = True

    face = models.ForeignKey(Face, on_delete=models.CASCADE, related_name="portraits")
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="portraits")
    position = models.PositiveSmallIntegerField(help_text=_("Of its photo"))
    storage_key = models.CharField(max_length=250, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size_bytes = models.PositiveIntegerField(default=0)
    face_left = models.FloatField()
    face_top = models.FloatField()
    face_width = models.FloatField()
    face_height = models.FloatField()

    class Meta:
        verbose_name = _("kept portrait")
        verbose_name_plural = _("kept portraits")
        constraints = [
            *Job.job_constraints("portrait", ("develop",)),
            models.UniqueConstraint(fields=["face", "position"], name="portrait_once_per_place"),
            models.CheckConstraint(condition=~Q(state=State.DONE) | ~Q(storage_key=""), name="portrait_done_has_file"),
        ]
        indexes = Job.job_indexes("portrait")

    def __str__(self) -> str:
        return f"{self.face_id} #{self.position + 1} {self.get_state_display()}"

    @property
    def prefix(self) -> str:
        """Its folder in the private bucket."""
        return portrait_prefix(self.face_id, self.pk)


class TrainingRun(Job):
    """One training of one face: a job (`albumsite.jobs.models`), and how far it is."""

    STAGES: ClassVar[dict[str, tuple[str, str]]] = {"train": ("train", "personalize.tasks.train_face")}

    face = models.ForeignKey(Face, on_delete=models.CASCADE, related_name="runs")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="trainings")
    options = models.JSONField(default=dict, blank=True, help_text=_("What differs from the trainer's own rules"))
    seed = models.BigIntegerField()
    progress = models.JSONField(default=dict, blank=True, help_text=_("stage, step, total, seconds_left"))
    losses = models.JSONField(default=list, blank=True, help_text=_("[step, loss], thinned out"))
    samples = models.JSONField(default=list, blank=True, help_text=_("step, keys and likeness of sample pictures"))
    checkpoint_key = models.CharField(max_length=250, blank=True)
    parameters = models.JSONField(default=dict, blank=True, help_text=_("What was really used"))
    mailed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[TrainingQuerySet] = TrainingQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("training")
        verbose_name_plural = _("trainings")
        constraints = [
            *Job.job_constraints("training", ("train",)),
            models.UniqueConstraint(fields=["face"], condition=Q(state__in=ACTIVE), name="training_one_at_a_time"),
        ]
        indexes = [
            *Job.job_indexes("training"),
            models.Index(fields=["owner", "-id"], name="training_of_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.face} {self.get_state_display()}"

    @property
    def prefix(self) -> str:
        return f"{face_prefix(self.face_id)}runs/{self.pk}/"


class Erasure(Job):
    """A folder that must be empty in both buckets, of a face or of covers that show it.

    Done when it was looked at twice, a lease's length apart; it never gives up. The second look takes what a worker wrote
    that had not yet noticed that the face was gone. The row holds no more of the face than its number.
    """

    STAGES: ClassVar[dict[str, tuple[str, str]]] = {
        "erase": ("finish", "personalize.tasks.erase"),
        "look-again": ("finish", "personalize.tasks.erase"),
    }
    DELETES = True

    prefix = models.CharField(max_length=100)

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        constraints = [
            *Job.job_constraints("erasure", ("erase", "look-again")),
            models.CheckConstraint(
                condition=Q(prefix__regex=r"^(faces|covers)/[0-9a-f-]{36}/"), name="erasure_of_a_face"
            ),
        ]
        indexes = Job.job_indexes("erasure")

    def __str__(self) -> str:
        return f"{self.prefix} {self.get_state_display()}"
