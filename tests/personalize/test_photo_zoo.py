"""Odd but intact pictures are taken, the right way up and in the right colours; damaged ones are refused.

Each is the scene of `tests.personalize.pictures` in a file as cameras, phones, editors and bad luck leave them: what is broken
is a note about the picture, never the picture. Browsers show all of these.
"""

from __future__ import annotations

import io
import random
import struct
import time
import zlib
from collections.abc import Callable, Iterator

import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageCms

from albumsite.media.decoding import MAX_UPLOAD_BYTES, UploadRefused, decode_upload, encode_photo
from albumsite.media.picture_files import orientation_in
from personalize.photos import judging
from personalize.photos.judging import Problem, judge
from tests.personalize.pictures import difference, encoded, png, portrait, scene
from tests.personalize.test_photo_colours import deep_png, p3_as_srgb, p3_profile

pillow_heif.register_heif_opener()

ORIENTATION = 0x0112
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@pytest.fixture(scope="module", autouse=True)
def _end_children() -> Iterator[None]:
    yield
    judging.CHILDREN.close()


# --- surgery ----------------------------------------------------------------------------------------------------------


def tiff(*entries: bytes, order: str = "II", count: int | None = None, at: int = 8) -> bytes:
    """A block of EXIF with one directory."""
    sign = "<" if order == "II" else ">"
    number = struct.pack(sign + "H", len(entries) if count is None else count)
    return order.encode() + struct.pack(sign + "HI", 42, at) + number + b"".join(entries) + bytes(4)


def entry(tag: int, kind: int, count: int, value: bytes, order: str = "II") -> bytes:
    return struct.pack(("<" if order == "II" else ">") + "HHI", tag, kind, count) + value.ljust(4, b"\0")


TURNED = entry(ORIENTATION, 3, 1, b"\x06\0")
"""A quarter turn to the right is needed."""


def app(number: int, body: bytes, length: int | None = None) -> bytes:
    return struct.pack("!BBH", 0xFF, 0xE0 + number, len(body) + 2 if length is None else length) + body


def jpeg(*notes: bytes, picture: Image.Image | None = None, **options: object) -> bytes:
    """With notes right after the start."""
    content = encoded(picture or scene(), **options)
    return content[:2] + b"".join(notes) + content[2:]


def exif_jpeg(block: bytes, picture: Image.Image | None = None) -> bytes:
    return jpeg(app(1, b"Exif\0\0" + block), picture=picture)


def before_the_scan(content: bytes, note: bytes) -> bytes:
    at = content.index(b"\xff\xda")
    return content[:at] + note + content[at:]


def chunk(name: bytes, body: bytes, total: int | None = None) -> bytes:
    return (
        struct.pack("!I", len(body))
        + name
        + body
        + struct.pack("!I", zlib.crc32(name + body) if total is None else total)
    )


def noted_png(*notes: bytes, picture: Image.Image | None = None, where: bytes = b"IDAT", **options: object) -> bytes:
    content = encoded(picture or scene(), "PNG", **options)
    at = content.index(where) - 4
    return content[:at] + b"".join(notes) + content[at:]


def riff(*chunks: tuple[bytes, bytes], spoken: int | None = None) -> bytes:
    """A WebP file of chunks. spoken: the length that its header tells."""
    body = b"WEBP" + b"".join(
        name + struct.pack("<I", len(body)) + body + bytes(len(body) % 2) for name, body in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body) if spoken is None else spoken) + body


def webp_chunks(**options: object) -> list[tuple[bytes, bytes]]:
    content, found, at = encoded(scene(), "WEBP", **options), [], 12
    while at < len(content):
        name, length = struct.unpack_from("<4sI", content, at)
        found.append((name, content[at + 8 : at + 8 + length]))
        at += 8 + length + length % 2
    return found


def noted_webp(name: bytes, body: bytes) -> bytes:
    """With a note of any bytes, which the header announces."""
    with_note = webp_chunks(exif=tiff(TURNED), icc_profile=SRGB, xmp=b"<x/>")
    return riff(*((one, body if one == name else old) for one, old in with_note if one in (name, b"VP8X", b"VP8 ")))


def broken_item(file_format: str) -> bytes:
    """A HEIF or AVIF whose EXIF is noise of the same length."""
    block = tiff(entry(0x010F, 2, 4, b"aib"))
    content = encoded(scene(), file_format, exif=block)
    assert content.count(block[8:]) == 1
    at = content.index(block[8:]) - 8
    return content[:at] + noise(len(block)) + content[at + len(block) :]


def profile_of(space: bytes, made_for: bytes = b"mntr") -> bytes:
    """An sRGB profile that says that it is for other numbers."""
    return p3_profile()[:12] + made_for + space + p3_profile()[20:]


def icc_parts(profile: bytes, size: int = 65_000, first: int = 1, count: int | None = None) -> list[bytes]:
    parts = [profile[at : at + size] for at in range(0, len(profile), size)]
    told = (len(parts) if count is None else count) & 0xFF
    return [app(2, b"ICC_PROFILE\0" + bytes(((n + first) & 0xFF, told)) + part) for n, part in enumerate(parts)]


def noise(length: int) -> bytes:
    return random.Random(length).randbytes(length)


def turned() -> Image.Image:
    """The scene as a camera on its side stores it."""
    return scene().transpose(Image.Transpose.ROTATE_90)


def grey() -> Image.Image:
    return scene().convert("L")


def with_restarts() -> bytes:
    return encoded(scene(), restart_marker_blocks=3)


# --- the zoo ----------------------------------------------------------------------------------------------------------

Animal = Callable[[], bytes]

UPRIGHT_JPEGS: dict[str, Animal] = {
    "EXIF of noise": lambda: exif_jpeg(noise(300)),
    "EXIF of nothing": lambda: exif_jpeg(b""),
    "EXIF of another byte order's name": lambda: exif_jpeg(b"IM" + tiff(TURNED)[2:]),
    "EXIF that ends in its directory": lambda: exif_jpeg(tiff(TURNED, count=900)[:14]),
    "EXIF whose directory is beyond it": lambda: exif_jpeg(tiff(TURNED, at=0xFFFFFF)),
    "EXIF whose directory is itself": lambda: exif_jpeg(tiff(entry(0x8769, 4, 1, b"\x08"))),
    "EXIF with a broken place": lambda: exif_jpeg(tiff(entry(0x8825, 4, 1, b"\xff\xff\xff\x7f"))),
    "EXIF with a text that is beyond it": lambda: exif_jpeg(tiff(entry(0x010E, 2, 0x7FFFFFFF, b"\xff\xff\xff\x7f"))),
    "EXIF with a value of no known type": lambda: exif_jpeg(tiff(entry(0x010F, 99, 1, b"\1"))),
    "EXIF with a ratio over nothing": lambda: exif_jpeg(tiff(entry(0x011A, 5, 1, b"\x1a")) + bytes(8)),
    "resolution that is no number": lambda: jpeg(
        app(1, b"Exif\0\0" + tiff(entry(0x011A, 2, 3, b"dpi"), entry(0x0128, 3, 1, b"\2")))
    ),
    "orientation 0": lambda: exif_jpeg(tiff(entry(ORIENTATION, 3, 1, b"\0\0"))),
    "orientation 9": lambda: exif_jpeg(tiff(entry(ORIENTATION, 3, 1, b"\x09\0"))),
    "orientation 65535": lambda: exif_jpeg(tiff(entry(ORIENTATION, 3, 1, b"\xff\xff"))),
    "orientation as text": lambda: exif_jpeg(tiff(entry(ORIENTATION, 2, 4, b"6\0"))),
    "orientation as a ratio": lambda: exif_jpeg(tiff(entry(ORIENTATION, 5, 1, b"\x1a")) + struct.pack("<II", 6, 1)),
    "orientations, many": lambda: exif_jpeg(tiff(entry(ORIENTATION, 3, 900, b"\x06\0"))),
    "XMP of noise": lambda: jpeg(app(1, b"http://ns.adobe.com/xap/1.0/\0" + noise(500))),
    "XMP that turns the picture": lambda: jpeg(
        app(1, b'http://ns.adobe.com/xap/1.0/\0<x:xmpmeta><rdf:Description tiff:Orientation="6"/></x:xmpmeta>')
    ),
    "JFIF that is cut": lambda: jpeg(app(0, b"JFIF\0\1")),
    "JFIF with a thumbnail that is not there": lambda: jpeg(app(0, b"JFIF\0\1\2\0\0\1\0\1\xff\xff")),
    "JFIF without resolution": lambda: jpeg(app(0, b"JFIF\0\1\2\1\0\0\0\0\0\0")),
    "MPF of noise": lambda: jpeg(app(2, b"MPF\0" + noise(60))),
    "MPF that names a picture beyond the file": lambda: before_the_scan(
        encoded(scene(), "MPO", save_all=True, append_images=[scene()])[: len(encoded(scene())) + 500], b""
    ),
    "Adobe's note cut": lambda: jpeg(app(14, b"Adobe")),
    "Photoshop's notes of noise": lambda: jpeg(
        app(13, b"Photoshop 3.0\0" + b"8BIM\x03\xed\0\0\xff\xff\xff\xff" + noise(50))
    ),
    "a note of every number": lambda: jpeg(*(app(number, noise(40 + number)) for number in range(3, 14))),
    "an empty note of every number": lambda: jpeg(*(app(number, b"") for number in range(16))),
    "a comment of noise": lambda: jpeg(b"\xff\xfe" + struct.pack("!H", 402) + noise(400)),
    "a comment of 64 kB": lambda: jpeg(b"\xff\xfe\xff\xff" + noise(65533)),
    "bytes between notes": lambda: jpeg(app(13, b"x"), b"\0\0\0 \n"),
    "fill bytes before a note": lambda: jpeg(b"\xff\xff\xff" + app(13, b"x")[1:]),
    "trailing noise": lambda: encoded(scene()) + noise(5000),
    "trailing zeros": lambda: encoded(scene()) + bytes(100_000),
    "a film after it": lambda: encoded(scene()) + struct.pack("!I4s", 24, b"ftyp") + noise(50_000),
    "progressive": lambda: encoded(scene(), progressive=True),
    "progressive with broken EXIF": lambda: (
        encoded(scene(), progressive=True)[:2]
        + app(1, b"Exif\0\0" + noise(99))
        + encoded(scene(), progressive=True)[2:]
    ),
    "full colour": lambda: encoded(scene(), subsampling=0),
    "half colour": lambda: encoded(scene(), subsampling=1),
    "restart markers": with_restarts,
    "rows as restarts": lambda: encoded(scene(), restart_marker_rows=1),
    "no tables, as films have them": lambda: encoded(scene()).replace(b"\xff\xc4", b"\xff\xe9"),
    "its own tables": lambda: encoded(scene(), optimize=True),
    "RGB inside": lambda: encoded(scene(), keep_rgb=True, subsampling=0),
    "several pictures (MPO)": lambda: encoded(scene(), "MPO", save_all=True, append_images=[turned()]),
    "several pictures, the first alone left": lambda: encoded(scene(), "MPO", save_all=True, append_images=[turned()])[
        :-3000
    ],
}

PROFILED: dict[str, Animal] = {
    "profile of noise": lambda: jpeg(*icc_parts(noise(3000))),
    "profile that is cut": lambda: jpeg(*icc_parts(p3_profile()[:200])),
    "profile of 4 bytes": lambda: jpeg(*icc_parts(b"ICC!")),
    "profile for print": lambda: jpeg(*icc_parts(profile_of(b"CMYK", b"prtr"))),
    "profile for greys": lambda: jpeg(*icc_parts(profile_of(b"GRAY"))),
    "profile of a table of names": lambda: jpeg(*icc_parts(profile_of(b"RGB ", b"nmcl"))),
    "profile that links two others": lambda: jpeg(*icc_parts(profile_of(b"RGB ", b"link"))),
    "profile of 8 MB": lambda: jpeg(*icc_parts(SRGB + noise(8_000_000))),
    "profile without its first part": lambda: jpeg(*icc_parts(SRGB, size=200)[1:]),
    "profile whose parts have no numbers": lambda: jpeg(app(2, b"ICC_PROFILE\0")),
    "PNG's profile of noise": lambda: encoded(scene(), "PNG", icc_profile=noise(999)),
    "PNG's profile for print": lambda: encoded(scene(), "PNG", icc_profile=profile_of(b"CMYK", b"prtr")),
    "PNG's profile that cannot be unpacked": lambda: noted_png(chunk(b"iCCP", b"icc\0\0" + noise(500))),
    "PNG's profile without a name": lambda: noted_png(chunk(b"iCCP", b"icc")),
    "PNG's profile packed in another way": lambda: noted_png(chunk(b"iCCP", b"icc\0\x07" + zlib.compress(noise(500)))),
    "PNG's profile of 200 MB": lambda: noted_png(chunk(b"iCCP", b"icc\0\0" + zlib.compress(bytes(200_000_000), 1))),
    "WebP's profile of noise": lambda: noted_webp(b"ICCP", noise(700)),
    "AVIF's profile of noise": lambda: encoded(scene(), "AVIF", icc_profile=noise(700)),
    "HEIF's profile for print": lambda: encoded(scene(), "HEIF", icc_profile=profile_of(b"CMYK", b"prtr")),
}

OTHER_FILES: dict[str, Animal] = {
    "PNG with a note wrongly summed": lambda: noted_png(chunk(b"tEXt", b"Comment\0hello", total=1)),
    "PNG with a note of the world wrongly summed": lambda: noted_png(chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<x/>", total=1)),
    "PNG with a note without an end": lambda: noted_png(chunk(b"iTXt", b"key")),
    "PNG with a packed note of noise": lambda: noted_png(chunk(b"zTXt", b"key\0\0" + noise(80))),
    "PNG with a packed note of another method": lambda: noted_png(chunk(b"zTXt", b"key\0\x09" + zlib.compress(b"hello"))),
    "PNG with a packed note of 200 MB": lambda: noted_png(chunk(b"zTXt", b"key\0\0" + zlib.compress(bytes(200_000_000), 1))),
    "PNG with EXIF of noise": lambda: noted_png(chunk(b"eXIf", noise(100))),
    "PNG with EXIF wrongly summed": lambda: noted_png(chunk(b"eXIf", tiff(), total=9)),
    "PNG with resolution cut": lambda: noted_png(chunk(b"pHYs", b"\0\0")),
    "PNG with brightness cut": lambda: noted_png(chunk(b"gAMA", b"\0"), chunk(b"cHRM", noise(9)), chunk(b"sRGB", b"")),
    "PNG with a moment that is none": lambda: noted_png(chunk(b"tIME", noise(3))),
    "PNG with notes that nobody knows": lambda: noted_png(chunk(b"prVt", noise(2000), total=3), chunk(b"caBX", noise(99))),
    "PNG with a palette that it does not need": lambda: noted_png(chunk(b"PLTE", noise(7))),
    "PNG with transparency of another kind": lambda: noted_png(chunk(b"tRNS", noise(3))),
    "PNG with a broken film": lambda: noted_png(chunk(b"acTL", noise(3)), chunk(b"fcTL", noise(9))),
    "PNG with trailing noise": lambda: encoded(scene(), "PNG") + noise(3000),
    "PNG without its end": lambda: encoded(scene(), "PNG")[:-12],
    "PNG with a note cut at the end": lambda: encoded(scene(), "PNG")[:-12] + chunk(b"tEXt", b"Comment\0" + noise(90))[:-50],
    "PNG whose pixels are right and their sum is wrong": lambda: encoded(scene(), "PNG")[:-16] + b"SUM!" + encoded(scene(), "PNG")[-12:],
    "PNG of 16 bits": lambda: deep_png(scene()),
    "PNG with four channels": lambda: encoded(scene().convert("RGBA"), "PNG"),
    "interlaced PNG": lambda: interlaced(scene()),
    "moving PNG": lambda: encoded(scene(), "PNG", save_all=True, append_images=[Image.new("RGB", (480, 360))], duration=90),
    "WebP with EXIF of noise": lambda: noted_webp(b"EXIF", noise(99)),
    "WebP with XMP of noise": lambda: noted_webp(b"XMP ", noise(99)),
    "WebP that announces notes and has none": lambda: noted_webp(b"VP8 ", dict(webp_chunks())[b"VP8 "]),
    "WebP with EXIF cut": lambda: riff(*webp_chunks(exif=tiff() + noise(200)))[:-120],
    "WebP with a chunk that nobody knows": lambda: riff(*webp_chunks(), (b"CUST", noise(31))),
    "WebP that tells a wrong length": lambda: riff(*webp_chunks(), spoken=77),
    "WebP with trailing noise": lambda: encoded(scene(), "WEBP") + noise(999),
    "moving WebP": lambda: encoded(scene(), "WEBP", save_all=True, append_images=[Image.new("RGB", (480, 360))], duration=90),
    "WebP without loss": lambda: encoded(scene(), "WEBP", lossless=True),
    "HEIF with EXIF of noise": lambda: broken_item("HEIF"),
    "AVIF with EXIF of noise": lambda: broken_item("AVIF"),
    "HEIF with trailing noise": lambda: encoded(scene(), "HEIF") + noise(999),
    "AVIF with XMP of noise": lambda: encoded(scene(), "AVIF", xmp=noise(400)),
}  # fmt: skip

UPRIGHT = UPRIGHT_JPEGS | PROFILED | OTHER_FILES

TURNED_FILES: dict[str, Animal] = {
    "orientation 6 beside a broken field": lambda: exif_jpeg(
        tiff(entry(0x010E, 2, 0x7FFFFFFF, b"\xff\xff\xff\x7f"), TURNED, entry(0x8825, 99, 1, noise(4))), turned()
    ),
    "orientation 6 of EXIF that ends after it": lambda: exif_jpeg(tiff(TURNED, count=40)[:-4], turned()),
    "orientation 6 as a byte": lambda: exif_jpeg(tiff(entry(ORIENTATION, 1, 1, b"\6")), turned()),
    "orientation 6 as a long number": lambda: exif_jpeg(tiff(entry(ORIENTATION, 4, 1, b"\6")), turned()),
    "orientation 6 from the big end": lambda: exif_jpeg(
        tiff(entry(ORIENTATION, 3, 1, b"\0\6", order="MM"), order="MM"), turned()
    ),
    "orientation 6 after EXIF of noise": lambda: jpeg(
        app(1, b"Exif\0\0" + noise(30)), app(1, b"Exif\0\0" + tiff(TURNED)), picture=turned()
    ),
    "orientation 6 beside a broken profile": lambda: jpeg(
        *icc_parts(noise(500)), app(1, b"Exif\0\0" + tiff(TURNED)), picture=turned()
    ),
    "orientation 6 in a PNG, wrongly summed": lambda: noted_png(chunk(b"eXIf", tiff(TURNED), total=4), picture=turned()),
    "orientation 6 in a PNG, after the pixels": lambda: noted_png(
        chunk(b"eXIf", tiff(TURNED)), picture=turned(), where=b"IEND"
    ),
    "orientation 6 in a WebP, with the name before it": lambda: encoded(
        turned(), "WEBP", exif=b"Exif\0\0" + tiff(TURNED, entry(0x8825, 99, 1, b""))
    ),
    "orientation 6 in the first of several pictures": lambda: encoded(
        turned(), "MPO", save_all=True, append_images=[scene()], exif=b"Exif\0\0" + tiff(TURNED)
    ),
}  # fmt: skip


PASSES = ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1))


def interlaced(picture: Image.Image) -> bytes:
    """In Adam7's seven passes, which Pillow reads and does not write."""
    pixels, raw = np.asarray(picture), b""
    for top, left, down, across in PASSES:
        raw += b"".join(b"\0" + row.tobytes() for row in pixels[top::down, left::across])
    content = png(picture.width, picture.height, 8, 2, zlib.compress(raw))
    header = content[16:28] + b"\1"
    return content[:8] + chunk(b"IHDR", header) + content[33:]


def taken_as(content: bytes) -> Image.Image:
    """What is kept, for a person who sent that."""
    return decode_upload(content)


@pytest.mark.parametrize("name", UPRIGHT)
def test_a_picture_is_taken_whatever_its_notes_are(name):
    assert difference(taken_as(UPRIGHT[name]()), scene()) < 6


@pytest.mark.parametrize("name", TURNED_FILES)
def test_what_can_be_read_of_broken_notes_still_turns_the_picture(name):
    assert difference(taken_as(TURNED_FILES[name]()), scene()) < 6


SHADES: dict[str, tuple[Animal, Callable[[], Image.Image]]] = {
    "grey": (lambda: encoded(grey()), grey),
    "grey with a profile for colours": (lambda: jpeg(*icc_parts(SRGB), picture=grey()), grey),
    "grey with noise for a profile": (lambda: jpeg(*icc_parts(noise(200)), picture=grey()), grey),
    "grey and transparent": (lambda: encoded(grey().convert("LA"), "PNG"), grey),
    "grey of 16 bits": (lambda: encoded(Image.fromarray(np.asarray(grey(), np.uint16) * 257), "PNG"), grey),
    "black and white": (lambda: encoded(scene().convert("1"), "PNG"), lambda: scene().convert("1").convert("RGB")),
    "black and white, one of them transparent": (
        lambda: noted_png(chunk(b"tRNS", b"\0\0"), picture=scene().convert("1")),
        lambda: Image.new("RGB", (480, 360), "white"),
    ),
    "print colours": (lambda: encoded(scene().convert("CMYK")), scene),
    "print colours with a profile for screens": (lambda: jpeg(*icc_parts(SRGB), picture=scene().convert("CMYK")), scene),
    "print colours with noise for a profile": (
        lambda: jpeg(*icc_parts(noise(900)), app(1, b"Exif\0\0" + noise(9)), picture=scene().convert("CMYK")), scene,
    ),
    "a palette": (lambda: encoded(scene().quantize(64), "PNG"), lambda: scene().quantize(64)),
    "a palette of sixteen": (lambda: encoded(scene().quantize(16), "PNG"), lambda: scene().quantize(16)),
    "a palette with more transparency than colours": (
        lambda: noted_png(chunk(b"tRNS", b"\xff" * 300), picture=scene().quantize(16)), lambda: scene().quantize(16),
    ),
    "a palette with transparency wrongly summed": (
        lambda: noted_png(chunk(b"tRNS", b"\0" * 16, total=5), picture=scene().quantize(16)), lambda: scene().quantize(16),
    ),
    "wide colours beside broken EXIF": (
        lambda: jpeg(app(1, b"Exif\0\0" + noise(50)), *icc_parts(p3_profile())), lambda: p3_as_srgb(scene()),
    ),
    "wide colours in parts of any order": (
        lambda: jpeg(*reversed(icc_parts(p3_profile(), size=100))), lambda: p3_as_srgb(scene()),
    ),
    "wide colours of a PNG, wrongly summed": (
        lambda: noted_png(chunk(b"iCCP", b"p3\0\0" + zlib.compress(p3_profile()), total=5)), lambda: p3_as_srgb(scene()),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SHADES)
def test_colours_are_right_in_every_way_to_keep_them(name):
    content, expected = SHADES[name]
    assert difference(taken_as(content()), expected().convert("RGB")) < 6


def ycck() -> bytes:
    """Print colours as Photoshop keeps them: turned into YCC, with Adobe's note to say so."""
    inks = np.asarray(scene().convert("CMYK"), np.uint8)
    cyan, magenta, yellow, black = (Image.fromarray(inks[..., channel]) for channel in range(4))
    luma = Image.merge("RGB", (cyan, magenta, yellow)).convert("YCbCr").split()
    content = encoded(Image.merge("CMYK", (*luma, black)), quality=95)  # its own note says "not turned"
    at = content.index(b"Adobe")
    return content[: at + 11] + b"\2" + content[at + 12 :]


def test_print_colours_of_photoshop_are_read():
    with Image.open(io.BytesIO(ycck())) as plain:
        expected = plain.convert("RGB")
    assert difference(taken_as(ycck()), expected) < 1


def test_no_note_of_any_of_them_is_kept():
    for name, make in (UPRIGHT | TURNED_FILES).items():
        kept = encode_photo(taken_as(make()))
        assert not [note for note in (b"Exif", b"ICC_PROFILE", b"ns.adobe.com") if note in kept], name


def test_a_person_hears_no_word_of_notes():
    """Through the child that judges, with a face on the picture."""
    content = portrait(1)
    notes = app(1, b"Exif\0\0" + noise(200)) + app(14, b"Adobe") + b"".join(icc_parts(noise(4000)))
    plain, odd = judge(content), judge(content[:2] + notes + content[2:])
    assert odd.problem is None
    assert odd.picture == plain.picture


# --- damaged for real -------------------------------------------------------------------------------------------------


def flipped(content: bytes, at: int) -> bytes:
    return content[:at] + bytes((content[at] ^ 0x55,)) + content[at + 1 :]


DAMAGED: dict[str, Animal] = {
    "JPEG cut in the middle": lambda: encoded(scene())[:9000],
    "JPEG cut a little before its end": lambda: encoded(scene())[:-60],
    "JPEG cut before its pixels": lambda: encoded(scene())[:400],
    "JPEG whose frame says nothing": lambda: encoded(scene()).replace(b"\xff\xc0", b"\xff\xe9"),
    "progressive JPEG cut": lambda: encoded(scene(), progressive=True)[:-400],
    "PNG cut": lambda: encoded(scene(), "PNG")[:-300],
    "PNG cut a little before its end": lambda: encoded(scene(), "PNG")[:-20],
    "PNG with a pixel changed": lambda: flipped(encoded(scene(), "PNG"), len(encoded(scene(), "PNG")) - 60),
    "PNG with a pixel changed at its begin": lambda: flipped(encoded(scene(), "PNG"), 60),
    "PNG with its header changed": lambda: flipped(encoded(scene(), "PNG"), 19),
    "PNG without pixels": lambda: encoded(scene(), "PNG").replace(b"IDAT", b"teST"),
    "PNG with its palette wrongly summed": lambda: palette_summed_wrongly(),
    "WebP cut": lambda: encoded(scene(), "WEBP")[:-200],
    "WebP cut a little before its end": lambda: encoded(scene(), "WEBP")[:-8],
    "HEIF cut": lambda: encoded(scene(), "HEIF")[:-400],
    "AVIF cut": lambda: encoded(scene(), "AVIF")[:-400],
}  # fmt: skip


def test_a_film_is_no_damaged_photo():
    for content in (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + noise(4000), b"RIFF\x24\x10\0\0WAVEfmt " + noise(4000)):
        with pytest.raises(UploadRefused) as refused:
            decode_upload(content)
        assert refused.value.reason == Problem.NOT_A_PICTURE


def palette_summed_wrongly() -> bytes:
    content = encoded(scene().quantize(16), "PNG")
    return flipped(content, content.index(b"PLTE") + 10)


@pytest.mark.parametrize("name", DAMAGED)
def test_a_picture_with_damaged_pixels_is_refused(name):
    with pytest.raises(UploadRefused) as refused:
        decode_upload(DAMAGED[name]())
    assert refused.value.reason == Problem.DAMAGED


def test_notes_cost_no_more_time_or_memory_than_pictures():
    """A file that is nothing but notes, as large as one may be."""
    small = app(13, b"")
    room = MAX_UPLOAD_BYTES - len(encoded(scene()))
    many = jpeg(small * (room // len(small)))
    junk = jpeg(b"\xff\0" * (room // 2))
    chunks = noted_png(chunk(b"tEXt", b"") * (room // 12 - 2000))
    for content in (many, junk, chunks):
        assert len(content) <= MAX_UPLOAD_BYTES
        started = time.process_time()
        assert difference(taken_as(content), scene()) < 6
        assert time.process_time() - started < 12, "within the child's limit of 15 s"


def test_no_block_of_exif_raises():
    randomly = random.Random(5)
    block = tiff(entry(0x010E, 2, 3, b"abc"), TURNED)
    for _ in range(3000):
        broken = bytearray(block[: randomly.randrange(len(block) + 1)])
        for _ in range(randomly.randrange(4)):
            if broken:
                broken[randomly.randrange(len(broken))] = randomly.randrange(256)
        assert orientation_in(bytes(broken)) in range(1, 9)
