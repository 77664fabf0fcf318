"""The registry: which checkpoints and adapters this site may draw with, where they lie and on what terms."""

from __future__ import annotations

import re
from typing import ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from albumsite.jobs.models import Job
from albumsite.jobs.states import ACTIVE


class ModelVersionQuerySet(models.QuerySet["ModelVersion"]):
    def permitted(self) -> Self:
        """Those whose licence lets this site draw with them."""
        return self if settings.ALLOW_NONCOMMERCIAL_MODELS else self.filter(allows_commercial_use=True)

    def active_checkpoint(self) -> Self:
        """The checkpoint that new requests are drawn with; at most one."""
        return self.permitted().filter(kind="checkpoint", state="active")

    def active_adapter(self) -> Self:
        """The adapter that is laid over every new request's pictures; at most one."""
        return self.permitted().filter(kind="adapter", state="active")

    def offered(self) -> Self:
        """Checkpoints that a person may choose on the create form, the one in use first."""
        chosen = self.permitted().filter(kind="checkpoint")
        chosen = chosen.filter(Q(state="active") | Q(state="verified", is_offered=True))
        return chosen.order_by("state", "-id")  # "active" sorts before "verified"


ADAPTER_SCALE_MAX = 4.0


SCHEDULERS = (
    "default", "euler", "euler_a", "euler_trailing", "euler_a_trailing", "euler_karras", "heun", "dpmpp_2m",
    "dpmpp_2m_karras", "dpmpp_2m_sde", "dpmpp_2m_sde_karras", "dpmpp_sde", "ddim", "ddim_trailing", "ddpm", "pndm",
    "unipc", "lcm", "lcm_trained_at_4", "tcd",
)  # fmt: skip
"""The names in covers/engine/sdxl/schedulers.py, which needs torch; a test holds the two together."""


def check_side(value: int) -> None:
    """A size that the engine can draw. Raises ValidationError."""
    if not 64 <= value <= 2048 or value % 8:
        raise ValidationError(_("A multiple of 8 from 64 to 2048, please."))


def check_sha256(value: str) -> None:
    """Raises ValidationError."""
    if not re.fullmatch(r"[0-9a-f]{64}", value):
        raise ValidationError(_("A SHA-256 is 64 letters and digits, 0 to 9 and a to f."))


class Kind(models.TextChoices):
    CHECKPOINT = "checkpoint", _("Checkpoint")
    ADAPTER = "adapter", _("Adapter")


class SourceKind(models.TextChoices):
    HUB = "hub", _("Hub repository")
    FOLDER = "folder", _("Folder on the workers' machine")
    FILE = "file", _("File on the workers' machine")
    STORAGE = "storage", _("Private bucket")


class ModelState(models.TextChoices):
    NEW = "new", _("Not verified yet")
    VERIFIED = "verified", _("Verified")
    CANDIDATE = "candidate", _("Candidate")
    TRIAL = "trial", _("On trial")
    ACTIVE = "active", _("In use")
    RETIRED = "retired", _("Retired")
    BROKEN = "broken", _("Broken")


UNPROVEN = (ModelState.NEW, ModelState.BROKEN, ModelState.RETIRED)
"""States that need no fingerprint; a model that is verified or in use has one."""


class ModelVersion(models.Model):
    """One checkpoint or adapter, as it was on the day it was registered. Another version is another row.

    sha256: of the one file, or of the manifest `files` when there are several (covers.registry.manifests). facts: what
    its headers and configuration say (covers.registry.shapes). The draw settings that it leaves empty are the site's.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.SlugField(_("key"), max_length=64, unique=True, help_text=_("Short and lasting: summer-2026-v1"))
    name = models.CharField(_("name"), max_length=100, blank=True, help_text=_("What people read on the create form"))
    kind = models.CharField(_("kind"), max_length=16, choices=Kind, default=Kind.CHECKPOINT)
    engine = models.CharField(_("engine"), max_length=64, default="sdxl")

    source_kind = models.CharField(_("kind of source"), max_length=16, choices=SourceKind)
    source = models.CharField(
        _("source"), max_length=500, help_text=_("Hub id, path, or key of the private bucket (its folder or file)")
    )
    filename = models.CharField(_("file of the hub repository"), max_length=300, blank=True)
    config = models.CharField(
        _("configuration"), max_length=500, blank=True, help_text=_("Of a single-file checkpoint: a folder or a hub id")
    )
    revision = models.CharField(
        _("revision"), max_length=128, blank=True, help_text=_("Of a hub id: its commit, 40 letters and digits")
    )
    sha256 = models.CharField(
        "SHA-256",
        max_length=64,
        blank=True,
        validators=[check_sha256],
        help_text=_("Empty: what is found when it is verified counts from then on"),
    )
    size_bytes = models.PositiveBigIntegerField(_("size"), default=0)
    files = models.JSONField(_("files"), default=list, blank=True)
    facts = models.JSONField(_("what its files say"), default=dict, blank=True)

    licence = models.CharField(_("licence"), max_length=100, help_text=_("SPDX identifier, or its name"))
    licence_url = models.URLField(_("licence text"), max_length=500, blank=True)
    allows_commercial_use = models.BooleanField(_("allows commercial use"), default=False)

    base_model = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="adapters", verbose_name=_("base model")
    )
    trigger_words = models.CharField(_("trigger words"), max_length=200, blank=True)
    adapter_scale = models.FloatField(
        _("weight"),
        default=1.0,
        validators=[MinValueValidator(-ADAPTER_SCALE_MAX), MaxValueValidator(ADAPTER_SCALE_MAX)],
    )

    native_side = models.PositiveSmallIntegerField(
        _("native side"),
        null=True,
        blank=True,
        validators=[check_side],
        help_text=_("Pixels. Pictures are drawn at this size, then enlarged"),
    )
    num_inference_steps = models.PositiveSmallIntegerField(
        _("steps"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(150)]
    )
    guidance_scale = models.FloatField(
        _("guidance scale"), null=True, blank=True, validators=[MinValueValidator(0), MaxValueValidator(50)]
    )
    scheduler = models.CharField(
        _("scheduler"), max_length=32, blank=True, choices=[(name, name) for name in SCHEDULERS]
    )
    week = models.CharField(
        _("week"),
        max_length=8,
        blank=True,
        default="",
        db_default="",
        help_text=_("Of what this site trained: 2026-W48"),
    )
    base_key = models.CharField(
        _("made for"),
        max_length=64,
        blank=True,
        default="",
        db_default="",
        help_text=_("Of what this site trained: key of the model beneath"),
    )
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children", verbose_name=_("trained from")
    )
    dataset = models.ForeignKey(
        "covers.Dataset",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="versions",
        verbose_name=_("training set"),
    )
    code_revision = models.CharField(_("code revision"), max_length=64, blank=True, default="", db_default="")
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("approved by"),
    )
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True, editable=False)
    trial_percent = models.PositiveSmallIntegerField(
        _("share of people"), null=True, blank=True, help_text=_("Percent, while it is on trial")
    )
    trial_started_at = models.DateTimeField(null=True, blank=True, editable=False)
    is_offered = models.BooleanField(
        _("offered"), default=False, help_text=_("On the create form, beside the one in use")
    )

    replaced = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("What drew before it was put to use: what comes back when it fails"),
    )
    state = models.CharField(_("state"), max_length=16, choices=ModelState, default=ModelState.NEW)
    reason = models.CharField(_("why it is broken"), max_length=500, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    verified_at = models.DateTimeField(null=True, blank=True, editable=False)
    activated_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[ModelVersionQuerySet] = ModelVersionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("model")
        verbose_name_plural = _("models")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="model_kind_legal"),
            models.CheckConstraint(condition=Q(state__in=ModelState.values), name="model_state_legal"),
            models.CheckConstraint(condition=Q(source_kind__in=SourceKind.values), name="model_source_kind_legal"),
            models.UniqueConstraint(fields=["kind"], condition=Q(state=ModelState.ACTIVE), name="model_one_active"),
            models.UniqueConstraint(fields=["kind"], condition=Q(state=ModelState.TRIAL), name="model_one_on_trial"),
            models.CheckConstraint(
                condition=~Q(state__in=(ModelState.CANDIDATE, ModelState.TRIAL))
                | (Q(kind=Kind.ADAPTER) & ~Q(base_key="")),
                name="model_candidate_was_trained_here",
            ),
            models.CheckConstraint(
                condition=~Q(state=ModelState.TRIAL) | Q(trial_percent__gte=1, trial_percent__lte=99),
                name="model_trial_has_share",
            ),
            models.CheckConstraint(
                condition=~Q(source_kind=SourceKind.HUB) | Q(revision__regex=r"^[0-9a-f]{40}$"),
                name="model_hub_id_pinned",
            ),
            models.CheckConstraint(condition=Q(state__in=UNPROVEN) | ~Q(sha256=""), name="model_proven_has_sha256"),
            models.CheckConstraint(
                condition=(Q(state=ModelState.BROKEN) & ~Q(reason="")) | (~Q(state=ModelState.BROKEN) & Q(reason="")),
                name="model_broken_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.ADAPTER) | Q(base_model=None), name="model_base_only_of_adapters"
            ),
            models.CheckConstraint(
                condition=Q(adapter_scale__gte=-ADAPTER_SCALE_MAX, adapter_scale__lte=ADAPTER_SCALE_MAX),
                name="model_adapter_scale_sane",
            ),
            models.CheckConstraint(condition=~Q(licence=""), name="model_has_licence"),
        ]

    def __str__(self) -> str:
        return self.name or self.key

    @property
    def is_usable(self) -> bool:
        return self.state in (ModelState.VERIFIED, ModelState.ACTIVE)


class ModelCheck(Job):
    """Reading every byte of a model and saying whether it is what it should be: minutes, so a worker does it."""

    STAGES: ClassVar[dict[str, tuple[str, str]]] = {"verify": ("finish", "covers.tasks.verify_model")}

    version = models.ForeignKey(ModelVersion, on_delete=models.CASCADE, related_name="checks")

    class Meta:
        verbose_name = _("check of a model")
        verbose_name_plural = _("checks of models")
        constraints = [
            *Job.job_constraints("modelcheck", ("verify",)),
            models.UniqueConstraint(fields=["version"], condition=Q(state__in=ACTIVE), name="modelcheck_one_at_a_time"),
        ]
        indexes = Job.job_indexes("modelcheck")

    def __str__(self) -> str:
        return f"{self.version} {self.get_state_display()}"


class SmokeTest(Job):
    """One small picture that a draw worker draws with a model before anybody's song is: see `covers.drawing.smoke_tests`.

    wish: what happens when the picture is well. options: of the wish. said: why it failed, for operators. picture: a small
    WebP as a data URL.
    """

    STAGES: ClassVar[dict[str, tuple[str, str]]] = {"draw": ("draw", "covers.tasks.draw_smoke_test")}

    class Wish(models.TextChoices):
        LOOK = "", _("Only look")
        USE = "use", _("Put it to use")
        PROMOTE = "promote", _("Promote it")
        TRIAL = "trial", _("Try it on people")

    version = models.ForeignKey(ModelVersion, on_delete=models.CASCADE, related_name="smoke_tests")
    wish = models.CharField(max_length=16, blank=True, choices=Wish, default=Wish.LOOK)
    options = models.JSONField(default=dict, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    said = models.CharField(max_length=500, blank=True)
    seconds = models.FloatField(null=True, blank=True)
    picture = models.TextField(blank=True)

    class Meta:
        verbose_name = _("test picture")
        verbose_name_plural = _("test pictures")
        constraints = [
            *Job.job_constraints("smoketest", ("draw",)),
            models.UniqueConstraint(fields=["version"], condition=Q(state__in=ACTIVE), name="smoketest_one_at_a_time"),
        ]
        indexes = Job.job_indexes("smoketest")

    def __str__(self) -> str:
        return f"{self.version} {self.get_state_display()}"
