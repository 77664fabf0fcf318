"""The studio: a release that is explicit says so in a corner of its cover, and no other does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from django.test import Client
from PIL import Image

from covers.lettering.type_document import CORNERS, TypeDocument, TypeLine
from covers.lettering.typesetting import typeset
from covers.models import Cover
from tests.covers.studio_pages import fields_of, look, make, master, page_of, send
from tests.working import store_file

pytestmark = pytest.mark.django_db(transaction=True)


def within(pixels: Any, box: list[float]) -> Any:
    side = len(pixels)
    x, y, width, height = (round(one * side) for one in box)
    return pixels[y + 1 : y + height - 1, x + 1 : x + width - 1]


def is_a_plate(pixels: Any) -> bool:
    return bool((pixels.mean(-1) < 60).mean() > 0.4 and (pixels.mean(-1) > 170).mean() > 0.12)


def test_it_is_there_when_the_person_says_so_and_also_in_the_store_file(
    browser: Client, cover: Cover, settings: Any
) -> None:
    assert "is_explicit" not in fields_of(page_of(browser, cover)), "nobody has said so"
    send(browser, cover, mark="top right")
    assert cover.versions.count() == 0, "a corner alone says nothing"
    before = master(cover)
    send(browser, cover, is_explicit="on", mark="top right")
    make(cover)
    box = cover.layout["mark"]["box"]
    assert is_a_plate(within(master(cover), box))
    changed = (master(cover) != before).any(axis=2)
    x, y, width, height = (round(256 * one) for one in box)
    changed[y - 2 : y + height + 3, x - 2 : x + width + 3] = False
    assert not changed.any(), "and nothing else is different"
    assert "Explicit mark" in page_of(browser, cover)
    assert cover.alt_text.endswith(", marked explicit")
    settings.RELEASE_SIZE_PIXELS = 512
    large = np.asarray(store_file(cover))
    assert is_a_plate(within(large.astype(int), box))
    send(browser, cover, is_explicit=None)
    make(cover)
    assert (master(cover) == before).all()
    assert "mark" not in cover.layout


def test_it_stays_when_the_picture_changes_and_its_type_is_set_anew(browser: Client, cover: Cover) -> None:
    changes = {"is_explicit": "on", "mark": "bottom left", "picture__another": "1"}
    assert look(browser, cover, **changes).status_code == 200
    send(browser, cover, **changes)
    version = make(cover)
    assert version.is_set_by_site
    assert version.changes == ["mark", "picture:another"]
    assert is_a_plate(within(master(cover), cover.layout["mark"]["box"]))
    assert fields_of(page_of(browser, cover))["is_explicit"] == "on"


@pytest.mark.parametrize("corner", CORNERS)
def test_it_keeps_off_the_type_and_is_read_in_three_hundred_pixels(corner: str) -> None:
    valign, align = corner.split(" ")
    x, y = {"left": 0.05, "right": 0.95}[align], {"top": 0.14, "bottom": 0.93}[valign]
    line = TypeLine("title", "Corner", "grotesk", 0.08, x, y, "#ffffff", align)
    picture = Image.new("RGB", (300, 300), (40, 90, 120)).tobytes()
    made = typeset(picture, 300, 300, TypeDocument((line,), mark=corner))
    left, top, width, height = made.layout["mark"]["box"]
    _left, title_top, _width, title_height = made.boxes["title"]
    assert top + height <= title_top or top >= title_top + title_height
    assert (left < 0.5) == (align == "left")
    assert (top < 0.5) == (valign == "top")
    assert height * 300 > 15
    pixels = np.frombuffer(made.rgb, np.uint8).reshape(300, 300, 3).astype(int)
    word = within(pixels, [left + 0.014, top + 0.014, width - 0.028, height - 0.028]).mean(-1)
    assert (word > 150).mean() > 0.2, "white letters"
    assert (word < 60).mean() > 0.2, "on black"


def test_where_type_leaves_no_room_it_is_told() -> None:
    line = TypeLine(
        "title", "\n".join(["WIDE WORDS"] * 8), "poster_heavy", 0.11, 0.5, 0.12, "#ffffff", "center", leading=0.8
    )
    picture = Image.new("RGB", (256, 256), (40, 90, 120)).tobytes()
    made = typeset(picture, 256, 256, TypeDocument((line,), mark="top left"))
    assert ("mark", "title") in [(fault.kind, fault.role) for fault in made.faults]


def test_nonsense_is_refused_with_all_that_was_typed(browser: Client, cover: Cover) -> None:
    answer = send(browser, cover, is_explicit="on", mark="upside down", title__text="Half typed")
    assert answer.status_code == 422
    assert fields_of(answer.content.decode())["title-text"] == "Half typed"
