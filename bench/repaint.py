"""repaint: seconds until a changed picture of `poster` is seen in the studio, and until its version is made.

    python -m bench.repaint [--rounds 48] [--side 1024]

Each round takes the cover of a song, of the next position and so mostly of another style, and changes its picture in one of six ways:
another look, other colours, warmer, mirrored, nearer with film grain, paper. Counted are the draft (384 pixels, drawn, its type set
anew, encoded as the page shows it) and the version: drawn at the cover's size, its type set, and apart from that its files encoded.
The goal for the version's picture and type is 2 s in the median at 1024 pixels. The last line is the result: how far below it that is.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import replace

from PIL import Image

from albumsite.media import encoding
from bench.e1 import centile
from bench.harness import arguments, clock_of, print_machine
from bench.songs import SONGS
from covers.brief.wishes import PALETTES
from covers.drawing.edited_picture import draw_edited
from covers.edits.picture_edit import PictureEdit, edited, toned
from covers.engine.engine_contract import DrawSpec
from covers.engine.poster import PosterEngine
from covers.lettering import render
from covers.lettering.first_type import document_of
from covers.lettering.typesetting import typeset
from covers.writing.rules_writer import RulesWriter

GOAL_SECONDS = 2.0
DRAFT_SIDE, LOOK_SIDE = 384, 768
DUSK = PALETTES["dusk"]
EDITS = (
    PictureEdit(another=1), PictureEdit(palette=DUSK), PictureEdit(palette=toned(DUSK, "warmer")), PictureEdit(is_mirrored=True),
    PictureEdit(zoom=30, across=40, texture="grain", strength=50), PictureEdit(texture="paper", strength=60),
)  # fmt: skip


def first_spec(number: int) -> DrawSpec:
    song = SONGS[number % len(SONGS)][0]
    brief = RulesWriter(None).write(song)
    return DrawSpec(brief, number % 4, 4, number, number, title=song.title, artist=song.artist)


def repainted(spec: DrawSpec, edit: PictureEdit) -> Image.Image:
    """The picture with its type, as the studio makes it."""
    drawn = draw_edited(PosterEngine(), spec, edit)
    lettered = render(
        drawn.rgb, drawn.width, drawn.height, title=spec.title, artist=spec.artist, plan=drawn.type_plan, seed=spec.seed
    )
    document = document_of(lettered.layout, title=spec.title, artist=spec.artist, seed=spec.seed)
    made = typeset(drawn.rgb, drawn.width, drawn.height, document)
    return encoding.from_rgb(made.rgb, drawn.width, drawn.height)


def main(argv: Sequence[str] | None = None) -> None:
    parser = arguments(__doc__, rounds=48)
    parser.add_argument("--side", type=int, default=1024)
    options = parser.parse_args(argv)
    print_machine()
    clock = clock_of("cpu")
    drafts, versions, files = [], [], []
    repainted(
        replace(first_spec(0), width=64, height=64), EDITS[0]
    )  # noise and typefaces are there, as in a process that works
    for number in range(options.rounds):
        edit = EDITS[number % len(EDITS)]
        spec = edited(first_spec(number), edit, {})
        started = clock()
        small = repainted(replace(spec, width=DRAFT_SIDE, height=DRAFT_SIDE), edit)
        encoding.encode_look(small.resize((LOOK_SIDE, LOOK_SIDE)))
        drafts.append(clock() - started)
        started = clock()
        picture = repainted(replace(spec, width=options.side, height=options.side), edit)
        versions.append(clock() - started)
        started = clock()
        encoding.encode_png(picture)
        encoding.encode_derivatives(picture)
        files.append(clock() - started)
    for name, seconds in (("draft", drafts), ("version, picture and type", versions), ("its files", files)):
        print(
            f"{name}: median {statistics.median(seconds):.2f} s, 95 of 100 within {centile(seconds, 95):.2f} s, worst {max(seconds):.2f} s"
        )
    print(f"repaint ratio={GOAL_SECONDS / statistics.median(versions):.3f} target=1.0")


if __name__ == "__main__":
    main()
