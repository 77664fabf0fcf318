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
from covers.training.finetune.aspect_buckets import bucket_of
from covers.training.lora.atomic_files import write_tensors
from covers.training.lora.base_model import LoadedBaseModel
from covers.training.lora.model_input import Size, TimeIds, time_ids, to_tensor

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ImageToEncode:
    """A picture to encode, at `size`; the file `path` has the hash `sha256`."""

    path: Path
    sha256: str
    size: Size


@dataclass(frozen=True)
class EncodedImage:
    """Where an encoded picture lies. shape: (channels, height, width) of its latents. held: they, where memory keeps them."""

    file: Path
    size: Size
    shape: tuple[int, ...]
    time_ids: TimeIds
    held: Tensor | None = None

    def in_memory(self) -> EncodedImage:
        return replace(self, held=self.latents())

    def latents(self) -> Tensor:
        """`shape`, in the UNet's scale, float32."""
        if self.held is not None:
            return self.held
        with safe_open(self.file, framework="pt", device="cpu") as opened:
            latents: Tensor = opened.get_tensor("latents")
        return latents


@dataclass(frozen=True)
class CroppedImage:
    """A picture cut to its bucket. pixels: (height, width, 3), uint8."""

    pixels: np.ndarray
    time_ids: TimeIds

    @property
    def tensor(self) -> Tensor:
        """(3, height, width), from -1 to 1."""
        return to_tensor(self.pixels)


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


def cover_crop(encoded: bytes, size: Size) -> CroppedImage:
    """Scaled to cover `size`, then cut in the middle. Raises EngineError."""
    image = without_transparency(open_image(encoded, "picture"), "white").convert("RGB")
    scale = max(size[0] / image.width, size[1] / image.height)
    left = round((image.width * scale - size[0]) / 2)
    top = round((image.height * scale - size[1]) / 2)
    pixels = np.asarray(ImageOps.fit(image, size, Image.Resampling.LANCZOS))
    return CroppedImage(pixels, time_ids((image.width, image.height), (top, left), size))


class ImageEncoder:
    """Encodes pictures into `folder`; what is there already is not done again."""

    def __init__(self, base: LoadedBaseModel, folder: Path) -> None:
        self._base, self._folder = base, folder

    def encode(self, to_encode: ImageToEncode) -> EncodedImage:
        """Raises EngineError "training:bad-image" for a file that is no picture, or another one than was meant."""
        key = f"{to_encode.path}/{to_encode.sha256}/{to_encode.size}/{self._base.checkpoint.name}/{self._base.dtype}"
        file = self._folder / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.safetensors"
        return self._kept(file, to_encode) or self._made(file, to_encode)

    def _kept(self, file: Path, to_encode: ImageToEncode) -> EncodedImage | None:
        if not file.is_file():
            return None
        try:
            with safe_open(file, framework="pt", device="cpu") as opened:
                latents, sizes = opened.get_tensor("latents"), opened.get_tensor("time_ids")
            if latents.ndim == 3 and torch.isfinite(latents).all():
                return EncodedImage(file, to_encode.size, tuple(latents.shape), tuple(sizes.tolist()))
        except (SafetensorError, OSError, KeyError, ValueError) as error:
            logger.warning("latents made anew file=%s error=%s", file.name, error)
        return None

    def _made(self, file: Path, to_encode: ImageToEncode) -> EncodedImage:
        try:
            encoded = to_encode.path.read_bytes()
            if to_encode.sha256 and hashlib.sha256(encoded).hexdigest() != to_encode.sha256:
                raise ValueError("not the file that was meant: its hash differs")
            cut = cover_crop(encoded, to_encode.size)
        except (OSError, ValueError, EngineError) as error:
            raise bad_image(to_encode.path, getattr(error, "detail", "") or error) from error
        latents = self._base.encode_image(cut.tensor, with_flip=False).mean[0, 0]
        file.parent.mkdir(parents=True, exist_ok=True)
        write_tensors(file, {"latents": latents, "time_ids": torch.tensor(cut.time_ids)}, {})
        return EncodedImage(file, to_encode.size, tuple(latents.shape), cut.time_ids)


def encode_all(
    encoder: ImageEncoder, to_encode: list[ImageToEncode], on_count: Callable[[int, int], bool]
) -> list[EncodedImage] | None:
    """None when `on_count`, asked after each picture, said no."""
    pictures = []
    for number, one in enumerate(to_encode, start=1):
        pictures.append(encoder.encode(one))
        if not on_count(number, len(to_encode)):
            return None
    return pictures
