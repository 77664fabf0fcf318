"""Pictures as latents, made once and kept as files in the run's folder, so that memory does not grow with the set.

Of each only the middle of what the VAE says, without its deviation: SDXL's is next to nothing, and the pocket checkpoint
learnt from middles alone, so that its deviation means nothing.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps
from safetensors import SafetensorError, safe_open
from torch import Tensor

from albumsite.errors import EngineError
from covers.engine.sdxl.image_processor import open_image, without_transparency
from covers.training.finetune.buckets import Size, bucket_of
from covers.training.lora.base import Base
from covers.training.lora.whole_files import write_tensors

logger = logging.getLogger(__name__)

TimeIds = tuple[float, ...]


@dataclass(frozen=True)
class Wanted:
    """A picture to encode, at `size`; the file `path` has the hash `sha256`."""

    path: Path
    sha256: str
    size: Size


@dataclass(frozen=True)
class Picture:
    """Where an encoded picture lies. shape: (channels, height, width) of its latents. held: they, where memory keeps them."""

    file: Path
    size: Size
    shape: tuple[int, ...]
    time_ids: TimeIds
    held: Tensor | None = None

    def in_memory(self) -> Picture:
        return replace(self, held=self.latents())

    def latents(self) -> Tensor:
        """`shape`, in the UNet's scale, float32."""
        if self.held is not None:
            return self.held
        with safe_open(self.file, framework="pt", device="cpu") as opened:
            latents: Tensor = opened.get_tensor("latents")
        return latents


@dataclass(frozen=True)
class Fitted:
    """A picture cut to its bucket. pixels: (height, width, 3), uint8."""

    pixels: np.ndarray
    time_ids: TimeIds

    @property
    def tensor(self) -> Tensor:
        """(3, height, width), from -1 to 1."""
        return torch.from_numpy(self.pixels.astype(np.float32) / 127.5 - 1.0).permute(2, 0, 1)


def size_of(path: Path, resolution: int, unit: int) -> Size:
    """The bucket of a picture, by its header. Raises EngineError "training:bad-image"."""
    try:
        with Image.open(path) as image:
            turned = ImageOps.exif_transpose(image) if image.getexif().get(0x0112, 1) > 4 else image
            return bucket_of(turned.width, turned.height, resolution, unit)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise bad_image(path, error) from error


def bad_image(path: Path, why: object) -> EngineError:
    return EngineError("training:bad-image", f"{path.name}: {why}")


def fitted(encoded: bytes, size: Size) -> Fitted:
    """Scaled to cover `size`, then cut in the middle. Raises EngineError."""
    image = without_transparency(open_image(encoded, "picture"), "white").convert("RGB")
    scale = max(size[0] / image.width, size[1] / image.height)
    left = round((image.width * scale - size[0]) / 2)
    top = round((image.height * scale - size[1]) / 2)
    pixels = np.asarray(ImageOps.fit(image, size, Image.Resampling.LANCZOS))
    return Fitted(pixels, time_ids((image.width, image.height), (left, top), size))


def time_ids(original: Size, cut: Size, size: Size) -> TimeIds:
    """SDXL's six (section 2.2, arXiv 2307.01952): original height and width, top and left of the cut, target size.

    A picture smaller than its bucket says so, and its blur is not learnt; a larger one is told as exactly large enough,
    which is what it is reduced to, and what covers are asked for with.
    """
    width, height = (min(told, wanted) for told, wanted in zip(original, size, strict=True))
    return (float(height), float(width), float(cut[1]), float(cut[0]), float(size[1]), float(size[0]))


class Encoder:
    """Encodes pictures into `folder`; what is there already is not done again."""

    def __init__(self, base: Base, folder: Path) -> None:
        self._base, self._folder = base, folder

    def encode(self, wanted: Wanted) -> Picture:
        """Raises EngineError "training:bad-image" for a file that is no picture, or another one than was meant."""
        key = f"{wanted.path}/{wanted.sha256}/{wanted.size}/{self._base.checkpoint.name}/{self._base.dtype}"
        file = self._folder / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.safetensors"
        return self._kept(file, wanted) or self._made(file, wanted)

    def _kept(self, file: Path, wanted: Wanted) -> Picture | None:
        if not file.is_file():
            return None
        try:
            with safe_open(file, framework="pt", device="cpu") as opened:
                latents, sizes = opened.get_tensor("latents"), opened.get_tensor("time_ids")
            if latents.ndim == 3 and torch.isfinite(latents).all():
                return Picture(file, wanted.size, tuple(latents.shape), tuple(sizes.tolist()))
        except (SafetensorError, OSError, KeyError, ValueError) as error:
            logger.warning("latents made anew file=%s error=%s", file.name, error)
        return None

    def _made(self, file: Path, wanted: Wanted) -> Picture:
        try:
            encoded = wanted.path.read_bytes()
            if wanted.sha256 and hashlib.sha256(encoded).hexdigest() != wanted.sha256:
                raise ValueError("not the file that was meant: its hash differs")
            cut = fitted(encoded, wanted.size)
        except (OSError, ValueError, EngineError) as error:
            raise bad_image(wanted.path, getattr(error, "detail", "") or error) from error
        latents = self._base.encode_image(cut.tensor, with_flip=False).mean[0, 0]
        file.parent.mkdir(parents=True, exist_ok=True)
        write_tensors(file, {"latents": latents, "time_ids": torch.tensor(cut.time_ids)}, {})
        return Picture(file, wanted.size, tuple(latents.shape), cut.time_ids)


def encode_all(encoder: Encoder, wanted: list[Wanted], told: Callable[[int, int], bool]) -> list[Picture] | None:
    """None when `told`, asked after each picture, said no."""
    pictures = []
    for number, one in enumerate(wanted, start=1):
        pictures.append(encoder.encode(one))
        if not told(number, len(wanted)):
            return None
    return pictures
