"""Colours and textures of a picture as numbers: arithmetic alone, no weights."""

from __future__ import annotations

import numpy as np
from PIL import Image

from covers.lettering.oklab import oklab_of

SIDE = 64
HUES = 12


def small(rgb: np.ndarray, side: int = SIDE) -> np.ndarray:
    """(side, side, 3) uint8: the picture averaged down."""
    return np.asarray(Image.fromarray(rgb).resize((side, side), Image.Resampling.BOX))


class ColourFeatures:
    """Means, spreads, hues, the middle against the edge, and how much and how regularly lightness changes: 34 numbers."""

    name = "colours and textures"
    licence = "none"
    source = "none"

    def of(self, rgb: np.ndarray) -> np.ndarray:
        lab = oklab_of(small(rgb))
        flat = lab.reshape(-1, 3)
        light, chroma = flat[:, 0], np.hypot(flat[:, 1], flat[:, 2])
        middle, edge = _middle_and_edge(lab)
        return np.concatenate(
            [
                flat.mean(0), flat.std(0), [chroma.mean(), chroma.std()], _hues(flat, chroma), middle, edge,
                np.quantile(light, (0.1, 0.9)), _textures(lab[..., 0]),
            ]
        )  # fmt: skip


def _hues(flat: np.ndarray, chroma: np.ndarray) -> np.ndarray:
    """(HUES,): how much colour there is of each hue."""
    place = ((np.arctan2(flat[:, 2], flat[:, 1]) / (2 * np.pi)) % 1 * HUES).astype(int) % HUES
    return np.bincount(place, weights=chroma, minlength=HUES) / len(flat)


def _middle_and_edge(lab: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    inner = lab[SIDE // 4 : -SIDE // 4, SIDE // 4 : -SIDE // 4].reshape(-1, 3).mean(0)
    rim = np.concatenate([lab[:6].reshape(-1, 3), lab[-6:].reshape(-1, 3)]).mean(0)
    return inner, rim


def _textures(light: np.ndarray) -> np.ndarray:
    """(6,): change across and down, and the strongest wave in each direction: stripes show there."""
    across, down = np.abs(np.diff(light, axis=1)), np.abs(np.diff(light, axis=0))
    waves = [np.abs(np.fft.rfft(light.mean(axis) - light.mean()))[3:] / SIDE for axis in (0, 1)]
    return np.array([across.mean(), down.mean(), across.std(), down.std(), waves[0].max(), waves[1].max()])
