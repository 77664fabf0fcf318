"""From finished pictures to covers: stored by threads of their own, so that the engine need not wait."""

from __future__ import annotations

import os
import threading
from functools import partial

from django.db import connection

from albumsite.jobs.retries import persist
from covers.drawing.job import DrawJob
from covers.drawing.recording import record_cover
from covers.engine.engine_contract import Drawn
from covers.models import Cover, WithheldPicture
from covers.object_keys import cover_prefix

THREADS = max(1, min(4, (os.cpu_count() or 1) // 2))
"""Encoding one 1024 px picture with its page sizes takes about half a second of one core."""
ROOM = 16
"""Finished pictures that may wait to be stored, 3 MB each at 1024 px. A full room holds up the job."""
PLENTY = ROOM // 2
"""So many of one person, and the next request that is drawn is somebody else's: an engine that draws more quickly than pictures
can be stored would fill the room with one person's, and everybody would wait behind them."""


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

    def put(self, job: DrawJob, drawn: Drawn) -> None:
        """Store it soon; waits while the room is full."""
        if not job.take(drawn):
            return
        if len(self._threads) < THREADS:
            thread = threading.Thread(target=self._work, name="saver", daemon=True)
            thread.start()
            self._threads.append(thread)
        with self._changed:
            self._changed.wait_for(lambda: len(self._pictures) < ROOM)
            self._pictures.append((job, drawn))
            self._changed.notify_all()

    def waiting_of(self, person: str) -> int:
        """How many pictures of this person wait to be stored."""
        with self._changed:
            return sum(1 for job, _drawn in self._pictures if job.person == person)

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
                job, drawn = picture
                try:
                    _save_or_spoil(job, drawn)
                finally:
                    job.put_away()
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
        for job, _drawn in self._pictures:
            theirs = rounds.setdefault(job.person, {})
            theirs.setdefault(job, len(theirs))
        return min(self._pictures, key=lambda picture: (rounds[picture[0].person][picture[0]], picture[0].left))


def _save_or_spoil(job: DrawJob, drawn: Drawn) -> None:
    """Record the cover, or decide the end of its request. Never raises: the next picture is somebody else's."""
    if job.is_spoilt:
        return
    record = partial(record_cover, claim=job.claim, spec=job.spec_of(drawn), drawn=drawn)
    try:
        job.progress.saving(drawn.position)
        stored = persist(record, known=partial(_recorded, job, drawn))
        if isinstance(stored, Cover):
            job.progress.saved(drawn.position)
        else:
            job.progress.withheld(drawn.position)
    except (
        Exception
    ) as error:  # a title that cannot be set, a database that is away: this request's trouble, nobody else's
        job.spoil(error)


def _recorded(job: DrawJob, drawn: Drawn) -> Cover | WithheldPicture | None:
    """What an earlier try has made of the picture."""
    if cover := Cover.objects.filter(request=job.row.pk, position=drawn.position).first():
        return cover
    prefix = cover_prefix(job.row.pk, drawn.position, job.claim.token)
    return WithheldPicture.objects.filter(storage_prefix=prefix).first()
