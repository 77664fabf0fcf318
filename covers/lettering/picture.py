"""What the lettering sees of a picture: luminance, edges, calm places and colours, on a small fixed grid."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from covers.lettering.oklab import TO_LMS, TO_OKLAB

GRID = 384
"""Longer side of the grid. Samples are real pixels, not means: grain under a letter counts as it is."""

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class PictureGrid:
    """A picture as the layout sees it; grids are (rows, columns) in unit coordinates.

    samples: (rows, columns, 3) uint8, real pixels. luminance: WCAG relative luminance 0 to 1. busy: 0 calm to 1,
    how strongly shapes change there (grain excluded). figure: 0 to 1, how far a place is from the colours at the
    picture's rim, which is mostly ground. aspect: width over height.
    """

    samples: NDArray[np.uint8]
    luminance: Floats
    busy: Floats
    figure: Floats
    aspect: float


def look_at(pixels: NDArray[np.uint8]) -> PictureGrid:
    """pixels: (height, width, 3) sRGB."""
    height, width = pixels.shape[:2]
    rows, columns = _grid_size(height, width)
    row_index = ((np.arange(rows) + 0.5) * height / rows).astype(int)
    column_index = ((np.arange(columns) + 0.5) * width / columns).astype(int)
    return _grid(pixels[row_index[:, None], column_index[None, :]].tobytes(), rows, columns, width / height)


@lru_cache(maxsize=6)
def _grid(content: bytes, rows: int, columns: int, aspect: float) -> PictureGrid:
    """Kept for a while: whoever edits the type of a cover looks at the same picture with every letter. 2 MB each."""
    samples = np.frombuffer(content, np.uint8).reshape(rows, columns, 3)
    lab = box_blur(oklab(samples), 2)
    grid = PictureGrid(samples, relative_luminance(samples), _busy(lab), _figure(lab), aspect)
    for shared in (grid.luminance, grid.busy, grid.figure):
        shared.setflags(write=False)
    return grid


def _grid_size(height: int, width: int) -> tuple[int, int]:
    longer = max(height, width)
    return max(16, round(GRID * height / longer)), max(16, round(GRID * width / longer))


_CODES = np.arange(256, dtype=np.float32) / 255
_LINEAR = np.where(_CODES <= 0.04045, _CODES / 12.92, ((_CODES + 0.055) / 1.055) ** 2.4).astype(np.float32)
_TO_LMS, _TO_OKLAB = TO_LMS.T.astype(np.float32), TO_OKLAB.T.astype(np.float32)


def linear(srgb: NDArray[np.uint8]) -> Floats:
    """sRGB bytes to linear light 0 to 1. Source: IEC 61966-2-1."""
    return _LINEAR[srgb]


def relative_luminance(srgb: NDArray[np.uint8]) -> Floats:
    """Source: WCAG 2.2, relative luminance."""
    return (linear(srgb) @ np.array([0.2126, 0.7152, 0.0722], np.float32)).astype(np.float32)


def oklab(srgb: NDArray[np.uint8]) -> Floats:
    """(…, 3) sRGB bytes to OKLab, as `covers.lettering.oklab`."""
    flat = linear(srgb).reshape(
        -1, 3
    )  # one product of two matrices: numpy is many times slower on a stack of small ones
    return (np.cbrt(flat @ _TO_LMS) @ _TO_OKLAB).reshape(srgb.shape)


def box_blur(values: Floats, radius: int) -> Floats:
    """Mean over a (2 radius + 1) square, edges repeated. values: (rows, columns) or (rows, columns, channels)."""
    if radius < 1:
        return values
    size = 2 * radius + 1
    for turned in (False, True):
        lines = values.swapaxes(0, 1) if turned else values
        total = np.empty((len(lines) + size, *lines.shape[1:]), np.float64)
        total[: radius + 1], total[radius + 1 : -radius], total[-radius:] = lines[0], lines, lines[-1]
        for line, before in zip(total[1:], total, strict=False):  # `cumsum` over a first axis takes four times as long
            line += before
        mean = ((total[size:] - total[:-size]) / size).astype(np.float32)
        values = mean.swapaxes(0, 1) if turned else mean
    return np.ascontiguousarray(values)


def _square_length(vectors: Floats) -> Floats:
    """Of (…, 3). `sum` over so short an axis takes six times as long."""
    squares = vectors**2
    return np.asarray(squares[..., 0] + squares[..., 1] + squares[..., 2])


def _busy(lab: Floats) -> Floats:
    """Perceived change over about 2 % of the picture. lab: blurred, so that grain and fine halftone are gone."""
    step = 3
    padded = np.pad(lab, ((step, step), (step, step), (0, 0)), mode="edge")
    across = padded[step:-step, 2 * step :] - padded[step:-step, : -2 * step]
    down = padded[2 * step :, step:-step] - padded[: -2 * step, step:-step]
    change = np.sqrt(_square_length(across) + _square_length(down))
    return np.clip((change - 0.03) / 0.17, 0.0, 1.0).astype(np.float32)


def _figure(lab: Floats) -> Floats:
    """Distance from the nearest of the four rim colours. Taken coarse: a figure is a region, not a line."""
    coarse = box_blur(lab[::4, ::4], 2)
    rim = max(1, coarse.shape[0] // 24)
    sides = (coarse[:rim], coarse[-rim:], coarse[:, :rim], coarse[:, -rim:])
    colours = [np.median(side.reshape(-1, 3), axis=0) for side in sides]
    nearest = np.min([np.sqrt(_square_length(coarse - colour)) for colour in colours], axis=0)
    fine = np.repeat(np.repeat(nearest, 4, axis=0), 4, axis=1)[: lab.shape[0], : lab.shape[1]]
    return np.clip((fine - 0.06) / 0.25, 0.0, 1.0).astype(np.float32)
