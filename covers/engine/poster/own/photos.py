"""A picture that somebody brought, decoded no larger than it is needed."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from PIL import Image

from albumsite.errors import EngineError
from covers.engine.engine_contract import OwnPicture
from covers.engine.poster.portrait.filters import Floats

MOST_PIXELS = 64_000_000
SEEN_AREA = 176 * 176
"""Pixels of the copy that is looked at. It does not depend on the cover's size, and so neither does what is decided by it."""
LEAST_SIDE = 8
"""Of any copy: filters need a few pixels, however small the picture is."""


@dataclass(frozen=True)
class CropSquare:
    """What of a picture a cover may show. x, y: its left upper corner, size: its side, all in the picture's pixels."""

    x: float
    y: float
    size: float

    def of(self, box: tuple[float, float, float, float], width: int, height: int) -> tuple[float, float, float, float]:
        """A box given in shares of the picture (left, top, width, height) in shares of the square."""
        left, top = (box[0] * width - self.x) / self.size, (box[1] * height - self.y) / self.size
        return left, top, box[2] * width / self.size, box[3] * height / self.size


@contextmanager
def opened(picture: OwnPicture) -> Iterator[Image.Image]:
    """The picture, not yet decoded. Raises EngineError "engine:bad-spec" when it is no JPEG or has too many pixels."""
    try:
        with Image.open(io.BytesIO(picture.picture), formats=["JPEG"]) as image:
            if image.width * image.height > MOST_PIXELS:
                raise EngineError("engine:bad-spec", f"picture of {image.width}x{image.height}")
            yield image
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise EngineError("engine:bad-spec", "unreadable picture") from error


def size_of(picture: OwnPicture) -> tuple[int, int]:
    """Columns, rows."""
    with opened(picture) as image:
        return image.size


def copy_to_look_at(picture: OwnPicture) -> Floats:
    """The whole picture, small: (rows, columns, 3) float32 0..1."""
    with opened(picture) as image:
        return small_copy(image)


def small_copy(image: Image.Image) -> Floats:
    """The whole of it, small: (rows, columns, 3) float32 0..1."""
    share = min(1.0, math.sqrt(SEEN_AREA / (image.width * image.height)))
    columns, rows = (max(LEAST_SIDE, round(side * share)) for side in image.size)
    whole = 0.0, 0.0, float(image.width), float(image.height)
    return reduced(image, whole, columns, rows).astype(np.float32) / 255


def cut(picture: OwnPicture, square: CropSquare, side: int) -> np.ndarray:
    """The square in (n, n, 3) uint8, n being `side` or, where the picture has fewer pixels there, what it has."""
    with opened(picture) as image:
        pixels = max(LEAST_SIDE, min(side, round(square.size)))
        corners = square.x, square.y, square.x + square.size, square.y + square.size
        return reduced(image, corners, pixels, pixels)


def reduced(image: Image.Image, box: tuple[float, float, float, float], columns: int, rows: int) -> np.ndarray:
    full = image.size
    share = max(columns / (box[2] - box[0]), rows / (box[3] - box[1]))
    if share < 1:
        image.draft("RGB", (math.ceil(full[0] * share), math.ceil(full[1] * share)))
    across, down = image.width / full[0], image.height / full[1]
    region = (
        max(0.0, box[0] * across), max(0.0, box[1] * down),
        min(float(image.width), box[2] * across), min(float(image.height), box[3] * down),
    )  # fmt: skip
    method = Image.Resampling.LANCZOS if share < 1 else Image.Resampling.BICUBIC
    plain = image if image.mode == "RGB" else image.convert("RGB")  # a conversion to the same would be a second copy
    smaller = plain.resize((columns, rows), method, box=region, reducing_gap=3.0)
    return np.asarray(smaller)
