"""A typeface, shown in a song's own letters."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from albumsite.letters import clusters
from covers.lettering import judging
from covers.lettering.coverage import clean
from covers.lettering.set_lines import block_of
from covers.lettering.type_document import TypeLine

SAMPLE_LETTERS, SAMPLE_SIDE = 16, 56


def sample(text: str, voice: str) -> bytes:
    """The beginning of a text in a voice, black on white, as a PNG of 56 pixels' height and at most five times that width."""
    line = TypeLine("title", "".join(clusters(clean(text))[:SAMPLE_LETTERS]), voice, 0.42, 0.0, 0.0, "#000000")
    block = block_of(line, 1.0)
    width = min(5.0, block.box.width + 0.3) if block else 1.0
    cover = np.zeros((SAMPLE_SIDE, round(width * SAMPLE_SIDE)), np.float32)
    if block is not None:
        scale = SAMPLE_SIDE * min(1.0, (width - 0.2) / block.box.width)
        top = -0.21 - SAMPLE_SIDE / scale / 2
        cover = judging.raster(block.path, *cover.shape, scale, block.box.left - 0.1 * SAMPLE_SIDE / scale, top)
    stream = io.BytesIO()
    Image.fromarray(np.round(255 * (1 - cover)).astype(np.uint8)).save(stream, "PNG")
    return stream.getvalue()
