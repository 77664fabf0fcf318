"""Scissors: the subject of a picture cut out, where the picture itself says where it ends."""

from __future__ import annotations

import numpy as np

from covers.engine.poster.own.seen import Seen
from covers.engine.poster.portrait.filters import Floats, box, matte_coefficients, ramp_up, resized, soft
from covers.engine.poster.portrait.photos import SitterPhoto
from covers.engine.poster.portrait.separation import Guess, Separation, backed, cleaned, cut, lab_like, separate

SIDE = 160
"""Of the copy that is cut."""
NONE = Separation(np.zeros((2, 2), np.float32), np.zeros((2, 2), np.float32), 0.0)


def cut_out(seen: Seen, pixels: np.ndarray) -> Separation:
    """pixels: (n, n, 3) uint8 of the square. A person with a known face is told as portraits tell one; anything else by what draws
    the eye. A quality under 0.5: better not to use it."""
    rgb = pixels.astype(np.float32) / 255
    if seen.faces:
        left, top, width, height = max(seen.faces, key=lambda face: face[2] * face[3])
        side = rgb.shape[0]
        if width * side < 6 or len(seen.faces) > 1:
            return NONE
        return separate(SitterPhoto(rgb, left * side, top * side, width * side, height * side))
    if seen.subject is None:
        return NONE
    return _by_what_stands_out(seen, rgb)


def _by_what_stands_out(seen: Seen, rgb: Floats) -> Separation:
    assert seen.subject is not None
    left, top, width, height = (value * SIDE for value in seen.subject)
    small_rgb = resized(rgb, SIDE, SIDE)
    found = np.clip(resized(seen.found, SIDE, SIDE), 0, 1)
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    outside = np.maximum(np.maximum(left - x, x - left - width) / width, np.maximum(top - y, y - top - height) / height)
    peak = float(np.quantile(found, 0.995))
    prior = np.clip(0.05 + 0.9 * ramp_up(found, 0.2 * peak, 0.75 * peak), 0.04, 0.96) * ramp_up(outside, 0.35, 0.05)
    figure = (found > 0.86 * peak) & (outside < 0)
    ground = (outside > 0.3) | ((found < 0.1 * peak) & (outside > 0.05))
    guess = Guess(np.clip(prior, 0.03, 0.97), figure, ground & ~figure)
    features = lab_like(soft(small_rgb, 0.6))
    unit = 0.4 * (width + height) / 2
    walk = cut(features, guess, (left, top, 0.5 * (width + height), 0.5 * (width + height)))
    small = cleaned(walk, guess, unit)
    rows = rgb.shape[0]
    slope, offset = matte_coefficients(small_rgb, small)
    fine = (resized(slope, rows, rows) * rgb).sum(-1) + resized(offset, rows, rows)
    near = resized(box(small, 2), rows, rows)
    alpha = ramp_up(np.where(near > 0.97, 1, np.where(near < 0.03, 0, fine)), 0.12, 0.88)
    return Separation(alpha, small, _soundness(walk, small, features, unit))


def _soundness(walk: Floats, small: Floats, features: Floats, unit: float) -> float:
    """0 to 1: a decided cut of a likely size with a smooth outline, along which the picture itself changes."""
    mask = small > 0.5
    share = float(mask.mean())
    if not 0.035 < share < 0.6:
        return 0.0
    doubt = float((4 * walk * (1 - walk)).mean()) / share
    coarse = soft(mask.astype(np.float32), max(1.5, unit * 0.2)) > 0.5
    frayed = float((mask ^ coarse).sum()) / float(mask.sum())
    marks = np.array([backed(mask, features, unit), 0.9 - doubt, 0.5 - frayed], np.float32)
    lows, highs = np.array([0.55, 0.1, 0.2]), np.array([0.8, 0.5, 0.4])
    return float(np.prod(ramp_up((marks - lows) / (highs - lows), 0.0, 1.0)))
