"""Where a picture has its subject: what stands out in colour and texture from what is around it, on several scales.

Contrast of centre and surround as in Itti, Koch and Niebur, PAMI 1998; unlikeness to the picture's rim as in Wei et al., ECCV 2012;
rarity of colours as in Cheng et al., CVPR 2011. Nothing is learnt and nothing is recognised.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from covers.engine.poster.portrait.filters import Floats, ramp_up, soft
from covers.engine.poster.portrait.separation import clustered, connected, lab_like

Box = tuple[float, float, float, float]
"""Left, top, width, height, in shares."""

SCALES = (0.02, 0.045, 0.09)
"""Sigma of a centre, in shares of the picture's middling side; its surround is three times as wide."""
RIM = 0.05
JUST_VISIBLE = 0.035
"""Difference of colour (lightness 0..1) below which nothing stands out: noise of a sensor must not be blown up to a subject."""
LEAST_SUBJECT, MOST_SUBJECT = 0.004, 0.62
"""Share of the square that a subject covers."""


def saliency(rgb: Floats, faces: Sequence[Box] = ()) -> Floats:
    """(rows, columns) 0..1: how much each place draws the eye. rgb: (rows, columns, 3) 0..1. faces: in shares of the picture."""
    features = lab_like(soft(rgb, 0.8))
    rows, columns = features.shape[:2]
    unit = float(np.sqrt(rows * columns))
    stands_out = (
        0.34 * evened(beside_surround(features, unit), JUST_VISIBLE)
        + 0.36 * evened(unlike_rim(features), 2 * JUST_VISIBLE)
        + 0.16 * evened(textured(lab_like(rgb)[..., 0], unit), 0.5 * JUST_VISIBLE)
        + 0.14 * evened(rare(features), 0.5)
    )
    found = stands_out * middle_first(rows, columns)
    found = soft(found, unit * 0.012)
    found = found / max(float(found.max()), 0.12)
    return np.maximum(found, on_faces(rows, columns, faces))


def evened(values: Floats, least: float) -> Floats:
    """Brought to 0..1 by their 98th percentile; values that hardly differ stay small."""
    values = values - np.quantile(values, 0.05)
    return np.clip(values / max(float(np.quantile(values, 0.98)), least), 0, 1)


def beside_surround(features: Floats, unit: float) -> Floats:
    total = np.zeros(features.shape[:2], np.float32)
    for share in SCALES:
        centre, surround = soft(features, unit * share), soft(features, unit * share * 3)
        total += np.sqrt(((centre - surround) ** 2).sum(-1))
    return total / len(SCALES)


def unlike_rim(features: Floats) -> Floats:
    """How far each colour is from those that make up the picture's rim; colours that are rare there do not count."""
    rows, columns = features.shape[:2]
    high, wide = max(1, round(rows * RIM)), max(1, round(columns * RIM))
    inside = np.zeros((rows, columns), bool)
    inside[high : rows - high, wide : columns - wide] = True
    rim = features[~inside]
    rim = rim[:: max(1, len(rim) // 800)]
    labels = clustered(rim)
    apart = np.full((rows, columns), np.inf, np.float32)
    for label in np.unique(labels):
        members = rim[labels == label]
        if len(members) >= 0.06 * len(rim):
            apart = np.minimum(apart, np.sqrt(((features - members.mean(0)) ** 2).sum(-1)))
    return apart


def textured(light: Floats, unit: float) -> Floats:
    """Where there is more, or less, fine detail than around."""
    detail = soft(np.abs(light - soft(light, 1.2)), unit * 0.02)
    return np.abs(detail - soft(detail, unit * 0.12))


def rare(features: Floats) -> Floats:
    """How seldom each colour is in the picture: -log10 of its share, from a histogram of 12 x 8 x 8 cells."""
    lows, highs = np.array([0, -0.8, -0.6], np.float32), np.array([1, 0.8, 0.6], np.float32)
    counts = np.array([12, 8, 8])
    cells = np.clip((features - lows) / (highs - lows) * counts, 0, counts - 1).astype(np.int64)
    codes = (cells[..., 0] * 8 + cells[..., 1]) * 8 + cells[..., 2]
    share = np.bincount(codes.ravel(), minlength=768).astype(np.float32) / codes.size
    return soft(-np.log10(np.maximum(share[codes], 1e-4)).astype(np.float32), 1.0)


def middle_first(rows: int, columns: int) -> Floats:
    """A gentle lean to the middle: what lies at the very rim is seldom what somebody took the picture for."""
    y, x = np.ogrid[0:rows, 0:columns]
    across, down = (x + 0.5) / columns - 0.5, (y + 0.5) / rows - 0.5
    return (0.3 + 0.7 * np.exp(-(across**2 + down**2) / (2 * 0.3**2))).astype(np.float32)


def on_faces(rows: int, columns: int, faces: Sequence[Box]) -> Floats:
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    found = np.zeros((rows, columns), np.float32)
    for left, top, width, height in faces:
        across = ((x + 0.5) / columns - left - width / 2) / max(0.75 * width, 1e-3)
        down = ((y + 0.5) / rows - top - 0.5 * height) / max(0.85 * height, 1e-3)
        found = np.maximum(found, np.exp(-0.7 * (across**2 + down**2)))
    return found


def best_square(found: Floats, width: int, height: int, faces: Sequence[Box] = ()) -> tuple[float, float]:
    """Middle of the largest square that keeps the subject, in shares of a picture of width x height pixels."""
    if width == height:
        return 0.5, 0.5
    is_wide = width > height
    long, short = max(width, height), min(width, height)
    along = found.sum(0 if is_wide else 1).astype(np.float64)
    along = along - 0.6 * np.quantile(along, 0.3)  # an even ground says nothing about where to cut
    cells = len(along)
    size = cells * short / long
    places = (np.arange(cells) + 0.5)[None, :]
    middles = np.linspace(size / 2, cells - size / 2, 161)[:, None]
    away = np.abs(places - middles) / (size / 2)
    window = np.clip((1 - away) * cells, 0, 1) * (0.4 + 0.6 * np.cos(np.clip(away, 0, 1) * np.pi / 2) ** 2)
    total = max(float(np.abs(along).sum()), 1e-3)
    score = window @ along + 1e-2 * total * (1 - np.abs(middles[:, 0] / cells - 0.5))
    spans = [(left, wide) if is_wide else (top, tall) for left, top, wide, tall in faces]
    for start, length in spans:
        middle = (start + length / 2) * cells
        is_held = np.abs(middles[:, 0] - middle) + length * cells / 2 <= size / 2
        score = score + np.where(is_held, total * (1 + length), 0)
    best = float(middles[int(np.argmax(score)), 0]) / cells
    return (best, 0.5) if is_wide else (0.5, best)


def subject_mask(found: Floats) -> np.ndarray:
    """(rows, columns) bool: the one connected thing that draws the eye most; all False where nothing does."""
    peak = float(found.max())
    if peak < 0.2:
        return np.zeros(found.shape, bool)
    limit = min(0.85 * peak, max(0.42 * peak, float(np.quantile(found, 0.72))))
    mask = found > limit
    seed = np.zeros_like(mask)
    heart = soft(np.where(mask, found, 0), max(1.0, 0.03 * found.shape[0]))
    seed[np.unravel_index(int(np.argmax(np.where(mask, heart, 0))), mask.shape)] = True
    return connected(mask, seed)


def box_of(mask: np.ndarray) -> Box | None:
    """Where most of a mask lies, without its frayed ends; None for one that is too small or nearly everything."""
    return _box_without(0.03, mask) if LEAST_SUBJECT < float(mask.mean()) < MOST_SUBJECT else None


def _box_without(ends: float, mask: np.ndarray) -> Box:
    """Where a mask lies but for this share of it at each end of both axes."""
    edges = []
    for axis in (0, 1):
        total = np.cumsum(mask.sum(axis)) / mask.sum()
        edges.append((np.searchsorted(total, ends) / len(total), (np.searchsorted(total, 1 - ends) + 1) / len(total)))
    (left, right), (top, bottom) = edges
    return float(left), float(top), float(right - left), float(bottom - top)


def marks(rgb: Floats) -> Floats:
    """Of a drawing or a page: how far each place is from the colour that most of it has."""
    features = lab_like(rgb)
    away = np.sqrt(((features - np.median(features.reshape(-1, 3), axis=0)) ** 2).sum(-1))
    return ramp_up(soft(away, 1.2), 0.03, 0.22)


def extent_of(marked: Floats) -> Box | None:
    """The box of all marks but a few strays; None where there are none."""
    mask = marked > 0.5
    return _box_without(0.015, mask) if mask.mean() >= 0.003 else None


def square_of(found: Floats, left: float, top: float, wide: float, tall: float, side: int = 96) -> Floats:
    """The part of a map between shares of it, on (side, side) cells."""
    rows, columns = found.shape[:2]
    y = np.clip(((np.arange(side) + 0.5) / side * tall + top) * rows, 0, rows - 1).astype(int)
    x = np.clip(((np.arange(side) + 0.5) / side * wide + left) * columns, 0, columns - 1).astype(int)
    return np.ascontiguousarray(found[np.ix_(y, x)])
