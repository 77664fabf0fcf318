"""The decision rule: when a model is better than another, equal or worse. Numbers in, a verdict and its reasons out.

Every difference is candidate minus current on the same prompts and seeds, with a 95 % interval (paired bootstrap over
prompts, `covers.evaluation.bootstrap`). Changing a number here, or the margin of a metric, is another RULE.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

RULE = "2026-1"
GOAL = "preference"
LEAST_GAIN = 0.1
"""Half stars that the candidate's pictures must be liked more, at the lower end of the interval."""
HELD_OUT_LEAST = 30
"""Held-out reviewed covers below which no model is called better."""
PROMPTS_LEAST = 8
"""Prompts below which a metric decides nothing."""

BETTER, EQUAL, WORSE = "better", "equal", "worse"

NAMES: Mapping[str, str | Promise] = MappingProxyType(
    {
        "preference": gettext_lazy("Preference learnt from reviews"),
        "agreement": gettext_lazy("Picture and words agree"),
        "colours": gettext_lazy("Colours as asked"),
        "motif": gettext_lazy("Motif as asked"),
        "clip": gettext_lazy("CLIP score"),
        "pickscore": gettext_lazy("PickScore"),
        "imagereward": gettext_lazy("ImageReward"),
        "hps": gettext_lazy("Human Preference Score"),
        "diversity": gettext_lazy("Variety within a request"),
        "distance": gettext_lazy("Distance to what people like"),
        "faces": gettext_lazy("Faces that nobody asked for"),
        "nsfw": gettext_lazy("Not safe for work"),
        "seconds": gettext_lazy("Seconds a picture"),
        "failures": gettext_lazy("Pictures that could not be drawn"),
    }
)

ABSENCES: Mapping[str, str | Promise] = MappingProxyType(
    {
        "no-weights": gettext_lazy("Its weights are not here; %(detail)s says where they lie."),
        "weights-missing": gettext_lazy("%(detail)s names a folder without model.safetensors."),
        "needs-package": gettext_lazy("It needs the package %(detail)s, which this site does not use."),
        "no-detector": gettext_lazy("There is no detector: %(detail)s."),
        "no-people": gettext_lazy("This model draws no people."),
        "too-few": gettext_lazy("Too few to measure it by: %(detail)s."),
        "only-pocket": gettext_lazy("Only the pocket model's words are known well enough to check."),
        "broke": gettext_lazy("It could not be measured: %(detail)s."),
    }
)


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
    """One ground of a verdict, for `sentence`. id: a key of SENTENCES."""

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


# --- in words ----------------------------------------------------------------------------------------------------

SENTENCES: Mapping[str, str | Promise] = MappingProxyType(
    {
        "worse": gettext_lazy(
            "%(metric)s: clearly worse, by %(difference)s (interval %(low)s to %(high)s); at most %(limit)s is let pass."
        ),
        "liked-less": gettext_lazy(
            "People would like its pictures less, by %(difference)s half stars (interval %(low)s to %(high)s)."
        ),
        "may-be-worse": gettext_lazy(
            "%(metric)s: it may be worse by more than the margin of %(limit)s (%(difference)s, interval %(low)s to %(high)s)."
        ),
        "no-preference": gettext_lazy("Nothing says what people would like: there are too few reviews to learn from."),
        "few-reviews": gettext_lazy(
            "Held-out reviewed covers: only %(difference)s; it takes %(limit)s before a model is called better."
        ),
        "blind-preference": gettext_lazy(
            "What was learnt from reviews does not foretell the held-out ones: it orders %(difference)s of their pairs, "
            "and the interval's lower end of %(low)s is not above %(limit)s."
        ),
        "not-liked-more": gettext_lazy(
            "People would not clearly like its pictures more: %(difference)s half stars (interval %(low)s to %(high)s), "
            "and the lower end must be above %(limit)s."
        ),
        "liked-more": gettext_lazy(
            "People would like its pictures more, by %(difference)s half stars (interval %(low)s to %(high)s)."
        ),
        "nothing-worse": gettext_lazy("Nothing that must not get worse may have got worse by more than its margin."),
    }
)


def sentence(reason: Mapping[str, Any]) -> str:
    """A stored reason in the current language."""
    numbers = {name: _number(float(reason.get(name, 0))) for name in ("difference", "low", "high", "limit")}
    text = SENTENCES.get(str(reason.get("id")))
    return str(text) % {**numbers, "metric": name_of(str(reason.get("metric", "")))} if text else str(reason.get("id"))


def sentences(reasons: Iterable[Mapping[str, Any]]) -> list[str]:
    return [sentence(reason) for reason in reasons]


def why_absent(absent: Mapping[str, Any]) -> str:
    text = ABSENCES.get(str(absent.get("reason")))
    return str(text) % {"detail": absent.get("detail", "")} if text else str(absent.get("reason"))


def name_of(key: str) -> str:
    return str(NAMES.get(key, key))


def _number(value: float) -> str:
    return f"{value:.3g}".replace("-", "−")


def in_words() -> list[str]:
    """The rule as people read it, above every verdict."""
    numbers = {"gain": _number(LEAST_GAIN), "reviews": HELD_OUT_LEAST, "prompts": PROMPTS_LEAST}
    return [
        _("Both models draw the same prompts with the same seeds. A difference is the candidate's value minus the current "
          "model's, with a 95 % interval from 2,000 resamples of the prompts."),
        _("Worse: a metric that has a margin is worse by more than it and its whole interval is on the worse side, or people "
          "would like the pictures less by more than %(gain)s half stars, with the whole interval below nought.") % numbers,
        _("Better: every metric that has a margin stays within it at the bad end of its interval, and people would like the "
          "pictures more by above %(gain)s half stars at the low end of its interval.") % numbers,
        _("What people would like is foretold from reviews of other covers. It counts only with %(reviews)d held-out reviewed "
          "covers or more, and if it orders their pairs better than chance at the low end of its interval.") % numbers,
        _("No clear difference: everything else. Metrics without a margin, and those with fewer than %(prompts)d prompts, are "
          "told and decide nothing; variety needs requests of four and may have fewer.") % numbers,
    ]  # fmt: skip
