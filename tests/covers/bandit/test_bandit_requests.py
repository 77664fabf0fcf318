"""The bandit on the site: which arms a request gets, and that its pictures are drawn with them."""

from __future__ import annotations

import random
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from covers import tasks
from covers.bandit.choosing import chosen_for
from covers.brief.brief_contract import STYLES
from covers.brief.scenery import PRESSES
from covers.drawing.specs import spec_of
from covers.models import CoverRequest, PromptArm
from covers.services.requests import retry_request
from covers.writing.prompts import PHRASINGS, prompt_for
from tests.covers.bandit.bandit_rows import counts, somebody
from tests.factories import make_brief, make_request, make_review
from tests.working import worked

pytestmark = pytest.mark.django_db(transaction=True)


def briefed(title: str = "밤바다", lyrics: str = "바다에 비가 내려", **changes: Any) -> CoverRequest:
    return worked(tasks.write_brief, make_request(title=title, lyrics=lyrics, **changes))


def test_a_request_gets_a_different_style_for_each_picture_that_shows_no_scene_and_they_are_drawn():
    row = briefed("The Sun", lyrics="", count=8, genre="indie")
    styles = [arm["style"] for arm in row.arms]
    brief = row.parsed_brief()
    assert brief.styles == tuple(style.partition(":")[0] for style in styles)
    free = [style for place, style in enumerate(styles) if not brief.concepts[place % len(brief.concepts)].own_style]
    assert len(set(free)) == len(free) > 0
    tasks.draw_covers(str(row.pk))
    covers = list(row.covers.order_by("position"))
    assert [cover.parameters["style"] for cover in covers] == list(brief.styles)
    assert [cover.style_arm for cover in covers] == styles
    assert {cover.phrasing_arm for cover in covers} == {""}  # it draws from no words


def test_a_place_in_print_is_printed_by_the_press_that_was_rated_well_for_its_genre(settings):
    settings.PROMPT_BANDIT_EXPLORATION = 0.0
    for press in PRESSES:
        reward = 57.0 if press == "engraving" else 6.0
        PromptArm.objects.create(
            engine="poster", genre="folk", kind="style", arm=f"printed_place:{press}", reviews=60, reward_sum=reward
        )
    row = briefed(count=8, genre="folk")
    assert row.arms[2]["style"] == "printed_place:engraving"
    tasks.draw_covers(str(row.pk))
    third, seventh = row.covers.order_by("position")[2], row.covers.order_by("position")[6]
    assert (third.parameters["composition"], third.style_arm) == ("engraving", "printed_place:engraving")
    assert seventh.parameters["style"] == "printed_place"
    assert seventh.parameters["composition"] != "engraving", "no twin"


def test_a_style_that_was_asked_for_stays_and_teaches_nothing():
    row = briefed(count=2, style="gala")
    tasks.draw_covers(str(row.pk))
    assert row.parsed_brief().styles == ()
    for cover in row.covers.all():
        assert (cover.parameters["style"], cover.style_arm) == ("gala", "")
        make_review(cover, somebody())
    assert counts() == {}


def test_a_diffusion_request_gets_phrasings_too_and_keeps_its_scene_first():
    row = briefed(engine="sdxl", count=8)
    phrasings = [arm["phrasing"] for arm in row.arms]
    assert phrasings[0] == "scene"
    assert len(set(phrasings)) == 8
    assert set(phrasings[1:]) <= set(PHRASINGS)
    for position, name in enumerate(phrasings[1:], start=1):
        prompt = spec_of(row, position).prompt
        assert PHRASINGS[name][1] in prompt
    assert spec_of(row, 0).prompt.startswith("the sea by moonlight")  # what the first concept shows, in words


def test_a_fixed_style_leaves_the_phrasing_to_the_bandit():
    row = briefed(engine="sdxl", count=4, style="brush")
    assert {arm["style"] for arm in row.arms} == {""}
    assert len({arm["phrasing"] for arm in row.arms}) == 4
    assert "ink brush" in spec_of(row, 2).prompt


@pytest.mark.parametrize(
    "changes", [{"engine": "pocket"}, {"shows_face": True}, {"engine": "sdxl", "shows_face": True}]
)
def test_who_has_no_words_or_shows_a_face_takes_no_part(changes):
    row = briefed(**changes)
    assert row.arms == []
    assert row.parsed_brief().styles == ()


def test_switched_off_pictures_and_prompts_are_those_of_before(settings):
    """What a stored brief of before the bandit gives: no styles in it, no arms on the row."""
    settings.PROMPT_BANDIT = False
    for engine in ("poster", "sdxl"):
        row = briefed(engine=engine, count=4)
        assert (row.arms, row.parsed_brief().styles) == ([], ())
        specs = [spec_of(row, position) for position in range(4)]
        old = CoverRequest.objects.get(pk=row.pk)
        old.brief = {name: value for name, value in row.brief.items() if name != "styles"}
        assert [spec_of(old, position) for position in range(4)] == specs
        assert [spec.prompt for spec in specs] == [prompt_for(row.parsed_brief(), at, 4)[0] for at in range(4)]


def test_a_request_with_the_same_seed_and_counts_gets_the_same_arms():
    assert briefed(seed=3).arms == briefed(seed=3).arms != briefed(seed=4).arms


def test_a_request_tried_again_keeps_its_arms():
    row = briefed(count=4)
    before = row.arms
    for style in STYLES:
        PromptArm.objects.create(engine="poster", genre="", kind="style", arm=style, reviews=50, reward_sum=25)
    PromptArm.objects.filter(arm="gala").update(reward_sum=50)
    CoverRequest.objects.filter(pk=row.pk).update(state="failed", failure="engine:failed", finished_at=timezone.now())
    retry_request(request=row)
    tasks.draw_covers(str(row.pk))
    drawn = row.covers.order_by("position").values_list("style_arm", flat=True)
    assert list(drawn) == [arm["style"] for arm in before]


def test_ratings_of_a_genre_decide_what_it_gets_and_no_other_genre(settings):
    settings.PROMPT_BANDIT_EXPLORATION = 0.0
    for style in STYLES:
        reward = 57.0 if style in ("glitch", "gala", "swiss", "lines") else 6.0
        PromptArm.objects.create(engine="poster", genre="folk", kind="style", arm=style, reviews=60, reward_sum=reward)
    brief = make_brief(genre="folk", mood="triumph")
    chosen = [
        chosen_for(CoverRequest(engine="poster", genre="folk", seed=seed, count=4), brief)[0] for seed in range(20)
    ]
    assert all(set(brief.styles) == {"glitch", "gala", "swiss", "lines"} for brief in chosen)
    other = [
        chosen_for(CoverRequest(engine="poster", genre="jazz", seed=seed, count=4), brief)[0] for seed in range(20)
    ]
    assert len({style for brief in other for style in brief.styles}) > 8


def test_styles_that_speak_against_the_mood_are_not_chosen_however_well_rated(settings):
    settings.PROMPT_BANDIT_EXPLORATION = 0.5
    PromptArm.objects.create(engine="poster", genre="indie", kind="style", arm="gala", reviews=60, reward_sum=60)
    for seed in range(30):
        row = CoverRequest(engine="poster", genre="indie", seed=seed, count=8)
        assert "gala" not in chosen_for(row, make_brief(genre="indie", mood="anger"))[0].styles


def test_the_choice_costs_one_query(django_assert_num_queries: DjangoAssertNumQueries):
    with django_assert_num_queries(1):
        chosen_for(CoverRequest(engine="sdxl", genre="folk", seed=1, count=8), make_brief())


def test_the_row_says_which_pictures_were_chosen_by_chance(settings):
    settings.PROMPT_BANDIT_EXPLORATION = 0.25
    rows = [
        CoverRequest(engine="poster", genre="folk", seed=random.Random(n).randrange(2**62), count=8) for n in range(250)
    ]
    flags = [arm["explored"] for row in rows for arm in chosen_for(row, make_brief())[1]]
    assert sum(flags) / len(flags) == pytest.approx(0.25, abs=0.04)
