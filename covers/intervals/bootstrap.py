"""Of any values: their own scatter, drawn again and again. A fixed number of them, looked at once."""

from __future__ import annotations

import numpy as np

RESAMPLES = 2000
LOW, HIGH = 0.025, 0.975


def interval(values: np.ndarray, seed: int) -> tuple[float, float]:
    """95 % of the mean: percentiles of RESAMPLES means of as many values drawn with replacement (Efron & Tibshirani 1993).

    values: (n,). The same seed gives the same interval.
    """
    picks = np.random.default_rng(seed).integers(0, len(values), (RESAMPLES, len(values)))
    low, high = np.quantile(values[picks].mean(1), (LOW, HIGH))
    return float(low), float(high)
