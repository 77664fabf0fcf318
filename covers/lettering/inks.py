"""Colours of ink and paper, and contrast as WCAG measures it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from covers.lettering.picture import Floats, PictureGrid, oklab, relative_luminance

PAPER = "#f5f0e4"

Rgb = tuple[int, int, int]


def parse(colour: str) -> Rgb:
    """ "#rrggbb" to bytes. Raises ValueError on anything else."""
    if len(colour) != 7 or colour[0] != "#":
        raise ValueError(f"not a colour: {colour!r}")
    value = int(colour[1:], 16)
    return value >> 16, value >> 8 & 255, value & 255


def written(rgb: Rgb) -> str:
    return "#{:02x}{:02x}{:02x}".format(*rgb)


def luminance(colour: str) -> float:
    return float(relative_luminance(np.array([parse(colour)], np.uint8))[0])


def contrast(first: str, second: str) -> float:
    """WCAG contrast ratio, 1 to 21."""
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


def worst_decile(colour: str, ground: Floats) -> float:
    """The contrast that nine tenths of the ground's pixels reach or exceed. ground: relative luminances."""
    own = luminance(colour)
    ratios = (np.maximum(ground, own) + 0.05) / (np.minimum(ground, own) + 0.05)
    return float(np.quantile(ratios, 0.1))


PUREST = ("#ffffff", "#000000")
"""The last resort: one of the two reaches 4.58 on any flat ground."""


def tinted_extremes(picture: PictureGrid) -> tuple[str, str]:
    """A near-white and a near-black with a breath of the picture's own hue."""
    flat = picture.samples[::4, ::4].reshape(-1, 3)
    lab = oklab(flat).mean(axis=0)
    warm = np.array([lab[1], lab[2]]) / max(float(np.hypot(lab[1], lab[2])), 0.02)
    return _from_oklab(0.965, warm * 0.012), _from_oklab(0.17, warm * 0.02)


def _from_oklab(lightness: float, chroma: NDArray[np.float64]) -> str:
    """Source: B. Ottosson, as in picture.oklab, inverted."""
    a, b = float(chroma[0]), float(chroma[1])
    cones = np.array([
        lightness + 0.3963377774 * a + 0.2158037573 * b,
        lightness - 0.1055613458 * a - 0.0638541728 * b,
        lightness - 0.0894841775 * a - 1.2914855480 * b,
    ]) ** 3  # fmt: skip
    rgb = np.array([[4.0767416621, -3.3077115913, 0.2309699292],
                    [-1.2684380046, 2.6097574011, -0.3413193965],
                    [-0.0041960863, -0.7034186147, 1.7076147010]]) @ cones  # fmt: skip
    rgb = np.clip(rgb, 0, 1)
    coded = np.where(rgb <= 0.0031308, rgb * 12.92, 1.055 * rgb ** (1 / 2.4) - 0.055)
    red, green, blue = (round(255 * float(part)) for part in coded)
    return written((red, green, blue))
