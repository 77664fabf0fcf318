"""Files that people bring for their covers: what is taken comes out upright, in its colours and bare; the rest is refused in words."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import pillow_heif
import pytest
from django.utils import translation
from PIL import Image, ImageCms

from covers.own_pictures import decoding, judging
from covers.own_pictures.judging import PictureProblem, TakenPicture, judge, problem_text
from covers.safety import picture_check
from covers.safety.brought_files import PictureLookAway
from tests.covers.own_pictures import as_file, drawing
from tests.personalize.pictures import portrait

pillow_heif.register_heif_opener()

CANARY = b"canary-51.5074N"


@pytest.fixture(scope="module", autouse=True)
def _end_children() -> Iterator[None]:
    yield
    judging.CHILDREN.close()


def kept(content: bytes) -> Image.Image:
    """In this process: the same code, and quicker."""
    decoding.prepare()
    answer = decoding.answer(decoding.HEADER.pack(25 << 20) + content)
    (length,) = decoding.HEADER.unpack_from(answer)
    return Image.open(io.BytesIO(answer[decoding.HEADER.size + length :]))


def apart(one: Image.Image, other: Image.Image) -> float:
    """Mean difference of the numbers of all pixels."""
    assert one.size == other.size
    return float(np.abs(np.asarray(one.convert("RGB"), float) - np.asarray(other.convert("RGB"), float)).mean())


@pytest.mark.parametrize("file_format", ["JPEG", "MPO", "PNG", "WEBP", "AVIF", "HEIF"])
def test_every_kind_that_phones_and_programs_write_is_taken(file_format: str) -> None:
    assert apart(kept(as_file(drawing(), file_format)), drawing()) < 6


def test_a_child_reads_it_and_says_where_faces_are() -> None:
    found = judge(portrait(0))
    assert isinstance(found, TakenPicture)
    picture = Image.open(io.BytesIO(found.picture))
    assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (found.width, found.height))
    [(left, top, width, height)] = found.faces
    assert left < 0.5 < left + width, "the face is in the middle of this photo"
    assert 0 < top < top + height < 1


def test_what_is_kept_is_upright_and_has_no_place() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright: turn it by 90 degrees to the right
    exif[0x010E] = CANARY.decode()
    exif.get_ifd(0x8825)[29] = CANARY.decode()
    exif.get_ifd(0x8825)[2] = (51.0, 30.0, 26.0)
    content = as_file(drawing(), exif=exif, xmp=b"<x>" + CANARY + b"</x>", comment=CANARY) + b"PK\x03\x04" + CANARY
    assert content.count(CANARY) >= 4
    found = judge(content)
    assert isinstance(found, TakenPicture)
    assert CANARY not in found.picture
    assert b"PK\x03\x04" not in found.picture, "a second file behind the first one is not taken along"
    assert found.picture.endswith(b"\xff\xd9")
    picture = Image.open(io.BytesIO(found.picture))
    assert not picture.getexif()
    assert apart(picture, drawing().transpose(Image.Transpose.ROTATE_270)) < 6


def test_print_colours_and_wide_ones_become_srgb() -> None:
    assert apart(kept(as_file(drawing().convert("CMYK"))), drawing()) < 12
    grey = Image.linear_gradient("L").resize((200, 100))
    assert apart(kept(as_file(grey, "PNG")), grey) < 3
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert apart(kept(as_file(drawing(), "PNG", icc_profile=profile)), drawing()) < 6


def test_what_is_transparent_lies_on_white() -> None:
    clear = Image.new("RGBA", (100, 80), (255, 0, 0, 0))
    assert apart(kept(as_file(clear, "PNG")), Image.new("RGB", (100, 80), "white")) < 2
    palette = drawing().convert("P", palette=Image.Palette.ADAPTIVE)
    assert apart(kept(as_file(palette, "PNG")), drawing()) < 6


def test_sixteen_bits_keep_their_tones() -> None:
    deep = (np.linspace(0, 65535, 200 * 100).reshape(100, 200)).astype(np.uint16)
    expected = Image.fromarray((deep / 257).astype(np.uint8))
    assert apart(kept(as_file(Image.fromarray(deep), "PNG")), expected) < 3


def test_of_a_moving_picture_it_takes_the_first() -> None:
    frames = [Image.new("RGB", (90, 70), "white")]
    content = as_file(drawing(90, 70), "WEBP", save_all=True, append_images=frames, duration=50, quality=95)
    assert apart(kept(content), drawing(90, 70)) < 10


@pytest.mark.parametrize(
    ("size", "expected"),
    [((4000, 3000), (3072, 2304)), ((6000, 600), (4096, 410)), ((600, 6000), (410, 4096)), ((640, 64), (640, 64))],
)  # fmt: skip
def test_it_is_made_as_large_as_a_store_file_needs(size: tuple[int, int], expected: tuple[int, int]) -> None:
    assert kept(as_file(Image.new("RGB", size, "teal"))).size == expected


def test_black_is_a_picture() -> None:
    assert apart(kept(as_file(Image.new("RGB", (100, 100)))), Image.new("RGB", (100, 100))) < 1


def test_noise_fits_into_the_answer_of_the_child() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (2200, 2200, 3), np.uint8)
    assert len(decoding._encoded(Image.fromarray(noise))) <= decoding.KEPT_BYTES_MAX


def png_of(width: int, height: int) -> bytes:
    """A PNG whose header promises that many pixels, and brings none."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack("!I", len(content)) + kind + content + struct.pack("!I", zlib.crc32(kind + content))

    header = struct.pack("!IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


WHOLE = as_file(drawing(), quality=95)
REFUSED: dict[str, tuple[bytes, str]] = {
    "a text": (b"hello, I am no picture", "not-a-picture"),
    "nothing": (b"", "not-a-picture"),
    "a page": (b"<html><script>alert(1)</script></html>", "not-a-picture"),
    "a vector": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not-a-picture"),
    "a film": (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0" * 100, "not-a-picture"),
    "a GIF": (as_file(drawing(), "GIF"), "not-a-picture"),
    "half of it": (WHOLE[: len(WHOLE) // 2], "damaged"),
    "its first bytes": (WHOLE[:30], "damaged"),
    "one pixel": (as_file(Image.new("RGB", (1, 1)), "PNG"), "too-small"),
    "a line": (as_file(Image.new("RGB", (900, 63)), "PNG"), "too-small"),
    "200 megapixels": (png_of(20_000, 10_000), "too-many-pixels"),
    "a bomb": (png_of(100_000, 100_000), "too-many-pixels"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_not_taken_is_said_in_both_languages(what: str) -> None:
    content, problem = REFUSED[what]
    found = judge(content)
    assert found == PictureProblem(problem)
    said = []
    for language in ("en", "ko"):
        with translation.override(language):
            said.append(problem_text(PictureProblem(problem)))
    assert said[0] != said[1]


def test_a_file_over_the_bound_is_not_even_read(settings: Any) -> None:
    settings.OWN_PICTURE_MEGABYTES_MAX = 1
    assert judge(WHOLE + b"\0" * (1 << 20)) == PictureProblem.TOO_LARGE
    assert "1 MB" in problem_text(PictureProblem.TOO_LARGE)


class Child:
    """Stands in for the bounded children: answers what the test says, as a decoder that has run wild might."""

    def __init__(self, answer: Any) -> None:
        self.given = answer

    def run(self, content: bytes) -> bytes:
        if isinstance(self.given, Exception):
            raise self.given
        return bytes(self.given)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\0\0\0\x02{}",
        b"\xff\xff\xff\xff",
        b"\0\0\0\x1a" + b'{"width": 9, "height": -1}',
        b"\0\0\0\x30" + b'{"width": 9, "height": 9, "faces": [[0, 0, 7, 1]]}'.ljust(48) + b"\xff\xd8\xff",
    ],
)
def test_an_answer_that_makes_no_sense_is_a_damaged_picture(monkeypatch: pytest.MonkeyPatch, answer: bytes) -> None:
    monkeypatch.setattr(judging, "CHILDREN", Child(answer))
    assert judge(WHOLE) == PictureProblem.DAMAGED


def test_a_decoder_that_hangs_is_ended_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "CHILDREN", Child(judging.ChildTooSlow()))
    assert judge(WHOLE) == PictureProblem.TOO_SLOW


def test_what_the_picture_check_refuses_or_cannot_judge_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    finding = picture_check.PictureFinding
    monkeypatch.setattr(picture_check, "look", lambda _content: finding(picture_check.CheckOutcome.UNFIT, 0.9))
    assert judge(WHOLE) == PictureProblem.UNFIT
    monkeypatch.setattr(picture_check, "look", lambda _content: finding(picture_check.CheckOutcome.UNKNOWN))
    with pytest.raises(PictureLookAway):
        judge(WHOLE)
