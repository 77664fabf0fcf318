"""Covers from the command line, for scripts and for musicians who live in a terminal."""

from __future__ import annotations

import contextlib
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.db import DatabaseError

from albumsite.errors import UserFacingError
from albumsite.management.terminal import (
    NOT_ALL_DONE,
    BadInput,
    TerminalCommand,
    log_warnings_only,
    writable_folder,
)
from albumsite.processes.preparing import migrate
from covers.brief.brief_contract import STYLES
from covers.brief.scenery import TREATMENTS
from covers.brief.wishes import PALETTES
from covers.management.cover_follower import CoverFollower
from covers.management.song_options import COUNT, new_request, same_request
from covers.models import CoverRequest
from covers.services.requests import cancel_request

BESIDE_AGAIN = ("out", "size", "inline")


class Command(TerminalCommand):
    help = "Make covers for a song, through the same queue and workers as the site, and print the paths of the files."

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
        parser.add_argument(
            "--picture", default="", metavar="FILE", help="a photo or drawing that covers are made of: JPEG, PNG, WebP, HEIC, AVIF"
        )  # fmt: skip
        parser.add_argument(
            "--picture-for", default="", choices=("", "all", "half", "one"), help="which covers are made of it; default: all"
        )  # fmt: skip
        parser.add_argument(
            "--treatment", default="", help=f"what is made of it ({', '.join(TREATMENTS)}); default: a different one each"
        )  # fmt: skip
        parser.add_argument(
            "--i-may-use-it", action="store_true", help="I may use this picture, and everybody who can be recognised in it agrees"
        )  # fmt: skip
        parser.add_argument("--palette", default="", help=f"colours of all covers ({', '.join(PALETTES)})")
        parser.add_argument("--colours", default="", help='up to five of your own in their place, as "navy #f4c430"')
        parser.add_argument("--people", default="", help="nobody or somebody; default: as the song has it")
        parser.add_argument("--avoid", default="", help='what to leave out, as "dog, sea, rain, night"')
        parser.add_argument("--count", default=COUNT, help="1 to 8")
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
        log_warnings_only()
        try:
            folder = writable_folder(options["out"])
            migrate()
            request = same_request(options) if options["again"] else new_request(options)
        except (BadInput, UserFacingError) as error:
            self.refuse(str(error))

        def cancel() -> None:
            with contextlib.suppress(UserFacingError, DatabaseError):
                cancel_request(request=request)

        with self.taken_back(cancel):
            follower = CoverFollower(request, folder, wants_release=options["size"] == "release")
            finished = follower.inline() if options["inline"] else follower.through_the_queue()
        for path in finished:
            self.stdout.write(str(path))
        if CoverRequest.objects.filter(pk=request.pk, brief__isnull=False).exists():
            self.stderr.write(f"make_covers: for the same covers once more: --again {request.pk}")
        if len(finished) != request.count:
            self.stderr.write(follower.failure or f"of {request.count} asked for, {len(finished)} made")
            sys.exit(NOT_ALL_DONE)
