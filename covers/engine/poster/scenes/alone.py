"""A thing that is shown alone: which one stands for a mood, how it can be shown, and how light it is."""

from __future__ import annotations

import random

import numpy as np
import skia

from covers.engine.poster.color import lch_of
from covers.engine.poster.scenes.light import Light
from covers.engine.poster.scenes.modelling import Pen
from covers.engine.poster.scenes.things import Thing

MOOD_THINGS: dict[str, tuple[str, ...]] = {
    "longing": ("letter", "telephone", "suitcase"), "quiet": ("coffee", "chair", "vase"), "joy": ("balloon", "lemon", "bicycle"),
    "dance": ("disco_ball", "high_heel", "speaker"), "anger": ("drum_kit", "crow", "motorcycle"), "dream": ("moth", "paper_boat", "whale"),
    "night": ("car", "cat", "streetlight"), "swagger": ("crown", "sneaker", "dice"), "nostalgia": ("cassette", "radio", "camera"),
    "tenderness": ("teddy", "vase", "bird"), "faith": ("candle", "bell", "cross"), "awe": ("telescope", "astronaut", "swan"),
    "melancholy": ("umbrella", "piano", "chair"), "heartbreak": ("rose", "ring", "telephone"), "hope": ("sunflower", "kite", "bird"),
    "freedom": ("kite", "paper_plane", "motorcycle"), "loneliness": ("chair", "telephone", "cat"), "romance": ("rose", "wine", "two_cups"),
    "rebellion": ("electric_guitar", "sneaker", "motorcycle"), "mystery": ("key", "mirror", "door"), "summer": ("lemon", "parasol"),
    "winter": ("scarf", "snowman", "kettle"), "comfort": ("kettle", "bread", "teddy"), "triumph": ("trophy", "crown", "flag"),
}  # fmt: skip
"""What is shown for a mood where the song names no thing and the person asked for a still life."""

THIN = frozenset({"laundry_line", "swing", "streetlight", "traffic_light", "ferris_wheel", "microphone", "ladder"})
"""Hardly seen on a small picture: shown as large as the picture lets them."""


def composition_of(thing: Thing, name: str) -> str:
    """As planned, unless this thing cannot be shown so: what flies is held up, what glows wants the dark."""
    if thing.stands in ("air", "sky"):
        return name if name in ("aloft", "in_rows", "spotlight") else "aloft"
    if thing.stands in ("water", "sea"):
        return name if name == "in_rows" else "glossy"
    if thing.stands == "wall":
        return "sunlit"
    if thing.key in THIN and name == "in_rows":  # many hairs are no thing
        return "glossy" if thing.glows else "two_tones"
    if thing.glows and name in ("sweep", "two_tones"):
        return "spotlight"
    if name == "aloft" and thing.metres > 1.2:  # a piano does not fly
        return "glossy"
    return name


def tone_of(thing: Thing, light: Light) -> float:
    """How light a thing is by itself, OKLCH, whatever light falls on it."""
    side = 40
    surface = skia.Surface(side, side)
    canvas = surface.getCanvas()
    canvas.clear(0)
    pen = Pen(random.Random(7), 1.0, 0.4, 0.4, light, "")
    thing.draw(pen)
    drawing = pen.done()
    scale = 0.9 * side / max(drawing.box.width(), drawing.box.height(), 1.0)
    canvas.translate(side / 2, side / 2)
    canvas.scale(scale, scale)
    canvas.translate(-drawing.box.centerX(), -drawing.box.centerY())
    canvas.drawPicture(drawing.picture)
    values = surface.toarray().astype(np.float64)
    where = values[..., 3] > 200
    if not where.any():
        return 0.5
    red, green, blue = (int(values[..., index][where].mean()) for index in (2, 1, 0))
    return lch_of(f"#{red:02x}{green:02x}{blue:02x}")[0]
