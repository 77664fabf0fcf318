"""At which size a picture is drawn, when that is not the size that was asked for."""

from __future__ import annotations

import math

BUCKET_SIDE = 1024
BUCKETS: tuple[tuple[int, int], ...] = (
    (512, 2048), (512, 1984), (512, 1920), (512, 1856), (576, 1792), (576, 1728), (576, 1664), (640, 1600),
    (640, 1536), (704, 1472), (704, 1408), (704, 1344), (768, 1344), (768, 1280), (832, 1216), (832, 1152),
    (896, 1152), (896, 1088), (960, 1088), (960, 1024), (1024, 1024), (1024, 960), (1088, 960), (1088, 896),
    (1152, 896), (1152, 832), (1216, 832), (1280, 768), (1344, 768), (1408, 704), (1472, 704), (1536, 640),
    (1600, 640), (1664, 576), (1728, 576), (1792, 576), (1856, 512), (1920, 512), (1984, 512), (2048, 512),
)  # fmt: skip
"""Width and height of the sizes that SDXL was trained at: Podell et al. 2023, arXiv 2307.01952, appendix I."""


def nearest_bucket(width: int, height: int) -> tuple[int, int]:
    """The trained size whose shape is nearest to width : height, both pixels."""
    wanted_log_ratio = math.log(width / height)
    return min(BUCKETS, key=lambda bucket: abs(math.log(bucket[0] / bucket[1]) - wanted_log_ratio))


def drawn_size(
    width: int, height: int, *, native_side: int | None, vae_scale_factor: int, unit: int
) -> tuple[int, int]:
    """Width and height, pixels, to draw a picture at that is wanted at `width` x `height`.

    native_side: side of the squares that the checkpoint was trained on; the size then has their area and the wanted
    shape, as SDXL's buckets have. None draws at the wanted size. vae_scale_factor: pixels of one latent, of which a size is a
    multiple. unit: pixels of the UNet's coarsest cell, which native sizes keep whole.
    """
    if native_side is None:
        width, height = (math.ceil(side / vae_scale_factor) * vae_scale_factor for side in (width, height))
        return width, height
    if native_side == BUCKET_SIDE:
        return nearest_bucket(width, height)
    scale = native_side / math.sqrt(width * height)
    return rounded(width * scale, unit), rounded(height * scale, unit)


def rounded(side: float, unit: int) -> int:
    return max(1, round(side / unit)) * unit
