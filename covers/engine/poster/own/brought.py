"""A brought picture at work: its pixels, tones and the cut around its subject, each worked out when a treatment asks for it."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cached_property, lru_cache, partial
from typing import Any

import numpy as np
import skia

from covers.engine.engine_contract import OwnPicture
from covers.engine.poster.own import photos
from covers.engine.poster.own.seen import Seen, seen_in
from covers.engine.poster.portrait.filters import LUMA, Floats, smooth_base
from covers.engine.poster.portrait.tone import s_curve

MOST_SIDE = 4096
"""Pixels of any copy: a store file has 3000, and a closer crop of one is not shown sharper than the picture is."""
MIDDLE_TONES = (0.36, 0.6)
"""Where the middle tone of a print may lie."""


class Brought:
    """One picture for one call of the engine: it holds what somebody entrusted to us.

    native: pixels along the square that may be shown, as the picture has them. shown: that square in (n, n, 3) uint8 for an n.
    """

    def __init__(self, seen: Seen, native: int, shown: Callable[[int], np.ndarray]) -> None:
        self.seen, self.native, self._shown = seen, native, shown
        self._pixels: dict[int, np.ndarray] = {}
        self.drafts: dict[object, Any] = {}
        """What a treatment worked out that is the same at every size; the last one is kept."""

    def pixels(self, side: float) -> np.ndarray:
        """The square in (n, n, 3) uint8, about `side` wide and never wider than the picture has it. The last one is kept."""
        wanted = max(photos.LEAST_SIDE, min(math.ceil(side), self.native, MOST_SIDE))
        if wanted not in self._pixels:
            self._pixels = {wanted: self._shown(wanted)}
        return self._pixels[wanted]

    def image(self, side: float) -> skia.Image:
        pixels = self.pixels(side)
        rgba = np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)])
        return skia.Image.fromarray(rgba, colorType=skia.kRGBA_8888_ColorType, alphaType=skia.kOpaque_AlphaType)

    def tone(self, side: float) -> Floats:
        """(n, n) 0..1: the picture in the tones of a print: exposed anew, with local contrast, noise held down."""
        return print_tones(self.pixels(side), *self.levels)

    @cached_property
    def levels(self) -> tuple[float, float]:
        """The tones of the picture that become black and white; a picture that has hardly any of its own is not torn apart."""
        light = self.seen.light
        low, high = (float(value) for value in np.quantile(light, (0.01, 0.99)))
        short = 0.34 - (high - low)
        if short > 0:
            low, high = low - short / 2, high + short / 2
            shift = max(0.0, -low) - max(0.0, high - 1)
            low, high = low + shift, high + shift
        return low, high


def print_tones(pixels: np.ndarray, low: float, high: float) -> Floats:
    """(rows, columns, 3) uint8 to (rows, columns) 0..1."""
    grey = (pixels.astype(np.float32) @ LUMA) / np.float32(255)
    side, gain = grey.shape[0], 1 / max(0.05, high - low)
    if gain > 1.5:  # stretched far, the codec's steps and the sensor's noise would show
        grey = smooth_base(grey, max(1.0, side / 150), 3e-4)
    grey = np.clip((grey - low) * gain, 0, 1)
    middle = float(np.clip(np.median(grey[:: max(1, side // 128), :: max(1, side // 128)]), 0.03, 0.97))
    power = math.log(min(max(middle, MIDDLE_TONES[0]), MIDDLE_TONES[1])) / math.log(middle)
    grey = grey ** np.float32(min(max(power, 0.6), 1.7))
    base = smooth_base(grey, side * 0.06, 0.012)
    lifted = 0.5 + 0.96 * (base - 0.5) + 0.3 * np.tanh(1.5 * (grey - base) / 0.3)
    return s_curve(np.clip(lifted, 0, 1), 0.35).astype(np.float32)


Studio = Callable[[OwnPicture], Brought]


def new_studio() -> Studio:
    """Opens pictures, and remembers the last two. Use one for one call of the engine only."""
    return lru_cache(maxsize=2)(brought)


def brought(picture: OwnPicture) -> Brought:
    """Raises EngineError "engine:bad-spec" when it cannot be read."""
    seen = seen_in(picture)
    return Brought(seen, round(seen.square.size), partial(photos.cut, picture, seen.square))
