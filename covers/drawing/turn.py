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
from django.db import DatabaseError, InterfaceError, close_old_connections, connection
from django.db.models import F
from django.db.models.functions import Coalesce, Now

from albumsite.errors import EngineError
from albumsite.jobs import queue
from albumsite.jobs.claims import RETRIED_LATER, Claim, LeaseLost
from albumsite.jobs.leases import LeaseKeeper
from albumsite.jobs.shutdown import shutting_down
from albumsite.jobs.states import State
from covers import registry
from covers.drawing import fairness
from covers.drawing.fairness import Waiting
from covers.drawing.saving import PLENTY, CoverWriter, DrawJob
from covers.drawing.workers import engine_for
from covers.engine.engine_contract import CoverEngine, DrawSpec, Step
from covers.engine.host import EngineHost
from covers.models import CoverRequest, Stage
from covers.weekly import faulty_models

logger = logging.getLogger(__name__)

SpecsOf = Callable[[CoverRequest], list[DrawSpec]]
"""What a request still lacks. Raises EngineError when it cannot be drawn at all."""

TURN_SECONDS = 60.0
"""After this long the worker goes back to its queue, and enqueues those who still wait."""
OVERTIME_SECONDS = 30.0
"""How much longer, at most, it draws for newcomers while the last pictures of its turn are being stored."""
MODEL_TURN_SECONDS = 30.0
"""How long a model that was just loaded is kept while somebody waits for it: loading takes about as long."""
IN_A_ROW = 4
"""Pictures that an engine which draws one after the other draws for one person while others wait: what a form asks for."""
SET_ASIDE_MAX = 2
"""Requests that may be begun and wait for others: more of them would only make everybody's covers late."""
LOOK_EVERY_SECONDS = 0.1
LOOK_AGAIN_SECONDS = 1.0
"""How often the rows are asked for cancels and lost leases, and how soon again when the database does not answer."""

EVERYBODYS_ERRORS = frozenset(
    {"engine:unknown", "engine:not-installed", "engine:no-device", "engine:no-disk", "engine:model-missing",
     "engine:model-broken"}
)  # fmt: skip
"""What is wrong with the engine or its model, and not with one of the requests in the call."""


def draw_waiting(specs_of: SpecsOf) -> None:
    """Draw who waits, the fairest first, until nobody does or the turn is over."""
    with DrawTurn(specs_of) as turn:
        while drawings := turn.next_drawings():
            turn.draw(drawings)
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

    drawing: DrawJob
    before: set[str]


class DrawTurn:
    """One turn at drawing: keeps the leases of what is on it, and the threads that store what is ready."""

    _loaded: dict[tuple[object, ...], CoverEngine] = {}  # of this process: models outlive a turn
    _loaded_at = float("-inf")

    def __init__(self, specs_of: SpecsOf, *, shares: bool = True) -> None:
        """shares: whether what is drawn may give way to others who wait."""
        self._specs_of, self._shares = specs_of, shares
        self._keeper, self._saver = LeaseKeeper(), CoverWriter()
        self._aside: list[Aside] = []
        self._ends_at = time.monotonic() + TURN_SECONDS

    def __enter__(self) -> DrawTurn:
        self._keeper.start()
        return self

    def __exit__(self, *error: object) -> None:
        for aside in self._aside:  # told to stop meanwhile, or something broke
            aside.drawing.end(aside.drawing.claim.hand_back)
        self._saver.close()
        self._keeper.__exit__(*error)

    @property
    def is_turn_over(self) -> bool:
        return time.monotonic() >= self._ends_at

    @property
    def _must_end(self) -> bool:
        return shutting_down.is_set() or time.monotonic() >= self._ends_at + OVERTIME_SECONDS

    # --- taking ---------------------------------------------------------------------------------------------------

    def next_drawings(self) -> list[DrawJob]:
        """The fairest request and whoever can share its call; empty when nobody waits, or this worker should stop.

        Looks once more when everything is stored: a request that could not be stored waits again by then. When the turn is over
        it goes on, until all is stored, for those who have nothing here yet: they do not wait for the backlog of others.
        """
        while not self._must_end:
            close_old_connections()
            is_idle = self._saver.is_idle and not self._aside
            if is_idle and self.is_turn_over:
                return []
            if drawings := self._take_together():
                return drawings
            if is_idle:
                return []
            self._saver.wait(timeout_seconds=0.05)
        return []

    def take(self, pks: Sequence[object]) -> list[DrawJob]:
        """Claim these rows as far as they are free, and leave those that need no drawing any more at their end."""
        claims = CoverRequest.objects.claim_all(
            [str(pk) for pk in pks], stage=Stage.DRAW, draw_started_at=Coalesce(F("draw_started_at"), Now())
        )
        for claim in claims:
            self._keeper.keep(claim)
        return [drawing for claim in claims if not (drawing := self._begin(claim)).has_ended]

    def _begin(self, claim: Claim[CoverRequest]) -> DrawJob:
        try:
            drawing = DrawJob(claim, self._specs_of(claim.row), on_end=self._keeper.drop)
        except EngineError as error:
            logger.warning("request cannot be drawn request=%s reason=%s", claim.row.pk, error)
            drawing = DrawJob(claim, [], on_end=self._keeper.drop)
            drawing.end(partial(_end_failed, claim, error.message_id))
            return drawing
        except BaseException:
            claim.release()
            self._keeper.drop(claim)
            raise
        if claim.row.cancel_requested:
            drawing.end(claim.cancel)
        elif drawing.is_complete:  # its last worker died between the last picture and the end
            drawing.end(drawing.finish)
        return drawing

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
            first = fairness.fairest(order, self._is_loaded, may_load_another=self._may_load_another)
            if drawings := self.take([first.pk]):
                return drawings if first.is_alone else drawings + self._take_company(order, first, drawings[0])
            passed.add(first.pk)
        return self._next_aside()

    def _next_aside(self) -> list[DrawJob]:
        """What was set aside first, and is still ours to go on with."""
        while self._aside:
            drawing = self._aside.pop(0).drawing
            if not drawing.has_ended:
                try:
                    drawing.claim.update(
                        started_at=Now()
                    )  # else the others' time would count as its own, see estimates
                    return [drawing]
                except LeaseLost:
                    drawing.end(lambda: None)
        return []

    def _may_draw_for(self, person: str) -> bool:
        return self._saver.waiting_of(person) < (1 if self.is_turn_over else PLENTY)

    def _take_company(self, order: Sequence[Waiting], first: Waiting, drawing: DrawJob) -> list[DrawJob]:
        """Who else can be drawn in the same call: those who wait now, and who comes within a few milliseconds."""
        room = self._room(drawing) - len(drawing.specs)
        drawings: list[DrawJob] = []
        for waits in (False, True):
            if room <= 0:
                break
            if waits:
                time.sleep(settings.DRAW_GATHER_MILLISECONDS / 1000)
                order = fairness.fair_order()
            if company := fairness.company(order, first, room):
                taken = self.take([one.pk for one in company])
                room -= sum(len(one.specs) for one in taken)
                drawings += taken
        return drawings

    def _room(self, drawing: DrawJob) -> int:
        """How many pictures like those of the request one call may hold: what the engine draws at once."""
        try:
            pictures_at_once = getattr(engine_for(drawing.claim.row), "pictures_at_once", None)
            room = int(pictures_at_once(drawing.specs[0])) if pictures_at_once else 1
        except EngineError:  # drawing will raise it again, and say it
            return 1
        return min(room, settings.DRAW_TOGETHER_MAX or room)

    def _is_loaded(self, one: Waiting) -> bool:
        engine = self._loaded.get(one.model)
        return engine is not None and (not isinstance(engine, EngineHost) or engine.is_alive)

    @property
    def _may_load_another(self) -> bool:
        """Whether the model that is loaded has had its time."""
        return time.monotonic() - self._loaded_at > MODEL_TURN_SECONDS

    # --- drawing --------------------------------------------------------------------------------------------------

    def draw(self, drawings: Sequence[DrawJob]) -> None:
        """Draw these requests in one call; whatever happens, each of them is given its own end."""
        if not drawings:
            return
        try:
            if not shutting_down.is_set():  # loading a model first would take longer than a service manager waits
                self._draw(drawings)
            for drawing in drawings:
                if shutting_down.is_set():
                    drawing.end(drawing.claim.hand_back)  # but for those that had their end: complete, cancelled, lost
            aside = [one.drawing for one in self._aside]
            if left_out := sum(1 for drawing in drawings if not drawing.has_ended and drawing not in aside):
                raise EngineError("engine:failed", f"the engine left out pictures of {left_out} requests")
        except EngineError as error:
            logger.warning("draw call broke requests=%d reason=%s", len(drawings), error)
            registry.report_health(queue="draw", error=_one_line(error))
            for drawing in drawings:
                drawing.end(partial(_end_broken, drawing.claim, error.message_id, len(drawings) > 1))
        except BaseException:
            for drawing in drawings:
                drawing.end(drawing.claim.release)
            raise

    def _draw(self, drawings: Sequence[DrawJob]) -> None:
        row = drawings[0].claim.row
        engine = self._engine_of(row)
        by_id = {drawing.request_id: drawing for drawing in drawings}
        specs = [spec for drawing in drawings for spec in drawing.undrawn]
        room = self._room(drawings[0])
        _report_begin(drawings, room)
        watch = Watch(by_id)
        for number, drawn in enumerate(engine.draw(specs, watch), 1):
            registry.report_health(
                queue="draw", pictures=1, is_warm=True, device=str(drawn.parameters.get("device", ""))
            )
            self._saver.put(by_id[drawn.request_id], drawn)
            if room == len(drawings) == 1 and self._gives_way(drawings[0], number):
                break

    def _gives_way(self, drawing: DrawJob, in_a_row: int) -> bool:
        """Whether others come before the pictures that this request lacks: then it is set aside until they are drawn.

        Somebody who has more in the queue gives way after each picture, and everybody after a few, to those whose turn it would
        be, and once to each: whoever asks for much does not hold up who asks for four covers.
        """
        if not self._shares or drawing.has_ended or shutting_down.is_set() or len(self._aside) >= SET_ASIDE_MAX:
            return False
        order = fairness.fair_order()
        if in_a_row < IN_A_ROW and not any(one.person == drawing.person for one in order):
            return False
        begun = {drawing.person, *(one.drawing.person for one in self._aside)}
        model = fairness.model_of(drawing.claim.row)
        before = {one.person for one in order if one.person not in begun and one.model == model}
        if before:
            self._aside.append(Aside(drawing, before))
        return bool(before)

    def _engine_of(self, row: CoverRequest) -> CoverEngine:
        engine = engine_for(row)
        if self._loaded.get(fairness.model_of(row)) is not engine:
            DrawTurn._loaded_at = time.monotonic()
        self._loaded[fairness.model_of(row)] = engine
        return engine


class Watch:
    """The call's step callback: notes progress, and heeds cancels, lost leases and the worker's own end."""

    def __init__(self, drawings: dict[str, DrawJob]) -> None:
        self._drawings = drawings
        self._look_at = 0.0

    def __call__(self, step: Step) -> bool:
        drawing = self._drawings[step.request_id]
        if not drawing.has_ended:
            drawing.progress.note(step)
        if time.monotonic() >= self._look_at:
            self._look()
        return not (drawing.has_ended or shutting_down.is_set())

    def _look(self) -> None:
        """One statement for all rows of the call: who is still ours, and wanted?"""
        self._look_at = time.monotonic() + LOOK_EVERY_SECONDS
        at_work = [drawing for drawing in self._drawings.values() if not drawing.has_ended]
        try:
            wanted = set(
                CoverRequest.objects.filter(
                    token__in=[drawing.claim.token for drawing in at_work],
                    state=State.RUNNING,
                    cancel_requested=False,
                ).values_list("token", flat=True)
            )
            for drawing in at_work:
                if drawing.claim.token in wanted:
                    drawing.progress.write_if_due()
                else:
                    drawing.end(drawing.claim.cancel)  # does nothing to a row that is another worker's now
        except (DatabaseError, InterfaceError):  # it may be back before the leases run out: draw on as long
            logger.warning("rows could not be asked requests=%d", len(at_work), exc_info=True)
            connection.close()
            self._look_at = time.monotonic() + LOOK_AGAIN_SECONDS
            for drawing in at_work:
                if not drawing.claim.may_be_held:
                    drawing.end(lambda: None)


def _end_broken(claim: Claim[CoverRequest], message_id: str, was_shared: bool) -> None:
    """The call of this request broke. In company, who knows whose fault it was: let each be tried alone."""
    if was_shared and message_id not in EVERYBODYS_ERRORS | RETRIED_LATER:
        claim.release(message_id)
    else:
        _end_failed(claim, message_id)


def _end_failed(claim: Claim[CoverRequest], message_id: str) -> None:
    """The end of a request that cannot be drawn, and perhaps that of its model's use."""
    claim.end_failed(message_id)
    faulty_models.after_failure(claim.row)


def _report_begin(drawings: Sequence[DrawJob], room: int) -> None:
    row = drawings[0].claim.row
    names = [str(part) for part in (row.base_model, row.base_model_revision[:12]) if part]
    for drawing in drawings:
        if len(drawing.undrawn) < len(drawing.specs):  # begun before, and set aside
            continue
        begun_at = drawing.claim.row.started_at
        waited_seconds = (begun_at - drawing.claim.row.queued_at).total_seconds() if begun_at else None
        registry.report_health(
            queue="draw", engine=row.engine, model="@".join(names), batch_limit=room, waited_seconds=waited_seconds
        )


def _one_line(error: EngineError) -> str:
    """For the operator: the reason and the last line of its detail, which names an exception but no prompt."""
    last = error.detail.strip().splitlines()[-1:] or [""]
    return f"{error.message_id}: {last[0]}"[:300]
