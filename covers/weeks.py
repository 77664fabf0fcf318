"""Weeks as the loop counts them: ISO weeks, Monday to Sunday, in the site's time zone."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.utils import timezone

FORM = re.compile(r"(\d{4})-W(\d{2})")


class Window(NamedTuple):
    """From `starts_at` up to, and without, `ends_at`; both know their time zone."""

    starts_at: datetime
    ends_at: datetime


def week_of(moment: datetime) -> str:
    """The week that a moment is in, in the current time zone: "2026-W48"."""
    year, number, _day = timezone.localtime(moment).isocalendar()
    return f"{year}-W{number:02d}"


def this_week() -> str:
    return week_of(timezone.now())


def last_week() -> str:
    """The newest week that is over: what a report or a training on a Monday is about."""
    return week_of(timezone.now() - timedelta(days=7))


def window_of(week: str) -> Window:
    """Midnight of its Monday to midnight of the next, in the current time zone. Raises ValueError for what is no week."""
    found = FORM.fullmatch(week)
    if found is None:
        raise ValueError(f"{week!r} is no week; one is written like 2026-W48")
    monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
    zone = timezone.get_current_timezone()
    starts_at, ends_at = (
        datetime(day.year, day.month, day.day, tzinfo=zone) for day in (monday, monday + timedelta(days=7))
    )
    return Window(starts_at, ends_at)
