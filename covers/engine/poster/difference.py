"""How different two colours look: CIEDE2000, and how far the colours of a picture are from those that were asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from covers.lettering.oklab import linear_of

Floats = NDArray[np.float64]

WHITE = np.array([0.95047, 1.0, 1.08883])
"""D65, 2 degrees, of sRGB."""
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
TWENTY_FIVE_7 = 25.0**7


def lab_of(rgb: NDArray[Any]) -> Floats:
    """CIELAB (…, 3) of sRGB values 0 to 255 (…, 3)."""
    ratio = (linear_of(rgb) @ TO_XYZ.T) / WHITE
    bent = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = bent[..., 0], bent[..., 1], bent[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def delta_e(first: NDArray[Any], second: NDArray[Any]) -> Floats:
    """CIEDE2000 of CIELAB values (…, 3), which are broadcast; about 1 is just visible, black to white is 100.

    Sharma, Wu and Dalal 2005, "The CIEDE2000 color-difference formula", Color Research & Application 30(1), with kL = kC = kH = 1.
    """
    light, a, b = np.moveaxis(np.asarray(first, float), -1, 0)
    light_2, a_2, b_2 = np.moveaxis(np.asarray(second, float), -1, 0)
    mean_7 = ((np.hypot(a, b) + np.hypot(a_2, b_2)) / 2) ** 7
    stretch = 1.5 - 0.5 * np.sqrt(mean_7 / (mean_7 + TWENTY_FIVE_7))
    a, a_2 = a * stretch, a_2 * stretch
    chroma, chroma_2 = np.hypot(a, b), np.hypot(a_2, b_2)
    hue, hue_2 = np.degrees(np.arctan2(b, a)) % 360, np.degrees(np.arctan2(b_2, a_2)) % 360
    has_hues = chroma * chroma_2 > 0
    turn = np.where(has_hues, (hue_2 - hue + 180) % 360 - 180, 0.0)
    turn = np.where(has_hues & (hue_2 - hue == 180), 180.0, turn)
    mean_hue = (hue + hue_2) / 2
    is_across = np.abs(hue - hue_2) > 180
    mean_hue = np.where(is_across, mean_hue + np.where(hue + hue_2 < 360, 180, -180), mean_hue)
    mean_hue = np.where(has_hues, mean_hue, hue + hue_2)
    mean_light, mean_chroma = (light + light_2) / 2, (chroma + chroma_2) / 2
    weight = (
        1 - 0.17 * np.cos(np.radians(mean_hue - 30)) + 0.24 * np.cos(np.radians(2 * mean_hue))
        + 0.32 * np.cos(np.radians(3 * mean_hue + 6)) - 0.20 * np.cos(np.radians(4 * mean_hue - 63))
    )  # fmt: skip
    per_light = (light_2 - light) / (1 + 0.015 * (mean_light - 50) ** 2 / np.sqrt(20 + (mean_light - 50) ** 2))
    per_chroma = (chroma_2 - chroma) / (1 + 0.045 * mean_chroma)
    per_hue = 2 * np.sqrt(chroma * chroma_2) * np.sin(np.radians(turn / 2)) / (1 + 0.015 * mean_chroma * weight)
    turned = 60 * np.exp(-(((mean_hue - 275) / 25) ** 2))
    rotation = -2 * np.sqrt(mean_chroma**7 / (mean_chroma**7 + TWENTY_FIVE_7)) * np.sin(np.radians(turned))
    squares = per_light**2 + per_chroma**2 + per_hue**2 + rotation * per_chroma * per_hue
    return np.asarray(np.sqrt(np.maximum(squares, 0.0)))


MAIN_COLOURS, LOOKED_AT = 8, 96


def far_from_asked(picture: Image.Image, asked: Sequence[str]) -> float:
    """Mean CIEDE2000 of a picture's colours to the nearest of those asked for: its 8 main ones, by the room that they take."""
    small = picture.resize((LOOKED_AT, LOOKED_AT), Image.Resampling.BOX)
    found = small.quantize(MAIN_COLOURS, method=Image.Quantize.MEDIANCUT, kmeans=6)
    colours = np.array(found.getpalette(), float)[: 3 * MAIN_COLOURS].reshape(-1, 3)
    room = np.bincount(np.asarray(found).ravel(), minlength=len(colours))[: len(colours)]
    wanted = np.array([[int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in asked], float)
    nearest = delta_e(lab_of(colours)[:, None], lab_of(wanted)[None]).min(axis=1)
    return float((nearest * room).sum() / room.sum())
