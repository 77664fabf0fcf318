"""The sizes that pages use: right in size, close to the picture, and small."""

from __future__ import annotations

import io
import math

import pytest
from PIL import Image, ImageChops, ImageStat

from albumsite.media import encoding
from albumsite.media.encoding import DERIVATIVES


def scene(width: int, height: int) -> Image.Image:
    """Soft colours and one hard edge."""
    across = Image.linear_gradient("L").resize((width, height))
    down = Image.linear_gradient("L").rotate(90).resize((width, height))
    picture = Image.merge("RGB", (across, down, Image.new("L", (width, height), 90)))
    picture.paste((240, 230, 60), (width // 3, height // 4, width // 2, height // 2))
    return picture


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def decibels(left: Image.Image, right: Image.Image) -> float:
    squares = ImageStat.Stat(ImageChops.difference(left, right)).sum2
    return 10 * math.log10(255**2 * left.width * left.height * 3 / sum(squares))


def test_each_size_is_as_large_as_its_name_says_and_looks_like_the_picture():
    picture = scene(1024, 1024)
    files = encoding.encode_derivatives(picture)
    assert set(files) == set(DERIVATIVES)
    for name, side in DERIVATIVES.items():
        image = opened(files[name])
        assert image.size == (side, side)
        assert image.format == name.rpartition(".")[2].upper()
        wanted = picture.resize((side, side), Image.Resampling.LANCZOS)
        assert decibels(image.convert("RGB"), wanted) > 32, name


def test_a_small_picture_is_not_enlarged():
    assert {opened(content).size for content in encoding.encode_derivatives(scene(128, 128)).values()} == {(128, 128)}


def test_a_picture_that_is_no_square_keeps_its_proportions():
    files = encoding.encode_derivatives(scene(1024, 512))
    assert opened(files["320.webp"]).size == (320, 160)
    assert opened(files["640.avif"]).size == (640, 320)


def test_only_the_sizes_asked_for_are_made_and_they_are_the_same_files():
    picture = scene(700, 700)
    all_files = encoding.encode_derivatives(picture)
    some = encoding.encode_derivatives(picture, ["320.webp", "1024.webp"])
    assert set(some) == {"320.webp", "1024.webp"}
    assert some["1024.webp"] == all_files["1024.webp"]


@pytest.mark.parametrize("name", DERIVATIVES)
def test_the_same_picture_gives_the_same_bytes(name):
    assert encoding.encode_derivatives(scene(200, 200), [name]) == encoding.encode_derivatives(scene(200, 200), [name])
