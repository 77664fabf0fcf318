"""What the week asks for, and by when. Every question may be asked any number of times: rows with the week's name answer it.

So a scheduler that was away at the hour catches up when it is back, and two of them do no more than one.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from croniter import croniter
from django.conf import settings
from django.db.models import Min
from django.utils import timezone

from albumsite.errors import EngineError, UserFacingError
from covers import registry
from covers.bandit.learning import recount
from covers.models import CoverRequest, Retraining, WeeklyReport
from covers.reports.delivery import deliveries
from covers.weekly import retraining
from covers.weeks import week_of, window_of

logger = logging.getLogger(__name__)


def look() -> list[str]:
    """Ask for what is due and not there yet. Returns what was asked for, in words for a log."""
    asked = []
    for cron, ask in ((settings.RETRAIN_CRON, _retrain), (settings.REPORT_CRON, _report)):
        week = due_week(cron)
        if week and _has_begun(week) and (what := ask(week)):
            logger.info("asked for %s week=%s", what, week)
            asked.append(what)
    return asked


def due_week(cron: str, now: datetime | None = None) -> str:
    """The week before the newest moment of a cron expression, read in TIME_ZONE; nothing for an empty one."""
    if not cron:
        return ""
    here = timezone.localtime(now)
    moment = croniter(cron, here).get_prev(datetime)
    starts_at = window_of(week_of(moment)).starts_at
    return week_of(starts_at - timedelta(days=1))


def _has_begun(week: str) -> bool:
    """Whether there was anything on this site before the week was over: a new site owes nobody a report of before it."""
    first = CoverRequest.objects.aggregate(first=Min("created_at"))["first"]
    return first is not None and first < window_of(week).ends_at


def _retrain(week: str) -> str:
    try:
        base_key = registry.learning_choice(settings.LEARN_BASE_MODEL).key
        if Retraining.objects.filter(week=week, base_key=base_key).exists():
            return ""  # one that failed waits for a person: what failed at night fails again in ten minutes
        retraining.request_retraining(week=week, base_key=base_key)
        recount()  # once a week, so that old reviews are forgotten
    except (UserFacingError, EngineError) as error:
        logger.warning("weekly training not asked for week=%s reason=%s", week, error)
        return ""
    return "a training"


def _report(week: str) -> str:
    if WeeklyReport.objects.filter(week=week, deliveries__isnull=False).exists():
        return ""
    return "a report" if deliveries.send_week(week) else ""
