"""A perceptual hash: near-duplicates differ in few bits. For the bounded children that look at pictures."""

from __future__ import annotations

import numpy as np
from PIL import Image


def fingerprint(image: Image.Image) -> int:
    """64 bits, signed, that stay nearly the same when a picture is saved again, scaled or brightened.

    The 8 x 8 lowest frequencies but the constant rows of a 32 x 32 copy's cosine transform: which are above their median
    ("pHash", Zauner 2010). Of four such hashes tried, this one keeps crops of 2 % and of 10 % apart best.
    """
    small = np.asarray(image.convert("L").resize((32, 32), Image.Resampling.BOX), np.float64)
    k = np.arange(32)
    cosines = np.cos(np.pi * (2 * k + 1) * k[:9, None] / 64)
    low = (cosines @ small @ cosines.T)[1:, 1:].ravel()
    bits = low > np.median(low)
    return int.from_bytes(np.packbits(bits).tobytes(), "big", signed=True)
