"""From a photo to the tones of a print: exposure by the face, local contrast, a shoulder and a toe."""

from __future__ import annotations

import numpy as np

from covers.engine.poster.color import rgb_of
from covers.engine.poster.portrait.filters import Floats, ramp_up, smooth_base, soft
from covers.engine.poster.portrait.photos import SitterPhoto

FACE_TONES = (0.44, 0.64)
"""Where the middle tone of a face may lie. A face between them keeps its own: a print does not bleach dark skin."""


def face_mask(photo: SitterPhoto) -> np.ndarray:
    """(rows, columns) bool: an oval within the face box."""
    columns, rows = photo.size
    y, x = np.ogrid[0:rows, 0:columns]
    across = (x - photo.left - photo.width / 2) / (photo.width * 0.42)
    down = (y - photo.top - photo.height * 0.54) / (photo.height * 0.48)
    return across * across + down * down < 1


def toned(photo: SitterPhoto) -> Floats:
    """(rows, columns) 0..1: the person well exposed, in clear light and dark, whatever the camera did."""
    grey = photo.grey.astype(np.float32)
    inside = face_mask(photo)
    person = grey[max(0, int(photo.top - 0.5 * photo.height)) :]
    low, high = np.percentile(person[::3, ::3], (1.5, 98.5))
    low, high = min(low, np.percentile(grey[inside], 3)), max(high, np.percentile(grey[inside], 97))
    gain = 1 / max(0.06, high - low)
    if gain > 1.6:  # stretched far, the codec's steps and the sensor's noise would show
        grey = smooth_base(grey, max(2.0, photo.width / 50), 2e-4)
    grey = np.clip((grey - low) * gain, 0, 1)
    middle = float(np.clip(np.median(grey[inside]), 0.04, 0.96))
    grey = grey ** (np.log(np.clip(middle, *FACE_TONES)) / np.log(middle))
    base = smooth_base(grey, photo.width * 0.2, 0.012)
    detail = grey - base
    lifted = 0.5 + 0.94 * (base - 0.5) + 0.3 * np.tanh(1.6 * detail / 0.3)
    return s_curve(np.clip(lifted, 0, 1), 0.42)


def simplified(tones: Floats, face_width: float) -> Floats:
    """The tones as a hand would cut them from film: large calm shapes, edges kept. (rows, columns) 0..1."""
    return soft(smooth_base(tones, face_width * 0.035, 0.004), face_width * 0.011)


def s_curve(tones: Floats, strength: float) -> Floats:
    """Darks deeper, lights lighter, the middle steeper. strength: 0 to 1."""
    return (1 - strength) * tones + strength * ramp_up(tones, 0.0, 1.0)


def inked(tones: Floats, colors: list[str]) -> np.ndarray:
    """(rows, columns, 3) uint8: dark to light through the colours, evenly spaced. Give enough of them (color.ramp)."""
    table = np.array([rgb_of(color) for color in colors], np.float32)
    stops = np.linspace(0, 255, len(colors))
    codes = np.arange(256)
    lookup = np.stack([np.interp(codes, stops, table[:, channel]) for channel in range(3)], axis=-1)
    return np.take(np.rint(lookup).astype(np.uint8), np.clip(tones * 255 + 0.5, 0, 255).astype(np.uint8), axis=0)
