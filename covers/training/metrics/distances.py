"""How far sets of pictures are apart: within a request, and from what people liked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from covers.training.metrics.metric_contract import DrawnPicture, Facts, Features

REFERENCE_LEAST = 20
"""Pictures that a set must have to be measured against."""


class Scale:
    """Brings features to mean 0 and deviation 1 of a set, so that no one number outweighs the others."""

    def __init__(self, rows: np.ndarray) -> None:
        self._middle = rows.mean(0)
        spread = rows.std(0)
        self._spread = np.where(spread > 1e-6, spread, 1.0)

    def __call__(self, rows: np.ndarray) -> np.ndarray:
        return np.asarray((rows - self._middle) / self._spread)


def stacked(features: Features, pictures: Sequence[np.ndarray]) -> np.ndarray:
    """(n, d)"""
    return np.stack([features.of(rgb) for rgb in pictures])


class Diversity:
    """The mean distance between the pictures of one request, in root mean square of scaled features."""

    def __init__(self, features: Features, scale: Scale) -> None:
        self._features, self._scale = features, scale

    @property
    def facts(self) -> Facts:
        return Facts(
            key="diversity",
            name=f"mean pairwise distance within a request, {self._features.name}",
            unit="deviations",
            licence=self._features.licence,
            source=self._features.source,
            margin_share=0.3,
            note="A taste narrows what is drawn when nothing is asked for; the margin is wide, and is there for collapse.",
        )

    def measure(self, pictures: Sequence[DrawnPicture]) -> Mapping[str, float]:
        sets: dict[str, list[np.ndarray]] = {}
        for picture in pictures:
            sets.setdefault(picture.key, []).append(picture.rgb)
        rows = {key: self._scale(stacked(self._features, own)) for key, own in sets.items() if len(own) > 1}
        return {key: mean_distance(own) for key, own in rows.items()}


def mean_distance(rows: np.ndarray) -> float:
    """rows: (n, d), n at least 2."""
    apart = np.sqrt(((rows[:, None] - rows[None]) ** 2).mean(-1))
    return float(apart[np.triu_indices(len(rows), 1)].mean())


class KernelDistance:
    """KID: the unbiased squared maximum mean discrepancy with the kernel (x·y / d + 1)³ to a set of pictures that people liked.

    Bińkowski et al. 2018, "Demystifying MMD GANs", arXiv 1801.01401; there on Inception's features, here on `features`. Its
    value for each prompt is the jackknife's pseudo-value, whose mean is the distance itself, so that it can be compared like
    any other metric. One picture of each prompt counts.
    """

    def __init__(self, features: Features, reference: Sequence[np.ndarray]) -> None:
        rows = stacked(features, reference)
        self._features, self._scale = features, Scale(rows)
        self._reference = self._scale(rows)

    @property
    def facts(self) -> Facts:
        return Facts(
            key="distance",
            name=f"KID (unbiased MMD², cubic kernel) to well-rated held-out covers, {self._features.name}",
            unit="MMD²",
            licence=self._features.licence,
            source=self._features.source,
            is_higher_better=False,
            note=(
                f"{len(self._reference)} pictures to compare with. Unbiased at any size, but with so few its spread is large, "
                "and the interval says nothing of the chance in the choice of those pictures: told, not judged."
            ),
        )

    def measure(self, pictures: Sequence[DrawnPicture]) -> Mapping[str, float]:
        first = {picture.key: picture.rgb for picture in pictures if picture.position == 0}
        if len(first) < 3:
            return {}
        rows = self._scale(stacked(self._features, list(first.values())))
        return dict(zip(first, pseudo_values(rows, self._reference).tolist(), strict=True))


def kernel(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.asarray((x @ y.T / x.shape[1] + 1) ** 3)


def pseudo_values(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """(n,): n T - (n - 1) T without the i-th, of the unbiased MMD² T between x (n, d) and y (m, d); n at least 3."""
    n, m = len(x), len(y)
    own, other, across = kernel(x, x), kernel(y, y), kernel(x, y).mean(1)
    np.fill_diagonal(own, 0)
    np.fill_diagonal(other, 0)
    within, of_each, fixed = own.sum(), own.sum(1), other.sum() / (m * (m - 1))
    whole = within / (n * (n - 1)) + fixed - 2 * across.mean()
    without = (within - 2 * of_each) / ((n - 1) * (n - 2)) + fixed - 2 * (across.sum() - across) / (n - 1)
    return np.asarray(n * whole - (n - 1) * without)
