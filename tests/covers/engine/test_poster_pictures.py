"""What the poster engine's pictures must be, whatever their style."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from albumsite.errors import EngineError
from covers.brief.brief_contract import PRINTS
from covers.brief.scenery import MATERIALS
from covers.engine.engine_contract import Step
from covers.engine.poster import PosterEngine
from covers.engine.poster.color import contrast
from covers.engine.poster.room import GRID, CalmMap
from tests.covers.engine.posters import BRIEF, SPEC, a_set, drawn, pixels, shrunk

SHEETS = (*PRINTS, *MATERIALS)
"""Scenes have a file of their own, test_scenes.py."""


def go_on(step: Step) -> bool:
    return True


def test_the_same_spec_gives_the_same_pixels() -> None:
    assert [picture.rgb for picture in drawn(*a_set())] == [picture.rgb for picture in drawn(*a_set())]


def test_another_process_gives_the_same_pixels() -> None:
    """String hashing differs from process to process; no picture may depend on it."""
    script = (
        "import hashlib\n"
        "from tests.covers.engine.posters import a_set, drawn\n"
        "print(hashlib.sha256(b''.join(picture.rgb for picture in drawn(*a_set(count=8, width=64, height=64)))).hexdigest())\n"
    )
    seed = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"  # not ours
    theirs = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONHASHSEED": seed, "PATH": "", "PYTHONPATH": "."},
    ).stdout.strip()
    pictures = drawn(*a_set(count=8, width=64, height=64))
    assert theirs == hashlib.sha256(b"".join(picture.rgb for picture in pictures)).hexdigest()


def test_a_picture_of_a_set_can_be_drawn_alone_later() -> None:
    specs = a_set()
    together = drawn(*specs)
    assert drawn(specs[2])[0].rgb == together[2].rgb


@pytest.mark.parametrize("style", SHEETS)
def test_a_style_draws_the_same_picture_at_every_size(style: str) -> None:
    brief = replace(BRIEF, style=style)
    small, large = drawn(
        replace(SPEC, brief=brief, width=192, height=192), replace(SPEC, brief=brief, width=768, height=768)
    )
    difference = np.abs(shrunk(small, 64) - shrunk(large, 64))
    assert difference.mean() < 4
    assert np.percentile(difference, 99) < 40


@pytest.mark.parametrize("set_seed", range(12))
def test_the_four_of_a_request_are_clearly_different(set_seed: int) -> None:
    pictures = drawn(*a_set(set_seed=set_seed, width=64, height=64))
    assert len({picture.parameters["style"] for picture in pictures}) == 4
    assert len({picture.parameters["palette"][0] for picture in pictures}) == 4
    small = [shrunk(picture, 32) for picture in pictures]
    for index, one in enumerate(small):
        for other in small[index + 1 :]:
            assert np.abs(one - other).mean() > 18


def test_a_wished_style_gives_four_different_compositions_or_grounds() -> None:
    pictures = drawn(*a_set(brief=replace(BRIEF, style="riso")))
    assert {picture.parameters["style"] for picture in pictures} == {"riso"}
    assert len({picture.parameters["composition"] for picture in pictures}) == 4
    assert len({picture.parameters["palette"][0] for picture in pictures}) == 4


@pytest.mark.parametrize(("width", "height"), [(64, 64), (200, 200), (96, 64), (64, 96), (1536, 1024), (264, 8 * 60)])
@pytest.mark.parametrize("position", range(4))
def test_odd_sizes_are_filled_to_the_last_pixel(width: int, height: int, position: int) -> None:
    (picture,) = drawn(replace(SPEC, width=width, height=height, position=position))
    assert len(picture.rgb) == width * height * 3
    assert (picture.width, picture.height) == (width, height)
    edges = np.concatenate([pixels(picture)[0], pixels(picture)[-1], pixels(picture)[:, 0], pixels(picture)[:, -1]])
    assert edges.max() > 0


@pytest.mark.parametrize("side", [0, 63, 8193])
def test_a_size_it_cannot_draw_is_refused_with_a_reason(side: int) -> None:
    with pytest.raises(EngineError) as refusal:
        drawn(replace(SPEC, width=side))
    assert refusal.value.message_id == "engine:bad-spec"


def test_it_reports_every_step_with_a_preview_from_the_second_on() -> None:
    seen: list[Step] = []

    def remember(step: Step) -> bool:
        seen.append(step)
        return True

    list(PosterEngine().draw(a_set(count=2), remember))
    for position in (0, 1):
        steps = [step for step in seen if step.position == position]
        assert [step.step for step in steps] == list(range(1, steps[0].total + 1))
        assert steps[0].preview is None
        assert all(step.preview and step.preview[8:12] == b"WEBP" for step in steps[1:])


@pytest.mark.parametrize("after", [1, 2, 3, 6, 8])
def test_it_stops_within_one_step_when_told_to(after: int) -> None:
    seen: list[Step] = []

    def stop_later(step: Step) -> bool:
        seen.append(step)
        return len(seen) < after

    pictures = list(PosterEngine().draw(a_set(), stop_later))
    assert len(seen) == after
    assert len(pictures) == (after - 1) // seen[0].total


def test_own_colors_appear_unchanged_where_they_are_used_flat() -> None:
    brief = replace(BRIEF, palette=("#d7263d", "#f4e9cd", "#1b1b3a"), style="swiss")
    for picture in drawn(*a_set(brief=brief)):
        assert set(brief.palette) & set(picture.parameters["palette"]) == set(brief.palette)
        assert picture.parameters["palette_family"] == "own"


@pytest.mark.parametrize("palette", [("#ff0000",), ("#000000", "#ffffff"), ("#777777",) * 5, ("#FFEEDD", "#ffeede")])
def test_any_own_palette_gives_figures_that_stand_off_their_ground(palette: tuple[str, ...]) -> None:
    for picture in drawn(*a_set(brief=replace(BRIEF, palette=palette))):
        assert pixels(picture).std() > 12


def test_unknown_motifs_and_moods_still_give_a_picture() -> None:
    brief = replace(BRIEF, motifs=("no such thing",), mood="indescribable", style="unheard-of")
    assert len(drawn(*a_set(brief=brief))) == 4


@pytest.mark.parametrize("style", SHEETS)
@pytest.mark.parametrize(
    ("title", "seed"), [("O", 0), ("Strawberry Summer Forever and Ever and a Day", 2**63 - 1)], ids=["0", "2**63-1"]
)
def test_every_style_draws_all_value_keys_and_extreme_seeds_with_calm_zones_and_readable_inks(
    style: str, title: str, seed: int
) -> None:
    calm_plans = 0
    specs = a_set(brief=replace(BRIEF, style=style), set_seed=seed, title=title, width=192, height=192)
    pictures = drawn(*[replace(spec, seed=seed) for spec in specs])
    assert {picture.parameters["value_key"] for picture in pictures} == {"light", "dark", "mid", "tint"}
    assert all(pixels(picture).std() > 12 for picture in pictures)
    for picture in pictures:
        plan = picture.type_plan
        assert plan is not None
        assert 1 <= len(plan.title_zones) <= 4
        for zone in (*plan.title_zones, *plan.artist_zones):
            assert zone.x >= 0
            assert zone.y >= 0
            assert zone.x + zone.width <= 1.001
            assert zone.y + zone.height <= 1.001
        if plan.panel is None:
            calm_plans += 1
            calm = CalmMap(shrunk(picture, GRID).astype(np.uint8))
            assert calm.unrest(plan.title_zones[0]) < 0.09
            assert min(contrast(plan.inks[0], color) for color in calm.colors(plan.title_zones[0])) >= 4.2
    assert calm_plans >= 2


def test_without_lettering_the_picture_uses_the_whole_sheet() -> None:
    bare = [picture.type_plan for picture in drawn(*[replace(spec, with_lettering=False) for spec in a_set()])]
    assert bare == [None] * 4


def test_parameters_say_what_was_drawn() -> None:
    (picture,) = drawn(SPEC)
    assert set(picture.parameters) >= {"style", "composition", "palette", "motif", "mood", "texture", "engine_version"}
    assert picture.parameters["motif"] == "whale"
