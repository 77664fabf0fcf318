"""How long a request will take, told from what this site really drew lately; and when to refuse another one.

A guess that is off is worse than none, so everything is measured: how many pictures the workers finish a second while they
draw, however many share a call, and how long one request is at work.
"""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.conf import settings
from django.utils import timezone

from accounts.person import Person
from albumsite.jobs.states import State
from covers.drawing import fairness
from covers.drawing.fairness import Waiting
from covers.errors import NetworkBusy, SiteBusy, TooManyWaiting, VisitorsBusy
from covers.models import CoverRequest, Stage, WorkerHealth

DEFAULT_SECONDS_PER_PICTURE = 3.0
"""Of a site that has drawn nothing yet."""
WORKER_ALIVE_WITHIN = timedelta(seconds=90)
LEARN_FROM = 20
"""Requests, the newest ones."""
MEDIANS_MOST = 3.0
"""How many times the usual time for each picture one request may say: a machine that slept must not close the site."""
LOOK_AMONG = 400
"""Requests of the same engine, the newest ones, that those are looked for among."""
SNAPSHOT_MAX_AGE_SECONDS = 1.0
SAME_CALL_SECONDS = 0.05
"""Requests of one call begin this near to each other, the gathering time apart."""
LAST_WAVE_SHARE = 0.3
"""How full, at most, a last call may seem for the estimate to count on it fitting into the one before."""


@dataclass(frozen=True)
class Estimate:
    """place: 1 is next. Seconds are guesses from the last requests that this site finished.

    remaining_seconds: None while no draw worker is heard of, for then nobody knows.
    """

    place: int
    elapsed_seconds: float
    remaining_seconds: float | None


@dataclass(frozen=True)
class BusyInterval:
    """When something was drawn, and how many pictures it had."""

    begun_at: datetime
    ended_at: datetime
    pictures: int

    @property
    def seconds(self) -> float:
        return max(0.001, (self.ended_at - self.begun_at).total_seconds())


@dataclass(frozen=True)
class Throughput:
    """How quickly one engine draws here. pictures_per_second: all workers together, as many at once as share a call.

    seconds_per_picture: how long a request is at work for each of its pictures, alone or in company.
    """

    pictures_per_second: float
    seconds_per_picture: float

    def request_seconds(self, count: int) -> float:
        return self.seconds_per_picture * count

    def seconds_to_the_end(self, pictures_ahead: float, count: int) -> float:
        """From when a worker is free to the end of a request of `count` pictures that waits behind `pictures_ahead`.

        By Little's law the calls of all workers hold pictures_per_second * request_seconds pictures at a time; whoever
        waits is drawn in one of the waves of that size.
        """
        one_wave = self.request_seconds(count)
        waves = math.ceil((pictures_ahead + count) / (self.pictures_per_second * one_wave) - LAST_WAVE_SHARE)
        return max(1, waves) * one_wave


def throughput_of(drawn: Sequence[BusyInterval], workers: int) -> Throughput:
    """From requests that were drawn lately by at most `workers` workers, which need not all have been busy."""
    if not drawn:
        return Throughput(workers / DEFAULT_SECONDS_PER_PICTURE, DEFAULT_SECONDS_PER_PICTURE)
    seconds_per_picture = statistics.median(one.seconds / one.pictures for one in drawn)
    calls = list(_calls(_within(drawn, MEDIANS_MOST * seconds_per_picture)))
    busy_seconds = _seconds_covered(calls)
    busy_workers = min(float(workers), max(1.0, sum(call.seconds for call in calls) / busy_seconds))
    pictures = sum(call.pictures for call in calls)
    return Throughput(
        pictures_per_second=pictures / busy_seconds * workers / busy_workers,
        seconds_per_picture=seconds_per_picture,
    )


def _within(drawn: Iterable[BusyInterval], seconds_per_picture: float) -> Iterable[BusyInterval]:
    """None of them longer than that for each of its pictures."""
    for one in drawn:
        seconds = min(one.seconds, seconds_per_picture * one.pictures)
        yield BusyInterval(one.ended_at - timedelta(seconds=seconds), one.ended_at, one.pictures)


def _calls(drawn: Iterable[BusyInterval]) -> Iterable[BusyInterval]:
    """Requests that began together shared a call."""
    apart = timedelta(seconds=SAME_CALL_SECONDS, milliseconds=settings.DRAW_GATHER_MILLISECONDS)
    call: BusyInterval | None = None
    for one in sorted(drawn, key=lambda one: one.begun_at):
        if call is not None and one.begun_at - call.begun_at <= apart:
            call = BusyInterval(call.begun_at, max(call.ended_at, one.ended_at), call.pictures + one.pictures)
            continue
        if call is not None:
            yield call
        call = one
    if call is not None:
        yield call


def _seconds_covered(calls: Iterable[BusyInterval]) -> float:
    """How long at least one of them was at work."""
    seconds, covered_to = 0.0, None
    for call in sorted(calls, key=lambda call: call.begun_at):
        begun_at = max(call.begun_at, covered_to) if covered_to else call.begun_at
        seconds += max(0.0, (call.ended_at - begun_at).total_seconds())
        covered_to = max(call.ended_at, covered_to) if covered_to else call.ended_at
    return max(0.001, seconds)


def _drawn_lately(alike: tuple[object, ...]) -> list[BusyInterval]:
    """Of requests that were drawn like that, see fairness.ALIKE_FIELDS; failing them, of all with that model.

    Among the newest of the engine only: looking on for a model or a size that is new would read all that was ever drawn.
    What was drawn in pieces is left out: nobody drew between its claims.
    """
    engine = alike[fairness.ALIKE_FIELDS.index("engine")]
    fields = ("draw_started_at", "started_at", "finished_at", "count", *fairness.ALIKE_FIELDS)
    newest = list(CoverRequest.objects.drawn_at_once().filter(engine=engine).only(*fields)[:LOOK_AMONG])
    with_model = alike[: len(fairness.MODEL_FIELDS)]
    drawn = [row for row in newest if fairness.alike_of(row) == alike]
    drawn = drawn or [row for row in newest if fairness.model_of(row) == with_model]
    return [
        BusyInterval(row.draw_started_at, row.finished_at, row.count)
        for row in drawn[:LEARN_FROM]
        if row.draw_started_at and row.finished_at
    ]


class QueueSnapshot:
    """The queue as it stands, and how quickly it moves. Asks the database once for each thing that is needed."""

    def __init__(self) -> None:
        self._throughputs: dict[tuple[object, ...], Throughput] = {}

    @cached_property
    def order(self) -> list[Waiting]:
        """Who waits, songs without a brief yet among them."""
        return fairness.fair_order((Stage.WRITE, Stage.DRAW))

    @property
    def is_cut_off(self) -> bool:
        """Whether more wait than are put in order."""
        return len(self.order) >= fairness.ORDER_MAX

    @cached_property
    def workers(self) -> int:
        """Draw workers that were heard of lately."""
        since = timezone.now() - WORKER_ALIVE_WITHIN
        return WorkerHealth.objects.filter(queue="draw", seen_at__gte=since).count()

    def throughput(self, alike: tuple[object, ...]) -> Throughput:
        """Of requests that are drawn like that, see fairness.ALIKE_FIELDS; failing them, of all with that model."""
        if alike not in self._throughputs:
            self._throughputs[alike] = throughput_of(_drawn_lately(alike), max(1, self.workers))
        return self._throughputs[alike]

    @cached_property
    def seconds_at_work(self) -> float:
        """What the workers still have to do before the next in the queue is begun."""
        running = CoverRequest.objects.filter(state=State.RUNNING, stage=Stage.DRAW, lease_until__gt=timezone.now())
        return sum(self._seconds_left(row) for row in running.defer("lyrics", "progress", "brief"))

    def _seconds_left(self, row: CoverRequest) -> float:
        throughput = self.throughput(fairness.alike_of(row))
        begun_at = row.started_at or timezone.now()
        share = (timezone.now() - begun_at).total_seconds() / throughput.request_seconds(row.count)
        return row.count * max(0.0, 1 - share) / throughput.pictures_per_second

    def seconds_behind(self, ahead: Sequence[Waiting], alike: tuple[object, ...], count: int) -> float:
        """To the end of a request of `count` pictures that waits behind these."""
        throughput = self.throughput(alike)
        others = sum(self.seconds_of(one) for one in ahead if one.alike != alike)
        pictures = sum(one.count for one in ahead if one.alike == alike)
        return self.seconds_at_work + others + throughput.seconds_to_the_end(pictures, count)

    def seconds_of(self, one: Waiting) -> float:
        """By how much it holds up those behind it."""
        return one.count / self.throughput(one.alike).pictures_per_second

    def seconds_before_a_new_one(self, person: Person) -> float:
        """How long this person's next request would wait for its beginning: behind everybody of its round."""
        mine = person.turn
        at_work = CoverRequest.objects.filter(person.owns(), state=State.RUNNING, stage=Stage.DRAW).count()
        my_round = 1 + at_work + sum(1 for one in self.order if one.person == mine)
        ahead = [one for one in self.order if one.round <= my_round]
        return self.seconds_at_work + sum(self.seconds_of(one) for one in ahead)


_shared: tuple[float, QueueSnapshot] | None = None


def _shared_snapshot() -> QueueSnapshot:
    """One for all pages of this process that ask within a second: hundreds who wait ask every few seconds."""
    global _shared
    now = time.monotonic()
    if _shared is None or now - _shared[0] >= SNAPSHOT_MAX_AGE_SECONDS:
        _shared = (now, QueueSnapshot())
    return _shared[1]


def _snapshot_with(request: CoverRequest) -> QueueSnapshot:
    """The shared one, unless it was made before the request. Behind an order that was cut off, a new one says no more."""
    snapshot = _shared_snapshot()
    is_in_it = any(one.pk == request.pk for one in snapshot.order)
    return snapshot if is_in_it or snapshot.is_cut_off else QueueSnapshot()


def estimate(*, request: CoverRequest) -> Estimate:
    """Where an active request stands in the queue and how long it still needs."""
    elapsed_seconds = (timezone.now() - request.created_at).total_seconds()
    place, remaining_seconds = _place_and_seconds(request)
    return Estimate(place, elapsed_seconds, remaining_seconds if _shared_snapshot().workers else None)


def _place_and_seconds(request: CoverRequest) -> tuple[int, float]:
    """As with one worker where none is heard of: somebody who is refused must be told to come back some time."""
    alike = fairness.alike_of(request)
    if request.state == State.RUNNING and request.stage == Stage.DRAW:
        parts = [part for part in request.progress.values() if part.get("total")]
        done = sum(min(1.0, part.get("step", 0) / part["total"]) for part in parts)
        left = _shared_snapshot().throughput(alike).request_seconds(request.count) * max(0.05, 1 - done / request.count)
        return 1, left
    snapshot = _snapshot_with(request)
    place = next((place for place, one in enumerate(snapshot.order) if one.pk == request.pk), len(snapshot.order))
    rest_seconds = max(0.0, (request.queued_at - timezone.now()).total_seconds())
    left = snapshot.seconds_behind(snapshot.order[:place], alike, request.count)
    return place + 1, max(left, rest_seconds)


def refuse_over_bounds(person: Person) -> None:
    """The queue is bounded, by number and by time, and nobody fills it alone. Raises TooManyWaiting, SiteBusy."""
    active = CoverRequest.objects.active()
    mine = active.filter(person.owns()).order_by("id")[: settings.REQUESTS_WAITING_PER_PERSON]
    if len(mine) >= settings.REQUESTS_WAITING_PER_PERSON:
        seconds = min(_place_and_seconds(row)[1] for row in mine[:1])
        raise TooManyWaiting(limit=settings.REQUESTS_WAITING_PER_PERSON, retry_after_seconds=math.ceil(seconds))
    _refuse_visitors_over_their_share(person)
    snapshot = QueueSnapshot()
    counted = active[: settings.REQUESTS_WAITING_MAX + fairness.ORDER_MAX].count()
    too_many = counted - settings.REQUESTS_WAITING_MAX + 1
    too_long = snapshot.seconds_before_a_new_one(person) - settings.WAIT_MINUTES_MAX * 60 if snapshot.workers else 0.0
    if too_many > 0 or (too_long > 0 and snapshot.order):  # behind nobody but what is drawn now, anyone may wait
        leaving = snapshot.order[: max(0, too_many)]
        seconds = snapshot.seconds_at_work + sum(map(snapshot.seconds_of, leaving)) if leaving else 0.0
        seconds = max(seconds, too_long, 1.0)
        raise SiteBusy(minutes=math.ceil(seconds / 60), retry_after_seconds=max(30, math.ceil(seconds)))


def _refuse_visitors_over_their_share(person: Person) -> None:
    """Visitors have a part of the queue, and those of one network a part of that: members always find room in it."""
    if person.user is not None:
        return
    theirs = CoverRequest.objects.active().filter(owner=None)
    if person.network:
        mine = theirs.filter(network=person.network).order_by("id")[: settings.NETWORK_REQUESTS_WAITING]
        if len(mine) >= settings.NETWORK_REQUESTS_WAITING:
            seconds = min(_place_and_seconds(row)[1] for row in mine[:1])
            whole = max(1, math.ceil(seconds))
            raise NetworkBusy(minutes=math.ceil(whole / 60), retry_after_seconds=whole)
    share = max(1, int(settings.REQUESTS_WAITING_MAX * settings.VISITORS_SHARE))
    if theirs[:share].count() >= share:
        seconds = min(_place_and_seconds(row)[1] for row in theirs.order_by("id")[:1])
        whole = max(1, math.ceil(seconds))
        raise VisitorsBusy(minutes=math.ceil(whole / 60), retry_after_seconds=whole)
