"""Which arm to draw next, from how each was rated: Thompson sampling with Beta posteriors. Plain values; knows no rows.

Thompson 1933, Biometrika 25; with rewards between 0 and 1: Agrawal & Goyal, COLT 2012, arXiv 1111.1797. They toss a coin
that shows a success as often as the reward says; here the reward itself is counted, a part of a success and a part of a
failure, which has the same mean and less noise. A set needs several arms at once: the best of one draw from each posterior.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle

from covers.intervals import wilson

HALF_STARS_MOST = 10
REVIEW_WORTH = 2.0
"""Tosses of a coin that one review counts for. Ratings of the same thing scatter by about a fifth of the scale, which is a
quarter of a coin's variance, so four would be earned; claiming half of it keeps arms alive whose first ratings were unlucky."""


@dataclass(frozen=True)
class Tally:
    """How an arm was rated: how often, and the sum of its rewards, each 0 to 1."""

    reviews: int = 0
    reward_sum: float = 0.0

    @property
    def mean(self) -> float | None:
        return self.reward_sum / self.reviews if self.reviews else None


def reward_of(half_stars: int) -> float:
    """Half stars, 1 to 10, as a reward: half a star is 0, five stars are 1."""
    return (half_stars - 1) / (HALF_STARS_MOST - 1)


def half_stars_of(reward: float) -> float:
    """What `reward_of` counts, back again."""
    return 1 + reward * (HALF_STARS_MOST - 1)


def explore(count: int, share: float, rng: random.Random) -> list[bool]:
    """For each of `count` pictures whether its arms are drawn blindly: so every arm goes on being seen, however it was rated."""
    return [rng.random() < share for _ in range(count)]


def choose(
    prior: Mapping[str, float],
    tallies: Mapping[str, Tally],
    explored: Sequence[bool],
    rng: random.Random,
    last_resort: Sequence[str] = (),
) -> list[str]:
    """An arm for each picture, all different as long as there are arms.

    prior: arm → taste, over 0: before the first review its belief is Beta(taste, 1). The best of such draws are a sample
    without replacement weighted by taste (Efraimidis & Spirakis 2006), so a new site draws as its tables say. explored: one
    for each picture; True draws among all arms of `prior` that are left with equal chances. last_resort: arms that come, in
    any order, when those of `prior` are used up.
    """
    draws = {arm: _draw(taste, tallies.get(arm, Tally()), rng) for arm, taste in prior.items()}
    best_first = sorted(draws, key=draws.__getitem__, reverse=True)
    pools = cycle(pool for pool in (best_first, rng.sample(list(last_resort), len(last_resort))) if pool)
    left: list[str] = []
    chosen = []
    for is_explored in explored:
        left = left or list(next(pools))
        chosen.append(left.pop(rng.randrange(len(left)) if is_explored else 0))
    return chosen


def _draw(taste: float, tally: Tally, rng: random.Random) -> float:
    missed = max(0.0, tally.reviews - tally.reward_sum)  # a sum of many fractions may pass its bound by a hair
    return rng.betavariate(taste + REVIEW_WORTH * max(0.0, tally.reward_sum), 1.0 + REVIEW_WORTH * missed)


def interval(tally: Tally) -> tuple[float, float]:
    """Where the mean reward is with 95 %. As wide as for coins: rewards between 0 and 1 vary less."""
    return wilson.interval(min(1.0, tally.mean or 0.0), tally.reviews)
