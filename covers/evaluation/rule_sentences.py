"""The decision rule for people, in both languages: names of metrics, grounds of a verdict, why a metric is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from covers.evaluation.decision_rule import HELD_OUT_LEAST, LEAST_GAIN, PROMPTS_LEAST

METRIC_NAMES: Mapping[str, str | Promise] = MappingProxyType(
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
    return (
        str(text) % {**numbers, "metric": metric_name(str(reason.get("metric", "")))} if text else str(reason.get("id"))
    )


def sentences(reasons: Iterable[Mapping[str, Any]]) -> list[str]:
    return [sentence(reason) for reason in reasons]


def why_absent(absent: Mapping[str, Any]) -> str:
    text = ABSENCES.get(str(absent.get("reason")))
    return str(text) % {"detail": absent.get("detail", "")} if text else str(absent.get("reason"))


def metric_name(key: str) -> str:
    return str(METRIC_NAMES.get(key, key))


def _number(value: float) -> str:
    return f"{value:.3g}".replace("-", "−")


def rule_in_words() -> list[str]:
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
