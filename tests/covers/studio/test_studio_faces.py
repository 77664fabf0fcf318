"""The studio: type on a face is told while it is moved, and mended by one touch."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.person import Person
from covers.engine.poster.engine import PosterEngine
from covers.lettering import on_faces
from covers.lettering.boxes import Box
from covers.models import Cover
from tests.covers.engine.test_poster_portraits import SPEC
from tests.covers.own_pictures import make_picture
from tests.covers.studio_pages import drawn_cover, look, page_of

pytestmark = pytest.mark.django_db(transaction=True)
SAID = "Title: stands on a face. Move it off, or make it smaller."


@pytest.fixture
def cover(visitor: Person) -> Cover:
    picture = make_picture(visitor, faces=[[0.4, 0.3, 0.2, 0.3]])
    return drawn_cover(visitor, picture=picture, shows_picture=True, picture_positions=[0], picture_treatment="plain")


def test_type_that_is_moved_onto_a_face_is_told_and_mended(browser: Client, cover: Cover) -> None:
    ((left, top, width, height),) = cover.parameters["faces"]
    assert SAID not in page_of(browser, cover), "where the site has set it"
    middle = {"title__x": 100 * (left + width / 2), "title__y": 100 * (top + height / 2), "title__align": "center"}
    (note,) = [one for one in look(browser, cover, **middle).json()["notes"] if one["text"] == SAID]
    mended = look(browser, cover, note["do"], **middle).json()
    assert SAID not in [one["text"] for one in mended["notes"]]
    (oval,) = on_faces.ovals(cover.parameters["faces"], 1.0)
    x, y, across, down = mended["boxes"]["title"]
    assert not oval.meets(Box(x, y, x + across, y + down))
    assert min(x, y) > 0.03
    assert max(x + across, y + down) < 0.97


def test_where_a_face_leaves_no_room_it_is_told_without_a_button(browser: Client, cover: Cover) -> None:
    cover.parameters = cover.parameters | {"faces": [[-0.5, -0.5, 2.0, 2.0]]}
    cover.save()
    notes = look(browser, cover).json()["notes"]
    assert [one["do"] for one in notes if one["text"] == SAID] == [""]


def test_a_cover_of_an_earlier_release_knows_of_no_face(browser: Client, cover: Cover) -> None:
    cover.parameters = {name: value for name, value in cover.parameters.items() if name != "faces"}
    cover.save()
    assert SAID not in str(look(browser, cover, title__x="50", title__y="50", title__align="center").json()["notes"])


def test_a_portrait_says_where_its_head_is() -> None:
    drawn = next(iter(PosterEngine().draw([SPEC], on_step=lambda _step: True)))
    faces = drawn.parameters["faces"]
    assert isinstance(faces, list)
    for x, y, width, height in faces:
        assert 0 <= x < x + width <= 1.001
        assert 0 <= y < y + height <= 1.001
        assert width * height > 0.005
