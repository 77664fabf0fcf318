"""A person's photo before it is developed: decoded, reduced, cut to head and shoulders."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass

import numpy as np
from PIL import Image

from albumsite.errors import EngineError
from covers.engine.engine_contract import Portrait
from covers.engine.poster.portrait.filters import LUMA

MOST_PIXELS = 4096 * 4096
"""Our own photos have at most 2048 pixels a side; anything much larger is not ours."""

FACE_PIXELS = (160, 640)
"""Width of the face in the copy that is worked on: never fewer, so that small pictures see the same photo; never more,
for no treatment shows so much of it."""

REACH = (3.1, 1.5, 3.1, 4.4)
"""What is kept around the middle of the face, in face sizes: left, above the box, right, below the box's top."""


@dataclass(frozen=True)
class SitterPhoto:
    """rgb: (rows, columns, 3) float32 0..1, sRGB. left, top, width, height: the face box in its pixels."""

    rgb: np.ndarray
    left: float
    top: float
    width: float
    height: float

    @property
    def grey(self) -> np.ndarray:
        """(rows, columns): sRGB luma, close enough to perceived lightness."""
        return self.rgb @ LUMA

    @property
    def size(self) -> tuple[int, int]:
        """Columns, rows."""
        return self.rgb.shape[1], self.rgb.shape[0]


def load(portrait: Portrait, face_pixels: float) -> SitterPhoto:
    """The photo cut to the person and reduced until the face is about `face_pixels` wide.

    Raises EngineError "engine:bad-spec" when the bytes are no JPEG or the face box is not in the picture.
    """
    try:
        with Image.open(io.BytesIO(portrait.picture), formats=["JPEG"]) as image:
            if image.width * image.height > MOST_PIXELS:
                raise EngineError("engine:bad-spec", f"photo of {image.width}x{image.height}")
            face = face_within(portrait, *image.size)
            return _cut(image, face, min(max(face_pixels, FACE_PIXELS[0]), FACE_PIXELS[1]))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise EngineError("engine:bad-spec", "unreadable photo") from error


def face_within(portrait: Portrait, columns: int, rows: int) -> tuple[float, float, float, float]:
    """The face box trimmed to the picture: left, top, right, bottom. Raises EngineError when nothing is left of it."""
    box = portrait.left, portrait.top, portrait.left + portrait.width, portrait.top + portrait.height
    if not all(math.isfinite(value) for value in box):
        raise EngineError("engine:bad-spec", "face box is not finite")
    left, top, right, bottom = max(0.0, box[0]), max(0.0, box[1]), min(columns, box[2]), min(rows, box[3])
    if right - left < 8 or bottom - top < 8:
        raise EngineError("engine:bad-spec", "face box is not in the photo")
    return left, top, right, bottom


def _cut(image: Image.Image, face: tuple[float, float, float, float], face_pixels: float) -> SitterPhoto:
    left, top, right, bottom = face
    size = math.sqrt((right - left) * (bottom - top))
    middle = (left + right) / 2
    area = (
        max(0.0, middle - REACH[0] * size), max(0.0, top - REACH[1] * size),
        min(image.width, middle + REACH[2] * size), min(image.height, top + REACH[3] * size),
    )  # fmt: skip
    share = min(1.0, face_pixels / (right - left))
    full = image.size
    image.draft("RGB", (math.ceil(full[0] * share), math.ceil(full[1] * share)))
    drafted = image.width / full[0], image.height / full[1]
    columns, rows = max(16, round((area[2] - area[0]) * share)), max(16, round((area[3] - area[1]) * share))
    region = area[0] * drafted[0], area[1] * drafted[1], area[2] * drafted[0], area[3] * drafted[1]
    reduced = image.convert("RGB").resize((columns, rows), Image.Resampling.LANCZOS, box=region, reducing_gap=2.0)
    rgb = np.asarray(reduced, np.float32) / 255
    across, down = columns / (area[2] - area[0]), rows / (area[3] - area[1])
    return SitterPhoto(
        rgb, (left - area[0]) * across, (top - area[1]) * down, (right - left) * across, (bottom - top) * down
    )
