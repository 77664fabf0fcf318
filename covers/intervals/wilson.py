"""Of a share: how often something succeeded, of so many times."""

from __future__ import annotations

from math import sqrt

NORMAL_95 = 1.959964
"""Two-sided 95 % of the normal distribution."""


def interval(share: float, count: int) -> tuple[float, float]:
    """Where a share of `count` observations is with 95 % (Wilson 1927), within 0 to 1; of none it may be anything."""
    if not count:
        return 0.0, 1.0
    z2 = NORMAL_95**2
    middle = (share + z2 / (2 * count)) / (1 + z2 / count)
    half = NORMAL_95 * sqrt(share * (1 - share) / count + z2 / (4 * count**2)) / (1 + z2 / count)
    return max(0.0, middle - half), min(1.0, middle + half)
