"""Contact sheets of pictures whose title is the picture: every style, titles of several scripts, as large and as small as they are seen.

    python -m bench.letter_sheet --out docs/sheets/letters-1.webp [--side 320] [--styles type_light,type_huge] [--songs 0:8]

A row is a style, a column a title; below them the same at 64 pixels. Prints the seconds that each picture took.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from bench.posters import image_of, lettered, poster
from covers.brief.brief_contract import Brief, Concept, Song
from covers.brief.scenery import LETTERINGS
from covers.engine.engine_contract import DrawSpec

SONGS: tuple[tuple[Song, str, Concept], ...] = (
    (
        Song("비", "유진", genre="ballad"),
        "melancholy",
        Concept("scene", scene="wet_street", hour="night", weather="rain"),
    ),
    (Song("봄밤", "하람", genre="indie"), "tenderness", Concept("scene", scene="night_blossom", hour="night")),
    (Song("안녕", "김서하", genre="rnb"), "longing", Concept("scene")),
    (Song("첫눈이 오면", "이도윤", genre="ballad"), "winter", Concept("scene", scene="temple_snow", hour="morning")),
    (Song("파도", "바다와 나", genre="rock"), "freedom", Concept("scene", scene="storm_sea", hour="afternoon")),
    (Song("Hello", "Lou Avery", genre="dance"), "joy", Concept("scene")),
    (Song("Blue Hour", "The Ferry Men", genre="jazz"), "night", Concept("scene", scene="moon_sea", hour="evening")),
    (Song("NO", "Kader", genre="hiphop"), "anger", Concept("scene")),
    (Song("Saturday Sun", "Mina Park", genre="folk"), "summer", Concept("scene", scene="lone_tree", hour="afternoon")),
    (Song("나의 우주", "오후의 온도", genre="electronic"), "dream", Concept("scene", scene="planet_rim")),
    (Song("さくら", "森田", genre="indie"), "romance", Concept("scene")),
    (Song("Привет", "Анна", genre="electronic"), "hope", Concept("scene")),
)
GAP, SMALL = 8, 64


def picture(style: str, number: int, seed: int, side: int) -> tuple[Image.Image, float]:
    """One cover, and the seconds that it took."""
    song, mood, place = SONGS[number]
    concepts = (place,) if place.scene else ()
    brief = Brief("letters", ("moon",), mood, (), style, "", (), "rules", song.genre, concepts=concepts)
    position = (number + seed) % 4  # neighbours on the sheet show different compositions
    spec = DrawSpec(
        brief, position, 4, seed * 1000 + number, seed * 77 + number, side, side, title=song.title, artist=song.artist
    )
    started = time.perf_counter()
    drawn = poster(spec)
    seconds = time.perf_counter() - started
    print(f"{style} {song.title}: {drawn.parameters['style']} {drawn.parameters['composition']} {seconds:.2f} s")
    return image_of(lettered(drawn, song, spec.seed)), seconds


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--side", type=int, default=320)
    parser.add_argument("--draw-side", type=int, default=640)
    parser.add_argument("--styles", default=",".join(LETTERINGS))
    parser.add_argument("--songs", default="0:8")
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--quality", type=int, default=52)
    options = parser.parse_args(arguments)
    first, last = (int(part) for part in options.songs.split(":"))
    rows, seconds = [], []
    for style in options.styles.split(","):
        found = [
            picture(style, number, options.seed, max(options.draw_side, options.side)) for number in range(first, last)
        ]
        rows.append([one for one, _ in found])
        seconds += [taken for _, taken in found]
    print(
        f"{len(seconds)} pictures of {options.draw_side} px: median {statistics.median(seconds):.2f} s, worst {max(seconds):.2f} s"
    )
    side, across = options.side, last - first
    tall = len(rows) * (side + GAP + SMALL + GAP)
    sheet = Image.new("RGB", (across * (side + GAP) + GAP, tall + GAP), "#e8e6e1")
    for row, pictures in enumerate(rows):
        top = GAP + row * (side + GAP + SMALL + GAP)
        for column, one in enumerate(pictures):
            left = GAP + column * (side + GAP)
            sheet.paste(one.resize((side, side), Image.Resampling.LANCZOS), (left, top))
            sheet.paste(one.resize((SMALL, SMALL), Image.Resampling.LANCZOS), (left, top + side + GAP))
    sheet.save(options.out, quality=options.quality)


if __name__ == "__main__":
    main()
