"""How sure a mean rating is. Ratings of one person resemble each other, so people are counted and not reviews."""

from __future__ import annotations

import math
from dataclasses import dataclass

PEOPLE_MIN = 5
"""With fewer an interval would be wider than the scale, or of no width by chance."""

LOWEST, HIGHEST = 1.0, 10.0
"""Half stars."""

NORMAL_975 = 1.959963984540054


@dataclass(frozen=True)
class RatingSums:
    """Of some reviews, by person: how many people and reviews, and the sums that a mean and its error are made of.

    total: Σ s, total_squared: Σ s², mixed: Σ s·n, reviews_squared: Σ n²; s is the sum of one person's half stars, n how many
    reviews they wrote.
    """

    people: int = 0
    reviews: int = 0
    total: int = 0
    total_squared: int = 0
    mixed: int = 0
    reviews_squared: int = 0

    @property
    def mean(self) -> float | None:
        """In half stars; None without reviews."""
        return self.total / self.reviews if self.reviews else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """95 % interval of the mean in half stars, within the scale; None with fewer than PEOPLE_MIN people.

        The mean is a ratio of sums over people, and its variance that of the linearised ratio with the factor
        people / (people - 1), with Student's t of people - 1 degrees. Source: Cochran, Sampling Techniques, 3rd ed.,
        section 9A (single-stage cluster sampling, ratio to size).
        """
        mean = self.mean
        if mean is None or self.people < PEOPLE_MIN:
            return None
        squares = self.total_squared - 2 * mean * self.mixed + mean * mean * self.reviews_squared
        variance = self.people / (self.people - 1) * max(0.0, squares) / self.reviews**2
        reach = student_975(self.people - 1) * math.sqrt(variance)
        return max(LOWEST, mean - reach), min(HIGHEST, mean + reach)


def student_975(degrees: int) -> float:
    """The 97.5 % quantile of Student's t, to 0.001 from 4 degrees on.

    Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.5. Raises ValueError below 4.
    """
    if degrees < 4:
        raise ValueError(f"the expansion is good from 4 degrees on, not for {degrees}")
    z = NORMAL_975
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(term / degrees**power for power, term in enumerate(terms, start=1))
