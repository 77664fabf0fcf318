"""One request followed to its end in a terminal, and its files written as they are finished."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.utils.text import slugify

from albumsite.jobs.models import Job
from albumsite.jobs.states import State
from albumsite.management.job_follower import DIED_TOO_OFTEN, JobFollower
from albumsite.media import storage
from albumsite.processes.endings import pause
from covers import tasks
from covers.engine_pool import engines_inline
from covers.errors import NotForStores, failure_text
from covers.models import Cover, CoverRequest, ReleaseFile, Stage
from covers.object_keys import master_key
from covers.pages import withheld_texts
from covers.services.releases import prepare_release


class CoverFollower(JobFollower):
    """Asks for store files of what is drawn, where they are wished for. failure: why not every file was made."""

    def __init__(self, request: CoverRequest, folder: Path, *, wants_release: bool) -> None:
        self.pk, self.count, self.folder, self.wants_release = request.pk, request.count, folder, wants_release
        self.stem = _file_stem(request)
        self.failure = ""
        self._written: dict[int, Path] = {}
        units = self.count * (2 if wants_release else 1)
        super().__init__(request, progress=self._progress_of, units=units, width=24, has_bar=True)

    def inline(self) -> list[Path]:
        """Every job of the request in this process; should a worker of the site be faster, its result counts."""
        with engines_inline():
            while not self._has_all():
                self._run_here(CoverRequest.objects.get(pk=self.pk))
                for cover in self._covers():
                    if self.wants_release and not cover.loss:
                        self._run_here(prepare_release(cover=cover))
                self._collect()
        self.close()
        return self._finished()

    def through_the_queue(self) -> list[Path]:
        """Wait for the workers of the site, or for our own where there are none."""
        queues = ("write", "draw", "finish") if self.wants_release else ("write", "draw")
        if not self.leave_to_workers(*queues):
            self.failure = DIED_TOO_OFTEN
        return self._finished()

    def is_over(self) -> bool:
        """Write what is ready, and ask for what comes next. Whether all is done."""
        if self._has_all():
            return True
        if self.wants_release:
            for cover in self._covers():
                if not cover.loss:
                    prepare_release(cover=cover)
        self._collect()
        return False

    def waited_for(self) -> list[QuerySet[Any]]:
        return [CoverRequest.objects.filter(pk=self.pk), ReleaseFile.objects.filter(cover__request=self.pk)]

    @staticmethod
    def _run_here(row: Job) -> None:
        while row.is_active:
            if row.stage == Stage.DRAW:
                tasks.draw_request(str(row.pk))
            else:
                _queue, task = row.STAGES[row.stage]
                getattr(tasks, task.rpartition(".")[2])(str(row.pk))
            row.refresh_from_db()
            if row.state == State.RUNNING:
                pause(0.2)  # someone else has it

    def _covers(self) -> list[Cover]:
        return list(Cover.objects.filter(request=self.pk).select_related("request").order_by("position"))

    def _has_all(self) -> bool:
        request = CoverRequest.objects.get(pk=self.pk)
        if request.state in (State.FAILED, State.CANCELLED):
            self.failure = failure_text(request.failure) or "cancelled"
            return not self.wants_release or len(self._written) == len(self._covers())
        if request.state == State.DONE and (withheld := withheld_texts(request)):  # then there are fewer covers
            self.failure = self.failure or " ".join(withheld)
            return len(self._written) == len(self._covers())
        return len(self._written) == self.count

    def _collect(self) -> None:
        """Write what is ready, and say how far the rest is."""
        for cover in self._covers():
            if cover.position not in self._written and (found := self._ready_file(cover)):
                key, suffix = found
                path = self.folder / f"{self.stem}-{cover.position + 1}.{suffix}"
                path.write_bytes(storage.read(storage.private(), key))
                self._written[cover.position] = path
        self.show(CoverRequest.objects.get(pk=self.pk))

    def _progress_of(self, request: CoverRequest) -> tuple[float, str]:
        """Covers drawn, parts of one too, and files written; and what happens now."""
        parts = request.progress.values() if request.is_active else []
        drawn = sum(part["step"] / part["total"] for part in parts if part.get("total"))
        drawn = drawn if request.is_active else len(self._covers())
        return drawn + (len(self._written) if self.wants_release else 0), self._phase(request)

    def _ready_file(self, cover: Cover) -> tuple[str, str] | None:
        """Key and suffix of a cover's file. One that there will never be is marked as written, and why is kept in `failure`."""
        if not self.wants_release:
            return master_key(cover.storage_prefix), "png"
        if cover.loss:
            self.failure = str(NotForStores())
            self._written.setdefault(cover.position, Path())
            return None
        release = ReleaseFile.objects.filter(cover=cover).first()
        if release is not None and release.state == State.FAILED:
            self.failure = failure_text(release.failure)
            self._written.setdefault(cover.position, Path())
        return (release.storage_key, "jpg") if release and release.state == State.DONE else None

    @staticmethod
    def _phase(request: CoverRequest) -> str:
        if not request.is_active:
            return "Finishing the files"
        return str(Stage(request.stage).label) if request.state == State.RUNNING else "Waiting for a worker"

    def _finished(self) -> list[Path]:
        return [path for _position, path in sorted(self._written.items()) if path != Path()]


def _file_stem(request: CoverRequest) -> str:
    name = slugify(f"{request.artist} {request.title}", allow_unicode=True)
    return re.sub(r"^-+|-+$", "", name.encode()[:120].decode(errors="ignore")) or "cover"
