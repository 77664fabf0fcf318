"""What the treatments need of a photo, and nothing else of it: tones, the person's cut-out, where the face is.

A photo is always developed to layers first, at one size and in 8 bits, and every picture is drawn from these. So layers that were
kept while the photo has gone give the same picture to the pixel. No colour is kept: no treatment shows any.
"""

from __future__ import annotations

import io
import json
import math
import zipfile
from dataclasses import dataclass

import numpy as np
from PIL import Image

from albumsite.errors import EngineError
from covers.engine.engine_contract import Portrait
from covers.engine.poster.portrait.filters import Floats
from covers.engine.poster.portrait.photos import FACE_PIXELS, MOST_PIXELS, load
from covers.engine.poster.portrait.separation import Separation, separate
from covers.engine.poster.portrait.tone import toned

FORMAT = 1
"""Of the file. A file of another format is refused: its photo may be gone, so a new format must go on reading the old one."""

PLANES = ("tone", "alpha", "small")
MADE_AT = (1980, 1, 1, 0, 0, 0)
"""The files' time: the same layers are the same bytes, and nobody reads from them when a photo was shown."""


@dataclass(frozen=True)
class Layers:
    """tone, alpha: (rows, columns) uint8, as large as any picture needs. small: uint8, `Separation.small`.
    quality: 0 to 1, of the cut. left, top, width, height: the face box in the tone's pixels."""

    tone: np.ndarray
    alpha: np.ndarray
    small: np.ndarray
    quality: float
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class Developed:
    """Layers reduced for one picture. tone: (rows, columns) float32 0..1. left, top, width, height: the face box in its pixels."""

    tone: Floats
    separation: Separation
    left: float
    top: float
    width: float
    height: float

    @property
    def size(self) -> tuple[int, int]:
        """Columns, rows."""
        return self.tone.shape[1], self.tone.shape[0]


def develop(portrait: Portrait) -> Layers:
    """The layers of a photo: 0.3 s of computing for a megapixel. Raises EngineError "engine:bad-spec" as `photos.load` does."""
    photo = load(portrait, FACE_PIXELS[1])
    cut = separate(photo)
    return Layers(
        in_bytes(toned(photo)), in_bytes(cut.alpha), in_bytes(cut.small), round(cut.quality, 6),
        photo.left, photo.top, photo.width, photo.height,
    )  # fmt: skip


def layers_of(portrait: Portrait) -> Layers:
    """Those that are kept, or those of the photo. Raises EngineError "engine:bad-spec"."""
    return unpacked(portrait.layers) if portrait.layers else develop(portrait)


def developed(layers: Layers, face_pixels: float) -> Developed:
    """The layers reduced until the face is about `face_pixels` wide."""
    share = min(1.0, min(max(face_pixels, FACE_PIXELS[0]), FACE_PIXELS[1]) / layers.width)
    rows, columns = (max(16, round(side * share)) for side in layers.tone.shape)
    across, down = columns / layers.tone.shape[1], rows / layers.tone.shape[0]
    cut = Separation(reduced(layers.alpha, columns, rows), layers.small.astype(np.float32) / 255, layers.quality)
    return Developed(
        reduced(layers.tone, columns, rows), cut,
        layers.left * across, layers.top * down, layers.width * across, layers.height * down,
    )  # fmt: skip


def in_bytes(values: Floats) -> np.ndarray:
    """0..1 as uint8."""
    return np.rint(np.clip(values, 0, 1) * 255).astype(np.uint8)


def reduced(plane: np.ndarray, columns: int, rows: int) -> Floats:
    """A plane of bytes as (rows, columns) float32 0..1; 8 bits become more where pixels are averaged."""
    values = plane.astype(np.float32) / 255
    if plane.shape == (rows, columns):
        return values
    smaller = Image.fromarray(values).resize((columns, rows), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return np.clip(np.asarray(smaller, np.float32), 0, 1)


def packed(layers: Layers) -> bytes:
    """One file: three grey PNGs and the numbers."""
    numbers = {name: getattr(layers, name) for name in ("quality", "left", "top", "width", "height")}
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(zipfile.ZipInfo("numbers.json", MADE_AT), json.dumps({"format": FORMAT, **numbers}))
        for name in PLANES:
            archive.writestr(zipfile.ZipInfo(f"{name}.png", MADE_AT), png(getattr(layers, name)))
    return content.getvalue()


def png(plane: np.ndarray) -> bytes:
    content = io.BytesIO()
    Image.fromarray(plane).save(content, "PNG")
    return content.getvalue()


def unpacked(content: bytes) -> Layers:
    """What `packed` wrote. Raises EngineError "engine:bad-spec" for anything else."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            numbers = json.loads(archive.read("numbers.json"))
            tone, alpha, small = (plane_of(archive.read(f"{name}.png")) for name in PLANES)
        if numbers.pop("format") != FORMAT or tone.shape != alpha.shape:
            raise EngineError("engine:bad-spec", "layers of another format")
        values = {name: float(value) for name, value in numbers.items()}
        if not all(math.isfinite(value) for value in values.values()) or values["width"] < 1:
            raise EngineError("engine:bad-spec", "numbers of layers")
        return Layers(tone, alpha, small, **values)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, SyntaxError, zipfile.BadZipFile) as error:
        raise EngineError("engine:bad-spec", "unreadable layers") from error


def plane_of(content: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(content), formats=["PNG"]) as image:
        if image.mode != "L" or image.width * image.height > MOST_PIXELS:
            raise EngineError("engine:bad-spec", f"layer of {image.mode} {image.width}x{image.height}")
        return np.asarray(image)
