"""Somebody brings a picture to the create form: chosen, dropped or pasted, its square by hand and by keys, with and without JavaScript."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.browser.test_pages import violations
from tests.covers.own_pictures import as_file, drawing

PHONE = {"width": 390, "height": 844}
FILE = {"name": "sea.jpg", "mimeType": "image/jpeg", "buffer": as_file(drawing(900, 600))}
HAND_OVER = """([content, kind]) => {
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], "sea.png", { type: "image/png" }));
  const options = { bubbles: true, cancelable: true, clipboardData: carried, dataTransfer: carried };
  document.dispatchEvent(kind === "paste" ? new ClipboardEvent("paste", options) : new DragEvent("drop", options));
}"""


def hand_over(page: Any, kind: str) -> None:
    """As a browser does where somebody pastes or drops a file."""
    content = base64.b64encode(as_file(drawing(900, 600), "PNG")).decode()
    page.evaluate(HAND_OVER, [content, kind])


def fill_song(page: Any) -> None:
    page.locator("#id_title").fill("Fighting")
    page.locator("#id_artist").fill("KJY")


def wait_for_square(page: Any) -> None:
    page.locator("[data-own-square]").wait_for(state="visible", timeout=60_000)


def square_of(page: Any) -> list[float]:
    """What would be sent: nothing, where the engine chooses."""
    return page.evaluate(
        "['crop_x', 'crop_y', 'crop_size'].map((name) => new FormData(document.querySelector('#create-form')).get(name))"
        ".filter((value) => value !== null).map(Number)"
    )


@pytest.mark.parametrize("kind", ["paste", "drop"])
def test_a_picture_is_pasted_or_dropped_anywhere_and_its_square_is_moved(visit: Any, kind: str) -> None:
    browser = visit(viewport=PHONE)
    page = browser.open("/create/")
    fill_song(page)
    hand_over(page, kind)
    wait_for_square(page)
    assert square_of(page) == [], "the site chooses"
    page.locator("#id_crop_size").focus()
    for _ in range(40):
        page.keyboard.press("ArrowLeft")
    x, y, size = square_of(page)
    found = page.locator("[data-own-picture-shown]").evaluate(
        "image => [image.dataset.squareX, image.dataset.squareY].map(Number)"
    )
    assert (round(x, 2), round(y, 2)) == (round(found[0], 2), round(found[1], 2)), "from the square that the site found"
    assert size < 0.9
    square = page.locator("[data-own-square]")
    square.scroll_into_view_if_needed()
    box = square.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 20 + 400, box["y"] + 20, steps=4)
    page.mouse.up()
    moved = square_of(page)
    assert moved[0] > x, "to the right, no further than the picture goes"
    assert moved[0] <= 1 - size * 600 / 900 / 2 + 0.01
    page.get_by_role("button", name="Let the site choose").click()
    assert square_of(page) == []


def test_covers_are_made_of_it_and_the_button_waits_for_its_arrival(visit: Any) -> None:
    browser = visit(viewport=PHONE)
    page = browser.open("/create/")
    fill_song(page)
    page.locator("[data-own-picture] > summary").click()
    page.locator("#picture-file").set_input_files([FILE])
    wait_for_square(page)
    page.locator(".create__submit button").click()
    page.locator("#id_picture_agreed_error").wait_for()
    assert page.locator("#id_title").input_value() == "Fighting"
    wait_for_square(page)
    page.locator("#id_picture_agreed").check()
    page.locator(".create__submit button").click()
    page.wait_for_url("**/requests/**")
    page.locator(".cover-picture__image").nth(3).wait_for(timeout=240_000)
    assert page.get_by_text("4 covers are made of it").is_visible()


def test_a_file_that_is_no_picture_is_told_at_once_and_nothing_is_lost(visit: Any) -> None:
    page = visit(viewport=PHONE).open("/create/")
    fill_song(page)
    page.locator("[data-own-picture] > summary").click()
    page.locator("#picture-file").set_input_files([{"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"hello"}])
    page.get_by_text("not a picture that we can read").last.wait_for()
    assert page.locator("#id_title").input_value() == "Fighting"
    assert not page.locator("[data-own-chosen]").is_visible()


def test_without_javascript_it_travels_with_the_form(visit: Any) -> None:
    browser = visit(java_script_enabled=False)
    page = browser.open("/create/")
    fill_song(page)
    page.locator("[data-own-picture] > summary").click()
    page.locator("#picture-file").set_input_files([FILE])
    page.locator("#id_picture_agreed").check()
    page.locator(".create__submit button").click()
    page.wait_for_url("**/requests/**")


@pytest.mark.parametrize(("language", "theme"), [("en", "dark"), ("ko", "light")])
def test_its_group_has_no_axe_violation_and_fits_a_phone(visit: Any, language: str, theme: str) -> None:
    browser = visit(color_scheme=theme, viewport=PHONE)
    browser.context.add_cookies([{"name": "django_language", "value": language, "url": browser.address}])
    page = browser.open("/create/")
    page.locator("[data-own-picture] > summary").click()
    assert violations(page) == []
    page.locator("#picture-file").set_input_files([FILE])
    wait_for_square(page)
    page.locator("#id_crop_size").press("ArrowLeft")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
