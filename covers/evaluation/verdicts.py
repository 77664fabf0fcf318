"""From the pictures of both models to every metric with its interval, and to the verdict of the rule."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from covers.evaluation.decision_rule import ComparedMetric, Decision, Evidence, decide
from covers.evaluation.metric_comparison import Values, compare, row_of
from covers.evaluation.side_by_side import Drawings
from covers.training.metrics.metric_contract import Absent, Facts, Metric, Rated

if TYPE_CHECKING:
    from covers.training.metrics.metric_choice import Chosen

logger = logging.getLogger(__name__)

SECONDS = Facts(
    "seconds", "wall-clock time of a picture, the models in turns", "seconds", "none", "none", is_higher_better=False,
    note="Told, not judged: it says as much about what else the machine did.",
)  # fmt: skip
FAILURES = Facts(
    "failures", "pictures that the engine could not draw", "share", "none", "none", is_higher_better=False, margin=0.02
)


@dataclass
class EvalResult:
    """rows, absent: as `Evaluation.metrics` and `Evaluation.absent` keep them."""

    decision: Decision
    compared: list[ComparedMetric] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    absent: list[dict[str, Any]] = field(default_factory=list)


def judge(chosen: Chosen, candidate: Drawings, current: Drawings, held_out: Sequence[Rated], seed: int) -> EvalResult:
    """seed: of the resamples. held_out: reviewed covers that the reward never saw."""
    table = MetricTable(seed)
    for metric in chosen.metrics:
        table.measure(metric, candidate, current)
    table.add(FAILURES, candidate.failures, current.failures)
    table.add(SECONDS, candidate.seconds, current.seconds)
    evidence = evidence_of(chosen, held_out, seed)
    for row in table.rows:
        if row["key"] == "preference":
            row["evidence"] = asdict(evidence)
    absent = [asdict(one) for one in (*chosen.absent, *table.absent)]
    return EvalResult(decide(table.compared, evidence), table.compared, table.rows, absent)


def evidence_of(chosen: Chosen, held_out: Sequence[Rated], seed: int) -> Evidence:
    agreement = chosen.reward.agreement(held_out, seed) if chosen.reward and held_out else None
    if agreement is None:
        return Evidence(held_out=len(held_out))
    return Evidence(agreement.count, agreement.share, agreement.low)


class MetricTable:
    """The comparisons so far."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self.compared: list[ComparedMetric] = []
        self.rows: list[dict[str, Any]] = []
        self.absent: list[Absent] = []

    def measure(self, metric: Metric, candidate: Drawings, current: Drawings) -> None:
        """A metric that breaks is named as absent: the others can still be told."""
        facts = metric.facts
        try:
            self.add(facts, metric.measure(candidate.pictures), metric.measure(current.pictures))
        except (ValueError, RuntimeError, ArithmeticError, LookupError, OSError) as error:
            logger.exception("metric broke metric=%s", facts.key)
            self.absent.append(Absent(facts.key, facts.name, "broke", type(error).__name__, facts.licence))

    def add(self, facts: Facts, candidate: Values, current: Values) -> None:
        compared = compare(facts, candidate, current, self._seed)
        if compared is None:
            self.absent.append(Absent(facts.key, facts.name, "too-few", "0", facts.licence))
            return
        self.compared.append(compared)
        self.rows.append(row_of(facts, compared, candidate, current, self._seed))
