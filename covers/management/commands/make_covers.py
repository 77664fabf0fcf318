"""Covers from the command line, for scripts and for musicians who live in a terminal."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import sys
import time
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, connection
from django.db.models.functions import Now
from django.utils.text import slugify
from tqdm import tqdm

from accounts.person import Person
from albumsite.errors import UserFacingError
from albumsite.jobs.models import Job
from albumsite.jobs.states import State
from albumsite.media import storage
from albumsite.processes.preparing import migrate
from albumsite.processes.workforce import PATIENCE_SECONDS, Workforce
from covers import registry, tasks
from covers.brief_contract import STYLES
from covers.drawing.workers import engines_inline
from covers.errors import NotForStores, failure_text
from covers.faces import faces
from covers.forms import CoverRequestForm
from covers.models import Cover, CoverRequest, ReleaseFile, Stage
from covers.object_keys import master_key
from covers.pages import withheld_texts
from covers.services.releases import prepare_release
from covers.services.requests import cancel_request, draw_again, request_covers

BAD_INPUT, NOT_ALL_MADE, INTERRUPTED = 2, 1, 130
COUNT = "4"
SONG_OPTIONS = (
    "title", "artist", "album", "genre", "lyrics", "style", "engine", "face", "count", "seed", "no_lettering",
    "without_missing_letters",
)  # fmt: skip
BESIDE_AGAIN = ("out", "size", "inline")


class BadInput(Exception):
    """One clear line for stderr."""


class Command(BaseCommand):
    requires_system_checks: list[str] = []
    help = "Make covers for a song, through the same queue and workers as the site, and print the paths of the files."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.error = _refuse  # type: ignore[method-assign]  # one line, not a page of usage
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--title", default="")
        parser.add_argument("--artist", default="")
        parser.add_argument("--album", default="")
        parser.add_argument(
            "--genre", default="", help="ballad, dance, rap/hip-hop, R&B/soul, indie, rock/metal, trot, folk/blues …"
        )
        parser.add_argument("--lyrics", default="", metavar="FILE", help="a text file, or - for standard input")
        parser.add_argument(
            "--style", default="", help=f"one style for all covers ({', '.join(STYLES)}); default: a different one each"
        )
        parser.add_argument(
            "--engine", default="", help="poster, pocket, sdxl, or the key of a model; default: the site's own"
        )
        parser.add_argument("--face", default="", metavar="ID", help="show this face, as `train_face` printed it")
        parser.add_argument("--count", default=COUNT)
        parser.add_argument("--seed", default="")
        parser.add_argument("--out", default="covers-out", metavar="DIR")
        parser.add_argument(
            "--size", choices=("release", "preview"), default="release",
            help=f"release: {settings.RELEASE_SIZE_PIXELS} px JPEG for stores; preview: {settings.COVER_SIZE_PIXELS} px PNG",
        )  # fmt: skip
        parser.add_argument("--no-lettering", action="store_true", help="leave title and artist off the picture")
        parser.add_argument(
            "--without-missing-letters", action="store_true",
            help="draw it without the letters that no typeface has; with --size preview only",
        )  # fmt: skip
        parser.add_argument(
            "--again", default="", metavar="ID",
            help="the same covers once more, pixel for pixel, whatever the site has learnt since: the ID that a run printed at its end, "
            f"or that stands in a request's address; beside it only {', '.join(f'--{name}' for name in BESIDE_AGAIN)}",
        )  # fmt: skip
        parser.add_argument("--inline", action="store_true", help="do it all in this process, without workers")

    def handle(self, *args: Any, **options: Any) -> None:
        logging.getLogger().setLevel(logging.WARNING)  # the progress bar says the rest
        os.environ.setdefault("LOG_LEVEL", "WARNING")
        try:
            folder = writable_folder(options["out"])
            migrate()
            request = _again(options) if options["again"] else _new(options)
        except (BadInput, UserFacingError) as error:
            _refuse(str(error))
        try:
            run = Run(request, folder, wants_release=options["size"] == "release")
            finished = run.inline() if options["inline"] else run.through_the_queue()
        except (
            KeyboardInterrupt,
            SystemExit,
        ) as stop:  # the latter by SIGTERM or SIGHUP: albumsite/processes/endings.py
            connection.close()  # in the middle of a statement it is good for nothing
            with contextlib.suppress(UserFacingError, DatabaseError):
                cancel_request(request=request)
            sys.stderr.write("\nmake_covers: stopped\n")
            sys.exit(INTERRUPTED if isinstance(stop, KeyboardInterrupt) else stop.code)
        for path in finished:
            self.stdout.write(str(path))
        if CoverRequest.objects.filter(pk=request.pk, brief__isnull=False).exists():
            self.stderr.write(f"make_covers: for the same covers once more: --again {request.pk}")
        if len(finished) != request.count:
            self.stderr.write(run.failure or f"of {request.count} asked for, {len(finished)} made")
            sys.exit(NOT_ALL_MADE)


def _new(options: dict[str, Any]) -> CoverRequest:
    """A request for what the arguments say. Raises BadInput or UserFacingError."""
    owner = owner_of(options["face"])
    form = read_form(options, owner)
    return request_covers(owner=owner, song=form.to_song(), options=form.to_options(), submission=uuid.uuid4())


def _again(options: dict[str, Any]) -> CoverRequest:
    """A request with the whole recipe of an earlier one, in the terminal's own name or, with a face, in that of its owner.

    Raises BadInput or UserFacingError.
    """
    if more := [name for name in SONG_OPTIONS if options[name] and (name, options[name]) != ("count", COUNT)]:
        raise BadInput(f"--{more[0].replace('_', '-')}: is part of what --again brings along; leave it out")
    try:
        found = CoverRequest.objects.select_related("owner").filter(pk=uuid.UUID(options["again"])).first()
    except ValueError:
        found = None
    if found is None:
        raise BadInput(f"--again: there is no request {options['again']}")
    owner = Person(user=found.owner) if found.shows_face and found.owner else Person(visitor=uuid.uuid4())
    return draw_again(owner=owner, request=found, submission=uuid.uuid4())


def _refuse(message: str) -> NoReturn:
    sys.stderr.write(f"make_covers: {message}\n")
    sys.exit(BAD_INPUT)


def owner_of(face: str) -> Person:
    """Whoever owns the face, if one is wanted; else nobody in particular. Raises BadInput."""
    if not face:
        return Person(visitor=uuid.uuid4())
    try:
        found = faces().all().filter(pk=uuid.UUID(face)).select_related("owner").first()
    except ValueError:
        found = None
    if found is None:
        raise BadInput(f"--face: there is no face {face}")
    return Person(user=found.owner)


def read_form(options: dict[str, Any], owner: Person | None = None) -> CoverRequestForm:
    """The site's own form over the arguments, so that both refuse the same things in the same words. Raises BadInput."""
    names = ("title", "artist", "album", "genre", "style", "engine", "face", "count", "seed")
    fields = {name: options.get(name, "") for name in names}
    fields |= {"lyrics": read_lyrics(options["lyrics"]), "with_lettering": not options["no_lettering"]}
    fields |= {"without_missing": options["without_missing_letters"]}
    if not str(options["count"]).strip():
        raise BadInput("--count: give a number from 1 to 8")
    form = CoverRequestForm(fields, choices=registry.available(), person=owner)
    if not form.is_valid():
        hint = "; add --without-missing-letters --size preview to go on" if form.missing else ""
        raise BadInput("; ".join(f"--{name}: {errors[0]}" for name, errors in form.errors.items()) + hint)
    if form.missing and options["size"] == "release":
        raise BadInput(f"--size: {NotForStores()} Add --size preview")
    return form


def read_lyrics(source: str) -> str:
    if not source:
        return ""
    try:
        content = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
        return content.decode("utf-8-sig")
    except OSError as error:
        raise BadInput(f"--lyrics: {source}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"--lyrics: {source} is not UTF-8 text") from error


def writable_folder(name: str) -> Path:
    folder = Path(name).expanduser()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".{uuid.uuid4().hex}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise BadInput(f"--out: {name}: {error.strerror}") from error
    return folder


class Run:
    """Follows one request to its end and writes the files as they are finished."""

    def __init__(self, request: CoverRequest, folder: Path, *, wants_release: bool) -> None:
        self.pk, self.count, self.folder, self.wants_release = request.pk, request.count, folder, wants_release
        self.stem = _file_stem(request)
        self.failure = ""
        self._written: dict[int, Path] = {}
        units = self.count * (2 if wants_release else 1)
        self._bar = tqdm(total=units, unit="step", file=sys.stderr, bar_format="{desc:24.24} {bar} {elapsed}")

    def inline(self) -> list[Path]:
        """Every job of the request in this process; should a worker of the site be faster, its result counts."""
        with engines_inline():
            while not self._is_over():
                self._run_here(CoverRequest.objects.get(pk=self.pk))
                for cover in self._covers():
                    if self.wants_release and not cover.loss:
                        self._run_here(prepare_release(cover=cover))
                self._collect()
        return self._end()

    def through_the_queue(self) -> list[Path]:
        """Wait for the workers of the site, or for our own where there are none."""
        workforce = Workforce(("write", "draw", "finish") if self.wants_release else ("write", "draw"))
        if not workforce.follow(self._look, self._lies_unclaimed):
            self.failure = "our workers keep ending at once; see the lines above"
        return self._end()

    def _look(self) -> bool:
        """Write what is ready, and ask for what comes next. Whether all is done."""
        if self._is_over():
            return True
        if self.wants_release:
            for cover in self._covers():
                if not cover.loss:
                    prepare_release(cover=cover)
        self._collect()
        return False

    def _lies_unclaimed(self) -> bool:
        long_ago = Now() - timedelta(seconds=PATIENCE_SECONDS)
        requests, releases = CoverRequest.objects.filter(pk=self.pk), ReleaseFile.objects.filter(cover__request=self.pk)
        return any(rows.filter(state=State.QUEUED, queued_at__lt=long_ago).exists() for rows in (requests, releases))

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
                time.sleep(0.2)  # someone else has it

    def _covers(self) -> list[Cover]:
        return list(Cover.objects.filter(request=self.pk).select_related("request").order_by("position"))

    def _is_over(self) -> bool:
        request = CoverRequest.objects.get(pk=self.pk)
        if request.state in (State.FAILED, State.CANCELLED):
            self.failure = failure_text(request.failure) if request.failure else "cancelled"
            return not self.wants_release or len(self._written) == len(self._covers())
        if request.state == State.DONE and (withheld := withheld_texts(request)):  # then there are fewer covers
            self.failure = self.failure or " ".join(withheld)
            return len(self._written) == len(self._covers())
        return len(self._written) == self.count

    def _collect(self) -> None:
        """Write what is ready, and say how far the rest is."""
        for cover in self._covers():
            if cover.position not in self._written and (found := self._file_of(cover)):
                key, suffix = found
                path = self.folder / f"{self.stem}-{cover.position + 1}.{suffix}"
                path.write_bytes(storage.read(storage.private(), key))
                self._written[cover.position] = path
        request = CoverRequest.objects.get(pk=self.pk)
        parts = request.progress.values() if request.is_active else []
        drawn = sum(part["step"] / part["total"] for part in parts if part.get("total"))
        drawn = drawn if request.is_active else len(self._covers())
        self._bar.n = drawn + (len(self._written) if self.wants_release else 0)
        self._bar.set_description_str(self._phase(request))

    def _file_of(self, cover: Cover) -> tuple[str, str] | None:
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

    def _end(self) -> list[Path]:
        self._bar.close()
        return [path for _position, path in sorted(self._written.items()) if path != Path()]


def _file_stem(request: CoverRequest) -> str:
    name = slugify(f"{request.artist} {request.title}", allow_unicode=True)
    return re.sub(r"^-+|-+$", "", name.encode()[:120].decode(errors="ignore")) or "cover"
