"""The pictures that the pocket checkpoint learns from: poster's motifs, alone, in a named colour on a named ground."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from PIL import Image

from covers.brief.brief_contract import MOODS, PRINTS, Brief
from covers.brief.vocabulary import MOTIF_KEYS
from covers.engine.engine_contract import DrawSpec
from covers.engine.pocket.words import COLOURS, Subject
from covers.engine.poster.color import Lch, oklch
from covers.engine.poster.engine import draw_one
from covers.engine.poster.geometry import moved
from covers.engine.poster.motifs import motif
from covers.engine.poster.page import Page
from covers.engine.poster.traits import UPRIGHT

OPEN_PHOTOS = ("astronaut.png", "chelsea.png", "coffee.png", "hubble_deep_field.jpg", "retina.jpg", "rocket.jpg")
PHOTO_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp"})


def shade(rng: random.Random, middle: Lch, lighter: float = 0.0) -> str:
    """A colour that still has the same name, as "#rrggbb"."""
    lightness, chroma, hue = middle
    lightness += lighter + rng.uniform(-0.025, 0.025)
    return oklch(min(0.99, max(0.05, lightness)), chroma * rng.uniform(0.92, 1.05), hue + rng.uniform(-4, 4))


def plain_picture(subject: Subject, side: int, seed: int, variety: float = 0.3) -> np.ndarray:
    """(side, side, 3) uint8: the motif large on a softly graded ground.

    variety: 0 to 1, how much size, place and tilt differ from picture to picture: what a small model can learn of the
    shape in the time that it has.
    """
    rng = random.Random(f"{subject}:{seed}")
    page = Page(side, side)
    ground = COLOURS[subject.ground]
    steps = [shade(rng, ground, lighter) for lighter in rng.sample((-0.03, 0.03), 2)]
    page.gradient(page.everything, (0.5, 0.0), (0.5, 1.0), steps)
    drawing = motif(subject.motif)
    turn = 0.0 if subject.motif in UPRIGHT else rng.uniform(-12, 12) * variety
    x, y = (0.5 + rng.uniform(-0.12, 0.12) * variety for _ in range(2))
    scale = 0.68 + rng.uniform(-0.2, 0.16) * variety
    page.fill(moved(drawing.shape, x, y, scale, turn), shade(rng, COLOURS[subject.colour]))
    page.fill(moved(drawing.detail, x, y, scale, turn), steps[0])
    return page.pixels(side, side)


def poster_picture(side: int, seed: int) -> np.ndarray:
    """(side, side, 3) uint8: a poster of any style, for the autoencoder to know textures, edges and many colours."""
    rng = random.Random(f"poster:{seed}")
    brief = Brief("", tuple(rng.sample(MOTIF_KEYS, 3)), rng.choice(MOODS), (), rng.choice(PRINTS), "", (), "rules")
    spec = DrawSpec(brief, 0, 1, seed=seed, set_seed=seed, width=side, height=side, with_lettering=False)
    drawn = draw_one(spec, lambda _step: True)
    return np.frombuffer(drawn.rgb, np.uint8).reshape(side, side, 3)


def read_photos(folder: Path | None) -> list[np.ndarray]:
    """(height, width, 3) uint8 each: the colour photos of a folder by name; without one, what scikit-image brings."""
    files = sorted(folder.iterdir()) if folder else open_photos()
    wanted = [file for file in files if file.suffix.lower() in PHOTO_SUFFIXES]
    return [np.asarray(Image.open(file).convert("RGB")) for file in wanted]


def open_photos() -> list[Path]:
    """Colour photos in the public domain or under CC0 out of the scikit-image package; none where it is not installed."""
    package = find_spec("skimage")
    if package is None or package.origin is None:
        return []
    return [Path(package.origin).parent / "data" / name for name in OPEN_PHOTOS]


def photo_crop(photos: Sequence[np.ndarray], side: int, rng: random.Random) -> np.ndarray:
    """(side, side, 3) uint8: a square of any size out of one photo, perhaps mirrored."""
    photo = rng.choice(photos)
    height, width = photo.shape[:2]
    size = rng.randint(min(side, height, width), min(height, width))
    top, left = rng.randint(0, height - size), rng.randint(0, width - size)
    square = Image.fromarray(photo[top : top + size, left : left + size])
    small = np.asarray(square.resize((side, side), Image.Resampling.LANCZOS))
    return small[:, ::-1] if rng.random() < 0.5 else small


def crops(pictures: np.ndarray, side: int, count: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """(side, side, 3) uint8 each: `count` random squares out of (n, height, width, 3) pictures."""
    _, height, width, _ = pictures.shape
    for index in rng.integers(0, len(pictures), count):
        top, left = rng.integers(0, height - side + 1), rng.integers(0, width - side + 1)
        yield pictures[index, top : top + side, left : left + side]
