"""A contact sheet of covers that are made of pictures which somebody brought: each picture, and the four that the engine makes of it.

    python -m bench.own_pictures --out docs/sheets/own-1.webp [--side 150] [--pictures 0:24] [--treatment NAME] [--seed 7]

The pictures are as different as what people bring: photographs, evening and night, a drawing, a chat, a page, a panorama, one of
sixteen pixels, noise, nothing at all. Prints the seconds that drawing and setting took.
"""

from __future__ import annotations

import argparse
import itertools
import math
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from albumsite.media.encoding import saved
from bench.contact_sheet import GAP, picture_of, shrunk
from bench.posters import COUNT, image_of, poster, specs_of
from bench.songs import SONGS
from covers.brief.brief_contract import Concept
from covers.engine.engine_contract import DrawSpec, OwnPicture
from covers.engine.poster import PosterEngine
from tests.photographs import photograph

ACROSS = 3
"""Pictures in a row, each with its covers."""
FACE = (171 / 512, 56 / 512, 106 / 512, 106 / 512)
"""In `astronaut`."""


def scene(key: str, hour: str, width: int, height: int, **more: str) -> Image.Image:
    """One of the engine's own lit scenes, as if it were a photograph."""
    brief = replace(SONGS[0][1], concepts=(Concept("scene", scene=key, hour=hour, **more),))  # type: ignore[arg-type]
    spec = DrawSpec(brief, 0, 1, 3, 3, width, height, with_lettering=False)
    return image_of(poster(spec))


def childs_drawing() -> Image.Image:
    sheet, chance = Image.new("RGB", (900, 1100), "#fbfaf4"), random.Random(2)
    pen = ImageDraw.Draw(sheet)

    def line(points: list[tuple[float, float]], color: str, width: int) -> None:
        shaky = [
            (x1 + (x2 - x1) * step / 12 + chance.uniform(-3, 3), y1 + (y2 - y1) * step / 12 + chance.uniform(-3, 3))
            for (x1, y1), (x2, y2) in itertools.pairwise(points)
            for step in range(13)
        ]
        pen.line(shaky, fill=color, width=width, joint="curve")

    line([(200, 900), (200, 560), (450, 380), (700, 560), (700, 900), (200, 900)], "#1d3b8b", 12)
    line([(400, 900), (400, 720), (500, 720), (500, 900)], "#c22222", 12)
    for angle in range(0, 360, 20):
        x, y = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        line([(750 + 60 * x, 190 + 60 * y), (750 + 130 * x, 190 + 130 * y)], "#e9a400", 9)
    pen.ellipse((690, 130, 810, 250), fill="#f5c300")
    for x in range(80, 860, 40):
        line([(x, 960), (x + 12, 910), (x + 20, 965)], "#2a8a3a", 8)
    return sheet


def chat() -> Image.Image:
    sheet, chance, font = Image.new("RGB", (1080, 1920), "white"), random.Random(4), ImageFont.load_default(size=40)
    pen = ImageDraw.Draw(sheet)
    for row in range(18):
        is_mine, width, top = chance.random() < 0.5, chance.randint(260, 700), 120 + 96 * row
        left = 1040 - width if is_mine else 40
        pen.rounded_rectangle((left, top, left + width, top + 72), 30, fill="#ffe14a" if is_mine else "#e9e9ee")
        pen.text((left + 24, top + 12), "are you still awake tonight"[: width // 24], fill="#222222", font=font)
    return sheet


def page() -> Image.Image:
    sheet, font = Image.new("RGB", (1000, 1300), "#eee9dd"), ImageFont.load_default(size=44)
    pen = ImageDraw.Draw(sheet)
    words = [
        "the",
        "rain",
        "has",
        "not",
        "stopped",
        "and",
        "nobody",
        "has",
        "come",
        "to",
        "close",
        "the",
        "window",
        "so",
        "the",
        "letters",
        "run",
    ]
    for row in range(18):
        pen.text(
            (90, 110 + 62 * row),
            " ".join(words[(row * 5 + step) % len(words)] for step in range(7)),
            fill="#2a2622",
            font=font,
        )
    return sheet


def gradient() -> Image.Image:
    share = np.linspace(0, 1, 800)[:, None, None]
    rgb = np.array([255, 89, 76]) * (1 - share) + np.array([153, 191, 230]) * share
    return Image.fromarray(np.repeat(rgb, 800, axis=1).astype(np.uint8))


def noise() -> Image.Image:
    return Image.fromarray(np.random.default_rng(4).integers(0, 255, (700, 700, 3)).astype(np.uint8))


PICTURES: tuple[Callable[[], Image.Image], ...] = (
    lambda: photograph("astronaut"),
    lambda: photograph("coffee"),
    lambda: photograph("chelsea"),
    lambda: photograph("camera"),
    lambda: photograph("rocket"),
    lambda: photograph("hubble_deep_field"),
    lambda: scene("pier", "dusk", 1200, 900),
    lambda: scene("wet_street", "night", 900, 1350),
    lambda: scene("fog_ridges", "morning", 1500, 1000),
    lambda: scene("moon_sea", "night", 3000, 304),
    lambda: scene("lone_tree", "afternoon", 1200, 1200, season="autumn"),
    lambda: scene("kitchen", "morning", 1100, 900),
    lambda: scene("rooftop", "evening", 1000, 1300, people="woman"),
    lambda: scene("desert_road", "noon", 1400, 900),
    lambda: scene("turntable", "night", 1000, 1000),
    childs_drawing,
    chat,
    page,
    gradient,
    noise,
    lambda: photograph("astronaut").resize((16, 16)),
    lambda: scene("aurora_lake", "night", 1000, 1000).point(lambda value: int(value * 0.35)),
    lambda: Image.new("RGB", (800, 600), "black"),
    lambda: Image.new("RGB", (800, 600), "white"),
)


def jpeg(image: Image.Image) -> bytes:
    return saved(image.convert("RGB"), "JPEG", quality=90)


def square(image: Image.Image, side: int) -> Image.Image:
    """The whole picture in a square of the sheet's ground."""
    small = image.convert("RGB")
    small.thumbnail((side - 24, side - 24))
    tile = Image.new("RGB", (side, side), "#d6d3cc")
    tile.paste(small, ((side - small.width) // 2, (side - small.height) // 2))
    return tile


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--side", type=int, default=150)
    parser.add_argument("--draw-side", type=int, default=512, help="pixels the covers are drawn at before shrinking")
    parser.add_argument("--pictures", default="0:24")
    parser.add_argument("--treatment", default="")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args(arguments)
    first, last = (int(part) for part in options.pictures.split(":"))
    engine, rows, started = PosterEngine(), [], time.perf_counter()
    for index, make in enumerate(PICTURES[first:last], first):
        image, (song, brief) = make(), SONGS[index % len(SONGS)]
        own = OwnPicture(jpeg(image), None, options.treatment, (FACE,) if index == 0 else ())
        brief, seed = replace(brief, style="", palette=()), options.seed + index
        specs = specs_of(song, brief, seed, options.draw_side, own_picture=own)
        covers = [picture_of(drawn, song, seed, False) for drawn in engine.draw(specs, lambda _step: True)]
        rows.append([square(image, options.side), *(shrunk(cover, options.side) for cover in covers)])
    print(f"{len(rows) * COUNT} covers in {time.perf_counter() - started:.1f} s")
    save(rows, options.side, options.out)


def save(rows: list[list[Image.Image]], side: int, target: Path) -> None:
    wide, step = (COUNT + 1) * (side + GAP // 2) + 2 * GAP, side + GAP // 2
    sheet = Image.new("RGB", (ACROSS * wide + GAP, -(-len(rows) // ACROSS) * step + GAP), "#e8e6e1")
    for index, row in enumerate(rows):
        for column, image in enumerate(row):
            sheet.paste(image, (GAP + index % ACROSS * wide + column * step, GAP // 2 + index // ACROSS * step))
    sheet.save(target, quality=68, method=6)


if __name__ == "__main__":
    main()
