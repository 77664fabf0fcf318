"""How much worse or better, for whoever looks again and again: intervals that hold at all times at once.

An interval for a fixed number of observations is wrong at some look or other; a confidence sequence holds at every one of
them (Howard, Ramdas, McAuliffe and Sekhon 2021, arXiv 1810.08240). This one comes from betting (Waudby-Smith and Ramdas
2023, arXiv 2010.09686): whoever stakes a share of their money against a mean that is true does not grow rich, but with
probability alpha (Ville's inequality). The money of a row of stakes is averaged, so none has to be chosen beforehand.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

STAKES = np.linspace(0.05, 0.95, 19)[:, None]
HALVINGS = 14
"""Of the range that an end is looked for in: to 0.0001 of it."""


class Interval(NamedTuple):
    """Ends of the mean of the differences, each right at all times with probability 1 - alpha."""

    low: float
    high: float


def interval(differences: Sequence[float], alpha: float) -> Interval:
    """Of the mean of independent differences, in the order in which they came, each from -1 to 1."""
    values = np.asarray(differences, dtype=float)
    return Interval(-_upper_end(-values, alpha), _upper_end(values, alpha))


def _upper_end(values: NDArray[np.float64], alpha: float) -> float:
    """The smallest mean that was ever refuted: what is below it still stands."""
    low, high = -1.0, 1.0
    if not _is_refuted(high - 1e-6, values, alpha):
        return high
    for _halving in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if _is_refuted(middle, values, alpha) else (middle, high)
    return high


def _is_refuted(mean: float, values: NDArray[np.float64], alpha: float) -> bool:
    """Whether betting that the values lie below `mean` ever multiplied the money by 1 / alpha.

    A bet multiplies it by 1 + stake · (mean - value) / (1 - mean): never below nothing, and by 1 on average if the mean is
    true. The larger the mean, the more each bet wins, so that what is refuted once is refuted for all larger means.
    """
    if not values.size:
        return False
    gains = np.log1p(STAKES * (mean - values) / (1 - mean)).cumsum(axis=1)
    richest = gains.max(axis=0)
    money = richest + np.log(np.exp(gains - richest).mean(axis=0))
    return bool(money.max() >= -np.log(alpha))


def block_differences(tried: Sequence[float], others: Sequence[float], sizes: tuple[int, int] = (1, 1)) -> list[float]:
    """Mean of each block of `tried` less that of its block of `others`; sizes: of a block of either. What is over waits."""
    own, other = sizes
    count = min(len(tried) // own, len(others) // other)
    return [
        sum(tried[place * own : (place + 1) * own]) / own - sum(others[place * other : (place + 1) * other]) / other
        for place in range(count)
    ]


def block_sizes(percent: int) -> tuple[int, int]:
    """Of a trial that draws for that share of people: so many of theirs stand against so many of the others'."""
    if percent <= 50:
        return 1, round((100 - percent) / percent)
    return round(percent / (100 - percent)), 1
