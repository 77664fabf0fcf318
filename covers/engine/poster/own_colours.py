"""A picture in the colours that somebody asked for: each of its own is drawn towards the nearest of them, softly, so that light stays.

Prints are of flat colours, which are the very ones that were asked for; the rest is graded here. The grade is a table of 33 × 33 × 33
colours, so that it is the same at every size and costs little at 3000 pixels.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import skia
from PIL import Image, ImageFilter

from covers.brief.brief_contract import PRINTS
from covers.engine.poster.art import Art
from covers.engine.poster.color import distance, lch_of
from covers.engine.poster.palettes import Palette
from covers.lettering.oklab import oklab_of, rgb_of_oklab

STEPS = 33
PULL = 0.84
"""How far towards the colours asked for: 1 would leave nothing but them, and no light."""
REACH = 0.06
"""In OKLab: how far apart colours are that share a tone between them."""
LEAST_RANGE = 0.42
"""In lightness: below it, nothing could be told apart, and the darkest and the palest of the family come in."""
SAME = 0.03


def painted(art: Art) -> None:
    """Draw a picture; one with light in it is graded towards the colours that somebody asked for."""
    art.paint()
    if art.colors.asked and art.idea.style not in PRINTS:
        lay_grade(art)


def lay_grade(art: Art) -> None:
    page = art.page
    pixels = Image.fromarray(page.pixels(page.width, page.height))
    graded = np.asarray(pixels.filter(_table(targets_of(art.colors))).convert("RGBA"))
    image = skia.Image.fromarray(
        np.ascontiguousarray(graded), colorType=skia.kRGBA_8888_ColorType, alphaType=skia.kOpaque_AlphaType
    )
    page.canvas.save()
    page.canvas.resetMatrix()
    page.canvas.drawImage(image, 0, 0)
    page.canvas.restore()


def targets_of(palette: Palette) -> tuple[str, ...]:
    """The colours asked for, without twins; with a dark and a pale one where they are all of one lightness."""
    found: list[str] = []
    for color in palette.asked:
        if all(distance(color, other) >= SAME for other in found):
            found.append(color)
    lightness = [lch_of(color)[0] for color in found]
    if max(lightness) - min(lightness) < LEAST_RANGE:
        found += [palette.ink, palette.paper]
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=8)
def _table(targets: tuple[str, ...]) -> ImageFilter.Color3DLUT:
    steps = np.linspace(0, 255, STEPS)
    blue, green, red = np.meshgrid(steps, steps, steps, indexing="ij")  # red runs fastest
    lab = oklab_of(np.stack([red, green, blue], axis=-1).reshape(-1, 3))
    goals = oklab_of(np.array([[int(color[at : at + 2], 16) for at in (1, 3, 5)] for color in targets], float))
    far = ((lab[:, None] - goals[None]) ** 2).sum(axis=2)
    weight = np.exp(-(far - far.min(axis=1, keepdims=True)) / (2 * REACH**2))
    goal = weight @ goals / weight.sum(axis=1, keepdims=True)
    moved = rgb_of_oklab(lab + PULL * (goal - lab)) / 255
    return ImageFilter.Color3DLUT(STEPS, moved.astype(np.float32).ravel().tolist())
