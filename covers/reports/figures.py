"""What happened in one week, asked of the database in aggregates: the cost does not grow with Python's share of the rows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.admin.models import DELETION, LogEntry
from django.contrib.auth import get_user_model
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate

from albumsite.jobs.states import State
from covers.faces import faces
from covers.intervals.student import RatingSums
from covers.models import Cover, CoverRequest, Download, Visibility
from covers.reports import best_and_worst, learning_figures, rating_figures, time_figures
from covers.weeks import Window, week_of, window_of

DAYS = 7


def collect(week: str) -> dict[str, Any]:
    """All figures of a week and, where they can be compared, of the week before. Raises ValueError for what is no week."""
    window = window_of(week)
    before = window_before(window)
    sums, sums_before = (rating_figures.sums_by_group(one) for one in (window, before))
    return {
        "week": week,
        "starts_at": window.starts_at.isoformat(),
        "ends_at": window.ends_at.isoformat(),
        "time_zone": settings.TIME_ZONE,
        "now": numbers(window, sums),
        "before": numbers(before, sums_before),
        "models": learning_figures.models_that_drew(window, sums),
        "trials": learning_figures.sides_of_trials(window, sums),
        **learning_figures.of_week(week, window),
        **best_and_worst.best_and_worst(window),
    }


def window_before(window: Window) -> Window:
    """The week before; in a zone with summer time it may be an hour longer or shorter."""
    return window_of(week_of(window.starts_at - (window.ends_at - window.starts_at) / 2))


def numbers(window: Window, sums: dict[rating_figures.Key, RatingSums]) -> dict[str, Any]:
    """What one week comes to. Requests are those asked for in it, with what has become of them since."""
    asked = _within(CoverRequest.objects.filter(is_draft=False), window)
    return {
        "requests": requests_of(_within(CoverRequest.objects.all(), window)),
        "days": days_of(asked, window),
        "covers": covers_of(window),
        "people": people_of(asked, window),
        "ratings": {
            "histogram": rating_figures.histogram(window),
            **rating_figures.as_figures(sums.get((rating_figures.OVERALL, "", "", ""), RatingSums())),
        },
        "downloads": downloads_of(window),
        "failures": failures_of(asked),
        "waits": time_figures.waits(asked),
        "costs": time_figures.costs(window),
        "moderation": moderation_of(window),
        "faces": faces_of(window),
    }


def _within(rows: QuerySet[Any], window: Window, moment: str = "created_at") -> QuerySet[Any]:
    return rows.filter(**{f"{moment}__gte": window.starts_at, f"{moment}__lt": window.ends_at})


def requests_of(requests: QuerySet[CoverRequest]) -> dict[str, int]:
    """drafts, which the site makes while it learns a face, are counted apart."""
    real = Q(is_draft=False)
    return requests.aggregate(
        asked=Count("pk", filter=real),
        done=Count("pk", filter=real & Q(state=State.DONE)),
        failed=Count("pk", filter=real & Q(state=State.FAILED)),
        cancelled=Count("pk", filter=real & Q(state=State.CANCELLED)),
        open=Count("pk", filter=real & Q(state__in=(State.QUEUED, State.RUNNING))),
        with_face=Count("pk", filter=real & Q(shows_face=True)),
        by_openai=Count("pk", filter=Q(written_by="openai")),
        by_rules=Count("pk", filter=Q(written_by="rules")),
        drafts=Count("pk", filter=~real),
    )


def days_of(asked: QuerySet[CoverRequest], window: Window) -> list[int]:
    """Requests by day, Monday first."""
    day = TruncDate("created_at", tzinfo=window.starts_at.tzinfo)
    counted = dict(asked.values_list(day).annotate(requests=Count("pk")))
    monday = window.starts_at.date()
    return [sum(n for day, n in counted.items() if (day - monday).days == place) for place in range(DAYS)]


def covers_of(window: Window) -> dict[str, int]:
    return _within(Cover.objects.filter(request__is_draft=False), window).aggregate(
        made=Count("pk"), public=Count("pk", filter=Q(visibility=Visibility.PUBLIC))
    )


def people_of(asked: QuerySet[CoverRequest], window: Window) -> dict[str, int]:
    """Who asked for covers. New: whoever had never asked before. A visitor who signed in counts as a member."""
    earlier = CoverRequest.objects.filter(created_at__lt=window.starts_at, is_draft=False)
    members, visitors = Q(owner__isnull=False), Q(owner__isnull=True)
    back_members = members & Q(member_is_back=True)
    back_visitors = visitors & Q(visitor_is_back=True)
    people = asked.annotate(
        member_is_back=Exists(earlier.filter(owner=OuterRef("owner"))),
        visitor_is_back=Exists(earlier.filter(owner=None, visitor=OuterRef("visitor"))),
    ).aggregate(
        members=Count("owner", distinct=True),
        members_back=Count("owner", distinct=True, filter=back_members),
        visitors=Count("visitor", distinct=True, filter=visitors),
        visitors_back=Count("visitor", distinct=True, filter=back_visitors),
    )
    signed_up = _within(get_user_model()._default_manager.all(), window, "date_joined").count()
    return {**people, "signed_up": signed_up}


def downloads_of(window: Window) -> dict[str, int]:
    return _within(Download.objects.all(), window).aggregate(
        files=Count("pk"),
        release=Count("pk", filter=Q(file=Download.File.RELEASE)),
        covers=Count("cover", distinct=True),
        members=Count("owner", distinct=True),
        visitors=Count("visitor", distinct=True),
    )


def failures_of(asked: QuerySet[CoverRequest]) -> list[dict[str, Any]]:
    """The most frequent first. reason: the message id on the row."""
    failed = asked.filter(state=State.FAILED).values_list("failure").annotate(count=Count("pk"))
    return [{"reason": reason, "count": count} for reason, count in failed.order_by("-count", "failure")]


def moderation_of(window: Window) -> dict[str, int]:
    """What moderators did in the admin, from its own log. hidden_now: at the moment of the report."""
    log = _within(LogEntry.objects.filter(content_type__app_label="covers"), window, "action_time")
    done = log.aggregate(
        hidden=Count("pk", filter=Q(content_type__model="cover", change_message="Hidden")),
        restored=Count("pk", filter=Q(content_type__model="cover", change_message="Restored")),
        reviews_deleted=Count("pk", filter=Q(content_type__model="review", action_flag=DELETION)),
    )
    return {**done, "hidden_now": Cover.objects.filter(visibility=Visibility.HIDDEN).count()}


def faces_of(window: Window) -> dict[str, int]:
    """Trainings of faces asked for in the week, by state."""
    runs = _within(faces().trainings(), window)
    counted = dict(runs.values_list("state").annotate(runs=Count("pk")))
    return {state: counted.get(state, 0) for state in State.values}
