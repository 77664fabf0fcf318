"""Where type stands: inside the margins, off itself, readable against what is under it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from covers.lettering import TypePlan, Zone
from covers.lettering.title_contract import VOICES
from tests.covers.lettering.pictures import (
    PICTURES,
    PLAN,
    changed,
    checks,
    contrast_under,
    disc,
    enlarged,
    flat,
    gradient,
    meet,
    pixels_of,
    set_on,
    window,
)  # fmt: skip

TEXTS = {
    "short": ("밤", "무영"),
    "korean": ("너를 보내고 돌아오는 길에 비가 내렸다", "사티 라이츠"),
    "english": ("The Slow Return of Every Summer We Lost", "K. Marlowe & The Tides"),
    "mixed": ("한강 NIGHT 2026", "DJ 뷁"),
    "long": ("아주 긴 제목이 끝없이 이어지는 노래 " * 15, "이름이 아주 긴 오케스트라와 합창단 그리고 친구들 " * 3),
}
PLANS = {"with a plan": PLAN, "under the title": replace(PLAN, artist_zones=()), "without a plan": None}
EVERYWHERE = pytest.mark.parametrize("picture", PICTURES.values(), ids=PICTURES.keys())
EVERY_PLAN = pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS.keys())
EVERY_TEXT = pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())


@pytest.mark.parametrize("name", ["light", "gradient", "checks", "disc", "photograph"])
@EVERY_PLAN
@EVERY_TEXT
def test_title_and_artist_keep_off_each_other_and_inside_the_margins(name, plan, text):
    layout = set_on(PICTURES[name], *text, plan).layout
    title, artist = layout["title"]["box"], layout["artist"]["box"]
    assert not meet(title, artist)
    for x, y, across, down in (title, artist):
        assert min(x, y) >= 0.04
        assert max(x + across, y + down) <= 0.96
    assert layout["title"]["cap"] / layout["artist"]["cap"] >= 1.45


@EVERYWHERE
@EVERY_PLAN
def test_nothing_is_drawn_outside_the_boxes_that_are_reported(picture, plan):
    one = set_on(picture, *TEXTS["korean"], plan)
    difference = changed(picture, one)
    for part in (one.layout["title"], one.layout["artist"], one.layout["panel"]):
        if part is not None:
            difference[window(part["box"], picture, slack=1)] = False
    assert not difference.any()


@EVERYWHERE
@EVERY_PLAN
@pytest.mark.parametrize("seed", [1, 2])
def test_type_is_readable_on_its_ground(picture, plan, seed):
    picture = enlarged(picture, 3)
    one = set_on(picture, *TEXTS["korean"], plan, seed)
    panel = one.layout["panel"]
    ground = picture
    if panel is not None:
        ground = picture.copy()
        ground[window(panel["box"], picture)] = [int(panel["colour"][at : at + 2], 16) for at in (1, 3, 5)]
    assert contrast_under(ground, one, "title") >= 3.0
    assert contrast_under(ground, one, "artist") >= 4.5


def test_it_stands_in_the_first_zone_of_a_calm_plan():
    layout = set_on(flat((20, 20, 40))).layout
    zone = PLAN.title_zones[0]
    x, y, across, down = layout["title"]["box"]
    assert (x, y) == pytest.approx((zone.x, zone.y), abs=0.01)
    assert x + across <= zone.x + zone.width
    assert y + down <= zone.y + zone.height
    assert layout["title"]["ink"] == PLAN.inks[0]
    assert layout["panel"] is None


def test_it_takes_the_second_zone_when_the_first_lies_over_the_figure():
    plan = replace(
        PLAN, title_zones=(Zone(0.3, 0.26, 0.56, 0.13, "center"), Zone(0.07, 0.07, 0.86, 0.2)), artist_zones=()
    )
    box = set_on(disc(), plan=plan).layout["title"]["box"]
    assert box[1] + box[3] < 0.3


def test_it_takes_another_ink_when_the_wished_one_drowns():
    dark, light = "#101018", "#fff4e0"
    layout = set_on(flat((24, 22, 40)), plan=replace(PLAN, inks=(dark, light))).layout
    assert layout["title"]["ink"] == layout["artist"]["ink"] == light


def test_it_finds_an_ink_of_its_own_when_no_wished_one_can_be_read():
    ground = flat((128, 20, 30), side=1024)
    one = set_on(ground, plan=replace(PLAN, inks=("#801020", "#701828")))
    assert one.layout["panel"] is None
    assert contrast_under(ground, one, "artist") >= 4.5


def test_a_picture_that_is_busy_everywhere_gets_a_panel_in_the_plans_colour():
    picture = checks()
    layout = set_on(picture, plan=replace(PLAN, panel="#f2c230")).layout
    panel = layout["panel"]
    assert panel["colour"] == "#f2c230"
    for part in ("title", "artist"):
        x, y, across, down = layout[part]["box"]
        left, top, width, height = panel["box"]
        assert left <= x
        assert top <= y
        assert x + across <= left + width
        assert y + down <= top + height


@pytest.mark.parametrize("voice", VOICES)
def test_type_on_a_panel_stands_out_from_it(voice):
    picture = enlarged(checks(), 3)
    zone = Zone(0.75, 0.07, 0.18, 0.8, "right", "top", vertical=voice == "brush")
    one = set_on(picture, plan=TypePlan(voice, (zone,), ("#fff4e0",), panel="#1d2a5a"))
    ink, paper = ([int(one.layout[part][key][at : at + 2], 16) for at in (1, 3, 5)] for part, key in (
        ("title", "ink"), ("panel", "colour"),
    ))  # fmt: skip
    for part in ("title", "artist"):
        inside = pixels_of(one)[window(one.layout[part]["box"], picture)].astype(int)
        inked = (np.abs(inside - ink).sum(-1) < 40).mean()
        bare = (np.abs(inside - paper).sum(-1) < 40).mean()
        assert inked > 0.02
        assert bare > 0.2


def test_a_panel_is_solid_and_not_a_grey_veil():
    picture = checks()
    one = set_on(picture, plan=replace(PLAN, panel="#f2c230"))
    rows, columns = window(one.layout["panel"]["box"], picture)
    strip = pixels_of(one)[rows, columns][2:6].reshape(-1, 3).astype(int)
    assert np.abs(strip - [0xF2, 0xC2, 0x30]).max() <= 12


def test_without_a_plan_it_leaves_the_figure_alone():
    title = set_on(disc(), plan=None).layout["title"]["box"]
    nearest_x, nearest_y = max(title[0], min(0.58, title[0] + title[2])), max(title[1], min(0.62, title[1] + title[3]))
    assert (nearest_x - 0.58) ** 2 + (nearest_y - 0.62) ** 2 > 0.3**2


def test_without_a_plan_seeds_speak_in_different_voices():
    assert len({set_on(gradient(), plan=None, seed=seed).layout["voice"] for seed in range(12)}) >= 4


def test_a_one_letter_title_becomes_huge_when_the_plan_asks():
    plan = TypePlan("poster_heavy", (Zone(0.06, 0.06, 0.88, 0.7),), ("#101010",), title_scale=0.25)
    assert set_on(flat((240, 230, 210)), "꽃", "A", plan).layout["title"]["box"][3] > 0.24


def test_the_artist_stays_legible_on_a_thumbnail_beside_an_ordinary_title():
    assert set_on(flat((240, 230, 210))).layout["artist"]["cap"] * 300 >= 6


def test_other_proportions_keep_the_margins_too():
    wide = np.full((200, 360, 3), 240, np.uint8)
    for part in (set_on(wide, *TEXTS["english"]).layout[name] for name in ("title", "artist")):
        x, y, across, down = part["box"]
        assert min(x, y) >= 0.04
        assert max(x + across, y + down) <= 0.96


@pytest.mark.parametrize("name", ["light", "gradient", "disc", "checks"])
@EVERY_PLAN
def test_the_layout_is_the_same_at_every_size(name, plan):
    small = PICTURES[name]
    large = enlarged(small, 4)
    first, second = set_on(small, plan=plan).layout, set_on(large, plan=plan).layout
    for part in ("title", "artist"):
        assert first[part]["lines"] == second[part]["lines"]
        assert first[part]["box"] == pytest.approx(second[part]["box"], abs=0.004)


def test_the_same_arguments_give_the_same_bytes():
    for plan in PLANS.values():
        assert set_on(gradient(), plan=plan).rgb == set_on(gradient(), plan=plan).rgb


def test_it_refuses_bytes_of_another_size():
    from covers.lettering import render

    with pytest.raises(ValueError, match="bytes of rgb"):
        render(b"\0" * 30, 4, 4, title="a", artist="b", plan=None, seed=1)


@pytest.mark.parametrize("wrong", [{"voice": "shouting"}, {"finish": "gold leaf"}])
def test_it_refuses_a_voice_or_finish_that_it_does_not_have(wrong):
    with pytest.raises(ValueError, match="unknown"):
        set_on(flat((240, 230, 210)), plan=replace(PLAN, **wrong))
