"""Letters as fields that shaders look up: how surely a point lies on them, how deep inside, how near."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import skia

from covers.engine.poster.scenes.noise import half_image

SIDE, MARGIN = 704, 0.1
"""Texels along a field, and how far it reaches beyond the page's square on each side, in pages."""
PAGE = SIDE / (1 + 2 * MARGIN)
"""Texels that are one page long."""
SHADOW_STEPS = 30
"""Places towards the light that are asked whether they throw a shadow: fewer show as bands."""


def mask_of(path: skia.Path) -> np.ndarray:
    """(SIDE, SIDE) float32, 1 on the path. Kept for the small copy of the same picture, on which the name is planned."""
    return _mask_of(bytes(path.serialize()))


@lru_cache(maxsize=2)
def _mask_of(data: bytes) -> np.ndarray:
    path = skia.Path()
    path.readFromMemory(data)
    surface = skia.Surface(SIDE, SIDE)
    canvas = surface.getCanvas()
    canvas.clear(0xFF000000)
    canvas.scale(PAGE, PAGE)
    canvas.translate(MARGIN, MARGIN)
    canvas.drawPath(path, skia.Paint(Color=0xFFFFFFFF, AntiAlias=True))
    return surface.toarray()[..., 0].astype(np.float32) / 255


def soft(field: np.ndarray, *sigmas: float) -> list[np.ndarray]:
    """The field blurred, once for each sigma (in pages)."""
    rows, columns = np.fft.fftfreq(SIDE)[:, None], np.fft.rfftfreq(SIDE)[None, :]
    radius, spectrum = rows**2 + columns**2, np.fft.rfft2(field)
    return [
        np.fft.irfft2(spectrum * np.exp(-2 * (np.pi * sigma * PAGE) ** 2 * radius), s=field.shape).astype(np.float32)
        for sigma in sigmas
    ]


def depth(mask: np.ndarray, reach: float) -> np.ndarray:
    """How far each point inside is from the nearest edge, 0 to 1 at `reach` pages and beyond.

    Exact along rows of column distances (Felzenszwalb and Huttenlocher 2012, without the lower envelope: the reach is short).
    """
    texels = reach * PAGE
    outside = mask < 0.5
    places = np.broadcast_to(np.arange(SIDE, dtype=np.float32)[:, None], mask.shape)
    above = np.maximum.accumulate(np.where(outside, places, -2.0 * SIDE), axis=0)
    below = np.minimum.accumulate(np.where(outside, places, 3.0 * SIDE)[::-1], axis=0)[::-1]
    column = np.minimum(np.minimum(places - above, below - places), texels + 1).astype(np.float32) ** 2
    nearest = column.copy()
    for step in range(1, int(texels) + 2):
        square = np.float32(step * step)
        np.minimum(nearest[:, step:], column[:, :-step] + square, out=nearest[:, step:])
        np.minimum(nearest[:, :-step], column[:, step:] + square, out=nearest[:, :-step])
    inside = np.sqrt(nearest) - 0.5 + (mask - 0.5) * (nearest <= 1.0)
    return np.clip(inside / texels, 0.0, 1.0).astype(np.float32)


def swelling(mask: np.ndarray) -> np.ndarray:
    """A height that swells towards the middle of the strokes, 0 to 1."""
    shares = (0.22, 0.28, 0.28, 0.22)
    layers = soft(mask, 0.004, 0.009, 0.018, 0.034)
    height = sum(share * np.clip(2 * layer - 0.94, 0, 1) for share, layer in zip(shares, layers, strict=True))
    return soft(np.sqrt(np.clip(height, 0, 1)), 0.0028)[0]


def shadow(height: np.ndarray, across: float, down: float, rise: float, reach: float) -> np.ndarray:
    """How surely the light does not reach a point, 0 to 1. height: in pages. across, down: towards the light, a unit vector; rise: of
    the light over one page; reach: how far away what throws a shadow may be."""
    dark = np.zeros_like(height)
    for step in range(1, SHADOW_STEPS + 1):
        away = reach * step / SHADOW_STEPS
        dx, dy = round(across * away * PAGE), round(down * away * PAGE)
        over = np.roll(height, (-dy, -dx), axis=(0, 1)) - height - away * rise
        np.maximum(dark, np.clip(over / 0.005, 0, 1), out=dark)
    return dark.astype(np.float32)


def shader_of(channels: Sequence[np.ndarray]) -> skia.Shader:
    """Up to three fields as red, green and blue of a child shader that takes points of the page."""
    layers = [*channels, *[channels[-1]] * (3 - len(channels)), np.ones_like(channels[0])]
    image = half_image(layers)
    matrix = skia.Matrix().setScale(1 / PAGE, 1 / PAGE)
    matrix.postTranslate(-MARGIN, -MARGIN)
    clamp = skia.TileMode.kClamp
    return image.makeShader(clamp, clamp, skia.SamplingOptions(skia.FilterMode.kLinear), matrix)
