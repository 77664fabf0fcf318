"""What people would rate a picture, learnt from what they rated: ridge regression on features of our own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from covers.training.metrics.distances import Scale, stacked
from covers.training.metrics.metric_contract import DrawnPicture, Facts, Features, Rated
from covers.training.metrics.prompt_means import by_prompt

REVIEWS_LEAST = 40
"""Rated pictures below which nothing is learnt."""
PENALTIES = tuple(10.0**power for power in range(-1, 5))
BOOTSTRAPS = 2000


@dataclass(frozen=True)
class Agreement:
    """How often the model puts two held-out pictures in the order of their ratings, 0.5 by chance. low, high: 95 %, bootstrap."""

    share: float
    low: float
    high: float
    count: int


class Reward:
    """Half stars that a picture would get. Its weights are the site's own; they live as long as the comparison."""

    def __init__(self, features: Features, rated: Sequence[Rated]) -> None:
        rows = stacked(features, [one.rgb for one in rated])
        stars = np.array([one.half_stars for one in rated])
        self._features, self._scale, self.count = features, Scale(rows), len(rated)
        self._middle = float(stars.mean())
        self._weights = ridge(self._scale(rows), stars - self._middle)

    @property
    def facts(self) -> Facts:
        return Facts(
            key="preference",
            name=f"half stars that reviews of {self.count} covers foretell, ridge regression on {self._features.name}",
            unit="half stars",
            licence=self._features.licence,
            source="learnt here from reviews",
        )

    def foretell(self, pictures: Sequence[np.ndarray]) -> np.ndarray:
        """(n,) half stars, 1 to 10."""
        rows = self._scale(stacked(self._features, pictures))
        return np.asarray(np.clip(rows @ self._weights + self._middle, 1, 10))

    def measure(self, pictures: Sequence[DrawnPicture]) -> Mapping[str, float]:
        return by_prompt(pictures, self.foretell([picture.rgb for picture in pictures]))

    def agreement(self, held_out: Sequence[Rated], seed: int) -> Agreement | None:
        """On pictures that it never saw; None where no two of them are rated differently."""
        stars = np.array([one.half_stars for one in held_out])
        if len(set(stars.tolist())) < 2:
            return None
        told, rng = self.foretell([one.rgb for one in held_out]), np.random.default_rng(seed)
        picks = (rng.integers(0, len(stars), len(stars)) for _ in range(BOOTSTRAPS))
        drawn = [share for pick in picks if (share := concordance(told[pick], stars[pick])) is not None]
        low, high = np.quantile(drawn, (0.025, 0.975))
        return Agreement(concordance(told, stars) or 0.5, float(low), float(high), len(stars))


def ridge(rows: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """(d,): least squares with the penalty of PENALTIES that foretells best what it was not shown, one left out at a time.

    The left-out errors are exact: residual / (1 - leverage), Allen's PRESS (Golub, Heath & Wahba 1979).
    """
    left, sizes, right = np.linalg.svd(rows, full_matrices=False)
    along = left.T @ wanted
    best: tuple[float, np.ndarray] | None = None
    for penalty in PENALTIES:
        kept = sizes**2 / (sizes**2 + penalty)
        leverage = np.minimum((left**2 * kept).sum(1), 1 - 1e-6)
        error = float((((wanted - left @ (kept * along)) / (1 - leverage)) ** 2).mean())
        if best is None or error < best[0]:
            best = error, right.T @ (sizes / (sizes**2 + penalty) * along)
    assert best is not None
    return best[1]


def concordance(told: np.ndarray, stars: np.ndarray) -> float | None:
    """Share of the pairs of different ratings that are told in their order; a tie counts half. None without such a pair."""
    upper = np.triu_indices(len(stars), 1)
    wanted = np.sign(stars[:, None] - stars[None])[upper]
    said = np.sign(told[:, None] - told[None])[upper]
    decided = wanted != 0
    return float(((said * wanted)[decided] + 1).mean() / 2) if decided.any() else None
