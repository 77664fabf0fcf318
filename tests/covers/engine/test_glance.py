"""What tells a song is recognised at 64 pixels: things as still lifes, motifs in prints, things in scenes.

The whole grids are slow; their shares in figures: docs/poster.md, "Recognised at 64 pixels".
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from covers.brief.brief_contract import PRINTS, Brief, Concept
from covers.brief.scenery import NEVER_ALONE, PLACES, STILL_LIFE, THINGS
from covers.brief.vocabulary import MOTIF_KEYS
from covers.engine.engine_contract import DrawSpec
from covers.engine.poster.art import Idea
from covers.engine.poster.engine import PosterEngine
from covers.engine.poster.geometry import circle, rect
from covers.engine.poster.glance import glance
from covers.engine.poster.page import Page
from covers.engine.poster.palettes import MOOD_FAMILIES, keyed
from covers.engine.poster.plan import unsuited
from covers.engine.poster.rehearsal import recognisable, rehearsed
from covers.engine.poster.scenes.still_life import StillLifeArt
from covers.engine.poster.styles import STYLES

ALONE = tuple(key for key in THINGS if key not in NEVER_ALONE)
NOT_RECOGNISED = {"constellation", "bare_tree", "ferris_wheel", "traffic_light", "streetlight", "pen"}
"""Made of hair lines, or of two forms that part: they may fail in a few ways of showing them."""


def on_paper(shape_tone: str, size: float, ground: str = "#f2efe8") -> float:
    page = Page(96, 96)
    page.ground(ground)
    disc = circle(0.5, 0.5, size / 2)
    page.fill(disc, shape_tone)
    return glance(page, [disc]).score()


def test_a_large_dark_shape_on_paper_is_recognised_and_a_faint_or_tiny_one_is_not() -> None:
    assert on_paper("#20242c", 0.5) > 1
    assert on_paper("#e8e4dc", 0.5) < 1
    assert on_paper("#20242c", 0.1) < 1


def test_a_shape_that_merges_with_its_ground_along_half_of_its_edge_is_not_recognised() -> None:
    page = Page(96, 96)
    page.ground("#f2efe8")
    disc = circle(0.5, 0.5, 0.25)
    page.fill(rect(0, 0.4, 1, 0.6), "#20242c")
    page.fill(disc, "#20242c")
    assert glance(page, [disc]).score() < 1


def test_two_colours_of_one_lightness_stand_less_apart_than_light_and_dark() -> None:
    red_on_green, dark_on_light = Page(96, 96), Page(96, 96)
    disc = circle(0.5, 0.5, 0.2)
    for page, ground, figure in ((red_on_green, "#3a8f5a", "#b5604f"), (dark_on_light, "#c8c8c8", "#303030")):
        page.ground(ground)
        page.fill(disc, figure)
    assert glance(red_on_green, [disc]).contrast < glance(dark_on_light, [disc]).contrast


def still_life(thing: str, composition: str) -> Idea:
    chance = random.Random(f"{thing}{composition}")
    mood = chance.choice(list(MOOD_FAMILIES))
    palette = keyed(chance.choice(MOOD_FAMILIES[mood]), chance.choice(("light", "dark", "mid", "tint")))
    concept = Concept("symbol", style=STILL_LIFE, things=(thing,))
    return Idea(STILL_LIFE, composition, "circle", (), palette, mood, 0.22, "", concept)


def a_print(motif: str, style: str) -> Idea:
    chance = random.Random(f"{motif}{style}")
    mood = chance.choice(list(MOOD_FAMILIES))
    palette = keyed(chance.choice(MOOD_FAMILIES[mood]), chance.choice(("light", "dark", "mid", "tint")))
    compositions = STYLES[style].compositions
    fits = [name for name in compositions if not unsuited(STYLES[style], name, motif)] or [
        name for name in compositions if unsuited(STYLES[style], name, motif) < 9
    ]
    return Idea(style, chance.choice(fits), motif, (), palette, mood, 0.22, "", Concept("symbol", motif=motif))


def failures(ideas: Sequence[Idea]) -> list[str]:
    """Every idea that is not recognised as it will be drawn, by name."""
    missed = []
    for idea in ideas:
        chosen, seen = recognisable(idea, 3)
        assert seen is not None
        name = idea.motif if idea.concept is None or not idea.concept.things else idea.concept.things[0]
        if seen.score() < 1 and name not in NOT_RECOGNISED:
            missed.append(f"{name}/{chosen.style}/{chosen.composition}: {seen}")
    return missed


@pytest.mark.parametrize("composition", StillLifeArt.compositions)
def test_things_alone_are_recognised(composition: str) -> None:
    offset = StillLifeArt.compositions.index(composition)
    assert failures([still_life(thing, composition) for thing in ALONE[offset::24]]) == []


@pytest.mark.parametrize("style", PRINTS)
def test_motifs_in_print_are_recognised(style: str) -> None:
    offset = PRINTS.index(style)
    assert failures([a_print(motif, style) for motif in MOTIF_KEYS[offset::68]]) == []


@pytest.mark.slow
@pytest.mark.parametrize("composition", StillLifeArt.compositions)
def test_every_thing_is_recognised_in_every_way_of_showing_it_alone(composition: str) -> None:
    assert failures([still_life(thing, composition) for thing in ALONE]) == []


@pytest.mark.slow
@pytest.mark.parametrize("style", PRINTS)
def test_every_motif_is_recognised_in_every_print(style: str) -> None:
    assert failures([a_print(motif, style) for motif in MOTIF_KEYS]) == []


@pytest.mark.parametrize("scene", ["pier", "lone_tree", "snow_platform"])
def test_a_thing_that_tells_a_scene_is_set_off_where_it_would_be_lost(scene: str) -> None:
    style = next(name for name, scenes in PLACES.items() if scene in scenes)
    better = 0
    for thing in ("radio", "suitcase", "hat", "dog"):
        palette = keyed(MOOD_FAMILIES["longing"][0], "dark")
        concept = Concept("scene", scene=scene, hour="night", things=(thing,))
        idea = Idea(style, scene, "circle", (), palette, "longing", 0.22, "", concept)
        chosen, after = recognisable(idea, 5)
        before = rehearsed(idea, 5)
        if before is None or after is None:
            continue
        assert after.score(is_part=True) >= before.score(is_part=True)
        assert chosen.composition == scene
        better += chosen.emphasis > 0
    assert better


def test_the_recipe_says_how_hard_it_was_set_off_and_every_size_decides_alike() -> None:
    concept = Concept("symbol", style=STILL_LIFE, things=("letter",))
    brief = Brief("a letter", ("letter",), "quiet", (), "", "", (), "rules", "folk", concepts=(concept,))
    found = set()
    for seed in range(4):
        spec = DrawSpec(brief, 0, 1, seed=seed, set_seed=seed, width=64, height=64, title="편지", artist="유진")
        small, large = PosterEngine().draw([spec, replace(spec, width=320, height=320)], lambda _step: True)
        recipe = [(one.parameters["composition"], one.parameters["emphasis"]) for one in (small, large)]
        assert recipe[0] == recipe[1]
        found.add(recipe[0][1])
        one, other = (
            np.frombuffer(picture.rgb, np.uint8).reshape(picture.height, picture.width, 3).astype(int)
            for picture in (small, large)
        )
        assert np.abs(one - other.reshape(64, 5, 64, 5, 3).mean((1, 3))).mean() < 8
    assert found != {0}
