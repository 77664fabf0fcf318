"""Where a brought picture has its subject: found, kept by the crop, and never invented."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from albumsite.media.encoding import saved
from covers.engine.engine_contract import OwnPicture
from covers.engine.poster.own.seen import Seen, seen_in
from tests.photographs import photograph


def seen(image: Image.Image, **more: object) -> Seen:
    return seen_in(OwnPicture(saved(image.convert("RGB"), "JPEG", quality=88), **more))  # type: ignore[arg-type]


def scenery(chance: np.random.Generator, width: int, height: int) -> Image.Image:
    """A ground without a subject: a sky over land, cloud, or a texture, in colours that lie near each other."""
    kind = int(chance.integers(0, 3))
    base = chance.uniform(40, 200, 3)
    y, x = np.mgrid[0:height, 0:width] / max(width, height)
    if kind == 0:
        field = y + 0.05 * np.sin(9 * x + chance.uniform(0, 6))
    elif kind == 1:
        field = np.sin(5 * x + chance.uniform(0, 6)) * np.cos(4 * y + chance.uniform(0, 6))
    else:
        field = np.asarray(
            Image.fromarray(chance.normal(0, 1, (height // 6, width // 6)).astype(np.float32)).resize((width, height))
        )
        field = 0.25 * field
    rgb = base + 45 * field[..., None] * chance.uniform(0.4, 1, 3) + chance.normal(0, 3, (height, width, 3))
    return Image.fromarray(np.clip(rgb, 0, 255).astype(np.uint8))


def with_subject(seed: int) -> tuple[Image.Image, tuple[float, float, float, float]]:
    """A ground and something on it; its box in shares."""
    chance = np.random.default_rng(seed)
    width, height = [(520, 300), (300, 520), (640, 240), (400, 330)][seed % 4]
    image = scenery(chance, width, height)
    mean = np.asarray(image).reshape(-1, 3).mean(0)
    color = np.clip(mean + chance.choice((-1, 1), 3) * chance.uniform(45, 110, 3), 0, 255).astype(int)
    size = chance.uniform(0.18, 0.42) * min(width, height)
    left, top = chance.uniform(0.04, 0.96) * (width - size), chance.uniform(0.1, 0.9) * (height - size)
    mask = Image.new("L", image.size, 0)
    pen = ImageDraw.Draw(mask)
    if seed % 3 == 0:
        pen.ellipse((left, top, left + size, top + size), fill=255)
    elif seed % 3 == 1:
        pen.polygon([(left, top + size), (left + size / 2, top), (left + size, top + size * 0.8)], fill=255)
    else:
        for step in range(5):
            pen.rectangle((left + size * step / 5, top, left + size * (step + 0.6) / 5, top + size), fill=255)
    image.paste(Image.new("RGB", image.size, tuple(color)), mask=mask.filter(ImageFilter.GaussianBlur(1)))
    return image, (left / width, top / height, size / width, size / height)


def kept_and_found(seeds: range) -> tuple[int, int]:
    """Of how many pictures the crop keeps nine tenths of the subject, and of how many the subject is where it is taken to be."""
    kept = found = 0
    for seed in seeds:
        image, place = with_subject(seed)
        look = seen(image)
        box = look.square.of(place, *image.size)
        inside = [
            max(0.0, min(1.0, start + size) - max(0.0, start)) / size
            for start, size in zip(box[:2], box[2:], strict=True)
        ]
        kept += inside[0] * inside[1] > 0.9
        if look.subject:
            x, y = look.subject[0] + look.subject[2] / 2, look.subject[1] + look.subject[3] / 2
            found += box[0] < x < box[0] + box[2] and box[1] < y < box[1] + box[3]
    return kept, found


def test_the_crop_keeps_the_subject_of_a_picture() -> None:
    kept, found = kept_and_found(range(40, 48))
    assert kept >= 7
    assert found >= 6


@pytest.mark.slow
def test_the_crop_keeps_the_subject_of_nine_pictures_in_ten() -> None:
    kept, found = kept_and_found(range(40))
    assert kept >= 36
    assert found >= 32


@pytest.mark.parametrize(
    ("name", "place"),
    [("rocket", (0.5, 0.5)), ("coffee", (0.5, 0.35)), ("astronaut", (0.44, 0.25))],
)
def test_photographs_keep_what_they_were_taken_for(name: str, place: tuple[float, float]) -> None:
    image = photograph(name)
    square = seen(image).square
    assert square.x < place[0] * image.width < square.x + square.size
    assert square.y < place[1] * image.height < square.y + square.size


def test_faces_count_before_anything_else() -> None:
    wide = Image.new("RGB", (1200, 400), "#707880")
    pen = ImageDraw.Draw(wide)
    pen.rectangle((900, 60, 1150, 340), fill="#f0d000")
    face = (60 / 1200, 120 / 400, 110 / 1200, 130 / 400)
    assert seen(wide).square.x > 500
    look = seen(wide, faces=(face,))
    assert look.square.x <= 60
    assert len(look.faces) == 1


@pytest.mark.parametrize("color", ["black", "white", "#7f6a55"])
def test_nothing_is_found_where_nothing_is(color: str) -> None:
    look = seen(Image.new("RGB", (500, 200), color))
    assert look.subject is None
    assert look.is_flat
    assert abs(look.square.x - 150) < 30


def test_noise_is_cut_in_the_middle() -> None:
    image = Image.fromarray(np.random.default_rng(3).normal(128, 30, (300, 700, 3)).clip(0, 255).astype(np.uint8))
    look = seen(image)
    assert 100 < look.square.x < 300


def test_a_drawing_is_told_from_a_photograph() -> None:
    sheet = Image.new("RGB", (600, 600), "white")
    pen = ImageDraw.Draw(sheet)
    for step in range(6):
        pen.line((80, 120 + 60 * step, 420, 90 + 66 * step), fill="#203060", width=8)
    look = seen(sheet)
    assert look.is_graphic
    assert look.subject
    assert look.subject[0] < 0.2
    assert look.subject[0] + look.subject[2] > 0.65
    assert not seen(photograph("coffee")).is_graphic
    assert not seen(photograph("astronaut")).is_graphic


def test_the_same_picture_is_seen_alike_each_time() -> None:
    image = photograph("rocket")
    one, other = seen(image), seen(image)
    assert one.crop == other.crop
    assert one.colors == other.colors
    assert np.array_equal(one.found, other.found)
