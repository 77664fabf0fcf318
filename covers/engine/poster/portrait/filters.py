"""Blurs and edge-aware filters on float arrays. Nothing here knows photos or pages."""

from __future__ import annotations

import numpy as np
from PIL import Image

from covers.lettering.picture import box_blur

Floats = np.ndarray
"""float32, (rows, columns) or (rows, columns, channels)."""

LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)


def box(values: Floats, radius: float) -> Floats:
    """Mean over a square of 2 * radius + 1 pixels, edges repeated."""
    return box_blur(values, round(radius))


def soft(values: Floats, sigma: float) -> Floats:
    """A Gaussian blur, near enough: three boxes of the same variance."""
    radius = (np.sqrt(4 * sigma * sigma + 1) - 1) / 2
    if radius < 0.5:
        return values
    for _ in range(3):
        values = box(values, radius)
    return values


def resized(values: Floats, width: int, height: int) -> Floats:
    """Scaled to (height, width): averaged on the way down, cubic on the way up, each channel by itself."""
    if values.shape[:2] == (height, width):
        return values
    if values.ndim == 3:
        return np.stack([resized(values[..., index], width, height) for index in range(values.shape[2])], axis=-1)
    is_smaller = width * height < values.shape[0] * values.shape[1]
    method = Image.Resampling.BOX if is_smaller else Image.Resampling.BICUBIC
    plane = Image.fromarray(np.ascontiguousarray(values, np.float32))
    return np.asarray(plane.resize((width, height), method), np.float32)


def smooth_base(grey: Floats, radius: float, epsilon: float) -> Floats:
    """The picture without its fine detail, edges kept. Source: guided filter, He et al., PAMI 2013, with itself as guide.

    Worked out on a copy of at most 256 pixels: a base has no detail that a smaller copy would lose (fast guided filter).
    """
    share = min(1.0, 256 / max(grey.shape))
    rows, columns = (max(2, round(side * share)) for side in grey.shape)
    small = resized(grey, columns, rows)
    mean = box(small, radius * share)
    variance = box(small * small, radius * share) - mean * mean
    slope = variance / (variance + epsilon)
    offset = mean - slope * mean
    slope, offset = box(slope, radius * share), box(offset, radius * share)
    height, width = grey.shape
    return resized(slope, width, height) * grey + resized(offset, width, height)


def matte_coefficients(guide: Floats, target: Floats) -> tuple[Floats, Floats]:
    """slope (rows, columns, 3), offset (rows, columns): target is about (slope * guide).sum(-1) + offset around each pixel.

    Source: guided filter with a colour guide, He et al., PAMI 2013, equations 14 to 19.
    """
    radius = 3
    mean = box(guide, radius)
    mean_target = box(target, radius)
    products = guide[..., :, None] * guide[..., None, :]
    rows, columns = target.shape
    covariance = box(products.reshape(rows, columns, 9), radius).reshape(rows, columns, 3, 3)
    covariance = covariance - mean[..., :, None] * mean[..., None, :] + 2e-4 * np.eye(3, dtype=np.float32)
    together = box(guide * target[..., None], radius) - mean * mean_target[..., None]
    slope = np.linalg.solve(covariance, together[..., None])[..., 0].astype(np.float32)
    offset = mean_target - (slope * mean).sum(-1)
    return box(slope, radius), box(offset, radius)


def ramp_up(values: Floats, low: float, high: float) -> Floats:
    """0 below `low`, 1 above `high`, an S between. With low > high it falls instead."""
    share = np.clip((values - low) / (high - low), 0, 1)
    return (share * share * (3 - 2 * share)).astype(np.float32)
