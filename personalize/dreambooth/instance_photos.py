"""A person's photos: cut to squares around the face, resized, as the VAE takes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image
from torch import Tensor

from albumsite.errors import EngineError
from covers.engine.sdxl.image_processor import open_image, without_transparency
from covers.training.lora.model_input import TimeIds, time_ids, to_tensor
from personalize.dreambooth.face_contract import FaceBox, InstancePhoto
from personalize.faces import crop_square

HELD_OUT_FROM = 5
"""With so many photos, one is kept out of the training, to judge by. With fewer none can be spared."""
WIDER = 1.3
"""Of a square that is judged by where no photo is held out: the same photos, cut as they were not trained on."""


@dataclass(frozen=True)
class Crop:
    """A square of a photo. left, top, side: in the photo's pixels; pixels: (resolution, resolution, 3), uint8."""

    left: int
    top: int
    side: int
    pixels: np.ndarray

    @property
    def tensor(self) -> Tensor:
        """(3, resolution, resolution), from -1 to 1."""
        return to_tensor(self.pixels)

    @property
    def time_ids(self) -> TimeIds:
        return square_time_ids(self.side, len(self.pixels))


def square_time_ids(side: int, resolution: int) -> TimeIds:
    """As diffusers' script has them for photos that were cut square beforehand: the square is the picture, uncropped, as covers
    are asked for.
    """
    return time_ids((side, side), (0, 0), (resolution, resolution))


def square_of(width: int, height: int, face: FaceBox | None, wider: float = 1.0) -> tuple[int, int, int]:
    """(left, top, side) around the face; without one, the middle of the photo."""
    if face is None:
        side = round(min(width, height) / wider)
        return (width - side) // 2, (height - side) // 2, side
    left, top, side = crop_square(width, height, face)
    grown = min(round(side * wider), width, height)
    return (
        min(max(left - (grown - side) // 2, 0), width - grown),
        min(max(top - (grown - side) // 2, 0), height - grown),
        grown,
    )


def crop(photo: InstancePhoto, resolution: int, wider: float = 1.0) -> Crop:
    """Raises EngineError "training:bad-photo"."""
    try:
        image = without_transparency(open_image(photo.path.read_bytes(), "photo"), "white").convert("RGB")
    except (OSError, EngineError) as error:
        raise EngineError("training:bad-photo", f"{photo.path.name}: {error}") from error
    left, top, side = square_of(image.width, image.height, photo.face, wider)
    box = (left, top, left + side, top + side)
    small = image.resize((resolution, resolution), Image.Resampling.LANCZOS, box=box, reducing_gap=3.0)
    return Crop(left, top, side, np.asarray(small))


@dataclass(frozen=True)
class PhotoSplit:
    """One person's crops: to train on, and to judge by; the latter are not among the former."""

    training: tuple[Crop, ...]
    held_out: tuple[Crop, ...]


def split_photos(photos: Sequence[InstancePhoto], resolution: int) -> PhotoSplit:
    """From HELD_OUT_FROM photos on, the last is held out. Below, all are trained on, and judged by in wider squares.

    Raises EngineError "training:bad-photo", also for no photos at all.
    """
    if not photos:
        raise EngineError("training:bad-photo", "no photos")
    if len(photos) < HELD_OUT_FROM:
        return PhotoSplit(
            tuple(crop(photo, resolution) for photo in photos),
            tuple(crop(photo, resolution, WIDER) for photo in photos),
        )
    *kept, last = photos
    return PhotoSplit(tuple(crop(photo, resolution) for photo in kept), (crop(last, resolution),))


def trained_count(photos: int) -> int:
    """How many of so many photos are trained on."""
    return photos if photos < HELD_OUT_FROM else photos - 1
