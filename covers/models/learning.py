"""The weekly training and its judgement, and every change of which model draws."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from accounts.person import of_one_person
from albumsite.jobs.models import Job
from albumsite.jobs.states import ACTIVE, State
from covers.models.datasets import Dataset
from covers.models.versions import ModelVersion


class Retraining(Job):
    """One week's training of one model: choose the pictures, learn, compare. Each stage may die anywhere and begins again."""

    STAGES: ClassVar[dict[str, tuple[str, str]]] = {
        "collect": ("learn", "covers.tasks.retrain"),
        "train": ("learn", "covers.tasks.retrain"),
    }

    class Outcome(models.TextChoices):
        CANDIDATE = "candidate", _("A candidate")
        TOO_LITTLE = "too-little", _("Too little to learn from")

    week = models.CharField(_("week"), max_length=8, help_text=_("ISO year and week: 2026-W48"))
    number = models.PositiveSmallIntegerField(_("try"), default=1)
    base_key = models.CharField(_("model"), max_length=64)
    parent = models.ForeignKey(
        ModelVersion,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="retrainings",
        verbose_name=_("from"),
    )
    dataset = models.ForeignKey(Dataset, null=True, blank=True, on_delete=models.PROTECT, related_name="retrainings")
    options = models.JSONField(default=dict, blank=True, help_text=_("What differs from the trainer's own rules"))
    seed = models.BigIntegerField()
    progress = models.JSONField(default=dict, blank=True, help_text=_("stage, step, total, seconds_left"))
    losses = models.JSONField(default=list, blank=True, help_text=_("[step, loss], thinned out"))
    validation_losses = models.JSONField(default=list, blank=True, help_text=_("[step, loss]"))
    samples = models.JSONField(default=list, blank=True, help_text=_("step and keys of sample pictures"))
    checkpoint_key = models.CharField(max_length=250, blank=True)
    parameters = models.JSONField(default=dict, blank=True, help_text=_("What was really used"))
    outcome = models.CharField(_("outcome"), max_length=16, choices=Outcome, blank=True)
    version = models.OneToOneField(
        ModelVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="retraining"
    )

    class Meta:
        verbose_name = _("weekly training")
        verbose_name_plural = _("weekly trainings")
        constraints = [
            *Job.job_constraints("retraining", ("collect", "train")),
            models.UniqueConstraint(fields=["week", "base_key", "number"], name="retraining_once_a_week"),
            models.UniqueConstraint(
                fields=["base_key"], condition=Q(state__in=ACTIVE), name="retraining_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(state=State.DONE)
                | Q(outcome="candidate", version__isnull=False)
                | Q(outcome="too-little", version__isnull=True),
                name="retraining_done_has_outcome",
            ),
        ]
        indexes = Job.job_indexes("retraining")

    def __str__(self) -> str:
        return f"{self.week} {self.base_key}"

    @property
    def prefix(self) -> str:
        """Its folder in the private bucket."""
        return f"learning/retrainings/{self.pk}/"


class Verdict(models.TextChoices):
    BETTER = "better", _("Better")
    EQUAL = "equal", _("No clear difference")
    WORSE = "worse", _("Worse")


class Evaluation(Job):
    """A model side by side with the one it should follow, on the same prompts and seeds, and what the rule says of it."""

    STAGES: ClassVar[dict[str, tuple[str, str]]] = {"evaluate": ("learn", "covers.tasks.evaluate_model")}

    version = models.ForeignKey(ModelVersion, on_delete=models.CASCADE, related_name="evaluations")
    against = models.ForeignKey(
        ModelVersion,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="compared_evaluations",
        help_text=_("None: the base model alone"),
    )
    base_key = models.CharField(_("model"), max_length=64)
    prompt_set = models.CharField(
        _("prompts"), max_length=100, help_text=_("Name of the frozen set @ SHA-256 of its file")
    )
    seed = models.BigIntegerField()
    options = models.JSONField(default=dict, blank=True)
    progress = models.JSONField(default=dict, blank=True)
    metrics = models.JSONField(_("metrics"), default=list, blank=True)
    absent = models.JSONField(_("not measured"), default=list, blank=True, help_text=_("metric and why"))
    verdict = models.CharField(_("verdict"), max_length=16, choices=Verdict, blank=True)
    reasons = models.JSONField(_("reasons"), default=list, blank=True)
    rule = models.CharField(_("rule"), max_length=32, blank=True)
    sheets = models.JSONField(_("contact sheets"), default=list, blank=True, help_text=_("name and storage key"))
    pairs = models.JSONField(default=list, blank=True, help_text=_("prompt, seed, and keys of before and after"))

    class Meta:
        verbose_name = _("comparison of models")
        verbose_name_plural = _("comparisons of models")
        constraints = [
            *Job.job_constraints("evaluation", ("evaluate",)),
            models.UniqueConstraint(fields=["version"], condition=Q(state__in=ACTIVE), name="evaluation_one_at_a_time"),
            models.CheckConstraint(
                condition=(Q(state=State.DONE) & Q(verdict__in=Verdict.values) & ~Q(rule=""))
                | (~Q(state=State.DONE) & Q(verdict="")),
                name="evaluation_done_has_verdict",
            ),
        ]
        indexes = Job.job_indexes("evaluation")

    def __str__(self) -> str:
        return f"{self.version} {self.get_verdict_display() or self.get_state_display()}"

    @property
    def prefix(self) -> str:
        """Its folder in the private bucket."""
        return f"learning/evaluations/{self.pk}/"


class Promotion(models.Model):
    """One change of what draws new requests, who made it and why. Written with the change, never altered."""

    class Change(models.TextChoices):
        TRIAL = "trial", _("Trial begun")
        TRIAL_ENDED = "trial-ended", _("Trial ended")
        PROMOTED = "promoted", _("Promoted")
        ROLLED_BACK = "rolled-back", _("Rolled back")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    change = models.CharField(_("change"), max_length=16, choices=Change)
    version = models.ForeignKey(
        ModelVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="promotions",
        help_text=_("What draws from then on, or is tried; none: the base model alone"),
    )  # fmt: skip
    before = models.ForeignKey(
        ModelVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("before")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+",
        help_text=_("None: the site itself, by its rule"),
    )  # fmt: skip
    reason = models.CharField(_("reason"), max_length=500)
    figures = models.JSONField(default=dict, blank=True)
    evaluation = models.ForeignKey(
        Evaluation, null=True, blank=True, on_delete=models.SET_NULL, related_name="promotions"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("model history")
        verbose_name_plural = _("model history")
        constraints = [
            models.CheckConstraint(
                condition=Q(change__in=("trial", "trial-ended", "promoted", "rolled-back")), name="promotion_legal"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="promotion_has_reason"),
            models.UniqueConstraint(fields=["version"], condition=Q(change="promoted"), name="promotion_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_change_display()} {self.version or ''}"


class TrialAssignment(models.Model):
    """On which side of a trial a person is: decided once, and kept when a visitor becomes a member."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(ModelVersion, on_delete=models.CASCADE, related_name="assignments")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    visitor = models.UUIDField(null=True, blank=True, editable=False)
    is_tried = models.BooleanField(help_text=_("Drawn for with the model on trial"))
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("side of a trial")
        verbose_name_plural = _("sides of trials")
        constraints = [
            of_one_person("assignment_of_one"),
            models.UniqueConstraint(
                fields=["version", "owner"], condition=Q(owner__isnull=False), name="assignment_once_per_member"
            ),
            models.UniqueConstraint(
                fields=["version", "visitor"], condition=Q(visitor__isnull=False), name="assignment_once_per_visitor"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.is_tried}"
