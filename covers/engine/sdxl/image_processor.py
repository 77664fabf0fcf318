"""Images in: bytes to tensors. Images out: tensors to rows of pixels. As diffusers' VaeImageProcessor, with limits."""

from __future__ import annotations

import io

import numpy as np
import torch
from PIL import Image, ImageFilter, ImageOps, UnidentifiedImageError
from torch import Tensor

from albumsite.errors import EngineError

FORMATS = ("PNG", "JPEG", "WEBP")
MAX_INPUT_PIXELS = 64_000_000


def open_image(encoded: bytes, what: str) -> Image.Image:
    """The picture upright, as PIL decodes it. Raises EngineError "engine:bad-spec" naming `what` it was to be."""
    try:
        image = Image.open(io.BytesIO(encoded), formats=FORMATS)
        if image.width * image.height > MAX_INPUT_PIXELS:
            raise ValueError(f"{image.width}x{image.height} is more than {MAX_INPUT_PIXELS} pixels")
        image.load()
        return ImageOps.exif_transpose(image)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError) as error:
        raise EngineError("engine:bad-spec", f"the {what} cannot be read as a picture: {error}") from error


def without_transparency(image: Image.Image, background: str) -> Image.Image:
    """Without transparency: over `background`, a colour."""
    if not image.has_transparency_data:
        return image
    layer = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", layer.size, background), layer)


def preprocess_image(encoded: bytes, width: int, height: int) -> Tensor:
    """(1, 3, height, width) from -1 to 1. Cropped to the shape, not stretched, and resized with Lanczos."""
    image = without_transparency(open_image(encoded, "image"), "white").convert("RGB")
    pixels = np.asarray(ImageOps.fit(image, (width, height), Image.Resampling.LANCZOS), np.float32)
    return 2.0 * torch.from_numpy(pixels / 255.0).permute(2, 0, 1)[None] - 1.0


def preprocess_mask(encoded: bytes, image: bytes, width: int, height: int) -> Tensor:
    """(1, 1, height, width) of zeros and ones (drawn anew), cropped as `image`, which it lies over."""
    mask = without_transparency(open_image(encoded, "mask"), "black").convert("L")
    image_size = open_image(image, "image").size
    if mask.size != image_size:
        mask = mask.resize(image_size, Image.Resampling.NEAREST)
    pixels = np.asarray(ImageOps.fit(mask, (width, height), Image.Resampling.LANCZOS), np.float32)
    return torch.from_numpy(pixels / 255.0 >= 0.5).float()[None, None]


def laid_over(rgb: bytes, image: bytes, mask: bytes, width: int, height: int, feather: float) -> bytes:
    """Rows of a picture where the mask is white, of `image` elsewhere: there not a pixel changes. feather: see `DrawSpec.mask_feather`."""
    kept = without_transparency(open_image(image, "image"), "white").convert("RGB")
    kept = ImageOps.fit(kept, (width, height), Image.Resampling.LANCZOS)
    cover = feathered(preprocess_mask(mask, image, width, height)[0, 0].numpy(), round(feather * min(width, height)))
    new = np.frombuffer(rgb, np.uint8).reshape(height, width, 3).astype(np.float32)
    old = np.asarray(kept, np.float32)
    return np.rint(old + (new - old) * cover[..., None]).astype(np.uint8).tobytes()


def feathered(mask: np.ndarray, pixels: int) -> np.ndarray:
    """How much of the new picture each place gets: nothing outside the mask, from its edge inwards evenly more, all from `pixels` on.

    mask: zeros and ones. A mask that is nowhere so deep has all at its deepest. Distances are those of a chessboard.
    """
    left, depths = Image.fromarray((mask * 255).astype(np.uint8), "L"), np.zeros(mask.shape, np.float32)
    for depth in range(max(1, pixels)):
        inside = np.asarray(left) > 0
        if not inside.any():
            break
        depths[inside] = depth + 1
        left = left.filter(ImageFilter.MinFilter(3))
    return depths / max(1.0, float(depths.max()))


def postprocess(pixels: Tensor, width: int, height: int) -> bytes:
    """Rows of sRGB bytes of a picture (1, 3, h, w) from -1 to 1; resized with Lanczos when it was drawn at another size."""
    rows = pixels[0].add(1).mul(127.5).round().clamp(0, 255).byte().permute(1, 2, 0).contiguous().cpu().numpy()
    if rows.shape[:2] == (height, width):
        return rows.tobytes()
    return ImageOps.fit(Image.fromarray(rows, "RGB"), (width, height), Image.Resampling.LANCZOS).tobytes()
