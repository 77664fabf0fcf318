"""Things in scenes: all keys draw, inside their box, themselves and nothing else, lit when they shine."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from PIL import Image

from covers.brief.brief_contract import Concept
from covers.brief.scenery import THINGS as KEYS
from covers.engine.poster.page import Page
from covers.engine.poster.palettes import MOOD_FAMILIES, keyed
from covers.engine.poster.scenes.camera import Camera
from covers.engine.poster.scenes.shot import Shot
from covers.engine.poster.scenes.things import THINGS, draw_thing

SIDE, FOOT = 256, 0.9
GREY = np.array([0x8A, 0x8A, 0x94])


def shot_of(side: int = SIDE, seed: int = 3, hour: str = "noon", weather: str = "cloudy") -> Shot:
    page = Page(side, side)
    page.ground("#8a8a94")
    return Shot(
        page, Concept("scene", scene="pier", hour=hour, weather=weather), keyed(MOOD_FAMILIES["quiet"][0], "dark"),
        "quiet", seed, 0.2, lambda: None,
    )  # fmt: skip


def height_of(key: str) -> float:
    """So that it fills most of the picture."""
    return min(0.76, 0.86 / THINGS[key].wide)


def pixels(shot: Shot) -> np.ndarray:
    return shot.page.pixels(SIDE, SIDE).astype(int)


@cache
def mask_of(key: str) -> np.ndarray:
    """Where it is drawn, without shadow and without what it lights: (256, 256) of bool."""
    shot = shot_of()
    outline = draw_thing(shot, key, 0.5, FOOT, height_of(key), shadow=False)
    assert not outline.isEmpty()
    return np.abs(pixels(shot) - GREY).max(axis=2) > 26


def test_every_thing_that_a_brief_can_name_is_drawn() -> None:
    assert set(KEYS) <= set(THINGS)


@pytest.mark.parametrize("key", KEYS)
def test_a_thing_stands_in_its_box(key: str) -> None:
    mask, height = mask_of(key), height_of(key)
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    top, bottom = rows[0] / SIDE, (rows[-1] + 1) / SIDE
    half = max(0.5 - columns[0] / SIDE, (columns[-1] + 1) / SIDE - 0.5)
    glare = 0.06 if THINGS[key].glows else 0.0
    assert top > FOOT - height * 1.06 - glare
    assert bottom < FOOT + height * 0.06 + glare
    assert half < height * (THINGS[key].wide * 0.5 * 1.16 + 0.02) + glare
    assert bottom - top > 0.52 * height
    if THINGS[key].stands in ("ground", "table", "water"):
        assert bottom == pytest.approx(FOOT, abs=0.06 * height + glare)


def normalised(key: str) -> np.ndarray:
    """The silhouette, cut to its box and laid into 48 × 48 with its proportions kept."""
    mask = mask_of(key)
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    cut = mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = 48 / max(cut.shape)
    size = max(1, round(cut.shape[1] * scale)), max(1, round(cut.shape[0] * scale))
    small = np.asarray(Image.fromarray(cut.astype(np.uint8) * 255).resize(size, Image.Resampling.BOX)) > 110
    field = np.zeros((48, 48), bool)
    y, x = (48 - small.shape[0]) // 2, (48 - small.shape[1]) // 2
    field[y : y + small.shape[0], x : x + small.shape[1]] = small
    return field


ALIKE = (
    {"clock", "ball", "wheel", "lifebuoy", "disco_ball"}, {"violin", "cello"}, {"guitar", "electric_guitar"},
    {"bottle", "milk_bottle"}, {"balloon", "lantern", "apple"},
    {
        "phone_box", "door", "speaker", "vending_machine", "robot", "photo", "lit_window", "gift", "mirror", "suitcase",
        "milk_bottle",
    },
    {"cassette", "television", "radio", "camera", "bread", "suitcase"},
)  # fmt: skip
"""Told apart by what is on them, not by their outline."""


def test_silhouettes_are_each_their_own() -> None:
    fields = {key: normalised(key) for key in KEYS}
    twins = []
    for index, first in enumerate(KEYS):
        for second in KEYS[:index]:
            both, either = (fields[first] & fields[second]).sum(), (fields[first] | fields[second]).sum()
            if both / either > 0.84 and not any({first, second} <= group for group in ALIKE):
                twins.append((first, second, round(float(both / either), 2)))
    assert twins == [], f"{len(twins)}: {twins}"


@pytest.mark.parametrize("key", KEYS)
def test_a_thing_has_form_and_not_one_flat_colour(key: str) -> None:
    shot = shot_of()
    draw_thing(shot, key, 0.5, FOOT, height_of(key), shadow=False)
    inside = pixels(shot)[mask_of(key)]
    assert inside.sum(axis=1).std() > 12


@pytest.mark.parametrize("key", KEYS)
def test_the_same_seed_draws_the_same_at_any_size(key: str) -> None:
    def picture(side: int) -> np.ndarray:
        shot = shot_of(side, hour="night", weather="clear")
        draw_thing(shot, key, 0.5, FOOT, 0.5)
        return pixels(shot)

    small = picture(256)
    assert (small == picture(256)).all()
    assert np.abs(small - picture(768)).mean() < 3.0


@pytest.mark.parametrize("key", [key for key in KEYS if THINGS[key].glows])
def test_what_shines_is_the_lightest_there_at_night(key: str) -> None:
    shot = shot_of(hour="night", weather="clear")
    shot.page.ground("#101420")
    draw_thing(shot, key, 0.5, FOOT, height_of(key))
    light = pixels(shot).max(axis=2)
    assert light.max() > 200


def test_a_thing_faces_either_way() -> None:
    pictures = []
    for facing in (1, -1):
        shot = shot_of()
        draw_thing(shot, "dog", 0.5, FOOT, 0.6, facing=facing, shadow=False)
        pictures.append(np.abs(pixels(shot) - GREY).max(axis=2) > 26)
    assert (pictures[0] != pictures[1][:, ::-1]).mean() < 0.01


def test_true_size_comes_from_the_camera() -> None:
    """A chair at a distance where a metre is a third of the page is a third of its metres high."""
    shot = shot_of()
    shot.camera = Camera(0.4, 1.5, 1.0)
    draw_thing(shot, "chair", 0.5, shot.camera.foot(3.0), shadow=False)
    rows = np.flatnonzero((np.abs(pixels(shot) - GREY).max(axis=2) > 26).any(axis=1))
    assert (rows[-1] + 1 - rows[0]) / SIDE == pytest.approx(THINGS["chair"].metres / 3, rel=0.08)


def test_no_type_on_a_thing() -> None:
    shot = shot_of()
    outline = draw_thing(shot, "phone_box", 0.3, FOOT, 0.5)
    assert shot.figures
    box = outline.getBounds()
    assert box.height() == pytest.approx(0.5, rel=0.06)
    assert box.centerX() == pytest.approx(0.3, abs=0.02)


def test_far_things_fade_into_the_air() -> None:
    def contrast(depth: float) -> float:
        shot = shot_of(hour="afternoon", weather="fog")
        draw_thing(shot, "streetlight", 0.5, FOOT, 0.7, depth=depth, shadow=False)
        picture = pixels(shot)
        return float(np.abs(picture - picture[0, 0]).max())

    assert contrast(0.8) < contrast(0.0)
