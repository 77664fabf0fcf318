"""Colour in OKLCH: conversion, gamut mapping, mixing and contrast. Colours cross modules as "#rrggbb"."""

from __future__ import annotations

import math
from functools import lru_cache

Lch = tuple[float, float, float]
_kept = lru_cache(maxsize=8192)
"""For what is asked again and again: a picture has some dozens of colours, and thousands of things take them."""


def _to_linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _to_gamma(value: float) -> float:
    return 12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055


def rgb_of(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def argb(color: str, alpha: float = 1.0) -> int:
    """The colour as skia's 0xAARRGGBB."""
    return (round(255 * alpha) << 24) | int(color[1:7], 16)


@_kept
def lch_of(color: str) -> Lch:
    """Lightness 0..1, chroma 0..~0.37, hue in degrees. Source: Björn Ottosson, https://bottosson.github.io/posts/oklab/."""
    red, green, blue = (_to_linear(channel / 255) for channel in rgb_of(color))
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360


def _linear_rgb(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


@_kept
def oklch(lightness: float, chroma: float, hue: float) -> str:
    """The nearest sRGB colour of the same lightness and hue: chroma is lowered, by bisection, until it fits the gamut."""
    lightness = min(1.0, max(0.0, lightness))
    low, high = 0.0, max(0.0, chroma)
    if not _fits(_linear_rgb(lightness, high, hue)):
        for _ in range(18):
            middle = (low + high) / 2
            low, high = (middle, high) if _fits(_linear_rgb(lightness, middle, hue)) else (low, middle)
        high = low
    channels = (_to_gamma(min(1.0, max(0.0, value))) for value in _linear_rgb(lightness, high, hue))
    return "#" + "".join(f"{round(255 * channel):02x}" for channel in channels)


def _fits(rgb: tuple[float, float, float]) -> bool:
    return all(-0.0005 <= value <= 1.0005 for value in rgb)


def at_lightness(color: str, lightness: float, chroma: float = 1.0) -> str:
    _, own_chroma, hue = lch_of(color)
    return oklch(lightness, own_chroma * chroma, hue)


def mix(first: str, second: str, share: float) -> str:
    """Between two colours along OKLCH, hue the short way round; a nearly grey end lends no hue."""
    (l1, c1, h1), (l2, c2, h2) = lch_of(first), lch_of(second)
    h1, h2 = (h2 if c1 < 0.015 else h1), (h1 if c2 < 0.015 else h2)
    turn = (h2 - h1 + 180) % 360 - 180
    return oklch(l1 + (l2 - l1) * share, c1 + (c2 - c1) * share, h1 + turn * share)


@_kept
def blend(first: str, second: str, share: float) -> str:
    """Between two colours along OKLab, as light and paint mix: warm into cool goes through grey, not through other hues."""
    (l1, c1, h1), (l2, c2, h2) = lch_of(first), lch_of(second)
    first_hue, second_hue = math.radians(h1), math.radians(h2)
    a = c1 * math.cos(first_hue) * (1 - share) + c2 * math.cos(second_hue) * share
    b = c1 * math.sin(first_hue) * (1 - share) + c2 * math.sin(second_hue) * share
    rgb = _linear_rgb(l1 + (l2 - l1) * share, math.hypot(a, b), math.degrees(math.atan2(b, a)))
    return "#" + "".join(f"{round(255 * _to_gamma(min(1.0, max(0.0, value)))):02x}" for value in rgb)


def ramp(first: str, second: str, count: int) -> list[str]:
    return [mix(first, second, index / max(1, count - 1)) for index in range(count)]


def luminance(color: str) -> float:
    """Relative luminance 0..1. Source: WCAG 2.2."""
    red, green, blue = (_to_linear(channel / 255) for channel in rgb_of(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """Contrast ratio 1..21. Source: WCAG 2.2."""
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def distance(first: str, second: str) -> float:
    """Euclidean distance in OKLab; about 0.02 is just visible, black to white is 1."""
    (l1, c1, h1), (l2, c2, h2) = lch_of(first), lch_of(second)
    a = c1 * math.cos(math.radians(h1)) - c2 * math.cos(math.radians(h2))
    b = c1 * math.sin(math.radians(h1)) - c2 * math.sin(math.radians(h2))
    return math.sqrt((l1 - l2) ** 2 + a * a + b * b)


def are_apart(first: str, second: str) -> bool:
    """Whether ground and figure may meet: 0.35 apart in lightness, or strong complementary colours."""
    (l1, c1, h1), (l2, c2, h2) = lch_of(first), lch_of(second)
    turn = abs((h1 - h2 + 180) % 360 - 180)
    return abs(l1 - l2) >= 0.35 or (turn > 120 and min(c1, c2) > 0.09 and abs(l1 - l2) >= 0.12)
