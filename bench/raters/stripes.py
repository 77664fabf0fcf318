"""Striped grounds: laid under a picture, and found in one. Pictures are (height, width, 3) uint8."""

from __future__ import annotations

import random

import numpy as np

PERIODS = (8, 10, 12, 16)
"""Of stripes, in pixels of a picture of 128 a side; others in proportion."""
GROUND_DISTANCE = 70.0
"""Levels of all three channels together by which a pixel may differ from the border and still be ground."""
DEPTHS, LEAST_SWING, LEAST_TURNS = (0.03, 0.08), 22.0, 6
"""Where stripes are looked for, in sides from the edge; by how many grey levels they must differ; how often they turn."""


def striped(pixels: np.ndarray, seed: int) -> np.ndarray:
    """The picture with its ground in stripes of two tones, upright, level or slanting."""
    rng = random.Random(f"stripes:{seed}")
    height, width = pixels.shape[:2]
    period = rng.choice(PERIODS) * width / 128
    down, across = np.mgrid[0:height, 0:width]
    along = across * rng.choice((0.0, 1.0, 0.7)) + down * rng.choice((1.0, 0.7))
    tone = 60 if border_colour(pixels).mean() < 128 else -60
    is_stripe = (along / period % 1.0 < 0.5) & is_ground(pixels)
    changed = np.clip(pixels.astype(np.int16) + tone, 0, 255).astype(np.uint8)
    return np.where(is_stripe[..., None], changed, pixels)


def border_colour(pixels: np.ndarray) -> np.ndarray:
    """(3,): the median of the outermost pixels."""
    return np.median(np.concatenate(edges(pixels)).astype(float), axis=0)


def edges(pixels: np.ndarray) -> tuple[np.ndarray, ...]:
    return pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]


def is_ground(pixels: np.ndarray) -> np.ndarray:
    """(height, width) bool: what has about the colour of one of the edges: grounds may be of several."""
    colours = [np.median(edge.astype(float), axis=0) for edge in edges(pixels)]
    distances = [np.abs(pixels.astype(float) - colour).sum(axis=2) for colour in colours]
    return np.minimum.reduce(distances) < GROUND_DISTANCE


def is_striped(pixels: np.ndarray) -> bool:
    """Whether lightness goes up and down again and again along the lines just inside the border."""
    grey = pixels.astype(float).mean(axis=2)
    height, width = grey.shape
    lines = []
    for depth in DEPTHS:
        row, column = round(depth * height), round(depth * width)
        lines += [grey[row], grey[-1 - row], grey[:, column], grey[:, -1 - column]]
    turns = sorted(alternations(line) for line in lines)
    return turns[-2] >= LEAST_TURNS  # in two lines at least: a figure may touch the border in one


def alternations(line: np.ndarray) -> int:
    """How often a line of grey levels turns round, each time after a way of LEAST_SWING at least."""
    turns, rising, extreme = 0, True, float(line[0])
    for level in line.tolist():
        if (level > extreme) == rising:
            extreme = level
        elif abs(level - extreme) >= LEAST_SWING:
            turns, rising, extreme = turns + 1, not rising, level
    return turns
