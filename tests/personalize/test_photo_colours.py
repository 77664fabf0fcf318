"""Colours of uploaded photos: whatever a file keeps them in, what is kept has them right in sRGB."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageCms

from albumsite.media.decoding import decode_upload
from tests.personalize.pictures import difference, encoded, png, scene

pillow_heif.register_heif_opener()


def p3_profile() -> bytes:
    """An ICC v2 profile of Display P3, made here from its numbers (primaries adapted to D50, gamma 2.2 for simplicity)."""

    def numbers(*values: float) -> bytes:
        return b"XYZ \0\0\0\0" + struct.pack("!3i", *(round(value * 65536) for value in values))

    gamma = b"curv\0\0\0\0" + struct.pack("!IH", 1, round(2.2 * 256))
    description = b"desc\0\0\0\0" + struct.pack("!I", 3) + b"P3\0" + bytes(8 + 3 + 67)
    tags = {
        b"desc": description,
        b"wtpt": numbers(0.9642, 1.0, 0.8249),
        **{name: numbers(*column) for name, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), P3_TO_XYZ.T, strict=True)},
        b"rTRC": gamma,
        b"gTRC": gamma,
        b"bTRC": gamma,
    }
    table, data, start = b"", b"", 128 + 4 + 12 * len(tags)
    for name, content in tags.items():
        table += name + struct.pack("!II", start + len(data), len(content))
        data += content + bytes(-len(content) % 4)
    header = struct.pack("!I4sI4s4s4s", start + len(data), b"\0\0\0\0", 0x02400000, b"mntr", b"RGB ", b"XYZ ")
    header += bytes(12) + b"acsp" + bytes(28) + struct.pack("!3i", 63190, 65536, 54061) + bytes(48)
    return header + struct.pack("!I", len(tags)) + table + data


P3_TO_XYZ = np.array([[0.51512, 0.29198, 0.15710], [0.24120, 0.69225, 0.06657], [-0.00105, 0.04189, 0.78407]])
XYZ_TO_SRGB = np.array([[3.13414, -1.61739, -0.49066], [-0.97880, 1.91629, 0.03344], [0.07196, -0.22897, 1.40539]])
"""At D50, as ICC profiles are. Source: Bruce Lindbloom's matrices for sRGB; CSS Color 4 for Display P3, adapted."""


def p3_as_srgb(picture: Image.Image) -> Image.Image:
    light = (np.asarray(picture, np.float64) / 255) ** 2.2
    linear = np.clip(light @ P3_TO_XYZ.T @ XYZ_TO_SRGB.T, 0, 1)
    coded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return Image.fromarray((255 * coded).round().astype(np.uint8))


def muted(picture: Image.Image) -> Image.Image:
    """Nearer to grey, so that all its P3 colours exist in sRGB."""
    return Image.blend(picture, picture.convert("L").convert("RGB"), 0.4)


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_a_wide_colour_profile_is_converted_to_srgb(file_format):
    wide, profile = muted(scene()), p3_profile()
    found = decode_upload(encoded(wide, file_format, icc_profile=profile))
    assert difference(found, p3_as_srgb(wide)) < 3
    assert difference(found, wide) > 3, "the profile does make a difference"


def test_a_broken_profile_is_as_good_as_none():
    assert difference(decode_upload(encoded(scene(), "PNG", icc_profile=b"not a profile")), scene()) == 0
    grey = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    assert difference(decode_upload(encoded(scene(), "PNG", icc_profile=grey)), scene()) == 0


def test_print_colours_become_rgb():
    printed = scene().convert("CMYK")
    assert difference(decode_upload(encoded(printed, quality=95)), printed) < 3


def test_grey_palette_and_sixteen_bit_pictures_become_rgb():
    grey = scene().convert("L")
    assert difference(decode_upload(encoded(grey)), grey) < 3
    few = scene().quantize(64)
    assert difference(decode_upload(encoded(few, "PNG")), few) == 0
    deep = np.asarray(grey, np.uint16) * 257
    assert difference(decode_upload(encoded(Image.fromarray(deep), "PNG")), grey) <= 1
    assert difference(decode_upload(deep_png(scene())), scene()) <= 1


def deep_png(picture: Image.Image) -> bytes:
    """16 bits for each of three colours: Pillow reads such files and writes none."""
    rows = np.asarray(picture, np.uint16) * 257
    raw = b"".join(b"\0" + row.astype(">u2").tobytes() for row in rows)
    return png(picture.width, picture.height, 16, 2, zlib.compress(raw, 1))


@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA"])
def test_what_is_transparent_becomes_white(mode):
    alpha = Image.new("L", (480, 360), 255)
    alpha.paste(0, (0, 0, 240, 360))
    if mode == "PA":
        picture = scene().quantize(64)
        picture.info["transparency"] = picture.getpixel((400, 10))
        found = decode_upload(encoded(picture, "PNG", transparency=picture.info["transparency"]))
        assert found.getpixel((400, 10)) == (255, 255, 255)
        return
    picture = scene().convert(mode)
    picture.putalpha(alpha)
    found = decode_upload(encoded(picture, "PNG"))
    assert found.getpixel((100, 100)) == (255, 255, 255)
    assert difference(found.crop((240, 0, 480, 360)), scene().convert(mode[:-1]).crop((240, 0, 480, 360))) < 1
