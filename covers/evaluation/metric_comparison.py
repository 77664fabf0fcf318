"""One metric on both models: the values of their prompts, the difference and its interval (the paired bootstrap)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from covers.evaluation.decision_rule import ComparedMetric
from covers.intervals.bootstrap import interval
from covers.training.metrics.metric_contract import Facts

Values = Mapping[str, float]


def compare(facts: Facts, candidate: Values, current: Values, seed: int) -> ComparedMetric | None:
    """One metric over the prompts that both models have a value for; None where there is none."""
    keys = sorted(candidate.keys() & current.keys())
    if not keys:
        return None
    both = np.array([[candidate[key], current[key]] for key in keys], dtype=np.float64)
    theirs, ours = float(both[:, 0].mean()), float(both[:, 1].mean())
    low, high = interval(both[:, 0] - both[:, 1], seed)
    margin = facts.margin if facts.margin_share is None else facts.margin_share * abs(ours)
    return ComparedMetric(facts.key, theirs, ours, theirs - ours, low, high, len(keys), facts.is_higher_better, margin)


def row_of(facts: Facts, compared: ComparedMetric, candidate: Values, current: Values, seed: int) -> dict[str, object]:
    """What `Evaluation.metrics` keeps of it: both means with their own intervals, the difference, and what it was measured by."""
    return {
        "key": facts.key,
        "name": facts.name,
        "unit": facts.unit,
        "licence": facts.licence,
        "source": facts.source,
        "note": facts.note,
        "is_higher_better": facts.is_higher_better,
        "margin": None if compared.margin is None else _short(compared.margin),
        "count": compared.count,
        "candidate": _with_interval(compared.candidate, candidate, seed),
        "current": _with_interval(compared.current, current, seed),
        "difference": _short_all((compared.difference, compared.low, compared.high)),
    }


def _with_interval(mean: float, values: Values, seed: int) -> list[float]:
    return _short_all((mean, *interval(np.array(sorted(values.values())), seed)))


def _short_all(numbers: Iterable[float]) -> list[float]:
    return [_short(number) for number in numbers]


def _short(number: float) -> float:
    return float(f"{number:.6g}")
