"""Surfaces: grain, paper, dust and wear as tileable lattices, drawn through skia shaders.

A lattice spans the picture's unit square, so that a surface looks alike at every size; very large pictures get a second,
finer pass. Lattices do not depend on a seed (a seed only shifts and turns them), so a fixed handful is kept.
"""

from __future__ import annotations

import random
from functools import cache

import numpy as np
import skia

SIDE = 1024
"""Lattice points along the unit square."""


def _filtered(noise: np.ndarray, low: float, high: float, stretch: float = 1.0) -> np.ndarray:
    """Band-passed tileable noise, mean 0, deviation 1. low, high: cycles per tile; stretch > 1 lengthens it sideways."""
    rows = np.fft.fftfreq(SIDE, 1 / SIDE)[:, None]
    columns = np.fft.rfftfreq(SIDE, 1 / SIDE)[None, :] * stretch
    radius = np.hypot(rows, columns)
    band = np.exp(-((radius / high) ** 2)) * (1 - np.exp(-((radius / max(low, 1e-6)) ** 2)))
    field = np.fft.irfft2(np.fft.rfft2(noise) * band, s=noise.shape)
    return field / (field.std() + 1e-9)


def _white(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((SIDE, SIDE))


@cache
def lattice(kind: str) -> np.ndarray:
    """Noise of mean 0 and deviation 1, float32 (SIDE, SIDE). Kinds: grain, paper, cloud, speckle, fibre, brush."""
    if kind == "grain":
        field = _filtered(_white(1), 60, 420)
    elif kind == "paper":
        field = (
            _filtered(_white(2), 30, 260, 2.2) + _filtered(_white(3), 30, 260, 0.45) + 0.5 * _filtered(_white(4), 2, 14)
        )
    elif kind == "cloud":
        field = _filtered(_white(5), 0.8, 5) + 0.5 * _filtered(_white(6), 5, 14) + 0.25 * _filtered(_white(7), 14, 60)
    elif kind == "speckle":
        field = _filtered(_white(8), 40, 330) + 0.55 * _filtered(_white(9), 3, 18)
    elif kind == "fibre":
        field = _filtered(_white(10), 8, 200, 9.0)
    else:
        field = _filtered(_white(11), 4, 300, 22.0) + 0.4 * _filtered(_white(12), 2, 30)
    return (field / field.std()).astype(np.float32)


@cache
def _grey(kind: str) -> skia.Image:
    """The lattice as an opaque grey picture around 128."""
    grey = np.clip(128 + 42 * lattice(kind), 0, 255).astype(np.uint8)
    rgba = np.repeat(grey[..., None], 4, axis=2)
    rgba[..., 3] = 255
    return skia.Image.fromarray(rgba, colorType=skia.kRGBA_8888_ColorType)


@cache
def _mask(kind: str, tenths: int) -> skia.Image:
    """White where the lattice is above `tenths`/10 deviations, clear below, with a soft step of a fifth of one."""
    alpha = np.clip((lattice(kind) - tenths / 10) * 5 + 0.5, 0, 1) * 255
    rgba = np.repeat(alpha.astype(np.uint8)[..., None], 4, axis=2)
    return skia.Image.fromarray(rgba, colorType=skia.kRGBA_8888_ColorType, alphaType=skia.kPremul_AlphaType)


def _shader(image: skia.Image, rng: random.Random, scale: float) -> skia.Shader:
    matrix = skia.Matrix().setScale(scale / SIDE, scale / SIDE)
    matrix.postTranslate(rng.random(), rng.random())
    sampling = skia.SamplingOptions(skia.FilterMode.kLinear, skia.MipmapMode.kLinear)
    return image.makeShader(skia.TileMode.kRepeat, skia.TileMode.kRepeat, sampling, matrix)


def surface_paint(kind: str, strength: float, rng: random.Random, scale: float = 1.0) -> skia.Paint:
    """Paint that lays a grey surface over what is there without shifting its middle tone. strength: 0..1."""
    return skia.Paint(Shader=_shader(_grey(kind), rng, scale), Alphaf=strength, BlendMode=skia.BlendMode.kSoftLight)


def speck_paint(kind: str, threshold: float, rng: random.Random, scale: float = 1.0) -> skia.Paint:
    """Paint that is opaque white on the specks above the threshold (in deviations, one decimal) and clear elsewhere."""
    return skia.Paint(Shader=_shader(_mask(kind, round(threshold * 10)), rng, scale))
