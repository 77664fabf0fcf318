"""The studio: the picture of a cover is changed, seen at once, and drawn whole as another version."""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np
import pytest
from django.urls import reverse
from PIL import Image

from accounts.person import Person
from albumsite.admission import limits
from albumsite.admission.limits import AdmissionRule
from albumsite.jobs.states import State
from covers.models import Cover, CoverVersion
from covers.object_keys import art_key
from tests.covers.studio_pages import (
    drawn_cover,
    fields_of,
    look,
    make,
    master,
    page_of,
    pixels_at,
    send,
)
from tests.working import store_file

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene(visitor: Person) -> Cover:
    cover = drawn_cover(visitor, title="The Last Ferry", lyrics="the ferry leaves the harbour at nine")
    assert cover.parameters["scene"] == "ferry_harbour"
    return cover


def test_an_hour_is_changed_and_the_type_is_set_anew_for_it(browser, scene):
    before = master(scene)
    hour = next(one for one in ("dawn", "evening", "dusk") if one != scene.parameters["hour"])
    send(browser, scene, picture__hour=hour)
    version = make(scene)
    assert version.state == State.DONE, version.failure
    assert scene.parameters["hour"] == hour
    assert scene.parameters["scene"] == "ferry_harbour"
    assert (master(scene) != before).mean() > 0.3
    assert "Picture: hour" in page_of(browser, scene)
    assert scene.layout["title"]["lines"]
    assert version.is_set_by_site
    assert "harbour" in scene.alt_text


def test_the_draft_shows_the_type_where_the_site_will_set_it(browser, scene):
    answer = look(browser, scene, picture__another="1").json()
    assert answer["values"]["picture-another"] == 1
    send(browser, scene, **_as_sent(answer["values"]))
    version = make(scene)
    assert version.is_set_by_site
    assert page_of(browser, scene).count("Picture: another look") >= 1
    assert scene.layout["title"]["box"] == pytest.approx(answer["boxes"]["title"], abs=0.02)
    back = look(browser, scene, picture__another="0").json()
    first = scene.versions.get(number=1)
    assert back["values"]["title-x"] == fields_of_version(first)["x"]


def _as_sent(values: dict[str, Any]) -> dict[str, Any]:
    """As a script that has filled the fields would send them."""
    sent = {name.replace("-", "__"): "on" if value is True else value for name, value in values.items()}
    return {name: None if value is False else value for name, value in sent.items()}


def fields_of_version(version: CoverVersion) -> dict[str, Any]:
    line = version.parsed_document().line("title")
    assert line is not None
    return {"x": round(100 * line.x, 2)}


def test_one_line_moved_by_hand_keeps_all_type_where_it_is(browser, scene):
    moved = look(browser, scene, picture__another="1", title__x="33").json()
    assert moved["boxes"]["title"][0] == pytest.approx(0.33, abs=0.2)
    assert "values" not in moved or moved["values"]["title-x"] == 33


def test_drafts_have_a_bound_and_type_does_not_use_it_up(browser, scene, monkeypatch):
    few = AdmissionRule(((2, 60),), ((2, 60),))
    usual = limits.rules
    monkeypatch.setattr(limits, "rules", lambda: usual() | {"studio-draft": few})
    drafts = [look(browser, scene, picture__another=str(number)).status_code for number in (1, 2)]
    typed = [look(browser, scene, picture__another="2", title__x=str(place)).status_code for place in range(10, 15)]
    assert drafts + typed == [200] * 7
    assert look(browser, scene, picture__another="3").status_code == 429
    assert send(browser, scene, picture__another="3").status_code == 302, "what cannot be seen first can still be saved"


def test_a_version_of_an_earlier_release_keeps_what_its_picture_is(browser, scene):
    send(browser, scene, title__text="Before")
    make(scene)
    scene.versions.update(parameters={})
    drawn = dict(scene.parameters)
    send(browser, scene, picture__another="1")
    make(scene)
    assert scene.parameters != drawn
    before = scene.versions.get(number=2)
    browser.post(reverse("covers:show_version", args=[scene.pk, before.pk]))
    scene.refresh_from_db()
    assert scene.parameters == drawn


def test_type_that_a_person_has_set_stays_when_the_picture_changes(browser, scene):
    send(browser, scene, title__text="My Ferry", title__x="10", title__y="50", title__align="left")
    make(scene)
    kept = dict(scene.layout["title"])
    send(browser, scene, picture__another="1")
    make(scene)
    assert {name: scene.layout["title"][name] for name in ("lines", "box")} == {
        name: kept[name] for name in ("lines", "box")
    }
    another = pixels_at(art_key(scene.storage_prefix))
    send(browser, scene, title__text="My Ferries")
    make(scene)
    assert (pixels_at(art_key(scene.storage_prefix)) == another).all(), "only the type was changed"
    first = scene.versions.get(number=1)
    browser.post(reverse("covers:show_version", args=[scene.pk, first.pk]))
    scene.refresh_from_db()
    assert scene.parameters == first.parameters


def test_colours_that_are_asked_for_are_there(browser, scene):
    wanted = ["#0b1d51", "#ff7a00", "#f5e9d0", "#00b3a4", "#101010"]
    colours = {f"picture__colour_{index + 1}": colour for index, colour in enumerate(wanted)}
    send(browser, scene, picture__own_palette="on", **colours)
    make(scene)
    assert set(scene.parameters["palette"]) & set(wanted)
    assert scene.parameters["palette_family"] == "own"


def test_a_mirror_turns_the_picture_and_nothing_else(browser, scene):
    before = pixels_at(art_key(scene.storage_prefix))
    send(browser, scene, picture__is_mirrored="on")
    make(scene)
    assert (pixels_at(art_key(scene.storage_prefix)) == before[:, ::-1]).all()


def test_a_draft_is_seen_before_it_is_saved_and_is_the_same_picture(browser, scene):
    answer = look(browser, scene, picture__another="3").json()
    seen = Image.open(io.BytesIO(base64.b64decode(answer["look"].partition(",")[2]))).convert("RGB")
    send(browser, scene, picture__another="3")
    make(scene)
    art = Image.fromarray(pixels_at(art_key(scene.storage_prefix)).astype(np.uint8))
    small = [np.asarray(one.resize((16, 16), Image.Resampling.BOX)).astype(int) for one in (seen, art)]
    assert np.abs(small[0] - small[1]).mean() < 25


def test_a_darker_picture_is_the_same_place_with_less_light(browser, scene):
    """Its own colours are made darker, not those of a palette that light and hour had changed."""
    before = pixels_at(art_key(scene.storage_prefix)).mean((0, 1))
    answer = look(browser, scene, "tone darker").json()
    seen = Image.open(io.BytesIO(base64.b64decode(answer["look"].partition(",")[2]))).convert("RGB")
    after = np.asarray(seen).mean((0, 1))
    assert after.sum() < before.sum()
    assert np.abs(after / after.sum() - before / before.sum()).max() < 0.05, "no other hue"


def test_five_equal_colours_are_drawn_and_what_is_no_colour_is_said(browser, scene):
    colours = {f"picture__colour_{index}": "#3a6ea5" for index in range(1, 6)}
    assert send(browser, scene, picture__own_palette="on", **colours).status_code == 302
    assert make(scene).state == State.DONE
    answer = send(browser, scene, picture__own_palette="on", **colours | {"picture__colour_2": "#nothex"})
    assert answer.status_code == 422
    assert "#3a6ea5" in answer.content.decode(), "nothing that was chosen is lost"
    assert "We cannot read the colour “#nothex”." in answer.content.decode()
    assert scene.versions.count() == 2


def test_a_colour_may_be_sent_by_its_name_as_before_the_drawing(browser, scene):
    names = {"picture__colour_1": "red", "picture__colour_2": "남색", "picture__colour_3": "#FC0"}
    assert send(browser, scene, picture__own_palette="on", title__colour="흰색", **names).status_code == 302
    version = make(scene)
    assert version.parsed_picture().palette[:3] == ("#d7263d", "#1f3a5f", "#ffcc00")
    assert version.parsed_document().line("title").colour == "#f6f3ea"


def test_a_cover_of_two_colours_gets_no_grey_of_ours(browser, scene):
    send(browser, scene, picture__own_palette="on", picture__colour_1="red")
    version = make(scene)
    two = {"palette": ["#aa2200", "#ffe8d0"]}
    CoverVersion.objects.filter(pk=version.pk).update(picture=two)  # as of a picture that has no more
    sent = fields_of(page_of(browser, scene))
    assert {sent[f"picture-colour_{index}"] for index in range(1, 6)} == {"#aa2200", "#ffe8d0"}
    assert send(browser, scene, title__text="Another").status_code == 302
    assert {*make(scene).parsed_picture().palette} == {"#aa2200", "#ffe8d0"}


@pytest.mark.parametrize("tone", ["darker", "lighter", "warmer", "cooler"])
def test_a_tone_changes_the_colours_on_the_form(browser, scene, tone):
    before = fields_of(page_of(browser, scene))
    values = look(browser, scene, f"tone {tone}").json()["values"]
    assert values["picture-own_palette"] is True
    light = {name: sum(int(colours[f"picture-colour_{index}"][at : at + 2], 16) for index in range(1, 6) for at in (1, 3, 5))
             for name, colours in (("before", before), ("after", values))}  # fmt: skip
    if tone in ("darker", "lighter"):
        assert (light["after"] < light["before"]) == (tone == "darker")
    else:
        warmth = [sum(int(one[f"picture-colour_{index}"][1:3], 16) - int(one[f"picture-colour_{index}"][5:7], 16)
                      for index in range(1, 6)) for one in (before, values)]  # fmt: skip
        assert (warmth[1] > warmth[0]) == (tone == "warmer")


def test_what_this_place_cannot_be_is_not_offered_and_not_taken(browser, scene):
    page = page_of(browser, scene)
    assert 'value="rain"' not in page, "this harbour has no rain of its own"
    assert send(browser, scene, picture__weather="rain").status_code == 422
    assert not scene.versions.exists()


def test_a_picture_of_ones_own_is_not_repainted(browser, visitor):
    from tests.covers.own_pictures import make_picture

    picture = make_picture(visitor)
    cover = drawn_cover(visitor, picture=picture, shows_picture=True, picture_positions=[0], picture_treatment="plain")
    assert "picture-another" not in page_of(browser, cover)
    send(browser, cover, title__text="Mine")
    assert make(cover).state == State.DONE


def test_the_store_file_shows_the_changed_picture(browser, scene, settings):
    settings.RELEASE_SIZE_PIXELS = 512
    send(browser, scene, picture__another="2", picture__is_mirrored="on")
    make(scene)
    picture = store_file(scene)
    shown = Image.fromarray(master(scene).astype(np.uint8))
    small = [np.asarray(one.resize((64, 64), Image.Resampling.BOX)).astype(int) for one in (picture, shown)]
    assert np.abs(small[0] - small[1]).mean() < 6, "but for grain, which is another at another size"


def test_a_place_in_print_is_printed_by_another_press_and_stays_the_same_place(browser, scene, visitor):
    printed = drawn_cover(
        visitor, title="The Last Ferry", lyrics="the ferry leaves the harbour at nine", style="printed_place"
    )
    assert printed.parameters["style"] == "printed_place"
    place, before = printed.parameters["scene"], master(printed)
    press = next(one for one in ("halftone", "engraving") if one != printed.parameters["composition"])
    send(browser, printed, picture__press=press)
    version = make(printed)
    assert version.state == State.DONE, version.failure
    assert (printed.parameters["composition"], printed.parameters["scene"]) == (press, place)
    assert (master(printed) != before).mean() > 0.2
    assert "Picture: printing" in page_of(browser, printed)
    assert ("dots" if press == "halftone" else "engraved") in printed.alt_text
    assert "picture-press" not in page_of(browser, scene), "a place that is not printed has no press"
