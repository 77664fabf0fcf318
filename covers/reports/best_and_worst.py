"""Which covers go on the contact sheet: the best and the worst rated of the week among those that are on the wall.

The sheet leaves the site, to a Slack channel and in mails. So it holds nothing that not everybody may see already: no
private or hidden cover, and none that shows somebody's face or is made of a picture that somebody brought, whatever its rating.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Count, F, FloatField, Q, QuerySet, Sum
from django.db.models.functions import Cast

from covers.models import Cover, ReviewStanding
from covers.models.wall_score import WALL_PRIOR_HALF_STARS, WALL_PRIOR_WEIGHT
from covers.weeks import Window

EACH_MOST = 6


def best_and_worst(window: Window) -> dict[str, Any]:
    """Up to six of each, none in both; with few covers the best go first."""
    rows = rated_in(window)
    number = rows.count()
    best = min(EACH_MOST, (number + 1) // 2)
    worst = min(EACH_MOST, number - best)
    return {
        "best": [_figures(cover) for cover in rows.order_by(F("score").desc(), "pk")[:best]],
        "worst": [_figures(cover) for cover in rows.order_by(F("score").asc(), "-pk")[:worst]],
    }


def rated_in(window: Window) -> QuerySet[Cover, Any]:
    """With the sum and the number of other people's ratings of the week that count, and the score that these alone would give."""
    of_week = Q(reviews__created_at__gte=window.starts_at, reviews__created_at__lt=window.ends_at)
    of_week &= Q(reviews__standing=ReviewStanding.COUNTS)
    of_week &= Q(request__owner=None) | ~Q(reviews__owner=F("request__owner"))
    return (
        Cover.objects.public()
        .filter(request__shows_face=False, request__is_draft=False, request__shows_picture=False)
        .annotate(week_reviews=Count("reviews", filter=of_week), week_sum=Sum("reviews__half_stars", filter=of_week))
        .filter(week_reviews__gt=0)
        .annotate(
            score=(Cast("week_sum", FloatField()) + WALL_PRIOR_HALF_STARS * WALL_PRIOR_WEIGHT)
            / (F("week_reviews") + WALL_PRIOR_WEIGHT)
        )
        .select_related("request")
    )


def _figures(cover: Any) -> dict[str, Any]:
    return {
        "cover": str(cover.pk),
        "title": cover.title,
        "artist": cover.artist,
        "half_stars": cover.week_sum / cover.week_reviews,
        "reviews": cover.week_reviews,
        "colour": cover.dominant_colour,
        "picture": f"{cover.storage_prefix}/320.webp",
    }
