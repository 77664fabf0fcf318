"""How prompts are phrased when each picture's style and phrasing is given, and as before when they are not."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from covers.brief.brief_contract import Brief
from covers.engine.poster.plan import plan_set
from covers.models import CoverRequest
from covers.writing.prompts import PHRASINGS, PROMPT_WORDS_MOST, SCENE, STYLE_WORDS, prompt_for

BRIEF = Brief(
    subject="a guitar",
    motifs=("guitar", "road", "rain"),
    mood="longing",
    palette=(),
    style="",
    scene="A guitar lies on a road; film.",
    avoid=(),
    written_by="rules",
    genre="ballad",
)
LIGHT = "wistful mood, low warm light against dusk blue"
END = "screen-printed illustration with fine grain, album cover art, single focal point"


def with_styles(*styles: str, **changes: object) -> Brief:
    return Brief(**(asdict(BRIEF) | {"styles": styles} | changes))  # type: ignore[arg-type]


def test_without_arms_a_brief_is_planned_and_worded_as_before_the_bandit():
    """Copied from what was drawn and said before there were arms."""
    assert [idea.style for idea in plan_set(BRIEF, 7, 4)] == ["swiss", "brush", "riso", "monolith"]
    assert [prompt_for(BRIEF, position, 4)[0] for position in range(3)] == [
        f"A guitar lies on a road, {LIGHT}, {END}",
        f"wide landscape with a road, tiny, low on the horizon, vast empty space, {LIGHT}, {END}",
        f"still life of a sheet of rain beside a guitar on a plain surface, seen slightly from above, {LIGHT}, {END}",
    ]


def test_a_poster_set_is_drawn_in_the_styles_that_the_brief_names():
    styles = ("gala", "lines", "brush", "riso")
    assert [idea.style for idea in plan_set(with_styles(*styles), 7, 4)] == list(styles)


def test_naming_the_styles_that_were_planned_anyway_changes_nothing():
    planned = plan_set(BRIEF, 7, 4)
    assert plan_set(with_styles(*(idea.style for idea in planned)), 7, 4) == planned


def test_a_fixed_style_wins_over_the_styles_of_the_set():
    brief = with_styles("gala", "lines", style="riso")
    assert {idea.style for idea in plan_set(brief, 7, 4)} == {"riso"}
    assert STYLE_WORDS["riso"] in prompt_for(brief, 1, 4)[0]


def test_styles_that_no_longer_exist_leave_the_planning_to_the_engine():
    assert plan_set(with_styles("gala", "polka"), 7, 4) == plan_set(BRIEF, 7, 4)


def test_each_prompt_names_its_own_picture_s_style():
    brief = with_styles("gala", "lines")
    assert STYLE_WORDS["gala"] in prompt_for(brief, 0, 2)[0]
    assert STYLE_WORDS["lines"] in prompt_for(brief, 1, 2)[0]


@pytest.mark.parametrize("name", PHRASINGS)
def test_a_phrasing_says_how_the_picture_is_seen_at_any_position(name):
    opening, manner = PHRASINGS[name]
    for position in range(4):
        prompt, _ = prompt_for(BRIEF, position, 4, phrasing=name)
        assert manner in prompt
        assert opening.split("{")[0] in prompt
        assert len(prompt.split()) <= PROMPT_WORDS_MOST


def test_the_scene_is_a_phrasing_of_its_own_and_needs_one():
    assert prompt_for(BRIEF, 2, 4, phrasing=SCENE)[0].startswith("A guitar lies on a road")
    without = with_styles(scene="")
    assert prompt_for(without, 2, 4, phrasing=SCENE) == prompt_for(without, 2, 4)


def test_a_phrasing_that_no_longer_exists_is_chosen_by_position():
    assert prompt_for(BRIEF, 1, 4, phrasing="upside_down") == prompt_for(BRIEF, 1, 4)


def test_a_stored_brief_of_before_the_bandit_can_be_read():
    stored = {name: value for name, value in asdict(BRIEF).items() if name != "styles"}
    assert CoverRequest(brief=stored).parsed_brief() == BRIEF
    assert CoverRequest(brief=asdict(with_styles("gala"))).parsed_brief().styles == ("gala",)
