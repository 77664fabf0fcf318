"""A face from the command line, through the same rows, queue and checks as the site."""

from __future__ import annotations

import contextlib
import sys
import uuid
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.db import DatabaseError

from accounts.models import User
from albumsite.errors import UserFacingError
from albumsite.jobs.states import State
from albumsite.management.job_follower import DIED_TOO_OFTEN, JobFollower
from albumsite.management.terminal import NOT_ALL_DONE, BadInput, TerminalCommand, log_warnings_only, writable_folder
from albumsite.media import storage
from albumsite.processes.preparing import migrate
from personalize import services
from personalize.errors import failure_text
from personalize.forms import OWN_WORD, NewFaceForm
from personalize.models import Face, Photo, TrainingRun
from personalize.pages import STAGE_NAMES
from personalize.photos.judging import PROBLEM_TEXTS

TERMINAL_MEMBER = uuid.UUID("01940000-0000-7000-8000-7465726d696e")
"""Who owns faces that nobody in particular had learnt: a member without address or password, so nobody can sign in."""


class Command(TerminalCommand):
    help = "Have a face learnt from the photos of a folder, and print its number for `make_covers --face`."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("photos", metavar="PHOTOS_DIR", help="a folder with 4 to 10 photos: JPEG, PNG, WebP, HEIC")
        parser.add_argument("--name", required=True)
        parser.add_argument(
            "--class-noun", default="person", help="what prompts call them: person, woman, man, singer …"
        )
        parser.add_argument(
            "--i-have-consent", action="store_true", help="this is me, or I have this person's permission"
        )
        parser.add_argument("--owner", default="", metavar="EMAIL", help="the member who shall own it")
        parser.add_argument("--steps", type=int, metavar="N", help="default: by the number of photos")
        parser.add_argument("--seed", type=int, metavar="N")
        parser.add_argument("--out", default="", metavar="DIR", help="also write the adapter and its samples there")

    def handle(self, *args: Any, **options: Any) -> None:
        log_warnings_only()
        try:
            files = photo_files(options["photos"])
            folder = writable_folder(options["out"]) if options["out"] else None
            form = read_form(options)
            migrate()
            face = services.create_face(
                owner=owner_of(options["owner"]),
                name=form.cleaned_data["name"],
                class_noun=form.cleaned_data["class_noun"],
                has_consented=True,
            )
            run = self._begin(face, files, options)
        except (BadInput, UserFacingError) as error:
            self.refuse(str(error))

        def cancel() -> None:
            with contextlib.suppress(UserFacingError, DatabaseError):
                services.cancel_training(face=face)

        with self.taken_back(cancel):
            failure = follow(run)
        if failure:
            self.stderr.write(failure)
            sys.exit(NOT_ALL_DONE)
        if folder is not None:
            write_result(face, run, folder)
        self.stdout.write(str(face.pk))

    def _begin(self, face: Face, files: list[Path], options: dict[str, Any]) -> TrainingRun:
        """Have each photo judged, say of each refused one why, and start. What cannot be started leaves nothing behind."""

        def forget() -> None:
            services.forget_face(face=face, with_covers=True)

        with self.taken_back(forget, "stopped; nothing of this face was kept"):
            try:
                for file in files:
                    result = services.add_photo(face=face, content=file.read_bytes())
                    said = "good" if isinstance(result, Photo) else str(PROBLEM_TEXTS[result])
                    self.stderr.write(f"{file.name}: {said}")
                steps = {"max_train_steps": options["steps"]} if options["steps"] else {}
                return services.start_training(face=face, options=steps, seed=options["seed"])
            except (UserFacingError, OSError) as error:
                forget()
                raise BadInput(str(error)) from error


def photo_files(name: str) -> list[Path]:
    """Everything in the folder but hidden files, in order. Raises BadInput."""
    folder = Path(name).expanduser()
    if not folder.is_dir():
        raise BadInput(f"{name}: no such folder")
    return sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))


def read_form(options: dict[str, Any]) -> NewFaceForm:
    """The site's own form over the arguments. Raises BadInput."""
    if options["steps"] is not None and options["steps"] < 1:
        raise BadInput("--steps: at least 1")
    noun = options["class_noun"]
    is_listed = noun in ("person", "woman", "man")
    form = NewFaceForm(
        {
            "name": options["name"],
            "class_noun": noun if is_listed else OWN_WORD,
            "own_word": "" if is_listed else noun,
            "has_consented": options["i_have_consent"],
        }
    )
    if not form.is_valid():
        names = {"has_consented": "--i-have-consent", "own_word": "--class-noun"}
        raise BadInput("; ".join(f"{names.get(key, f'--{key}')}: {said[0]}" for key, said in form.errors.items()))
    return form


def owner_of(email: str) -> User:
    if email:
        if found := User.objects.filter(email__iexact=email).first():
            return found
        raise BadInput(f"--owner: no member has the address {email}")
    found, is_new = User.objects.get_or_create(pk=TERMINAL_MEMBER, defaults={"name": "Terminal"})
    if is_new:
        found.set_unusable_password()
        found.save()
    return found


def progress_of(run: TrainingRun) -> tuple[float, str]:
    """For the bar: percent, and what happens now."""
    progress = run.progress
    if run.state != State.RUNNING or not progress:
        return 0, "Waiting for a worker" if run.state == State.QUEUED else "Getting ready"
    step = f"{progress['step']}/{progress['total']}" if progress["total"] else ""
    return round(100 * progress["step"] / max(1, progress["total"])), f"{STAGE_NAMES[progress['stage']]} {step}"


def follow(run: TrainingRun) -> str:
    """To its end, by the workers of the site, or by our own where there are none. Why it failed, or nothing."""
    if not JobFollower(run, progress=progress_of, width=34, has_bar=True).leave_to_workers("train"):
        return DIED_TOO_OFTEN
    return "" if run.state == State.DONE else failure_text(run.failure) or "cancelled"


def write_result(face: Face, run: TrainingRun, folder: Path) -> None:
    """The adapter and the sample pictures, for whoever works with files."""
    face.refresh_from_db()
    run.refresh_from_db()
    files = {"adapter.safetensors": face.adapter_key}
    files |= {
        f"sample-{entry['step']}-{place}.webp": key for entry in run.samples for place, key in enumerate(entry["keys"])
    }
    for name, key in files.items():
        (folder / name).write_bytes(storage.read(storage.private(), key))
