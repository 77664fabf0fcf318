"""The studio: a cover opens, its type is changed, each change is a version, and nothing else of the picture moves."""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np
import pytest
from django.urls import reverse
from PIL import Image

from albumsite.jobs.states import State
from covers import tasks
from covers.object_keys import art_key
from tests.covers.studio_pages import (
    box_of,
    drawn_cover,
    fields_of,
    look,
    make,
    master,
    page_of,
    pixels_at,
    send,
)

pytestmark = pytest.mark.django_db(transaction=True)


# --- the typo ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "mended"),
    [("Papr Route", "Paper Route"), ("할머니의 재봉클", "할머니의 재봉틀"), ("My  Bicycle", "My Bicycles!")],
)
def test_a_typo_is_mended_and_no_pixel_outside_the_lettering_changes(browser, visitor, title, mended):
    cover = drawn_cover(visitor, title=title)
    before, layout = master(cover), cover.layout
    typed = fields_of(page_of(browser, cover))["title-text"]
    assert "".join(typed.split()).casefold() == "".join(title.split()).casefold(), "the page shows what stands there"
    answer = send(browser, cover, title__text=mended)
    version = cover.versions.get(number=2)
    assert answer["Location"] == f"{reverse('covers:studio', args=[cover.pk])}?version={version.pk}"
    assert make(cover).state == State.DONE
    after = master(cover)
    changed = (before != after).any(axis=2)
    for one in (layout, cover.layout):
        for role in ("title", "artist"):
            changed[box_of(one, role, 256)] = False
    assert not changed.any()
    assert (before != after).any()
    assert cover.title == mended
    assert mended in browser.get(cover.get_absolute_url()).content.decode()
    assert (
        pixels_at(art_key(cover.storage_prefix)) == pixels_at(art_key(cover.versions.get(number=1).storage_prefix))
    ).all()


def test_saved_unchanged_nothing_is_made(browser, cover):
    answer = send(browser, cover)
    assert answer.status_code == 409
    assert "Nothing is different" in answer.content.decode()
    assert not cover.versions.exclude(number=1).exists()


def test_each_change_is_named_and_one_goes_back_and_forward(browser, cover):
    first = master(cover)
    send(browser, cover, title__colour="#ff0000")
    make(cover)
    red = master(cover)
    send(browser, cover, artist__text="The Marlow Kids, live", artist__size="3.5")
    make(cover)
    page = page_of(browser, cover)
    assert "Title: colour" in page
    assert "Artist: words, size" in page
    for number, picture in ((2, red), (1, first), (3, master(cover))):
        version = cover.versions.get(number=number)
        browser.post(reverse("covers:show_version", args=[cover.pk, version.pk]))
        cover.refresh_from_db()
        assert (master(cover) == picture).all()
        assert cover.versions.get(is_shown=True) == version
    assert cover.artist == "The Marlow Kids, live"
    browser.post(reverse("covers:show_version", args=[cover.pk, cover.versions.get(number=1).pk]))
    cover.refresh_from_db()
    assert (cover.artist, cover.title) == ("The Marlow Kids", "Paper Route")


def test_sent_twice_it_is_one_version(browser, cover):
    opened = page_of(browser, cover)
    first = send(browser, cover, opened=opened, title__text="Paper Routes")
    again = send(browser, cover, opened=opened, title__text="Paper Routes")
    assert first["Location"] == again["Location"]
    assert cover.versions.count() == 2


def test_two_tabs_lose_nothing_of_each_other(browser, cover):
    opened = page_of(browser, cover), page_of(browser, cover)
    send(browser, cover, opened=opened[0], title__text="One tab")
    send(browser, cover, opened=opened[1], title__text="Other tab")
    later, earlier = cover.versions.get(number=3), cover.versions.get(number=2)
    tasks.set_version(str(later.pk))
    tasks.set_version(str(earlier.pk))
    cover.refresh_from_db()
    assert cover.title == "Other tab", "what was asked for last is shown, whichever was ready first"
    texts = [version.parsed_document().text_of("title") for version in cover.versions.order_by("number")]
    assert texts[1:] == ["One tab", "Other tab"]


# --- fields -----------------------------------------------------------------------------------------------------------


def test_every_field_does_what_it_says(browser, cover):
    """One after the other: the layout says where type stands and how large it is."""

    def title(**changes: Any) -> dict[str, Any]:
        send(browser, cover, **changes)
        make(cover)
        return dict(cover.layout["title"])

    start = dict(cover.layout["title"])
    larger = title(title__size=f"{140 * start['cap']:.2f}")
    assert larger["cap"] == pytest.approx(1.4 * start["cap"], rel=0.01)
    assert title(title__case="upper")["lines"] == [line.upper() for line in start["lines"]]
    moved = title(title__x="50", title__y="50", title__align="center", title__size="6")
    assert moved["box"][0] + moved["box"][2] / 2 == pytest.approx(0.5, abs=0.01)
    assert moved["box"][1] + moved["box"][3] == pytest.approx(0.5, abs=0.15)
    wider = title(title__tracking="40")
    assert wider["box"][2] > moved["box"][2] * 1.2
    assert title(title__voice="dot")["typefaces"] == ["aibum-dot-700.ttf"]
    bent = title(title__curve="120", title__tracking="0")
    assert bent["box"][3] > wider["box"][3]
    off = title(artist__is_on=None)
    assert cover.layout["artist"] is None
    assert off["lines"] == bent["lines"]


def test_more_lines_than_the_site_sets(browser, cover):
    send(
        browser,
        cover,
        featuring__text="feat. 한결",
        featuring__is_on="on",
        label__text="MARLOW RECORDS",
        label__is_on="on",
    )
    make(cover)
    assert set(cover.layout["others"]) == {"featuring", "label"}
    assert (cover.title, cover.artist) == ("Paper Route", "The Marlow Kids")


def test_hangul_runs_down_and_a_block_of_colour_lies_under_it(browser, visitor):
    cover = drawn_cover(visitor, title="여름방학", artist="코코넛")
    before = master(cover)
    send(browser, cover, title__text="여름방학", title__is_vertical="on", title__x="80", title__y="15", title__has_plate="on",
         plate="obi", plate_colour="#ffe000", title__colour="#101010")  # fmt: skip
    make(cover)
    assert cover.layout["title"]["vertical"]
    assert cover.layout["title"]["box"][3] > cover.layout["title"]["box"][2]
    x, _y, width, _height = cover.layout["panel"]["box"]
    strip = master(cover)[128, int(x * 256) + 2]
    assert np.abs(strip - np.array((255, 224, 0))).max() < 40
    left = slice(0, int(x * 256) - 2)
    artist = box_of({"artist": cover.layout["artist"]}, "artist", 256)
    same = (master(cover)[:, left] == before[:, left]).all(axis=2)
    old = np.zeros((256, 256), bool)
    for role in ("title", "artist"):
        old[box_of(cover.versions.get(number=1).layout, role, 256)] = True
    old[artist] = True
    assert same[~old[:, left]].all()
    assert width < 0.5


def test_a_cover_without_type_gets_some(browser, visitor):
    cover = drawn_cover(visitor, with_lettering=False)
    assert cover.layout is None
    send(browser, cover, title__is_on="on", title__text="Paper Route", title__colour="#ff00ff")
    make(cover)
    assert cover.layout["title"]["lines"] == ["Paper Route"]
    assert (master(cover) != master(cover.versions.get(number=1))).any()


# --- looking, and what is wrong -------------------------------------------------------------------------------------------


def test_what_is_looked_at_is_what_is_saved(browser, cover):
    answer = look(browser, cover, title__text="Look at me", title__x="10", title__y="40").json()
    seen = Image.open(io.BytesIO(base64.b64decode(answer["look"].partition(",")[2]))).convert("RGB")
    send(browser, cover, title__text="Look at me", title__x="10", title__y="40")
    make(cover)
    difference = np.abs(np.asarray(seen).astype(int) - master(cover))
    assert difference.mean() < 4, "but for what WebP loses"


@pytest.mark.parametrize(
    ("changes", "says", "mends"),
    [
        ({"title__x": "-20", "title__align": "left"}, "outside the safe margin", "mend margin title"),
        ({"title__size": "40"}, "outside the safe margin", "mend margin title"),
        ({"title__text": "PAPER", "title__is_vertical": "on"}, "run down in columns", "mend columns title"),
    ],
)
def test_what_is_wrong_is_said_and_mended_by_one_touch(browser, cover, changes, says, mends):
    answer = look(browser, cover, **changes).json()
    assert any(says in note["text"] and note["do"] == mends for note in answer["notes"])
    mended = look(browser, cover, mends, **changes).json()
    assert not any(says in note["text"] for note in mended["notes"])
    values = {name.replace("-", "__"): value for name, value in mended["values"].items() if value is not False}
    assert not any(says in note["text"] for note in look(browser, cover, **values).json()["notes"])


def test_type_that_cannot_be_read_is_said_and_mended(browser, cover):
    ground = master(cover)[box_of(cover.layout, "title", 256)].reshape(-1, 3)
    like_ground = "#{:02x}{:02x}{:02x}".format(*np.median(ground, axis=0).astype(int))
    answer = look(browser, cover, title__colour=like_ground).json()
    assert any("hard to read here, contrast" in note["text"] for note in answer["notes"])
    mended = look(browser, cover, "mend contrast title", title__colour=like_ground).json()
    assert not any("Title: hard to read" in note["text"] for note in mended["notes"])


def test_a_line_that_the_block_of_colour_reaches_is_said_and_mended(browser, cover):
    x, y, _width, height = cover.layout["title"]["box"]
    on_it = {"plate": "band", "title__has_plate": "on", "title__colour": "#101010", "plate_colour": "#ffffff"}
    on_it |= {"artist__x": 100 * x, "artist__y": 100 * (y + height) + 1, "artist__align": "left"}
    said = look(browser, cover, artist__colour="#ffffff", **on_it).json()["notes"]
    text = "Artist: hard to read here, contrast 1.0 of 4.5. Give it another colour or place."
    assert {"text": text, "do": "mend contrast artist"} in said
    mended = look(browser, cover, "mend contrast artist", artist__colour="#ffffff", **on_it).json()["notes"]
    assert not any("Artist: hard to read" in note["text"] for note in mended)


def as_sent(values: dict[str, Any]) -> dict[str, Any]:
    """As a script that has filled the fields would send them: what is not ticked is not there."""
    return {
        name.replace("-", "__"): "on" if value is True else value
        for name, value in values.items()
        if value is not False
    }


@pytest.mark.parametrize("title", ["끝나지 않기를 바라던 그 밤의 노래 " * 10, "W" * 200], ids=["words", "one word"])
def test_a_title_of_two_hundred_letters_is_mended_into_rows_that_can_be_read(browser, cover, title):
    long = {"title__text": title[:200].strip(), "title__size": "7", "title__x": "50", "title__align": "center"}
    answer = look(browser, cover, **long).json()
    assert {note["do"] for note in answer["notes"]} >= {"mend margin title"}
    mended = look(browser, cover, "mend margin title", **long).json()
    assert not any("safe margin" in note["text"] for note in mended["notes"])
    values = mended["values"]
    assert values["title-text"].count("\n") >= 1
    assert values["title-size"] >= 1.5, "fifteen pixels of a thousand, where one row had three"
    sent = as_sent(values)
    for _touch in range(4):
        left = [note["do"] for note in look(browser, cover, **sent).json()["notes"] if note["do"]]
        if not left:
            break
        sent |= as_sent(look(browser, cover, left[0], **sent).json()["values"])
    assert not left, "each touch mends one thing, and does not bring the last one back"
    assert send(browser, cover, **sent).status_code == 302
    assert make(cover).state == State.DONE


def test_a_block_of_colour_leaves_a_title_readable_from_the_start(browser, cover):
    answer = look(browser, cover, plate="band", title__has_plate="on").json()
    assert not any("Title: hard to read" in note["text"] for note in answer["notes"])


def test_letters_that_no_typeface_has_are_named(browser, cover):
    answer = look(browser, cover, title__text="Fire \U00014400").json()
    assert any("no typeface here has \U00014400 (U+14400)" in note["text"] for note in answer["notes"])


def test_a_line_on_another_is_said(browser, cover):
    x, y, _width, height = cover.layout["title"]["box"]
    answer = look(browser, cover, artist__x=100 * x + 2, artist__y=100 * (y + height / 2), artist__align="left").json()
    assert any("stands on another line" in note["text"] for note in answer["notes"])


def test_a_title_that_grows_into_the_artist_is_mended_by_one_touch(browser, cover):
    grown = {
        "title__text": "Paper\nRoute\nHome",
        "title__x": "10",
        "title__y": "20",
        "title__size": "7",
        "title__align": "left",
    }
    grown |= {"artist__x": "10", "artist__y": "30", "artist__align": "left"}
    answer = look(browser, cover, **grown).json()
    text = "Artist: stands on another line. Move one of the two, or make one smaller."
    assert {"text": text, "do": "mend overlap artist"} in answer["notes"]
    mended = look(browser, cover, "mend overlap artist", **grown).json()
    assert not any("another line" in note["text"] for note in mended["notes"])
    title, artist = mended["boxes"]["title"], mended["boxes"]["artist"]
    assert artist[1] > title[1] + title[3], "the name stands under the title"


@pytest.mark.parametrize("anchor", ["top left", "middle center", "bottom right"])
def test_nine_places(browser, cover, anchor):
    boxes = look(browser, cover, f"place title {anchor}", title__size="5", title__text="Paper").json()["boxes"]
    x, y, width, height = boxes["title"]
    valign, align = anchor.split()
    assert {"left": x, "center": abs(x + width / 2 - 0.5), "right": 1 - x - width}[align] < 0.06
    assert {"top": y, "middle": abs(y + height / 2 - 0.5), "bottom": 1 - y - height}[valign] < 0.06


def test_without_javascript_the_same_buttons_do_the_same(browser, cover):
    page = send(browser, cover, "look", title__text="Unsaved").content.decode()
    assert ">\nUnsaved</textarea>" in page.replace("&#x27;", "'")
    assert not cover.versions.exists()
    page = send(browser, cover, "place title top left", title__text="Unsaved", title__size="5").content.decode()
    assert fields_of(page)["title-text"] == "Unsaved"
    assert float(fields_of(page)["title-x"]) < 6
    page = send(browser, cover, "mend margin title", title__x="-20", title__align="left").content.decode()
    assert float(fields_of(page)["title-x"]) > 0
