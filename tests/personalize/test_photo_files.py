"""Uploaded files of every sort: what is taken comes out upright, in the right colours and bare; the rest is refused."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator

import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageCms, ImageOps, PngImagePlugin

from albumsite.media.decoding import MAX_UPLOAD_BYTES, UploadRefused, decode_upload, encode_photo
from albumsite.processes.sandbox import Bounded
from covers.safety.brought_files import PicturesBusy
from personalize.photos import judging
from personalize.photos.judging import Problem, judge
from tests.personalize.pictures import TAKES, difference, encoded, png, portrait, scene, taken

pillow_heif.register_heif_opener()

FORMATS = ["JPEG", "MPO", "PNG", "WEBP", "AVIF", "HEIF"]
ORIENTATION = 0x0112
CANARY = b"canary-51.5074N"


@pytest.fixture(scope="module", autouse=True)
def _end_children() -> Iterator[None]:
    yield
    judging.CHILDREN.close()


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def refusal(content: bytes) -> str | None:
    try:
        decode_upload(content)
    except UploadRefused as refused:
        return refused.reason
    return None


def segments(jpeg: bytes) -> list[int]:
    """Markers of a JPEG up to its scan; all that may be in it is said by them."""
    markers, at = [], 2
    while True:
        marker, length = struct.unpack_from("!HH", jpeg, at)
        markers.append(marker)
        if marker == 0xFFDA:
            return markers
        at += 2 + length


# What is taken


@pytest.mark.parametrize("file_format", FORMATS)
def test_a_photo_of_each_kind_is_accepted_and_kept_as_a_bare_jpeg(file_format):
    options = {} if file_format == "PNG" else {"quality": 85}
    judged = judge(encoded(taken(TAKES[1], 512), file_format, **options))
    assert judged.problem is None
    assert (judged.width, judged.height) == (512, 512)
    kept = opened(judged.picture)
    assert (kept.format, kept.mode, kept.size) == ("JPEG", "RGB", (512, 512))
    assert difference(kept, taken(TAKES[1], 512)) < 6


def test_what_is_kept_holds_the_picture_and_nothing_else():
    photo = taken(TAKES[0], 512)
    exif = photo.getexif()
    exif[0x010E] = CANARY.decode()
    exif.get_ifd(0x8825)[2] = (51.0, 30.0, 26.0)
    exif.get_ifd(0x8825)[29] = CANARY.decode()
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    content = encoded(
        photo,
        exif=exif,
        xmp=b"<x:xmpmeta>" + CANARY + b"</x:xmpmeta>",
        icc_profile=srgb,
        comment=CANARY,
        dpi=(300, 300),
    )
    assert content.count(CANARY) >= 4
    kept = judge(content).picture
    assert CANARY not in kept
    assert set(segments(kept)) == {0xFFE0, 0xFFDB, 0xFFC0, 0xFFC4, 0xFFDA}, "JFIF header, tables, frame, scan"
    assert kept.endswith(b"\xff\xd9")
    assert not opened(kept).getexif()


def test_metadata_of_the_other_kinds_is_gone_too():
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", CANARY.decode())
    exif = Image.Exif()
    exif[0x010E] = CANARY.decode()
    xmp = {"xmp": CANARY}
    for file_format, options in {"PNG": {"pnginfo": text}, "WEBP": xmp, "AVIF": xmp, "HEIF": xmp}.items():
        content = encoded(scene(), file_format, exif=exif.tobytes(), **options)
        assert CANARY in content, file_format
        kept = encode_photo(decode_upload(content))
        assert CANARY not in kept
        assert set(segments(kept)) == {0xFFE0, 0xFFDB, 0xFFC0, 0xFFC4, 0xFFDA}


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("file_format", ["JPEG", "WEBP", "PNG"])
def test_a_photo_stored_turned_or_mirrored_is_upright(file_format, orientation):
    assert difference(decode_upload(stored_turned(orientation, file_format)), scene()) < 6


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("file_format", ["HEIF", "AVIF"])
def test_a_file_with_a_rotation_of_its_own_is_turned_once(file_format, orientation):
    content = stored_turned(orientation, file_format)
    assert (b"irot" in content or b"imir" in content) == (orientation != 1)
    assert difference(decode_upload(content), scene()) < 6


def stored_turned(orientation: int, file_format: str) -> bytes:
    """The scene, stored so that a reader has to apply `orientation` to it."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # Image.Transpose
    stored = scene().transpose(Image.Transpose(undo[orientation])) if orientation > 1 else scene()
    marked = stored.copy()
    marked.getexif()[ORIENTATION] = orientation
    assert ImageOps.exif_transpose(marked).tobytes() == scene().tobytes()
    return encoded(stored, file_format, exif=exif.tobytes())


def test_a_large_photo_is_reduced_and_a_small_one_is_not_enlarged():
    assert decode_upload(encoded(Image.new("RGB", (6000, 4500)))).size == (2048, 1536)
    assert decode_upload(encoded(Image.new("RGB", (2250, 3000)), "PNG")).size == (1536, 2048)
    assert decode_upload(encoded(scene(300, 400))).size == (300, 400)


@pytest.mark.parametrize("file_format", ["WEBP", "PNG", "AVIF"])
def test_of_a_moving_picture_the_first_frame_is_taken(file_format):
    others = [Image.new("RGB", (480, 360), colour) for colour in ("black", "white")]
    content = encoded(scene(), file_format, save_all=True, append_images=others, duration=100)
    assert opened(content).n_frames == 3
    assert difference(decode_upload(content), scene()) < 8


# What is refused


def test_files_that_are_no_photos_are_refused_by_what_they_are_and_not_by_their_name():
    hello = b"hello, I am a photo.jpg " * 500
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="900" height="900"><script>alert(1)</script></svg>'
    others = [encoded(scene(), kind) for kind in ("GIF", "BMP", "TIFF", "PDF", "ICO", "JPEG2000", "TGA")]
    for content in (b"", b"\xff", hello, svg, b"PK\x03\x04" + bytes(400), *others):
        assert refusal(content) == Problem.NOT_A_PICTURE
    assert judge(hello).problem is Problem.NOT_A_PICTURE
    assert judge(b"").problem is Problem.NOT_A_PICTURE


@pytest.mark.parametrize("file_format", FORMATS[:1] + FORMATS[2:])
def test_a_file_that_ends_too_early_is_damaged(file_format):
    content = encoded(taken(TAKES[0], 512), file_format)
    for part in (0.1, 0.5, 0.9):
        assert refusal(content[: int(part * len(content))]) == Problem.DAMAGED, part
    assert judge(content[: len(content) // 2]).problem is Problem.DAMAGED


def test_no_mutated_file_raises_anything_but_a_refusal():
    random = np.random.default_rng(7)
    for file_format in FORMATS:
        content = encoded(scene(300, 260), file_format)
        for _ in range(15):
            mutated = bytearray(content)
            for at in random.integers(0, min(len(mutated), 900), 6):
                mutated[at] = random.integers(0, 256)
            assert refusal(bytes(mutated)) in {None, *Problem}


POLYGLOTS: dict[str, Callable[[], bytes]] = {
    "jpeg and html": lambda: encoded(scene()) + b"<html><script>" + CANARY,
    "jpeg and zip": lambda: encoded(scene()) + b"PK\x05\x06" + bytes(18) + CANARY,
    "jpeg with script as comment": lambda: encoded(scene(), comment=b"*/=1;/*<?php " + CANARY),
    "png and php": lambda: encoded(scene(), "PNG") + b"<?php system($_GET[0]); " + CANARY,
    "webp and html": lambda: encoded(scene(), "WEBP") + b"<script>" + CANARY,
    "heif and javascript": lambda: encoded(scene(), "HEIF") + b"/*" + CANARY,
    "mpo with a second picture": lambda: encoded(
        scene(), "MPO", save_all=True, append_images=[scene()], comment=CANARY
    ),
    "gif and javascript": lambda: b"GIF89a=1;/*" + CANARY,
    "html before jpeg": lambda: b"<html>" + CANARY + encoded(scene()),
    "pdf before jpeg": lambda: b"%PDF-1.4\n" + CANARY + encoded(scene()),
}


@pytest.mark.parametrize("name", POLYGLOTS)
def test_nothing_of_a_file_that_is_two_things_survives(name):
    content = POLYGLOTS[name]()
    assert CANARY in content
    try:
        kept = encode_photo(decode_upload(content))
    except UploadRefused:
        return
    assert CANARY not in kept
    assert kept.endswith(b"\xff\xd9")


def resized_header(content: bytes, before: bytes, after: bytes) -> bytes:
    assert before in content
    return content.replace(before, after)


BOMBS: dict[str, Callable[[], bytes]] = {
    "png": lambda: png(20_000, 10_000, 1, 0, zlib.compress(bytes(2501 * 10_000), 9)),
    "jpeg": lambda: resized_header(
        encoded(scene()), struct.pack("!BHH", 8, 360, 480), struct.pack("!BHH", 8, 10_000, 20_000)
    ),
    "webp": lambda: resized_header(
        encoded(scene(), "WEBP"),
        b"\x9d\x01\x2a" + struct.pack("<HH", 480, 360),
        b"\x9d\x01\x2a" + struct.pack("<HH", 16_382, 12_206),
    ),
    "heif": lambda: resized_header(
        encoded(scene(512, 384), "HEIF"), struct.pack("!II", 512, 384), struct.pack("!II", 20_000, 10_000)
    ),
    "avif": lambda: resized_header(
        encoded(scene(), "AVIF"), struct.pack("!II", 480, 360), struct.pack("!II", 20_000, 10_000)
    ),
}


@pytest.mark.parametrize("kind", BOMBS)
def test_200_megapixels_are_refused_at_once(kind):
    content = BOMBS[kind]()
    assert len(content) < 1_000_000
    started = time.thread_time()
    assert refusal(content) in {Problem.TOO_MANY_PIXELS, Problem.DAMAGED}
    assert time.thread_time() - started < 0.5


def test_200_megapixels_need_hardly_any_memory_to_be_refused():
    tight = Bounded("personalize.photos.check", memory_bytes=320 * 1024**2)  # the networks take 200 of it
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judging, "CHILDREN", tight)
        assert [judge(BOMBS[kind]()).problem for kind in ("png", "jpeg", "heif")] == [Problem.TOO_MANY_PIXELS] * 3
    tight.close()


def test_a_file_over_15_megabytes_is_refused_before_anything_looks_at_it(monkeypatch):
    monkeypatch.setattr(judging, "CHILDREN", None)
    assert judge(portrait(0) + bytes(MAX_UPLOAD_BYTES)).problem is Problem.TOO_LARGE
    assert refusal(bytes(MAX_UPLOAD_BYTES + 1)) == Problem.TOO_LARGE


def test_a_tiny_picture_is_refused():
    assert refusal(encoded(scene(255, 400))) == Problem.TOO_SMALL
    assert judge(portrait(0, side=200)).problem is Problem.TOO_SMALL


# The child


@pytest.fixture
def wild(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Photos are judged by a child that does what its content says."""
    children = Bounded("tests.personalize.wild_child", wait_seconds=0.1, at_once=1, time_limit_seconds=1)
    monkeypatch.setattr(judging, "CHILDREN", children)
    yield
    children.close()


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"spin", Problem.TOO_SLOW),
        (b"crash", Problem.DAMAGED),
        (b"devour", Problem.DAMAGED),
        (b"nonsense", Problem.DAMAGED),
        (b"pickle", Problem.DAMAGED),
    ],
)
def test_a_photo_that_ends_its_child_is_refused(wild, content, problem):
    judging.CHILDREN.time_limit_seconds = 1 if problem is Problem.TOO_SLOW else 20
    assert judge(content).problem is problem


def test_a_photo_that_finds_no_free_child_may_come_again_in_seconds(wild, monkeypatch):
    assert judging.CHILDREN._places.acquire()
    with pytest.raises(PicturesBusy) as caught:
        judge(portrait(0))
    judging.CHILDREN._places.release()
    assert caught.value.status_code == 503
    assert int(caught.value.headers["Retry-After"]) > 0


def test_without_the_networks_photos_are_not_called_damaged(monkeypatch):
    monkeypatch.setattr(judging, "CHILDREN", Bounded("tests.personalize.no_such_module"))
    with pytest.raises(PicturesBusy):
        judge(portrait(0))


def test_the_web_process_loads_no_decoder_and_no_network():
    check = "import django, sys; django.setup(); import personalize.photos.judging; print(*sys.modules)"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "albumsite.settings"}
    result = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, env=environment, check=True)
    loaded = set(result.stdout.split())
    assert "personalize.photos.judging" in loaded
    assert not loaded & {"numpy", "dlib", "pi_heif", "personalize.faces", "personalize.photos.check"}
