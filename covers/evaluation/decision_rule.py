"""The decision rule: when a model is better than another, equal or worse. Numbers in, a verdict and its reasons out.

Every difference is candidate minus current on the same prompts and seeds, with a 95 % interval (paired bootstrap over
prompts, `covers.intervals.bootstrap`). Its words are in `covers.evaluation.rule_sentences`. Changing a number here, or the margin
of a metric, is another RULE.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

RULE = "2026-1"
GOAL = "preference"
LEAST_GAIN = 0.1
"""Half stars that the candidate's pictures must be liked more, at the lower end of the interval."""
HELD_OUT_LEAST = 30
"""Held-out reviewed covers below which no model is called better."""
PROMPTS_LEAST = 8
"""Prompts below which a metric decides nothing."""

BETTER, EQUAL, WORSE = "better", "equal", "worse"


@dataclass(frozen=True)
class ComparedMetric:
    """One metric on both models. difference: candidate - current, low and high its 95 % interval. margin: None decides nothing."""

    key: str
    candidate: float
    current: float
    difference: float
    low: float
    high: float
    count: int
    is_higher_better: bool = True
    margin: float | None = None

    @property
    def gain(self) -> float:
        """The difference with its sign turned so that more is better."""
        return self.difference if self.is_higher_better else -self.difference

    @property
    def gain_low(self) -> float:
        return self.low if self.is_higher_better else -self.high

    @property
    def gain_high(self) -> float:
        return self.high if self.is_higher_better else -self.low


@dataclass(frozen=True)
class Evidence:
    """How far the preference can be trusted. held_out: reviewed covers that it never saw; agreement: the share of their pairs

    that it puts in the order of their ratings, and the lower end of its 95 % interval; None when it could not be asked.
    """

    held_out: int = 0
    agreement: float | None = None
    agreement_low: float | None = None


@dataclass(frozen=True)
class VerdictReason:
    """One ground of a verdict, for `rule_sentences.sentence`. id: a key of its SENTENCES."""

    id: str
    metric: str = ""
    difference: float = 0.0
    low: float = 0.0
    high: float = 0.0
    limit: float = 0.0

    def to_json(self) -> dict[str, Any]:
        return {name: round(value, 6) if isinstance(value, float) else value for name, value in asdict(self).items()}


@dataclass(frozen=True)
class Decision:
    verdict: str
    reasons: tuple[VerdictReason, ...]


def decide(compared: Sequence[ComparedMetric], evidence: Evidence) -> Decision:
    """Worse if anything is clearly worse; better if nothing may be worse and people like it clearly more; else equal."""
    by_key = {one.key: one for one in compared if one.count >= PROMPTS_LEAST or one.key == "diversity"}
    guards = [one for one in by_key.values() if one.margin is not None]
    goal = by_key.get(GOAL)
    losses = [_reason("worse", one, one.margin) for one in guards if _is_clearly_worse(one, one.margin or 0.0)]
    if goal is not None and _is_clearly_worse(goal, LEAST_GAIN):
        losses.append(_reason("liked-less", goal, LEAST_GAIN))
    if losses:
        return Decision(WORSE, tuple(losses))
    doubts = [_reason("may-be-worse", one, one.margin) for one in guards if one.gain_low < -(one.margin or 0.0)]
    doubts += _doubts_of_goal(goal, evidence)
    if doubts:
        return Decision(EQUAL, tuple(doubts))
    assert goal is not None
    return Decision(BETTER, (_reason("liked-more", goal, LEAST_GAIN), VerdictReason("nothing-worse")))


def _is_clearly_worse(one: ComparedMetric, margin: float) -> bool:
    """The whole interval is on the wrong side of nought, and the middle beyond the margin."""
    return one.gain_high < 0 and one.gain < -margin


def _doubts_of_goal(goal: ComparedMetric | None, evidence: Evidence) -> list[VerdictReason]:
    if goal is None:
        return [VerdictReason("no-preference")]
    doubts = []
    if evidence.held_out < HELD_OUT_LEAST:
        doubts.append(VerdictReason("few-reviews", difference=float(evidence.held_out), limit=float(HELD_OUT_LEAST)))
    elif evidence.agreement_low is None or evidence.agreement_low <= 0.5:
        doubts.append(
            VerdictReason(
                "blind-preference", difference=evidence.agreement or 0.5, low=evidence.agreement_low or 0.0, limit=0.5
            )
        )
    if goal.gain_low <= LEAST_GAIN:
        doubts.append(_reason("not-liked-more", goal, LEAST_GAIN))
    return doubts


def _reason(name: str, one: ComparedMetric, limit: float | None) -> VerdictReason:
    return VerdictReason(name, one.key, one.gain, one.gain_low, one.gain_high, limit or 0.0)
