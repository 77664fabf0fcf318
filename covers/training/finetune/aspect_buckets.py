"""Sizes that pictures of any shape are trained at: SDXL's own buckets, scaled to the resolution of a run."""

from __future__ import annotations

import functools
import math

from covers.engine.sdxl.sizes import BUCKET_SIDE, BUCKETS, rounded
from covers.training.lora.model_input import Size


@functools.lru_cache(maxsize=16)
def buckets_for(resolution: int, unit: int) -> tuple[Size, ...]:
    """All sizes of about `resolution` squared, sides multiples of `unit`. At 1024 they are the paper's.

    Podell et al. 2023, arXiv 2307.01952, section 2.3 and appendix I.
    """
    scale = resolution / BUCKET_SIDE
    return tuple(
        dict.fromkeys((rounded(width * scale, unit), rounded(height * scale, unit)) for width, height in BUCKETS)
    )


def bucket_of(width: int, height: int, resolution: int, unit: int) -> Size:
    """The bucket whose shape is nearest to width : height; of two as near, the one nearest in area."""
    wished, area = math.log(width / height), resolution * resolution

    def distance(bucket: Size) -> tuple[float, float]:
        shape = abs(math.log(bucket[0] / bucket[1]) - wished)
        return round(shape, 6), abs(math.log(bucket[0] * bucket[1] / area))

    return min(buckets_for(resolution, unit), key=distance)
