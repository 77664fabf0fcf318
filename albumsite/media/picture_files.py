"""What of an untrusted picture file is its picture, and the two notes that change how it looks.

Pictures are judged by their pixels. Files in the wild carry notes that are cut, wrongly summed or written by no standard,
and a decoder that reads them refuses the whole picture for one. So the decoder is given a file without any: of what is left
out, only where "up" is and which colours are meant are read, here, and what cannot be read of them is as good as not there.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

PROFILE_BYTES_MAX = 4 << 20
"""Of a colour profile: those for print have up to 2 MB. A larger one is no reason to refuse the picture, nor to read it."""

UPRIGHT = 1
ORIENTATION = 0x0112
WHOLE_NUMBERS = {1: "B", 3: "H", 4: "I"}
"""Types of EXIF that an orientation is found as: BYTE, SHORT (the standard's) and LONG."""

EOI, SOS = 0xD9, 0xDA
APP0, APP1, APP2, APP14, APP15, COM = 0xE0, 0xE1, 0xE2, 0xEE, 0xEF, 0xFE
JFIF = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
"""The note that says which colours a JPEG's numbers are, without resolution and thumbnail."""

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
TRANSPARENT_BYTES = {0: 2, 2: 6, 3: 256}
"""Length of a tRNS chunk by the colour type of its picture, the most for a palette's. Others have an alpha channel."""

BRANDS = re.compile(rb"^(?:....)*?(?:mif[12]|msf1|miaf|hei[cxms]|hev[cxms]|avi[fos])", re.DOTALL)
"""By which a HEIF or AVIF file says what it is."""

WEBP_PICTURE = {b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF"}
WEBP_NOTED = 0b00101100
"""Flags of VP8X that say that a profile, EXIF or XMP follows."""

NOTE_ITEM = re.compile(rb"infe(?:\x02.....\x00\x00|\x03.......\x00\x00)(?:Exif|mime)", re.DOTALL)
"""Where a HEIF or AVIF file says that an item is EXIF or XMP (ISO/IEC 14496-12, ItemInfoEntry)."""


@dataclass(frozen=True)
class Bare:
    """A file without its notes. orientation: EXIF's, 1 to 8. profile: ICC, as found: it may be any bytes."""

    content: bytes
    orientation: int = UPRIGHT
    profile: bytes | None = None


class NotAPicture(ValueError):
    """A file of another kind."""


class NoPixels(ValueError):
    """The file ends before its picture begins, or the sums of its pixels say that they are not what was written."""


def bare(content: bytes) -> Bare:
    """The file without its notes. Raises NotAPicture, NoPixels, struct.error or IndexError.

    HEIF and AVIF keep a note of their own on where "up" is, which their decoders follow, and their profile.
    """
    if content.startswith(b"\xff\xd8\xff"):
        return _bare_jpeg(content)
    if content.startswith(PNG_SIGNATURE):
        return _bare_png(content)
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return _bare_webp(content)
    if content[4:8] == b"ftyp" and BRANDS.search(content[8:72]):  # a film begins alike
        return _bare_boxes(content)
    raise NotAPicture


def orientation_in(exif: bytes) -> int:
    """Which way up a picture is, by a block of EXIF: UPRIGHT for one that is broken or says nothing that exists."""
    start = 6 if exif.startswith(b"Exif\0\0") else 0
    tiff = exif[start:]
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return UPRIGHT
    try:
        (at,) = struct.unpack_from(order + "I", tiff, 4)
        (count,) = struct.unpack_from(order + "H", tiff, at)
        for entry in range(at + 2, at + 2 + 12 * count, 12):
            tag, kind, values = struct.unpack_from(order + "HHI", tiff, entry)
            if tag == ORIENTATION and kind in WHOLE_NUMBERS and values == 1:
                (found,) = struct.unpack_from(order + WHOLE_NUMBERS[kind], tiff, entry + 8)
                return found if 1 <= found <= 8 else UPRIGHT
    except struct.error:  # it ends too early
        pass
    return UPRIGHT


# --- JPEG -----------------------------------------------------------------------------------------------------------


def _bare_jpeg(content: bytes) -> Bare:
    """The tables and scans, with the two notes that say which colours they are, as libjpeg understands them."""
    kept, orientation = [content[:2]], UPRIGHT
    profile: dict[int, bytes] = {}
    for marker, start, end in _segments(content):
        body = content[start + 4 : end]
        if marker == SOS:
            picture = b"".join((*kept, content[start:]))
            return Bare(picture, orientation, _joined(profile))
        if marker == APP0 and body.startswith(b"JFIF\0") and len(body) >= 14:
            kept.append(JFIF)
        elif marker == APP1 and body.startswith(b"Exif\0\0") and orientation == UPRIGHT:
            orientation = orientation_in(body)
        elif marker == APP2 and body.startswith(b"ICC_PROFILE\0") and len(body) > 14:
            profile.setdefault(body[12], body[14:])
        elif _is_colours(marker, body) or not (APP0 <= marker <= APP15 or marker == COM):
            kept.append(content[start:end])
    raise NoPixels


def _is_colours(marker: int, body: bytes) -> bool:
    """Whether it is Adobe's note on how colours are kept, and long enough for libjpeg to read."""
    return marker == APP14 and body.startswith(b"Adobe") and len(body) >= 12


def _segments(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, start and end of each segment up to the first scan. Like libjpeg, it passes over bytes that are no marker."""
    at = 2
    while (at := content.find(b"\xff", at)) >= 0:
        marker = content[at + 1]
        if marker in (0x00, 0xFF):
            at += 1
        elif 0xD0 <= marker <= EOI or marker == 0x01:  # without a length: it belongs to no segment
            at += 2
        else:
            end = at + 2 + max(2, struct.unpack_from("!H", content, at + 2)[0])
            yield marker, at, end
            at = end


def _joined(parts: dict[int, bytes]) -> bytes | None:
    """A profile from its parts, by their numbers."""
    whole = b"".join(parts[number] for number in sorted(parts))
    return whole if 0 < len(whole) <= PROFILE_BYTES_MAX else None


# --- PNG ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Chunk:
    name: bytes
    body: bytes
    is_sound: bool


def _bare_png(content: bytes) -> Bare:
    """Header, palette, transparency and picture: of a moving one, the picture that is shown where nothing moves."""
    kept, pixels, orientation, profile = [PNG_SIGNATURE], [], UPRIGHT, None
    colours = content[25]
    for chunk in _chunks(content):
        if chunk.name == b"IDAT":
            pixels.append(chunk)
        elif chunk.name == b"IHDR" or (chunk.name == b"PLTE" and colours == 3):
            if not chunk.is_sound:
                raise NoPixels
            kept.append(_packed(chunk.name, chunk.body))
        elif chunk.name == b"tRNS" and chunk.is_sound and _is_transparency(chunk.body, colours):
            kept.append(_packed(chunk.name, chunk.body))
        elif chunk.name == b"eXIf":
            orientation = orientation_in(chunk.body)
        elif chunk.name == b"iCCP" and profile is None:
            profile = _inflated(chunk.body.partition(b"\0")[2][1:])
    if not pixels or not _are_sound(pixels):
        raise NoPixels
    kept += [_packed(b"IDAT", chunk.body) for chunk in pixels]
    return Bare(b"".join((*kept, _packed(b"IEND", b""))), orientation, profile)


def _chunks(content: bytes) -> Iterator[_Chunk]:
    """All of them, up to the end of the picture or of the file; the last one may be cut."""
    at = len(PNG_SIGNATURE)
    while at + 8 <= len(content):
        length, name = struct.unpack_from("!I4s", content, at)
        if name == b"IEND":
            return
        body, total = content[at + 8 : at + 8 + length], content[at + 8 + length : at + 12 + length]
        yield _Chunk(name, body, total == struct.pack("!I", zlib.crc32(name + body)))
        at += 12 + length


def _packed(name: bytes, body: bytes) -> bytes:
    return struct.pack("!I", len(body)) + name + body + struct.pack("!I", zlib.crc32(name + body))


def _is_transparency(body: bytes, colours: int) -> bool:
    length = TRANSPARENT_BYTES.get(colours, 0)
    return 0 < len(body) <= length if colours == 3 else len(body) == length


def _inflated(packed: bytes) -> bytes | None:
    try:
        unpacking = zlib.decompressobj()
        whole = unpacking.decompress(packed, PROFILE_BYTES_MAX)
    except zlib.error:
        return None
    return whole if unpacking.eof else None


def _are_sound(pixels: list[_Chunk]) -> bool:
    """Whether the packed pixels are what was written: by the sum of each chunk, else by the one of the pixels themselves."""
    if all(chunk.is_sound for chunk in pixels):
        return True
    unpacking = zlib.decompressobj()
    try:
        for chunk in pixels:
            rest = chunk.body
            while rest and not unpacking.eof:
                unpacking.decompress(rest, 1 << 20)
                rest = unpacking.unconsumed_tail
    except zlib.error:
        return False
    return unpacking.eof


# --- WebP -----------------------------------------------------------------------------------------------------------


def _bare_webp(content: bytes) -> Bare:
    kept, orientation, profile = [], UPRIGHT, None
    at = 12
    while at + 8 <= len(content):
        name, length = struct.unpack_from("<4sI", content, at)
        body = content[at + 8 : at + 8 + length]
        if name == b"VP8X" and len(body) >= 10:
            kept.append(_riff(name, bytes((body[0] & ~WEBP_NOTED,)) + body[1:]))
        elif name in WEBP_PICTURE:
            if len(body) < length:
                raise NoPixels
            kept.append(_riff(name, body))
        elif name == b"EXIF":
            orientation = orientation_in(body)
        elif name == b"ICCP" and length <= PROFILE_BYTES_MAX:
            profile = body
        at += 8 + length + length % 2
    return Bare(_riff(b"RIFF", b"WEBP" + b"".join(kept)), orientation, profile)


def _riff(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


# --- HEIF and AVIF --------------------------------------------------------------------------------------------------


def _bare_boxes(content: bytes) -> Bare:
    """With the items of notes called by a name that no decoder knows: all else stays in its place, byte for byte."""
    at = 0
    while at + 8 <= len(content):
        length, name = struct.unpack_from("!I4s", content, at)
        if name == b"meta":
            table = NOTE_ITEM.sub(lambda found: found[0][:-4] + b"note", content[at : at + length])
            return Bare(content[:at] + table + content[at + length :])
        if length < 8:  # to the end of the file, or longer than 4 GB
            break
        at += length
    raise NoPixels
