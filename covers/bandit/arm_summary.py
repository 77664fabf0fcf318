"""What has been learnt: every arm with its mean rating, its interval and its share of the pictures."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count
from django.utils import timezone

from covers.bandit import policy
from covers.bandit.arm_keys import COVER_FIELDS, ArmKey, tallies_by_arm
from covers.bandit.policy import Tally
from covers.models import Cover

RECENT = timedelta(days=28)
"""How far back the share of pictures looks."""


@dataclass(frozen=True)
class ArmRow:
    """One arm in a report. mean, low, high: stars, 0.5 to 5, with the 95 % interval; None while nobody rated it.

    share: of the pictures of its engine and genre of the last 28 days that had a choice, 0 to 1.
    """

    engine: str
    genre: str
    kind: str
    arm: str
    reviews: int
    mean: float | None
    low: float | None
    high: float | None
    share: float


def all_arms() -> list[ArmRow]:
    """Every arm that was rated or lately drawn: by engine, genre and kind, the best rated first."""
    tallies, shares = dict(tallies_by_arm()), shares_of_pictures()
    rows = [_as_row(arm, tallies.get(arm, Tally()), shares.get(arm, 0.0)) for arm in tallies.keys() | shares]
    return sorted(rows, key=lambda row: (row.engine, row.genre, row.kind, -(row.mean or 0.0), row.arm))


def _as_row(place: ArmKey, tally: Tally, share: float) -> ArmRow:
    if tally.mean is None:
        return ArmRow(*place, 0, None, None, None, share)
    mean, low, high = (policy.half_stars_of(reward) / 2 for reward in (tally.mean, *policy.interval(tally)))
    return ArmRow(*place, tally.reviews, mean, low, high, share)


def shares_of_pictures() -> dict[ArmKey, float]:
    """The share that each arm has of the pictures of the last 28 days, among those for which there was a choice."""
    counts: Counter[ArmKey] = Counter()
    for kind, field in COVER_FIELDS.items():
        recent = Cover.objects.filter(created_at__gte=timezone.now() - RECENT).exclude(**{field: ""})
        rows = recent.values_list("request__engine", "request__genre", field).annotate(number=Count("pk"))
        counts.update({ArmKey(engine, genre, kind, arm): number for engine, genre, arm, number in rows})
    totals: Counter[tuple[str, str, str]] = Counter()
    for place, number in counts.items():
        totals[place[:3]] += number
    return {place: number / totals[place[:3]] for place, number in counts.items()}
