"""From finished pictures to covers: stored by threads of their own, so that the engine need not wait."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial

from django.db import InterfaceError, OperationalError, connection

from albumsite.jobs.claims import Claim, LeaseLost
from albumsite.media import storage
from covers.drawing.progress import Progress
from covers.drawing.recording import record_cover
from covers.engine.engine_contract import Drawn, DrawSpec
from covers.models import Cover, CoverRequest, WithheldPicture
from covers.object_keys import cover_prefix
from covers.safety import withholding

logger = logging.getLogger(__name__)

SAVE_AGAIN_AFTER_SECONDS = (0.5, 2.0)
"""A picture has cost seconds of a GPU: a server that blinks gets another chance before it is thrown away."""
THREADS = max(1, min(4, (os.cpu_count() or 1) // 2))
"""Encoding one 1024 px picture with its page sizes takes about half a second of one core."""
ROOM = 16
"""Finished pictures that may wait to be stored, 3 MB each at 1024 px. A full room holds up the drawing."""
PLENTY = ROOM // 2
"""So many of one person, and the next request that is drawn is somebody else's: an engine that draws more quickly than pictures
can be stored would fill the room with one person's, and everybody would wait behind them."""


class DrawJob:
    """One request at work: its claim, what it lacks, and how it ends.

    Its end is decided once, by the first of: every picture drawn, a cancel, a lost lease, an error, the worker's own end. It
    is carried out when the pictures that were drawn before it are stored, for those are kept whatever the end. Only a picture
    that cannot be stored changes an end that is decided already.
    """

    def __init__(
        self, claim: Claim[CoverRequest], specs: Sequence[DrawSpec], on_end: Callable[[Claim[CoverRequest]], None]
    ) -> None:
        self.claim = claim
        self.specs = tuple(specs)
        self.request_id = str(claim.row.pk)
        self.progress = Progress(claim)
        self.is_spoilt = False
        self._on_end = on_end
        self._undrawn = {spec.position for spec in specs}
        self._unsaved = 0
        self._end: Callable[[], object] | None = None
        self._lock = threading.Lock()

    @property
    def has_ended(self) -> bool:
        """Whether no more of it needs to be drawn."""
        return self._end is not None

    @property
    def undrawn(self) -> list[DrawSpec]:
        """What is not drawn yet."""
        return [spec for spec in self.specs if spec.position in self._undrawn]

    @property
    def is_complete(self) -> bool:
        return not self._undrawn

    @property
    def person(self) -> str:
        """Whose it is, as `fairness.Waiting.person` says it."""
        row = self.claim.row
        return str(row.owner_id or row.network or row.visitor)

    @property
    def left(self) -> int:
        """How many of its pictures are not stored yet, drawn or not."""
        return len(self._undrawn) + self._unsaved

    def end(self, how: Callable[[], object]) -> None:
        """No more of it will be drawn; do `how` when what was drawn is stored. A later end changes nothing."""
        with self._lock:
            if self._end is not None:
                return
            self._end = how
            is_settled = not self._unsaved
        if is_settled:
            self._carry_out()

    def spoil(self, how: Callable[[], object]) -> None:
        """A picture of it could not be stored: this is its end now, whatever was decided before."""
        with self._lock:
            self.is_spoilt = True
            self._end = how

    def take(self, drawn: Drawn) -> bool:
        """A picture is ready. False: its request has come to another end meanwhile."""
        with self._lock:
            if self._end is not None or drawn.position not in self._undrawn:
                return False
            self._undrawn.discard(drawn.position)
            self._unsaved += 1
            if not self._undrawn:
                self._end = self.finish
        return True

    def put_away(self) -> None:
        """A picture that was taken is stored, or never will be."""
        with self._lock:
            self._unsaved -= 1
            is_settled = not self._unsaved and self._end is not None
        if is_settled:
            self._carry_out()

    def finish(self) -> None:
        withholding.end_drawing(self.claim)
        logger.info("covers drawn request=%s", self.request_id)

    def _carry_out(self) -> None:
        try:
            if self._end is not None:
                self._end()
        except LeaseLost:
            logger.info("lease lost request=%s attempt=%d", self.request_id, self.claim.row.attempt)
        except Exception:  # the database may be away; the sweeper finds the row when its lease has run out
            logger.exception("request has no end yet request=%s", self.request_id)
        finally:
            self._on_end(self.claim)


class CoverWriter:
    """A few threads that store finished pictures, and finish their requests.

    Fair as the queue is: each person's oldest request first, the one that lacks least before others, then their next ones.
    """

    def __init__(self) -> None:
        self._pictures: list[tuple[DrawJob, Drawn]] = []
        self._at_work = 0
        self._is_closed = False
        self._changed = threading.Condition()
        self._threads: list[threading.Thread] = []

    @property
    def is_idle(self) -> bool:
        with self._changed:
            return not (self._pictures or self._at_work)

    def put(self, drawing: DrawJob, drawn: Drawn) -> None:
        """Store it soon; waits while the room is full."""
        if not drawing.take(drawn):
            return
        if len(self._threads) < THREADS:
            thread = threading.Thread(target=self._work, name="saver", daemon=True)
            thread.start()
            self._threads.append(thread)
        with self._changed:
            self._changed.wait_for(lambda: len(self._pictures) < ROOM)
            self._pictures.append((drawing, drawn))
            self._changed.notify_all()

    def waiting_of(self, person: str) -> int:
        """How many pictures of this person wait to be stored."""
        with self._changed:
            return sum(1 for drawing, _drawn in self._pictures if drawing.person == person)

    def wait(self, timeout_seconds: float) -> None:
        """Until all is stored, or the time is up."""
        with self._changed:
            self._changed.wait_for(lambda: not (self._pictures or self._at_work), timeout_seconds)

    def close(self) -> None:
        """Store what is left, then end the threads."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        try:
            while (picture := self._next()) is not None:
                drawing, drawn = picture
                try:
                    _save_or_spoil(drawing, drawn)
                finally:
                    drawing.put_away()
                    with self._changed:
                        self._at_work -= 1
                        self._changed.notify_all()
        finally:
            connection.close()

    def _next(self) -> tuple[DrawJob, Drawn] | None:
        """Waits for a picture; None when there will be none any more."""
        with self._changed:
            self._changed.wait_for(lambda: self._pictures or self._is_closed)
            if not self._pictures:
                return None
            picture = self._fairest()
            self._pictures.remove(picture)
            self._at_work += 1
            self._changed.notify_all()
            return picture

    def _fairest(self) -> tuple[DrawJob, Drawn]:
        """By how many requests of the same person come before it, then by what it still lacks, then the oldest."""
        rounds: dict[str, dict[DrawJob, int]] = {}
        for drawing, _drawn in self._pictures:
            theirs = rounds.setdefault(drawing.person, {})
            theirs.setdefault(drawing, len(theirs))
        return min(self._pictures, key=lambda picture: (rounds[picture[0].person][picture[0]], picture[0].left))


def _save_or_spoil(drawing: DrawJob, drawn: Drawn) -> None:
    """Record the cover, or decide the end of its request. Never raises: the next picture is somebody else's."""
    claim = drawing.claim
    if drawing.is_spoilt:
        return
    try:
        drawing.progress.saving(drawn.position)
        if _save(drawing, drawn):
            drawing.progress.saved(drawn.position)
        else:
            drawing.progress.withheld(drawn.position)
    except LeaseLost:
        logger.info("lease lost request=%s attempt=%d", claim.row.pk, claim.row.attempt)
        drawing.spoil(lambda: None)
    except storage.StorageError:
        logger.exception("picture not stored request=%s position=%d", claim.row.pk, drawn.position)
        drawing.spoil(partial(claim.end_failed, "site:storage"))
    except Exception:  # a title that cannot be set, a database that is away: this request's trouble, nobody else's
        logger.exception("picture not recorded request=%s position=%d", claim.row.pk, drawn.position)
        connection.close()
        drawing.spoil(claim.release)


def _save(drawing: DrawJob, drawn: Drawn) -> bool:
    """As `services.record_cover`, tried again while a server blinks. Whether it is a cover. Raises what the last try raised."""
    spec = next(spec for spec in drawing.specs if spec.position == drawn.position)
    for pause in SAVE_AGAIN_AFTER_SECONDS:
        try:
            return isinstance(record_cover(claim=drawing.claim, spec=spec, drawn=drawn), Cover)
        except (storage.StorageError, OperationalError, InterfaceError) as error:
            logger.warning("picture not stored yet request=%s cause=%r", drawing.request_id, error)
            connection.close()
            time.sleep(pause)
        if (
            is_cover := _is_recorded(drawing, drawn)
        ) is not None:  # the connection broke between the commit and its answer
            return is_cover
    return isinstance(record_cover(claim=drawing.claim, spec=spec, drawn=drawn), Cover)


def _is_recorded(drawing: DrawJob, drawn: Drawn) -> bool | None:
    """Whether the database knows it as a cover, or else as withheld. None for neither, also while it is away: the next try finds out."""
    claim, row = drawing.claim, drawing.claim.row
    prefix = cover_prefix(row.pk, drawn.position, claim.token)
    try:
        if Cover.objects.filter(request=row.pk, position=drawn.position).exists():
            return True
        return False if WithheldPicture.objects.filter(storage_prefix=prefix).exists() else None
    except (OperationalError, InterfaceError):
        connection.close()
        return None
