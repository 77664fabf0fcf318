"""Who is trained next: round-robin between members, as `covers.drawing.fairness` does for covers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from django.db.models import Max
from django.db.models.functions import Now

from albumsite.jobs.states import State
from personalize.models import TrainingRun

ORDER_MAX = 500
NEVER = datetime.min.replace(tzinfo=UTC)


def fair_order() -> list[TrainingRun]:
    """Runs that may be begun now, the fairest first: whoever has most at work comes last, then who was served longest ago."""
    waiting = list(TrainingRun.objects.claimable("train").filter(queued_at__lte=Now()).order_by("id")[:ORDER_MAX])
    owners = {run.owner_id for run in waiting}
    theirs = TrainingRun.objects.filter(owner__in=owners)
    at_work = Counter(
        theirs.filter(state=State.RUNNING).exclude(pk__in=[run.pk for run in waiting]).values_list("owner", flat=True)
    )
    served = dict(theirs.values_list("owner").annotate(Max("started_at")))
    rounds: Counter[object] = Counter()
    ordered = []
    for run in waiting:
        rounds[run.owner_id] += 1
        ordered.append((at_work[run.owner_id] + rounds[run.owner_id], served.get(run.owner_id) or NEVER, run.pk, run))
    return [run for *_, run in sorted(ordered, key=lambda one: one[:3])]


def company(order: Sequence[TrainingRun], first: TrainingRun, room: int) -> list[TrainingRun]:
    """Who can share the steps of `first`: asked for in the same way, and never in a call that broke."""
    alike = [run for run in order if run.attempt == 0 and _manner(run) == _manner(first)]
    return alike[: max(0, room)]


def _manner(run: TrainingRun) -> dict[str, object]:
    return {name: value for name, value in run.options.items() if name not in ("seed", "max_train_steps")}
