"""The studio: the surface of a picture, and which part of it is seen."""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np
import pytest
from django.test import Client
from PIL import Image

from accounts.person import Person
from bench.cropped import measured
from covers.drawing.edited_picture import draw_edited
from covers.edits.picture_edit import PictureEdit
from covers.engine.poster.engine import PosterEngine
from covers.models import Cover
from covers.object_keys import art_key
from covers.services import studio
from tests.covers.studio_pages import drawn_cover, fields_of, look, make, page_of, pixels_at, send
from tests.working import store_file

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene(visitor: Person) -> Cover:
    return drawn_cover(visitor, title="The Last Ferry", lyrics="the ferry leaves the harbour at nine")


def small(pixels: Any, side: int = 32) -> Any:
    image = Image.fromarray(np.asarray(pixels).astype(np.uint8))
    return np.asarray(image.resize((side, side), Image.Resampling.BOX)).astype(int)


def unrest(pixels: Any) -> float:
    return float(np.abs(np.diff(np.asarray(pixels).astype(float).mean(-1), axis=1)).mean())


def seen(answer: Any) -> Any:
    content = base64.b64decode(answer.json()["look"].partition(",")[2])
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))


def test_a_part_is_seen_at_once_and_sharp_in_the_store_file(browser: Client, scene: Cover, settings: Any) -> None:
    before = pixels_at(art_key(scene.storage_prefix))
    cut = {"picture__zoom": "160", "picture__across": "100", "picture__down": "-100"}
    draft = seen(look(browser, scene, **cut))
    send(browser, scene, **cut)
    version = make(scene)
    assert version.is_set_by_site
    assert scene.layout["title"]["lines"]
    assert all(0 <= one <= 1 for one in scene.layout["title"]["box"])
    after = pixels_at(art_key(scene.storage_prefix))
    side = round(256 / 1.6)
    corner = Image.fromarray(before.astype(np.uint8)).crop((256 - side, 0, 256, side)).resize((256, 256))
    assert np.abs(small(after) - small(corner)).mean() < 8, "the upper right of the same picture"
    assert np.abs(small(draft) - small(corner)).mean() < 25
    assert unrest(after) > 1.15 * unrest(corner), "drawn, not enlarged"
    assert "Picture: cut, part that is seen" in page_of(browser, scene)
    settings.RELEASE_SIZE_PIXELS = 512
    large = store_file(scene)
    assert np.abs(small(large)[20:] - small(after)[20:]).mean() < 8, "but for its type"
    edit = version.parsed_picture()
    again = draw_edited(PosterEngine(), studio.spec_as_edited(cover=scene, edit=edit), edit)
    assert again.rgb == after.astype(np.uint8).tobytes(), "the same recipe, the same pixels"


def test_surfaces_are_smooth_grainy_or_paper_as_strong_as_is_wished(browser: Client, scene: Cover) -> None:
    drawn = {}
    for name, texture, strength in (
        ("smooth", "none", 0),
        ("little", "grain", 10),
        ("much", "grain", 100),
        ("paper", "paper", 60),
    ):
        edit = PictureEdit(texture=texture, strength=strength)
        pixels = draw_edited(PosterEngine(), studio.spec_as_edited(cover=scene, edit=edit), edit).rgb
        drawn[name] = np.frombuffer(pixels, np.uint8).reshape(256, 256, 3)
    as_drawn = pixels_at(art_key(scene.storage_prefix))
    assert unrest(drawn["smooth"]) < unrest(as_drawn)
    assert unrest(drawn["smooth"]) < unrest(drawn["little"]) < unrest(drawn["much"])
    assert np.abs(small(drawn["smooth"]) - small(as_drawn)).mean() < 6, "the same picture"
    assert (drawn["paper"] != drawn["much"]).any()
    send(browser, scene, picture__texture="grain", picture__strength="100")
    make(scene)
    assert (pixels_at(art_key(scene.storage_prefix)) == drawn["much"]).all()
    fields = fields_of(page_of(browser, scene))
    assert (fields["picture-texture"], fields["picture-strength"]) == ("grain", "100")


def test_what_changes_nothing_is_no_change(browser: Client, scene: Cover) -> None:
    assert send(browser, scene, picture__strength="90", picture__across="40").status_code == 409


def test_letters_are_not_cut_and_nonsense_is_said(browser: Client, scene: Cover) -> None:
    for changes in ({"picture__zoom": "400"}, {"picture__across": "left"}, {"picture__texture": "silk"}):
        answer = send(browser, scene, **changes, title__text="Half typed")
        assert answer.status_code == 422
        assert fields_of(answer.content.decode())["title-text"] == "Half typed"
    scene.parameters = scene.parameters | {"style": "type_huge", "scene": ""}
    scene.save()
    page = page_of(browser, scene)
    assert 'name="picture-zoom"' not in page
    assert 'name="picture-texture"' in page


@pytest.mark.slow
def test_water_is_as_fine_in_the_part_that_a_store_file_shows_as_in_the_whole() -> None:
    """Its ripples are computed at a bounded size, which is larger where more is drawn than is seen."""
    as_drawn, enlarged = measured("waterside", 3000, 60)
    assert as_drawn > 0.9
    assert enlarged < 0.8
