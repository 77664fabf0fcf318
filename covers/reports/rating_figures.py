"""Ratings of a week in SQL: how many of each half star, and the mean, overall, by what drew, and by the sides of a trial."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import Count

from covers.intervals.student import RatingSums
from covers.models import Review, ReviewStanding
from covers.weeks import Window

BINS = 10
"""Half stars from 1 to 10."""

OVERALL, BY_MODEL, BY_SIDE = "overall", "model", "side"

BY_PERSON = """
WITH theirs AS (
    SELECT CASE GROUPING(drawn_by, trial) WHEN 3 THEN 'overall' WHEN 1 THEN 'model' ELSE 'side' END AS kind,
           drawn_by, learned, trial, COUNT(*) AS n, SUM(half_stars) AS s
    FROM (
        SELECT COALESCE(model.key, request.engine) AS drawn_by, COALESCE(learned.key, '') AS learned,
               COALESCE(trial.key, '') AS trial, review.owner_id, review.visitor, review.half_stars
        FROM covers_review review
        JOIN covers_cover cover ON cover.id = review.cover_id
        JOIN covers_coverrequest request ON request.id = cover.request_id
        LEFT JOIN covers_modelversion model ON model.id = request.model_version_id
        LEFT JOIN covers_modelversion learned ON learned.id = request.learned_version_id
        LEFT JOIN covers_modelversion trial ON trial.id = request.trial_id
        WHERE review.standing = 'counts' AND review.created_at >= %s AND review.created_at < %s
    ) rated
    GROUP BY GROUPING SETS (
        (owner_id, visitor), (owner_id, visitor, drawn_by, learned), (owner_id, visitor, trial, learned)
    )
)
SELECT kind, COALESCE(drawn_by, ''), COALESCE(learned, ''), COALESCE(trial, ''),
       COUNT(*), SUM(n), SUM(s), SUM(s * s), SUM(s * n), SUM(n * n)
FROM theirs
GROUP BY 1, 2, 3, 4
"""
"""One row for all reviews, one for each model that drew, one for each side of each trial."""

Key = tuple[str, str, str, str]
"""kind, then as far as they matter to it: drawn by, weekly model, trial."""


def histogram(window: Window) -> list[int]:
    """Reviews of the week by their half stars: ten numbers, the lowest first."""
    rows = Review.objects.filter(
        standing=ReviewStanding.COUNTS, created_at__gte=window.starts_at, created_at__lt=window.ends_at
    )
    counted = dict(rows.values_list("half_stars").annotate(reviews=Count("pk")))
    return [counted.get(half_stars, 0) for half_stars in range(1, BINS + 1)]


def sums_by_group(window: Window) -> dict[Key, RatingSums]:
    """What means and their intervals are made of, for all groups in one query."""
    with connection.cursor() as cursor:
        cursor.execute(BY_PERSON, [window.starts_at, window.ends_at])
        return {tuple(row[:4]): RatingSums(*(int(value) for value in row[4:])) for row in cursor.fetchall()}


def as_figures(sums: RatingSums) -> dict[str, Any]:
    """For the report. mean, low, high: half stars, or None."""
    low, high = sums.interval or (None, None)
    return {"reviews": sums.reviews, "raters": sums.people, "mean": sums.mean, "low": low, "high": high}
