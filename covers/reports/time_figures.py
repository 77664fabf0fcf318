"""How long people waited and how long machines worked, in SQL."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Aggregate, Count, DateTimeField, F, FloatField, Func, QuerySet, Sum
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from albumsite.jobs.states import State
from covers.faces import faces
from covers.models import CoverRequest, Evaluation, Retraining
from covers.weeks import Window

WITHOUT_GPU = ("poster",)
"""Engines that draw on the processor."""


class Percentile(Aggregate):
    """PostgreSQL's percentile_cont. Source: PostgreSQL documentation, ordered-set aggregate functions."""

    template = "PERCENTILE_CONT(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()

    def __init__(self, expression: Combinable, share: float, **extra: Any) -> None:
        super().__init__(expression, share=float(share), **extra)


class Seconds(Func):
    """From the first moment to the second."""

    template = "EXTRACT(EPOCH FROM %(expressions)s)"
    arg_joiner = " - "
    output_field = FloatField()

    def __init__(self, since: str, until: str) -> None:
        super().__init__(F(until), F(since))


class SecondsTogether(Aggregate):
    """Length of the union of all spans: what ran at the same time counts once."""

    template = (
        "(SELECT COALESCE(SUM(EXTRACT(EPOCH FROM UPPER(span) - LOWER(span))), 0)"
        " FROM UNNEST(RANGE_AGG(TSTZRANGE(%(expressions)s))) AS span)"
    )
    output_field = FloatField()

    def __init__(self, since: str, until: str) -> None:
        super().__init__(F(since), F(until))
        self.source_expressions[1].output_field = DateTimeField()


def waits(requests: QuerySet[CoverRequest]) -> dict[str, Any]:
    """Seconds until drawing began, from when it could, and until everything was there, from asking.

    Only of requests that were finished and never asked for again: for another try the clock of a row starts anew.
    """
    smooth = requests.filter(state=State.DONE, draw_started_at__gte=F("queued_at"))
    begin, finish = Seconds("queued_at", "draw_started_at"), Seconds("created_at", "finished_at")
    return smooth.aggregate(
        measured=Count("pk"),
        wait_p50=Percentile(begin, 0.5),
        wait_p95=Percentile(begin, 0.95),
        finish_p50=Percentile(finish, 0.5),
        finish_p95=Percentile(finish, 0.95),
    )


def costs(window: Window) -> dict[str, Any]:
    """Hours of work by kind, each as (what ran together counted once, each alone), and what they cost.

    The truth lies between: pictures of several people share a call, and several machines may draw at once.
    """
    of_week = {"finished_at__gte": window.starts_at, "finished_at__lt": window.ends_at, "started_at__isnull": False}
    drawn = CoverRequest.objects.filter(state=State.DONE, **of_week).exclude(engine__in=WITHOUT_GPU)
    kinds: dict[str, Any] = {
        "drawing": drawn,
        "faces": faces().trainings().filter(**of_week),
        "training": Retraining.objects.filter(**of_week),
        "comparing": Evaluation.objects.filter(**of_week),
    }
    hours = {kind: _hours(rows) for kind, rows in kinds.items()}
    low, high = (sum(pair[end] for pair in hours.values()) for end in (0, 1))
    price = settings.GPU_COST_PER_HOUR
    return {
        "hours": hours,
        "low": low * price,
        "high": high * price,
        "price": price,
        "currency": settings.COST_CURRENCY,
        "writing": writing(window),
    }


def writing(window: Window) -> dict[str, int]:
    """What the language model took for the requests of the week. microdollars: of those whose price is known (priced)."""
    asked = CoverRequest.objects.filter(created_at__gte=window.starts_at, created_at__lt=window.ends_at)
    return asked.exclude(written_with="").aggregate(
        requests=Count("pk"),
        priced=Count("cost_microdollars"),
        prompt_tokens=Coalesce(Sum("prompt_tokens"), 0),
        completion_tokens=Coalesce(Sum("completion_tokens"), 0),
        microdollars=Coalesce(Sum("cost_microdollars"), 0),
    )


def _hours(rows: QuerySet[Any]) -> list[float]:
    spans = rows.filter(finished_at__gte=F("started_at")).aggregate(
        together=SecondsTogether("started_at", "finished_at"),
        alone=Coalesce(Sum(Seconds("started_at", "finished_at")), 0.0),
    )
    return [spans["together"] / 3600, spans["alone"] / 3600]
