"""Pictures as the model takes them: pixels from -1 to 1, and SDXL's size conditions."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

TimeIds = tuple[float, ...]
Size = tuple[int, int]
"""Width and height, pixels."""


def to_tensor(pixels: np.ndarray) -> Tensor:
    """(height, width, 3) uint8 to (3, height, width) from -1 to 1."""
    return torch.from_numpy(pixels.astype(np.float32) / 127.5 - 1.0).permute(2, 0, 1)


def time_ids(original: Size, crop_top_left: tuple[int, int], target: Size) -> TimeIds:
    """SDXL's six (section 2.2, arXiv 2307.01952): original height and width, top and left of the crop, target size.

    A picture smaller than its target says so, and its blur is not learnt; a larger one counts as exactly large enough, which
    is what it is reduced to, and what covers are asked for with.
    """
    width, height = (min(own, wanted) for own, wanted in zip(original, target, strict=True))
    top, left = crop_top_left
    return (float(height), float(width), float(top), float(left), float(target[1]), float(target[0]))
