"""The decoding of one brushed mask, in a child of `albumsite.processes.sandbox`: no Django or database here."""

from __future__ import annotations

import io
import struct

from PIL import Image

from albumsite.processes.picture_answers import packed

SIZE = struct.Struct("!II")
"""Width and height of the cover, before the file."""
SIDE_MAX = 2048
WHITE_FROM = 128


def prepare() -> None:
    """Load the decoder, in the stem."""
    Image.preinit()


def answer(content: bytes) -> bytes:
    """A JSON object (problem; or share, of the picture that is white, 0 to 1), its length before it, and the mask as a PNG after it: 8
    bits, black and white, as large as the cover. content: the cover's width and height, then the file."""
    width, height = SIZE.unpack_from(content)
    try:
        image = Image.open(io.BytesIO(content[SIZE.size :]), formats=("PNG",))
        if max(image.size) > SIDE_MAX:
            return packed({"problem": "too-large"})
        image.load()
    except Exception:  # broken files raise whatever their decoder met
        return packed({"problem": "not-a-mask"})
    seen: Image.Image = image
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        seen = Image.alpha_composite(Image.new("RGBA", layer.size, "black"), layer)
    grey = seen.convert("L").resize((width, height), Image.Resampling.BILINEAR)
    mask = grey.point(lambda value: 255 if value >= WHITE_FROM else 0)
    stream = io.BytesIO()
    mask.save(stream, "PNG")
    return packed({"share": mask.histogram()[255] / (width * height)}, stream.getvalue())
