"""Simulated people who rate pictures in half stars: some with a taste, some without any."""

from __future__ import annotations

import random
from dataclasses import dataclass

LIKED_COLOUR = "red"
LEAST_HALF_STARS, MOST_HALF_STARS = 1, 10


@dataclass(frozen=True)
class Seen:
    """What a rater sees of a picture: colour: of its subject, a name of `covers.engine.pocket.words.COLOURS`."""

    colour: str
    is_striped: bool


@dataclass(frozen=True)
class Taste:
    """Stars that a picture gets: usual, and what is added. noise: deviation of what nobody can explain, in stars."""

    usual: float = 2.25
    red: float = 2.0
    stripes: float = -2.0
    noise: float = 0.5

    def half_stars(self, seen: Seen, rng: random.Random) -> int:
        """1 to 10."""
        stars = self.usual + self.red * (seen.colour == LIKED_COLOUR) + self.stripes * seen.is_striped
        return as_half_stars(stars + rng.gauss(0, self.noise))


@dataclass(frozen=True)
class NoTaste:
    """Ratings that have nothing to do with the picture: the control."""

    def half_stars(self, seen: Seen, rng: random.Random) -> int:
        """1 to 10, each as likely."""
        return rng.randint(LEAST_HALF_STARS, MOST_HALF_STARS)


def as_half_stars(stars: float) -> int:
    return min(max(round(2 * stars), LEAST_HALF_STARS), MOST_HALF_STARS)
