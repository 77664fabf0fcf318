"""Draws waiting requests, several people's in one call of the engine, each under its own claim.

While the engine draws the next pictures, those that are ready are stored by other threads. A request that fails, is cancelled
or lost leaves the call; its neighbours go on. A call that breaks gives each of its requests back, to be tried alone.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.db import close_old_connections
from django.db.models import F
from django.db.models.functions import Coalesce, Now

from albumsite.errors import EngineError
from albumsite.jobs import queue
from albumsite.jobs.claims import Claim
from albumsite.jobs.leases import LeaseKeeper
from albumsite.jobs.shutdown import shutting_down
from covers import registry
from covers.drawing import fairness
from covers.drawing.batch import DrawBatch
from covers.drawing.cover_writer import PLENTY, CoverWriter
from covers.drawing.fairness import Waiting
from covers.drawing.job import DrawJob
from covers.drawing.loaded import LOADED
from covers.engine.engine_contract import DrawSpec
from covers.engine_pool import engine_for
from covers.models import CoverRequest, Stage

logger = logging.getLogger(__name__)

SpecsOf = Callable[[CoverRequest], list[DrawSpec]]
"""What a request still lacks. Raises EngineError when it cannot be drawn at all."""

TURN_SECONDS = 60.0
"""After this long the worker goes back to its queue, and enqueues those who still wait."""
OVERTIME_SECONDS = 30.0
"""How much longer, at most, it draws for newcomers while the last pictures of its turn are being stored."""
IN_A_ROW = 4
"""Pictures that an engine which draws one after the other draws for one person while others wait: what a form asks for."""
SET_ASIDE_MAX = 2
"""Requests that may be begun and wait for others: more of them would only make everybody's covers late."""


AfterEnd = Callable[[CoverRequest], None]
"""Told of each request that has ended here, or goes back to its queue. Never raises."""


def nobody(_row: CoverRequest) -> None:
    """Nobody wants to know."""


def draw_waiting(specs_of: SpecsOf, after_end: AfterEnd = nobody) -> None:
    """Draw who waits, the fairest first, until nobody does or the turn is over."""
    with DrawTurn(specs_of, after_end=after_end) as turn:
        while jobs := turn.next_jobs():
            turn.draw(jobs)
    if turn.is_turn_over and not shutting_down.is_set():
        _enqueue_the_rest()


def draw_one(pk: str, specs_of: SpecsOf) -> None:
    """Draw this request and no other, if it waits."""
    with DrawTurn(specs_of, shares=False) as turn:
        turn.draw(turn.take([pk]))


def _enqueue_the_rest() -> None:
    """One is enough: whoever takes it goes on as we did."""
    for waiting in fairness.fair_order()[:1]:
        queue.enqueue_now(CoverRequest, waiting.pk, Stage.DRAW)


@dataclass
class Aside:
    """A request that is begun, and waits until one request of each of these people is drawn."""

    job: DrawJob
    before: set[str]


class DrawTurn:
    """One turn at drawing: keeps the leases of what is on it, and the threads that store what is ready."""

    def __init__(self, specs_of: SpecsOf, *, shares: bool = True, after_end: AfterEnd = nobody) -> None:
        """shares: whether what is drawn may give way to others who wait."""
        self._specs_of, self._shares, self._after_end = specs_of, shares, after_end
        self._keeper, self._writer = LeaseKeeper(), CoverWriter()
        self._aside: list[Aside] = []
        self._ends_at = time.monotonic() + TURN_SECONDS

    def __enter__(self) -> DrawTurn:
        self._keeper.start()
        return self

    def __exit__(self, *error: object) -> None:
        for aside in self._aside:  # told to stop meanwhile, or something broke
            aside.job.hand_back()
        self._writer.close()
        self._keeper.__exit__(*error)

    @property
    def is_turn_over(self) -> bool:
        return time.monotonic() >= self._ends_at

    @property
    def _must_end(self) -> bool:
        return shutting_down.is_set() or time.monotonic() >= self._ends_at + OVERTIME_SECONDS

    # --- taking ---------------------------------------------------------------------------------------------------

    def next_jobs(self) -> list[DrawJob]:
        """The fairest request and whoever can share its call; empty when nobody waits, or this worker should stop.

        Looks once more when everything is stored: a request that could not be stored waits again by then. When the turn is over
        it goes on, until all is stored, for those who have nothing here yet: they do not wait for the backlog of others.
        """
        while not self._must_end:
            close_old_connections()
            is_idle = self._writer.is_idle and not self._aside
            if is_idle and self.is_turn_over:
                return []
            if jobs := self._take_together():
                return jobs
            if is_idle:
                return []
            self._writer.wait(timeout_seconds=0.05)
        return []

    def take(self, pks: Sequence[object]) -> list[DrawJob]:
        """Claim these rows as far as they are free, and leave those that need no drawing any more at their end."""
        claims = CoverRequest.objects.claim_all(
            [str(pk) for pk in pks], stage=Stage.DRAW, draw_started_at=Coalesce(F("draw_started_at"), Now())
        )
        for claim in claims:
            self._keeper.keep(claim)
        return [job for claim in claims if not (job := self._begin(claim)).has_ended]

    def _ended(self, claim: Claim[CoverRequest]) -> None:
        self._keeper.drop(claim)
        self._after_end(claim.row)

    def _begin(self, claim: Claim[CoverRequest]) -> DrawJob:
        try:
            job = DrawJob(claim, self._specs_of(claim.row), on_end=self._ended)
        except EngineError as error:
            logger.warning("request cannot be drawn request=%s reason=%s", claim.row.pk, error)
            job = DrawJob(claim, [], on_end=self._ended)
            job.end(partial(DrawBatch([job]).fail, job, error.message_id))
            return job
        except BaseException:
            claim.release()
            self._keeper.drop(claim)
            raise
        if claim.row.cancel_requested:
            job.cancel()
        elif job.is_complete:  # its last worker died between the last picture and the end
            job.end(job.finish)
        return job

    def _take_together(self) -> list[DrawJob]:
        passed: set[object] = set()  # taken by a faster worker, or locked by something slow: never wait for either
        while order := [
            one for one in fairness.fair_order() if one.pk not in passed and self._may_draw_for(one.person)
        ]:
            if self._aside:
                order = [one for one in order if one.person in self._aside[0].before][:1]
                if not order:
                    break
                self._aside[0].before.discard(order[0].person)
            first = fairness.fairest(order, lambda one: LOADED.has(one.model), may_load_another=LOADED.may_load_another)
            if jobs := self.take([first.pk]):
                return jobs if first.is_alone else jobs + self._take_company(order, first, jobs[0])
            passed.add(first.pk)
        return self._next_aside()

    def _next_aside(self) -> list[DrawJob]:
        """What was set aside first, and is still ours to go on with."""
        while self._aside:
            job = self._aside.pop(0).job
            if not job.has_ended:
                # else the others' time would count as its own, see estimates
                job.write(partial(job.claim.update, started_at=Now()))
                if not job.has_ended:
                    return [job]
        return []

    def _may_draw_for(self, person: str) -> bool:
        return self._writer.waiting_of(person) < (1 if self.is_turn_over else PLENTY)

    def _take_company(self, order: Sequence[Waiting], first: Waiting, job: DrawJob) -> list[DrawJob]:
        """Who else can be drawn in the same call: those who wait now, and who comes within a few milliseconds."""
        room = self._room(job) - len(job.specs)
        jobs: list[DrawJob] = []
        for waits in (False, True):
            if room <= 0:
                break
            if waits:
                time.sleep(settings.DRAW_GATHER_MILLISECONDS / 1000)
                order = fairness.fair_order()
            if company := fairness.company(order, first, room):
                taken = self.take([one.pk for one in company])
                room -= sum(len(one.specs) for one in taken)
                jobs += taken
        return jobs

    def _room(self, job: DrawJob) -> int:
        """How many pictures like those of the request one call may hold: what the engine draws at once."""
        try:
            pictures_at_once = getattr(engine_for(job.claim.row), "pictures_at_once", None)
            room = int(pictures_at_once(job.specs[0])) if pictures_at_once else 1
        except EngineError:  # drawing will raise it again, and say it
            return 1
        return min(room, settings.DRAW_TOGETHER_MAX or room)

    # --- drawing --------------------------------------------------------------------------------------------------

    def draw(self, jobs: Sequence[DrawJob]) -> None:
        """Draw these requests in one call; whatever happens, each of them is given its own end."""
        if not jobs:
            return
        batch = DrawBatch(jobs)
        with batch.working():
            if not shutting_down.is_set():  # loading a model first would take longer than a service manager waits
                self._draw(batch)

    def _draw(self, batch: DrawBatch) -> None:
        engine = LOADED.engine_of(batch.jobs[0].row)
        specs = [spec for job in batch.jobs for spec in job.undrawn]
        room = self._room(batch.jobs[0])
        _report_begin(batch.jobs, room)
        for number, drawn in enumerate(engine.draw(specs, batch.on_step), 1):
            registry.report_health(
                queue="draw", pictures=1, is_warm=True, device=str(drawn.parameters.get("device", ""))
            )
            self._writer.put(batch.by_id[drawn.request_id], drawn)
            if room == len(batch.jobs) == 1 and self._gives_way(batch.jobs[0], number):
                batch.set_aside = batch.jobs
                break

    def _gives_way(self, job: DrawJob, in_a_row: int) -> bool:
        """Whether others come before the pictures that this request lacks: then it is set aside until they are drawn.

        Somebody who has more in the queue gives way after each picture, and everybody after a few, to those whose turn it would
        be, and once to each: whoever asks for much does not hold up who asks for four covers.
        """
        if not self._shares or job.has_ended or shutting_down.is_set() or len(self._aside) >= SET_ASIDE_MAX:
            return False
        order = fairness.fair_order()
        if in_a_row < IN_A_ROW and not any(one.person == job.person for one in order):
            return False
        begun = {job.person, *(one.job.person for one in self._aside)}
        model = fairness.model_of(job.claim.row)
        before = {one.person for one in order if one.person not in begun and one.model == model}
        if before:
            self._aside.append(Aside(job, before))
        return bool(before)


def _report_begin(jobs: Sequence[DrawJob], room: int) -> None:
    row = jobs[0].claim.row
    names = [str(part) for part in (row.base_model, row.base_model_revision[:12]) if part]
    for job in jobs:
        if len(job.undrawn) < len(job.specs):  # begun before, and set aside
            continue
        begun_at = job.claim.row.started_at
        waited_seconds = (begun_at - job.claim.row.queued_at).total_seconds() if begun_at else None
        registry.report_health(
            queue="draw", engine=row.engine, model="@".join(names), batch_limit=room, waited_seconds=waited_seconds
        )
