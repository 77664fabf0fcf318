"""Weekly models into the world and out of it: trials, promotions, rollbacks. Each change is one transaction with its line
in the log (`Promotion`), so that whoever is killed and runs again comes to the same end.

All take the activation lock first: two changes at once are one after the other, and at each moment at most one adapter is
active, the old one or the new one.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import DateTimeField, Func, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from accounts.models import User
from albumsite.jobs.states import State
from covers import registry
from covers.models import Evaluation, Kind, ModelState, ModelVersion, Promotion, SmokeTest, Verdict

logger = logging.getLogger(__name__)

BASE = "base"
"""What `roll_back` calls the base model alone."""
Change = Promotion.Change
CLOCK = Func(function="clock_timestamp", output_field=DateTimeField())
"""Not `Now`, which is when the transaction began: two that waited for the lock could be logged in the wrong order."""
DRAWING = (Change.PROMOTED, Change.ROLLED_BACK)
"""Changes of what draws for everybody."""


@dataclass(frozen=True)
class Approval:
    """Who changes what draws, and why. by: None is the site itself, by its rule, or a command line that names nobody."""

    by: User | None = None
    reason: str = ""
    figures: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ChangeResult:
    """What a service did. change: the line in the log; has_changed: False when all was so already."""

    change: Promotion
    has_changed: bool


# --- what is so -------------------------------------------------------------------------------------------------------


def active_adapter() -> ModelVersion | None:
    """What is laid over new requests now, a weekly model or an operator's own."""
    return ModelVersion.objects.filter(kind=Kind.ADAPTER, state=ModelState.ACTIVE).first()


def model_on_trial() -> ModelVersion | None:
    return ModelVersion.objects.filter(kind=Kind.ADAPTER, state=ModelState.TRIAL).first()


def last_change() -> Promotion | None:
    """Of what draws for everybody; the lock of `hold_activation` puts them in order of their time."""
    return _newest_first().filter(change__in=DRAWING).first()


def last_evaluation(version: ModelVersion) -> Evaluation | None:
    """The newest one that came to its end."""
    done = Evaluation.objects.filter(version=version, state=State.DONE).select_related("against")
    return done.order_by("-finished_at").first()


def has_drawn(version: ModelVersion) -> bool:
    """Whether it was ever what draws for everybody: only that can be gone back to."""
    return Promotion.objects.filter(change__in=DRAWING, version=version).exists()


def _newest_first() -> QuerySet[Promotion]:
    return Promotion.objects.select_related("version", "before").order_by("-created_at", "-id")


# --- trials -----------------------------------------------------------------------------------------------------------


def begin_trial(*, version: ModelVersion, percent: int, approval: Approval) -> ChangeResult:
    """Draw with this candidate for a share of people, assigned by person. Raises BadModel, EngineError.

    Raises BeingTried when a draw worker must draw a small picture with it first: that worker then begins the trial.
    """
    if not 1 <= percent <= 99:
        raise registry.BadModel(_("The share of people is a number from 1 to 99, in percent."))
    if version.state == ModelState.CANDIDATE:
        _prove(version)
    with transaction.atomic():
        row = _locked(version)
        if row.state == ModelState.TRIAL:
            return _so_already(row, Change.TRIAL)
        _refuse_unless_may_be_tried(row)
        if registry.has_passed(row):
            ModelVersion.objects.filter(pk=row.pk).update(
                state=ModelState.TRIAL, trial_percent=percent, trial_started_at=Now()
            )
            figures = {"percent": percent, **approval.figures}
            return _note(Change.TRIAL, row, active_adapter(), approval, _("On trial."), figures, last_evaluation(row))
    raise _picture_first(row, SmokeTest.Wish.TRIAL, approval, {"percent": percent})


def _refuse_unless_may_be_tried(row: ModelVersion) -> None:
    _refuse_unless_candidate(row)
    if other := model_on_trial():
        raise registry.BadModel(_("“%(key)s” is on trial. End that trial first.") % {"key": other.key})
    evaluation = last_evaluation(row)
    if evaluation is not None and evaluation.verdict == Verdict.WORSE:
        raise registry.BadModel(_("“%(key)s” was found worse. People are not drawn for with it.") % {"key": row.key})


def end_trial(*, version: ModelVersion, approval: Approval, for_good: bool = False) -> ChangeResult:
    """New requests of all people are drawn with what draws for everybody. for_good: the model is retired. Raises BadModel."""
    with transaction.atomic():
        row = _locked(version)
        if row.state == ModelState.TRIAL:
            return _end_trial(row, approval, _("Trial ended."), for_good)
        if Promotion.objects.filter(version=row, change=Change.TRIAL_ENDED).exists():
            return _so_already(row, Change.TRIAL_ENDED)
    raise registry.BadModel(_("“%(key)s” is not on trial.") % {"key": version.key})


def _end_trial(row: ModelVersion, approval: Approval, reason: str, for_good: bool = False) -> ChangeResult:
    ModelVersion.objects.filter(pk=row.pk).update(
        state=ModelState.RETIRED if for_good else ModelState.CANDIDATE, trial_percent=None, trial_started_at=None
    )
    return _note(Change.TRIAL_ENDED, row, active_adapter(), approval, reason, approval.figures)


def _end_trials_but_of(row: ModelVersion | None, by: User | None) -> None:
    """What another trial compares with is about to go, and with it the sense of the trial."""
    other = model_on_trial()
    if other is not None and (row is None or other.pk != row.pk):
        _end_trial(other, Approval(by=by), _("The model that it was compared with changed."))


# --- promotion --------------------------------------------------------------------------------------------------------


def promote(*, version: ModelVersion, approval: Approval, force: bool = False) -> ChangeResult:
    """Draw with this model for everybody. Killed anywhere and run again: the same end, one line in the log.

    Only a candidate, or what is on trial, whose files are whole and which was found better than what draws now. force: also
    without such a comparison; people must say why. Raises BadModel, EngineError; BeingTried as `begin_trial`.
    """
    if version.state in (ModelState.CANDIDATE, ModelState.TRIAL):
        _prove(version)
    with transaction.atomic():
        row = _locked(version)
        if row.state == ModelState.ACTIVE:
            return _so_already(row, *DRAWING)
        _refuse_unless_candidate(row, or_on_trial=True)
        before, evaluation = active_adapter(), last_evaluation(row)
        _refuse_unless_better(row, before, evaluation, force, approval.reason)
        if registry.has_passed(row):
            _end_trials_but_of(row, approval.by)
            registry.set_active(Kind.ADAPTER, row)
            ModelVersion.objects.filter(pk=row.pk).update(approved_by=approval.by, approved_at=Now())
            figures = {"is_forced": force, "verdict": evaluation.verdict if evaluation else "", **approval.figures}
            return _note(Change.PROMOTED, row, before, approval, _("Found better."), figures, evaluation)
    raise _picture_first(row, SmokeTest.Wish.PROMOTE, approval, {"force": force})


def _picture_first(row: ModelVersion, wish: str, approval: Approval, options: dict[str, Any]) -> registry.BeingTried:
    """Asks for a test picture; its worker does what was wished for when it is well."""
    options = {**options, "reason": approval.reason}
    return registry.BeingTried(registry.ask_for_picture(version=row, wish=wish, options=options, by=approval.by))


def _refuse_unless_candidate(row: ModelVersion, or_on_trial: bool = False) -> None:
    states = (ModelState.CANDIDATE, ModelState.TRIAL) if or_on_trial else (ModelState.CANDIDATE,)
    if not row.base_key or row.state not in states:
        raise registry.BadModel(
            _("“%(key)s” is no candidate (%(state)s).") % {"key": row.key, "state": row.get_state_display()}
        )
    if row.verified_at is None:
        raise registry.BadModel(_("“%(key)s” is not verified yet.") % {"key": row.key})
    registry.check_licence(row)
    if row.base_key not in {choice.key for choice in registry.available()}:
        raise registry.BadModel(
            _("“%(base)s”, which “%(key)s” was made for, does not draw here.") % {"base": row.base_key, "key": row.key}
        )


def _refuse_unless_better(
    row: ModelVersion, before: ModelVersion | None, evaluation: Evaluation | None, force: bool, reason: str
) -> None:
    if force:
        if not reason.strip():
            raise registry.BadModel(_("Say why it is promoted against the rule."))
        return
    if evaluation is None:
        raise registry.BadModel(_("“%(key)s” has not been compared with anything yet.") % {"key": row.key})
    if evaluation.verdict != Verdict.BETTER:
        raise registry.BadModel(
            _("“%(key)s” was not found better: %(verdict)s.")
            % {"key": row.key, "verdict": evaluation.get_verdict_display()}
        )
    replaced = before if before is not None and before.base_key == row.base_key else None
    if evaluation.against != replaced:
        raise registry.BadModel(
            _("“%(key)s” was compared with “%(against)s”, and “%(now)s” draws now. Compare them again.")
            % {"key": row.key, "against": name_of(evaluation.against), "now": name_of(replaced)}
        )


# --- rollback ---------------------------------------------------------------------------------------------------------


def roll_back(*, approval: Approval, to: str = "", drawing: ModelVersion | None = None) -> ChangeResult:
    """Draw with what drew before the last promotion, or with `to`: a key, or BASE. Run again it changes nothing.

    drawing: do it only while this is what was promoted last; somebody may have been quicker. Raises BadModel.
    """
    with transaction.atomic():
        registry.hold_activation()
        last = last_change()
        if last is None:
            raise registry.BadModel(_("No weekly model has been promoted yet, so there is nothing to go back from."))
        is_undone = last.change == Change.ROLLED_BACK and not to
        if is_undone or (drawing is not None and last.version_id != drawing.pk):
            return ChangeResult(last, has_changed=False)
        target = _target(to) if to else last.before
        before = active_adapter()
        if before == target:
            return ChangeResult(last, has_changed=False)
        _refuse_unless_restorable(target)
        _end_trials_but_of(None, approval.by)
        registry.set_active(Kind.ADAPTER, target)
        return _note(Change.ROLLED_BACK, target, before or last.version, approval, _("Rolled back."), approval.figures)


def _target(key: str) -> ModelVersion | None:
    if key == BASE:
        return None
    version = ModelVersion.objects.filter(key=key, kind=Kind.ADAPTER).first()
    if version is None:
        raise registry.BadModel(_("There is no adapter “%(key)s”.") % {"key": key})
    if version.base_key and not has_drawn(version):
        raise registry.BadModel(_("“%(key)s” has never drawn for everybody; promote it instead.") % {"key": key})
    return version


def _refuse_unless_restorable(target: ModelVersion | None) -> None:
    if target is None:
        return
    if target.state not in (ModelState.RETIRED, ModelState.VERIFIED):
        raise registry.BadModel(
            _("“%(key)s” cannot draw again (%(state)s). Go back to another one, or to the base model.")
            % {"key": target.key, "state": target.get_state_display()}
        )
    registry.check_licence(target)


# --- together ---------------------------------------------------------------------------------------------------------


def name_of(version: ModelVersion | None) -> str:
    """For sentences."""
    return version.key if version else _("the base model")


def _prove(version: ModelVersion) -> None:
    """Read the file that is about to draw, and compare its SHA-256. Raises BadModel, EngineError."""
    registry.verify_model(version=version)
    if version.state == ModelState.BROKEN:
        raise registry.BadModel(_("“%(key)s” is broken: %(why)s") % {"key": version.key, "why": version.reason})


def _locked(version: ModelVersion) -> ModelVersion:
    registry.hold_activation()
    return ModelVersion.objects.select_for_update().get(pk=version.pk)


def _so_already(row: ModelVersion, *changes: str) -> ChangeResult:
    change = _newest_first().filter(version=row, change__in=changes).first()
    if change is None:
        raise registry.BadModel(_("“%(key)s” draws already.") % {"key": row.key})
    return ChangeResult(change, has_changed=False)


def _note(
    change: Promotion.Change,
    version: ModelVersion | None,
    before: ModelVersion | None,
    approval: Approval,
    reason: str,
    figures: dict[str, Any],
    evaluation: Evaluation | None = None,
) -> ChangeResult:
    line = Promotion.objects.create(
        created_at=CLOCK, change=change, version=version, before=before, by=approval.by, reason=(approval.reason.strip() or reason)[:500],
        figures=figures, evaluation=evaluation,
    )  # fmt: skip
    line.refresh_from_db(fields=["created_at"])
    logger.info("model changed change=%s version=%s before=%s", change, name_of(version), name_of(before))
    return ChangeResult(line, has_changed=True)
