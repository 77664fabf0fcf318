"""Depth of field in lit scenes: what stands in focus is as sharp as ever, without a halo; the rest is softer, at every size alike."""

from __future__ import annotations

import numpy as np
import pytest

from covers.brief.brief_contract import Brief, Concept
from covers.brief.scenery import PLACES
from covers.engine.engine_contract import Drawn, DrawSpec
from covers.engine.poster.art import Idea
from covers.engine.poster.engine import PosterEngine
from covers.engine.poster.page import Page
from covers.engine.poster.palettes import keyed
from covers.engine.poster.scenes import depth
from covers.engine.poster.styles import STYLES


def drawn(scene: str, seed: int, side: int, hour: str = "") -> Drawn:
    concept = Concept("scene", scene=scene, hour=hour, people="one")
    brief = Brief("a street", ("street",), "longing", (), "", "", (), "rules", "indie", concepts=(concept,))
    spec = DrawSpec(
        brief,
        0,
        1,
        seed=seed,
        set_seed=seed,
        width=side,
        height=side,
        title="골목",
        artist="유진",
        with_lettering=False,
    )
    return next(iter(PosterEngine().draw([spec], lambda _step: True)))


def values(picture: Drawn) -> np.ndarray:
    return np.frombuffer(picture.rgb, np.uint8).reshape(picture.height, picture.width, 3).astype(float)


def painted(scene: str, things: tuple[str, ...], seed: int = 4, side: int = 256) -> tuple[np.ndarray, Page, list]:  # type: ignore[type-arg]
    style = next(name for name, scenes in PLACES.items() if scene in scenes)
    concept = Concept("scene", scene=scene, hour="evening", weather="clear", people="nobody", things=things)
    idea = Idea(style, scene, "circle", (), keyed("dusk", "dark"), "longing", 0.0, "", concept)
    page = Page(side, side)
    art = STYLES[style](page, idea, seed, lambda: None)
    art.paint()
    return page.pixels(side, side).astype(float), page, art.telling


def coverage(outlines: list, side: int) -> np.ndarray:  # type: ignore[type-arg]
    page = Page(side, side)
    page.ground("#000000")
    for outline in outlines:
        page.fill(outline, "#ffffff")
    return page.pixels(side, side)[..., 0] / 255


def strength(picture: np.ndarray) -> np.ndarray:
    """How much each pixel differs from the next."""
    return np.abs(np.diff(picture.mean(axis=2), axis=1))


@pytest.fixture
def soft(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every scene with depth is as soft as it gets."""
    monkeypatch.setattr(depth, "SHARP_SHARE", 0.0)
    monkeypatch.setattr(depth, "SOFTEST", 0.009)


@pytest.mark.parametrize("scene", ["wet_street", "snow_platform", "market_street"])
def test_the_thing_in_focus_is_as_sharp_as_ever_and_what_is_behind_it_is_softer(
    scene: str, soft: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    blurred, _, outlines = painted(scene, ("suitcase",))
    monkeypatch.setitem(depth.FOCUSES, scene, ())
    sharp, _, _ = painted(scene, ("suitcase",))
    inside = coverage(outlines, 256) > 0.99
    assert inside.sum() > 100
    assert np.abs(blurred - sharp)[inside].mean() < 2  # grain and what is behind glass apart
    behind = coverage(outlines, 256)[:, 1:] < 0.01
    behind[130:] = False
    assert strength(blurred)[behind].mean() < 0.92 * strength(sharp)[behind].mean()


def test_there_is_no_halo_around_the_thing_in_focus(soft: None) -> None:
    """Around its upper half the street is the street without it."""
    with_thing, _, outlines = painted("wet_street", ("suitcase",))
    without, _, _ = painted("wet_street", ())
    wide = coverage(outlines, 256) > 0.01
    near = np.zeros_like(wide)
    for down in range(-6, 7):
        for right in range(-6, 7):
            near |= np.roll(np.roll(wide, down, 0), right, 1)
    rows = np.nonzero(wide.any(axis=1))[0]
    ring = near & ~wide
    for step in (1, 2):  # its own rim
        ring &= ~np.roll(wide, step, 0) & ~np.roll(wide, -step, 0) & ~np.roll(wide, step, 1) & ~np.roll(wide, -step, 1)
    ring[(rows[0] + rows[-1]) // 2 :] = False
    assert ring.sum() > 30
    away = (with_thing - without)[ring]
    assert np.abs(away.mean(axis=0)).max() < 4


def test_the_recipe_says_where_the_lens_was_set_and_every_size_is_the_same_picture() -> None:
    found = set()
    for seed in range(5):
        small, large = drawn("wet_street", seed, 64), drawn("wet_street", seed, 192)
        recipe = [(one.parameters["focus"], one.parameters["blur"]) for one in (small, large)]
        assert recipe[0] == recipe[1]
        found.add(recipe[0][0])
        shrunk = values(large).reshape(64, 3, 64, 3, 3).mean((1, 3))
        assert np.abs(shrunk - values(small)).mean() < 9
    assert len(found) > 1


def test_a_scene_without_depth_is_sharp_throughout() -> None:
    picture = drawn("window_room", 1, 64, "morning")
    assert (picture.parameters["focus"], picture.parameters["blur"]) == ("deep", 0.0)
