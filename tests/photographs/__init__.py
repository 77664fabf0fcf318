"""Photographs for tests and benchmarks, in the public domain or under CC0; whose they are is in NOTICE.

Files here and not a package that brings them: scikit-image brings scipy, too, which the product does without. Where it is there,
diffusers and transformers import much of it, and every process that draws begins a second later.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

FOLDER = Path(__file__).resolve().parent


def photograph(name: str) -> Image.Image:
    """By its file's name without the ending: nothing but its pixels."""
    (file,) = FOLDER.glob(f"{name}.*g")
    return Image.fromarray(np.asarray(Image.open(file)))
