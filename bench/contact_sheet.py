"""Contact sheets of the poster engine: 24 very different songs, four covers each, as large and as small as they are seen.

    python -m bench.contact_sheet --out sheet.webp [--side 320] [--songs 0:24] [--style NAME] [--zones] [--written]

--zones outlines the planned type zones instead of setting type. --written lets the rules writer write the briefs. Prints
the seconds that drawing and setting took.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PIL import Image, ImageDraw

from bench.posters import image_of, lettered, specs_of
from bench.songs import SONGS
from covers.brief.brief_contract import Song
from covers.engine.engine_contract import Drawn
from covers.engine.poster import PosterEngine
from covers.writing.rules_writer import RulesWriter

ACROSS = 8
GAP = 8


def picture_of(drawn: Drawn, song: Song, seed: int, is_zones: bool) -> Image.Image:
    image = image_of(drawn)
    if is_zones and drawn.type_plan:
        pen, side = ImageDraw.Draw(image), drawn.width
        for zones, color in ((drawn.type_plan.title_zones, "red"), (drawn.type_plan.artist_zones, "cyan")):
            for index, zone in enumerate(zones):
                corners = [zone.x * side, zone.y * side, (zone.x + zone.width) * side, (zone.y + zone.height) * side]
                pen.rectangle(corners, outline=color, width=max(1, 3 - index))
    elif not is_zones:
        return image_of(lettered(drawn, song, seed))
    return image


def shrunk(image: Image.Image, side: int) -> Image.Image:
    return image.resize((side, side), Image.Resampling.LANCZOS)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--side", type=int, default=320)
    parser.add_argument("--draw-side", type=int, default=512, help="pixels the covers are drawn at before shrinking")
    parser.add_argument("--songs", default="0:24")
    parser.add_argument("--style", default="")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--count", type=int, default=4)
    parser.add_argument("--zones", action="store_true")
    parser.add_argument("--written", action="store_true")
    options = parser.parse_args(arguments)
    first, last = (int(part) for part in options.songs.split(":"))
    engine, images, started = PosterEngine(), [], time.perf_counter()
    for index, (song, brief) in enumerate(SONGS[first:last]):
        if options.written:
            brief = replace(RulesWriter().write(song), genre=song.genre)
        if options.style:
            brief = replace(brief, style=options.style)
        specs = specs_of(song, brief, options.seed + first + index, max(options.draw_side, options.side), options.count)
        for drawn in engine.draw(specs, lambda step: True):
            images.append(shrunk(picture_of(drawn, song, options.seed, options.zones), options.side))
    print(f"{len(images)} covers in {time.perf_counter() - started:.1f} s")
    save_sheet(images, options.side, options.out)


def save_sheet(images: Sequence[Image.Image], side: int, target: Path) -> None:
    rows = -(-len(images) // ACROSS)
    sheet = Image.new("RGB", (ACROSS * (side + GAP) + GAP, rows * (side + GAP) + GAP), "#e8e6e1")
    for index, image in enumerate(images):
        sheet.paste(image, (GAP + index % ACROSS * (side + GAP), GAP + index // ACROSS * (side + GAP)))
    sheet.save(target, quality=82)


if __name__ == "__main__":
    main()
