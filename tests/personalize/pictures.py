"""Photos of a person for tests: NASA's portrait of Eileen Collins (public domain), taken many ways."""

from __future__ import annotations

import functools
import math
import struct
import zlib
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageEnhance

from albumsite.media.encoding import saved
from tests.photographs import photograph

PORTRAITS = 12
"""How many photos `portrait` knows: each is accepted, and none is nearly the same as another."""

FACE_CENTRE = (222.0, 126.0)
"""Middle of the face in NASA's picture, whose 512 x 512 pixels hold a face about 105 pixels wide."""


@dataclass(frozen=True)
class Take:
    """How a photo is taken: `part` is the side of what is seen, in pixels of NASA's picture."""

    part: int = 400
    across: float = 0.5
    down: float = 0.4
    degrees: float = 0
    is_mirrored: bool = False
    brightness: float = 1
    colour: float = 1
    warmth: float = 0


TAKES = (
    Take(part=420, down=0.32),
    Take(part=250, down=0.5),
    Take(part=330, is_mirrored=True, brightness=1.1),
    Take(part=300, across=0.36, degrees=8, warmth=0.08),
    Take(part=380, across=0.62, down=0.34, degrees=-9, brightness=0.8),
    Take(part=270, degrees=-6, is_mirrored=True, colour=0),
    Take(part=470, across=0.4, down=0.3, degrees=5, brightness=0.9),
    Take(part=230, across=0.44, down=0.46, degrees=12, warmth=-0.06),
    Take(part=400, across=0.34, down=0.36, is_mirrored=True, degrees=-11, colour=0.5),
    Take(part=290, across=0.62, down=0.45, brightness=1.2),
    Take(part=350, down=0.38, degrees=-14, warmth=0.05),
    Take(part=440, across=0.66, down=0.29, is_mirrored=True, degrees=9, brightness=0.7),
)


@functools.cache
def _nasa() -> Image.Image:
    """With a mirrored border of 256 pixels, for takes that look past the edge."""
    return Image.fromarray(
        np.pad(np.asarray(photograph("astronaut")), ((256, 256), (256, 256), (0, 0)), mode="reflect")
    )


def taken(take: Take, side: int) -> Image.Image:
    """A square photo. `across` and `down` say where in it the face's middle is, from 0 to 1."""
    scale, angle = take.part / side, math.radians(take.degrees)
    cos, sin = scale * math.cos(angle), scale * math.sin(angle)
    sign = -1 if take.is_mirrored else 1
    middle = (take.across * side, take.down * side)
    face = (FACE_CENTRE[0] + 256, FACE_CENTRE[1] + 256)
    rows = (sign * cos, -sin, 0.0, sign * sin, cos, 0.0)
    offset = (
        face[0] - rows[0] * middle[0] - rows[1] * middle[1],
        face[1] - rows[3] * middle[0] - rows[4] * middle[1],
    )
    matrix = (rows[0], rows[1], offset[0], rows[3], rows[4], offset[1])
    photo = _nasa().transform((side, side), Image.Transform.AFFINE, matrix, Image.Resampling.BICUBIC)
    return _toned(photo, take)


def _toned(photo: Image.Image, take: Take) -> Image.Image:
    photo = ImageEnhance.Brightness(photo).enhance(take.brightness)
    photo = ImageEnhance.Color(photo).enhance(take.colour)
    if take.warmth:
        red, green, blue = photo.split()
        red = ImageEnhance.Brightness(red).enhance(1 + take.warmth)
        blue = ImageEnhance.Brightness(blue).enhance(1 - take.warmth)
        photo = Image.merge("RGB", (red, green, blue))
    return photo


def encoded(image: Image.Image, file_format: str = "JPEG", **options: object) -> bytes:
    """As a file. JPEG at quality 92 if nothing else is said; HEIF needs pillow-heif registered."""
    return saved(image, file_format, **({"quality": 92} | options if file_format != "PNG" else options))


@functools.cache
def portrait(variant: int, *, side: int = 640, file_format: str = "JPEG") -> bytes:
    """Photo number `variant` (0 to PORTRAITS - 1) of the same person: acceptable, and no near-duplicate of another."""
    return encoded(taken(TAKES[variant], side), file_format)


@functools.cache
def stranger() -> bytes:
    """An acceptable photo of somebody else: a cameraman, CC0 by Lav Varshney."""
    cameraman = photograph("camera").convert("RGB").crop((110, 0, 366, 256))
    return encoded(cameraman.resize((640, 640), Image.Resampling.LANCZOS))


def two_people() -> bytes:
    """Two faces side by side."""
    photo = Image.new("RGB", (1280, 640))
    photo.paste(taken(TAKES[1], 640), (0, 0))
    photo.paste(taken(TAKES[2], 640), (640, 0))
    return encoded(photo)


def nobody() -> bytes:
    """A photo without a face: Chelsea, a cat, CC0 by Stefan van der Walt."""
    return encoded(photograph("chelsea"))


# Pictures that are no photos


def scene(width: int = 480, height: int = 360) -> Image.Image:
    """Four quarters of different colours, a gradient over all: any turn or mirroring shows."""
    picture = Image.new("RGB", (width, height), (200, 60, 40))
    picture.paste((40, 160, 70), (width // 2, 0, width, height // 2))
    picture.paste((50, 80, 190), (0, height // 2, width // 2, height))
    picture.paste((220, 200, 90), (width // 2, height // 2, width, height))
    return Image.blend(picture, Image.linear_gradient("L").resize((width, height)).convert("RGB"), 0.2)


def difference(left: Image.Image, right: Image.Image) -> float:
    """Mean of absolute differences, 0 to 255."""
    assert left.size == right.size
    return float(np.abs(np.asarray(left, np.float64) - np.asarray(right.convert("RGB"), np.float64)).mean())


def png(width: int, height: int, bits: int, colour_type: int, data: bytes) -> bytes:
    """A PNG around compressed rows, whatever they are."""
    header = struct.pack("!IIBBBBB", width, height, bits, colour_type, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack("!I", len(body)) + name + body + struct.pack("!I", zlib.crc32(name + body)) for name, body in chunks
    )
