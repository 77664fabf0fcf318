"""How the models fared: what drew and how it was rated, trials, the newest comparison, the week's training, the arms."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.db.models import Count, Q, Value
from django.db.models.functions import Coalesce

from albumsite.jobs.states import State
from covers.bandit.arm_summary import all_arms
from covers.intervals.student import RatingSums
from covers.models import CoverRequest, Evaluation, Promotion, Retraining
from covers.reports import rating_figures
from covers.weeks import Window

CHANGES_MOST = 20
MODELS_MOST = 12
ARMS_MOST = 20

SumsByGroup = dict[rating_figures.Key, RatingSums]


def models_that_drew(window: Window, sums: SumsByGroup) -> list[dict[str, Any]]:
    """Whatever drew requests of the week or was rated in it, the busiest first. learned: the weekly model's key, or empty."""
    counted = {(row["drawn_by"], row["learned"]): row for row in _counted(window, "drawn_by", "learned")}
    rated = {key[1:3] for key in sums if key[0] == rating_figures.BY_MODEL}
    rows = [
        {
            "drawn_by": drawn_by,
            "learned": learned,
            **_requests(counted.get((drawn_by, learned))),
            **rating_figures.as_figures(sums.get((rating_figures.BY_MODEL, drawn_by, learned, ""), RatingSums())),
        }
        for drawn_by, learned in sorted(rated | set(counted))
    ]
    return sorted(rows, key=lambda row: -row["requests"])[:MODELS_MOST]


def sides_of_trials(window: Window, sums: SumsByGroup) -> list[dict[str, Any]]:
    """Of each trial the side that is drawn for with the model on trial, and the other one."""
    counted = {(row["trial"], row["learned"]): row for row in _counted(window, "trial", "learned") if row["trial"]}
    rated = {(key[3], key[2]) for key in sums if key[0] == rating_figures.BY_SIDE and key[3]}
    return [
        {
            "trial": trial,
            "learned": learned,
            "is_tried": trial == learned,
            **_requests(counted.get((trial, learned))),
            **rating_figures.as_figures(sums.get((rating_figures.BY_SIDE, "", learned, trial), RatingSums())),
        }
        for trial, learned in sorted(rated | set(counted), key=lambda side: (side[0], side[0] != side[1], side[1]))
    ]


def _counted(window: Window, *groups: str) -> list[dict[str, Any]]:
    """Requests of the week, and those that failed, by `groups`: some of drawn_by, learned, trial."""
    keys = {
        "drawn_by": Coalesce("model_version__key", "engine"),
        "learned": Coalesce("learned_version__key", Value("")),
        "trial": Coalesce("trial__key", Value("")),
    }
    rows = (
        CoverRequest.objects.filter(created_at__gte=window.starts_at, created_at__lt=window.ends_at, is_draft=False)
        .values_list(*(keys[group] for group in groups))
        .annotate(requests=Count("pk"), failed_requests=Count("pk", filter=Q(state=State.FAILED)))
        .order_by()
    )
    return [dict(zip((*groups, "requests", "failed_requests"), row, strict=True)) for row in rows]


def _requests(row: dict[str, Any] | None) -> dict[str, int]:
    return {"requests": row["requests"] if row else 0, "failed": row["failed_requests"] if row else 0}


def of_week(week: str, window: Window) -> dict[str, Any]:
    """training, evaluation, promotions and arms; what there was none of is None or empty."""
    return {
        "training": training_of(week),
        "evaluation": evaluation_before(window),
        "promotions": promotions_of(window),
        "arms": rated_arms(),
    }


def training_of(week: str) -> dict[str, Any] | None:
    """The newest training on this week's pictures."""
    row = Retraining.objects.filter(week=week).select_related("dataset", "version").order_by("-id").first()
    if row is None:
        return None
    losses = row.validation_losses or row.losses
    return {
        "base_key": row.base_key,
        "state": row.state,
        "failure": row.failure,
        "outcome": row.outcome,
        "version": row.version.key if row.version else "",
        "pictures": (row.dataset.counts if row.dataset else {}).get("train", 0),
        "loss": losses[-1][1] if losses else None,
        "loss_before": losses[0][1] if losses else None,
        "is_validation": bool(row.validation_losses),
    }


def evaluation_before(window: Window) -> dict[str, Any] | None:
    """The newest comparison that was finished since the week began: a training on the week is compared after it."""
    row = (
        Evaluation.objects.filter(state=State.DONE, finished_at__gte=window.starts_at)
        .select_related("version", "against")
        .order_by("-finished_at")
        .first()
    )
    if row is None:
        return None
    return {
        "version": row.version.key,
        "against": row.against.key if row.against else "",
        "verdict": row.verdict,
        "rule": row.rule,
        "reasons": row.reasons,
    }


def promotions_of(window: Window) -> list[dict[str, Any]]:
    """Changes of what draws, the oldest first. Who made one is said as "a person" or "the rule": names stay in the admin."""
    rows = Promotion.objects.filter(created_at__gte=window.starts_at, created_at__lt=window.ends_at)
    return [
        {
            "change": row.change,
            "version": row.version.key if row.version else "",
            "before": row.before.key if row.before else "",
            "by_person": row.by_id is not None,
            "reason": row.reason,
        }
        for row in rows.select_related("version", "before").order_by("created_at")[:CHANGES_MOST]
    ]


def rated_arms() -> list[dict[str, Any]]:
    """The most rated styles and phrasings, as they are known at the moment of the report. mean, low, high: stars."""
    rows = sorted((row for row in all_arms() if row.reviews), key=lambda row: -row.reviews)[:ARMS_MOST]
    return [asdict(row) for row in sorted(rows, key=lambda row: (row.engine, row.genre, row.kind, -(row.mean or 0.0)))]
