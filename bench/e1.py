"""e1: seconds for the store file of a finished cover with new lettering, its picture kept, against drawing it again.

    python -m bench.e1 [--rounds 8] [--side 3000] [--looks 10]

Each round takes the cover of another song, which has had a store file: its picture is kept without type, as `covers/drawing/full_size.py`
keeps it. Then a letter of its title is changed. Ours reads the kept picture, looks whether it is the cover's, sets the type and encodes
the JPEG for stores; the rival draws the picture anew, sets and encodes. Both must be the same bytes. The goal for the slowest of ours on a
quiet core is 1.5 s at 3000 pixels. Then, per round, what the studio does while somebody types: the title in other words set on the
picture at 640 pixels, its faults looked for, and encoded as the page shows it; the goal is 0.1 s at the 95th percentile.
The last line is the result.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from PIL import Image

from albumsite.media import encoding
from bench.harness import arguments, clock_of, print_machine, print_result, print_times, ratios, run_rounds
from bench.posters import image_of, lettered, poster
from bench.songs import SONGS
from covers.engine.engine_contract import DrawSpec
from covers.lettering.first_type import document_of
from covers.lettering.type_document import TypeDocument
from covers.lettering.typesetting import typeset
from covers.writing.rules_writer import RulesWriter

TARGET = 3.0
COVER_SIDE, LOOK_SIDE = 1024, 640


@dataclass(frozen=True)
class Finished:
    """A cover that has had a store file. art: without type, at 1024 pixels. kept: the same at full size, as it is stored."""

    spec: DrawSpec
    art: Image.Image
    kept: bytes
    document: TypeDocument


def finished(number: int, side: int) -> Finished:
    song = SONGS[number * 3 % len(SONGS)][0]
    brief = RulesWriter(None).write(song)
    spec = DrawSpec(brief, number % 4, 4, number, number, COVER_SIDE, COVER_SIDE, title=song.title, artist=song.artist)
    cover = poster(spec)
    document = document_of(lettered(cover, song, number).layout, title=song.title, artist=song.artist, seed=number)
    large = replace(spec, width=side, height=side)
    kept = encoding.encode_exact(image_of(poster(large)))
    return Finished(large, image_of(cover), kept, renamed(document, "s"))


def renamed(document: TypeDocument, letters: str) -> TypeDocument:
    """With letters behind the title."""
    title = document.line("title")
    assert title is not None
    return document.with_line(replace(title, text=title.text + letters, is_on=True))


def store_file(rgb: bytes, side: int, document: TypeDocument) -> bytes:
    return encoding.encode_release_jpeg(encoding.from_rgb(typeset(rgb, side, side, document).rgb, side, side))


def from_kept(cover: Finished) -> bytes:
    picture = encoding.open_exact(cover.kept)
    if not encoding.shows_the_same(cover.art, picture):
        raise SystemExit("what is kept is another picture than the cover")
    return store_file(picture.tobytes(), picture.width, cover.document)


def drawn_again(cover: Finished) -> bytes:
    return store_file(poster(cover.spec).rgb, cover.spec.width, cover.document)


def are_the_same(outputs: Mapping[str, object]) -> None:
    if outputs["lettering"] != outputs["drawing again"]:
        raise SystemExit("the two files differ")


def main(argv: Sequence[str] | None = None) -> None:
    parser = arguments(__doc__, rounds=8)
    parser.add_argument("--side", type=int, default=3000)
    parser.add_argument("--looks", type=int, default=10)
    options = parser.parse_args(argv)
    print_machine()
    clock = clock_of("cpu")
    covers = [finished(number, options.side) for number in range(options.rounds)]
    works = {
        "lettering": lambda number: from_kept(covers[number]),
        "drawing again": lambda number: drawn_again(covers[number]),
    }
    times = run_rounds(works, rounds=options.rounds, clock=clock, check=are_the_same)
    print_times(times)
    kept = [len(cover.kept) / 1e6 for cover in covers]
    print(f"kept for it: median {statistics.median(kept):.1f} MB, most {max(kept):.1f} MB")
    looks = []
    for cover in covers:
        small = encoding.fitted(cover.art, LOOK_SIDE)
        for letter in range(options.looks):
            started = clock()
            changed = typeset(small.tobytes(), *small.size, renamed(cover.document, chr(ord("a") + letter)))
            encoding.encode_look(encoding.from_rgb(changed.rgb, *small.size))
            looks.append(clock() - started)
    print(
        f"a look while typing: median {statistics.median(looks) * 1000:.0f} ms, 95 of 100 within {centile(looks, 95) * 1000:.0f} ms"
    )
    print_result("e1", ratios(times, ours="lettering", rival="drawing again"), target=TARGET)


def centile(values: Sequence[float], share: int) -> float:
    return sorted(values)[min(len(values) - 1, len(values) * share // 100)]


if __name__ == "__main__":
    main()
