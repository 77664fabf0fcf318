"""Tileable noise that shaders sample instead of computing it: one look costs 40 ns a pixel here, five octaves of a hash 600."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import skia

SIDE = 1024
"""Texels along the tile."""


def _field(seed: int, slope: float, low: float, high: float) -> np.ndarray:
    """Tileable noise with amplitudes of 1/frequency**slope between `low` and `high` cycles a tile; mean 0, deviation 1."""
    rows = np.fft.fftfreq(SIDE, 1 / SIDE)[:, None]
    columns = np.fft.rfftfreq(SIDE, 1 / SIDE)[None, :]
    radius = np.hypot(rows, columns)
    weight = np.where((radius >= low) & (radius <= high), np.maximum(radius, 1) ** -slope, 0.0)
    spectrum = np.fft.rfft2(np.random.default_rng(seed).standard_normal((SIDE, SIDE)))
    field = np.fft.irfft2(spectrum * weight, s=(SIDE, SIDE))
    return field / field.std()


def half_image(channels: Sequence[np.ndarray]) -> skia.Image:
    """Four fields in -1..1 as one picture of 16 bits a channel, for shaders to look up.

    Below 2^-14 those have only multiples of 2^-24. Rounded to them beforehand: `astype` does it one by one, in twenty times the time.
    """
    values = np.stack(channels, axis=2).clip(-1, 1)
    small = np.abs(values) < 2.0**-14
    values[small] = np.rint(values[small] * 2.0**24) * 2.0**-24
    return skia.Image.fromarray(values.astype(np.float16), colorType=skia.kRGBA_F16_ColorType)


@cache
def tile() -> skia.Image:
    """Three kinds in 0..1 around 0.5. Red: soft (clouds, fog); green: ridged (rock, flames, water's crests); blue: fine (leaves,
    snow, gravel)."""
    soft = 0.5 + 0.19 * _field(21, 1.55, 1.5, 300)
    ridged = np.zeros((SIDE, SIDE))
    for octave, (low, high) in enumerate(((1, 4), (4, 9), (9, 20), (20, 60))):
        ridged += (1 - np.abs(_field(31 + octave, 0.6, low, high)) / 1.6) * 0.5**octave
    ridged = (ridged - ridged.mean()) / ridged.std() * 0.19 + 0.5
    fine = 0.5 + 0.2 * _field(41, 0.3, 24, 220)
    return half_image([soft.clip(0, 1), ridged.clip(0, 1), fine.clip(0, 1), np.ones_like(soft)])


@cache
def even_tile() -> skia.Image:
    """Without any fine part, for folds, steam and shadows. Red: swells; green: creases between swells; blue: broad swells."""
    swells, broad = 0.5 + 0.19 * _field(61, 1.0, 1.5, 11), 0.5 + 0.19 * _field(62, 0.8, 1, 5)
    creases = 1 - np.abs(_field(63, 0.9, 1, 7))
    creases = (creases - creases.mean()) / creases.std() * 0.17 + 0.5
    return half_image([swells.clip(0, 1), creases.clip(0, 1), broad.clip(0, 1), np.ones_like(swells)])


@cache
def shaders() -> tuple[skia.Shader, skia.Shader]:
    """`tile` and `even_tile`, repeated; coordinates in texels."""
    repeat, sampling = skia.TileMode.kRepeat, skia.SamplingOptions(skia.FilterMode.kLinear)
    first, second = (image.makeShader(repeat, repeat, sampling) for image in (tile(), even_tile()))
    return first, second
