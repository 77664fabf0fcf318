"""Looks at how the weekly models fare with people, again and again: ends a trial, or rolls back, when one is worse.

What is compared: in a trial its two sides; else what was promoted last with what drew before it, in the weeks before. By
two measures, each with an interval that holds at all looks at once (`covers.intervals.betting`): the ratings, one from each
person who rates, their first, so that nobody counts twice; and the requests that failed for reasons of drawing. Nothing is
decided before there are TRIAL_REVIEWS_MIN of each side. A better trial is only logged: people promote.
"""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from albumsite.jobs.states import State
from covers import registry
from covers.models import CoverRequest, ModelState, ModelVersion, Promotion, Review, ReviewStanding
from covers.weekly import rollout
from covers.weekly.rollout import Approval

logger = logging.getLogger(__name__)

ALPHA = 0.01
"""How often, of a hundred models that are no worse, one may be taken for worse by one measure in all its time."""
HALF_STARS_RANGE = 9
WATCHED_DAYS = 28
"""How long after a promotion a model is watched, and how far before it its predecessor's ratings are taken from."""
DRIFT_HALF_STARS = 0.5
"""Other weeks bring other songs and people: a rollback needs more than this between the two. In a trial nothing drifts."""
OBSERVATIONS_MAX = 5000
"""Observations of a side that are looked at: the first ones, so that a look sees what the looks before it saw."""
SAID_SECONDS = 90 * 86_400


@dataclass(frozen=True)
class Measure:
    """One side against the other, in half stars or as a share; low, high: ends of the difference, less is worse."""

    name: str
    count: int
    other_count: int
    mean: float | None
    other_mean: float | None
    low: float
    high: float
    is_enough: bool

    @property
    def is_better(self) -> bool:
        return self.is_enough and self.low > 0

    def is_worse(self, margin: float = 0.0) -> bool:
        return self.is_enough and self.high < -margin

    def in_words(self) -> str:
        """One sentence of figures."""
        values = {
            "count": self.count,
            "others": self.other_count,
            "low": f"{self.low:+.2f}",
            "high": f"{self.high:+.2f}",
        }
        if self.mean is None or self.other_mean is None:
            return _("%(count)d against %(others)d so far.") % values
        if self.name == "ratings":
            values |= {"mean": f"{self.mean / 2:.2f}", "other": f"{self.other_mean / 2:.2f}"}
            values |= {"low": f"{self.low / 2:+.2f}", "high": f"{self.high / 2:+.2f}"}
            return _(
                "%(mean)s stars from %(count)d people against %(other)s from %(others)d; difference %(low)s to %(high)s."
            ) % values  # fmt: skip
        values |= {"mean": f"{100 * self.mean:.1f}", "other": f"{100 * self.other_mean:.1f}"}
        return _("%(mean)s %% of %(count)d requests failed, against %(other)s %% of %(others)d.") % values


@dataclass(frozen=True)
class TrialStats:
    """How a model, on trial or promoted, does with people against the other side. margin: half stars that a difference must exceed."""

    version: ModelVersion
    ratings: Measure
    failures: Measure
    margin: float = 0.0

    @property
    def reasons(self) -> list[str]:
        """Why it is worse; none while nothing says so."""
        worse = (self.ratings, self.margin), (self.failures, 0.0)
        return [measure.in_words() for measure, margin in worse if measure.is_worse(margin)]

    @property
    def is_better(self) -> bool:
        return self.ratings.is_better and not self.reasons

    def figures(self) -> dict[str, Any]:
        """For the log of changes."""
        return {"ratings": asdict(self.ratings), "failures": asdict(self.failures), "alpha": ALPHA}


# --- the chore --------------------------------------------------------------------------------------------------------


def watch_models() -> None:
    """One look, by the sweeper: nothing while nothing is on trial and the last change is no promotion."""
    if (stats := trial_stats()) is not None:
        _look_at_trial(stats)
    if (stats := active_stats()) is not None and stats.reasons:
        _roll_back(stats)


def _look_at_trial(stats: TrialStats) -> None:
    version = stats.version
    if stats.reasons:
        try:
            ended = rollout.end_trial(version=version, approval=_by_rule(stats), for_good=True)
        except registry.BadModel:  # somebody was quicker
            return
        if ended.has_changed:
            logger.warning("trial ended by its rule version=%s reason=%s", version.key, ended.change.reason)
    elif stats.is_better and cache.add(f"trial-better-{version.pk}", 1, SAID_SECONDS):
        logger.info("trial is better, a person may promote it version=%s %s", version.key, stats.ratings.in_words())


def _roll_back(stats: TrialStats) -> None:
    """To what drew before; where that cannot draw any more, to the base model alone."""
    approval = _by_rule(stats)
    try:
        done = rollout.roll_back(approval=approval, drawing=stats.version)
    except registry.BadModel:
        done = rollout.roll_back(approval=approval, drawing=stats.version, to=rollout.BASE)
    if done.has_changed:
        logger.warning("rolled back by its rule version=%s reason=%s", stats.version.key, done.change.reason)


def _by_rule(stats: TrialStats) -> Approval:
    return Approval(reason=" ".join([_("Worse with people."), *stats.reasons]), figures=stats.figures())


# --- what is compared -------------------------------------------------------------------------------------------------


def trial_stats() -> TrialStats | None:
    """Of the model on trial, against the other side since it began."""
    from covers.intervals import betting  # numpy: a page that only asks what may be done needs none

    version = rollout.model_on_trial()
    if version is None or version.trial_started_at is None:
        return None
    since = Q(trial=version, created_at__gte=version.trial_started_at)
    tried, others = Q(learned_version=version), ~Q(learned_version=version) | Q(learned_version=None)
    sides = CoverRequest.objects.filter(since & tried), CoverRequest.objects.filter(since & others)
    return _stats_of(version, *sides, sizes=betting.block_sizes(version.trial_percent or 50))


def active_stats() -> TrialStats | None:
    """Of what was promoted last and lately, if it draws, against what drew before it in the weeks before."""
    change = rollout.last_change()
    if change is None or change.change != Promotion.Change.PROMOTED or change.version is None:
        return None
    version, at = change.version, change.created_at
    if version.state != ModelState.ACTIVE or at < timezone.now() - timedelta(days=WATCHED_DAYS):
        return None
    drawn = CoverRequest.objects.filter(learned_version=version, created_at__gte=at)
    return _stats_of(version, drawn, _before(change, at), until=at, margin=DRIFT_HALF_STARS)


def _before(change: Promotion, at: datetime) -> QuerySet[CoverRequest]:
    """Requests of the same base that what drew before was laid over, or nothing was."""
    version, before = change.version, change.before
    assert version is not None
    of_base = Q(model_version__key=version.base_key) | Q(model_version=None, engine=version.base_key)
    learned = before if before is not None and before.base_key == version.base_key else None
    lately = Q(created_at__gte=at - timedelta(days=WATCHED_DAYS), created_at__lt=at)
    return CoverRequest.objects.filter(of_base & lately, learned_version=learned, shows_face=False)


def _stats_of(
    version: ModelVersion,
    tried: QuerySet[CoverRequest],
    others: QuerySet[CoverRequest],
    *,
    sizes: tuple[int, int] = (1, 1),
    until: datetime | None = None,
    margin: float = 0.0,
) -> TrialStats:
    """until: what the others did later does not count."""
    ratings = measure("ratings", _ratings(tried), _ratings(others, until), sizes)
    failures = measure("failures", _failures(tried), _failures(others, until), sizes, span=1, is_higher_better=False)
    return TrialStats(version, ratings, failures, margin)


def _ratings(requests: QuerySet[CoverRequest], until: datetime | None = None) -> list[float]:
    """Half stars: the first review of each person of covers of these requests, in the order in which they came."""
    reviews = Review.objects.filter(cover__request__in=requests, standing=ReviewStanding.COUNTS)
    reviews = reviews.filter(created_at__lt=until) if until else reviews
    first = reviews.order_by("owner_id", "visitor", "created_at", "id").distinct("owner_id", "visitor")
    found = sorted(first.values_list("created_at", "id", "half_stars"))[:OBSERVATIONS_MAX]
    return [float(half_stars) for _at, _pk, half_stars in found]


def _failures(requests: QuerySet[CoverRequest], until: datetime | None = None) -> list[float]:
    """1 for each request that could not be drawn, 0 for each that was, in the order in which they ended."""
    ended = requests.filter(Q(state=State.DONE) | Q(state=State.FAILED, failure__startswith="engine:"))
    ended = ended.filter(finished_at__lt=until) if until else ended
    states = ended.order_by("finished_at", "id").values_list("state", flat=True)[:OBSERVATIONS_MAX]
    return [float(state == State.FAILED) for state in states]


def measure(
    name: str,
    tried: list[float],
    others: list[float],
    sizes: tuple[int, int] = (1, 1),
    *,
    span: float = HALF_STARS_RANGE,
    is_higher_better: bool = True,
) -> Measure:
    """span: from the least to the most that one observation can be. The interval's ends are turned so that less is worse."""
    from covers.intervals import betting

    is_enough = min(len(tried), len(others)) >= settings.TRIAL_REVIEWS_MIN
    low, high = -span, span
    if is_enough:
        unit = span if is_higher_better else -span
        differences = [difference / unit for difference in betting.block_differences(tried, others, sizes)]
        low, high = (span * end for end in betting.interval(differences, ALPHA))
    means = [sum(side) / len(side) if side else None for side in (tried, others)]
    return Measure(name, len(tried), len(others), means[0], means[1], low, high, is_enough)
