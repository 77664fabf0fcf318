"""The studio as three people use it: with a mouse, with keys on a phone, and without JavaScript."""

from __future__ import annotations

import pytest

from tests.browser.conftest import ask_for_covers, wait_for_covers
from tests.covers.own_pictures import as_file, drawing

PHONE = {"width": 390, "height": 844}
SAVE = "Save as a new version"


@pytest.fixture
def opened(visit):
    """A browser with a cover of its own, and the address of its studio."""

    def make(**options):
        browser = visit(**options)
        page = browser.open()
        ask_for_covers(page, title="Last Ferry")
        cover = wait_for_covers(page)[0]
        return browser, page.url.split("/requests/")[0] + cover + "studio/"

    return make


def look_of(page) -> str:
    return page.locator("[data-look]").get_attribute("src")


def wait_for_look(page, before: str) -> str:
    page.wait_for_function("before => document.querySelector('[data-look]').getAttribute('src') !== before", arg=before)
    return look_of(page)


def test_what_is_typed_and_dragged_is_seen_at_once_and_saved(opened):
    browser, address = opened(viewport={"width": 1280, "height": 900})
    page = browser.open(address)
    box = page.locator(".studio__box[data-role=title]")
    box.wait_for()
    before = look_of(page)
    page.get_by_label("Words").first.fill("Last Ferry Home")
    typed = wait_for_look(page, before)
    place = box.bounding_box()
    page.mouse.move(place["x"] + 5, place["y"] + 5)
    page.mouse.down()
    page.mouse.move(place["x"] + 5, place["y"] + 65, steps=4)
    page.mouse.up()
    wait_for_look(page, typed)
    page.wait_for_function(
        """top => {
          const now = document.querySelector(".studio__box[data-role=title]").getBoundingClientRect().top;
          return Math.abs(now - top - 60) < 3;
        }""",
        arg=place["y"],
    )
    page.get_by_role("button", name=SAVE).click()
    page.get_by_text("Title: words, place").wait_for()
    page.locator(".studio__version--shown", has_text="Version 2").wait_for(timeout=60_000)
    page.get_by_role("button", name="Undo").click()
    page.locator(".studio__version--shown", has_text="Version 1").wait_for()
    page.get_by_role("button", name="Redo").click()
    page.locator(".studio__version--shown", has_text="Version 2").wait_for()
    page.get_by_role("link", name="To the cover").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Last Ferry Home"


def test_with_keys_alone_on_a_phone(opened):
    browser, address = opened(viewport=PHONE)
    page = browser.open(address)
    page.locator(".studio__box[data-role=title]").wait_for()
    before = look_of(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    start = float(page.locator("#id_title-y").input_value())
    page.locator(".studio__box[data-role=title]").focus()
    for _ in range(4):
        page.keyboard.press("ArrowDown")
    wait_for_look(page, before)
    assert float(page.locator("#id_title-y").input_value()) == pytest.approx(start + 2, abs=0.02)
    page.locator("#id_title-x").fill("-20")
    page.get_by_text("stands outside the safe margin").first.wait_for()
    page.get_by_role("button", name="Mend").first.focus()
    with page.expect_response(lambda response: "look" in response.url):  # a late answer leaves the keyboard where it is
        page.evaluate("document.querySelector('#id_title-x').dispatchEvent(new Event('input', {bubbles: true}))")
    page.wait_for_timeout(200)
    assert page.evaluate("document.activeElement.textContent") == "Mend"
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelector('#id_title-x').value > -20")
    before = look_of(page)
    page.get_by_label("Words").first.fill("A title that never comes to its end " * 5)
    wait_for_look(page, before)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.parametrize("viewport", [PHONE, {"width": 820, "height": 1180}, {"width": 844, "height": 390}])
def test_what_stays_at_the_top_leaves_room_and_covers_nothing_that_has_the_focus(opened, viewport):
    browser, address = opened(viewport=viewport, reduced_motion="reduce")
    page = browser.open(address)
    page.locator(".studio__box[data-role=title]").wait_for()
    before = look_of(page)
    for name, value in (("title-x", "-20"), ("artist-x", "-20"), ("artist-y", "99")):
        page.locator(f"#id_{name}").evaluate("(field, value) => { field.value = value; }", value)
    page.locator("#id_title-size").fill("30")
    wait_for_look(page, before)
    page.get_by_text("stands outside the safe margin").first.wait_for()
    behind = """() => {
      const one = document.activeElement, stage = document.querySelector(".studio__stage");
      if (!one.closest(".studio__lines")) return "";
      const box = (one.closest("label") ?? one).getBoundingClientRect(), over = stage.getBoundingClientRect();
      const isBehind = over.bottom > (box.top + box.bottom) / 2 && over.top < box.bottom;
      return isBehind || box.top > innerHeight ? one.outerHTML : "";
    }"""
    page.get_by_text("Explicit mark").focus()
    for _ in range(24):
        page.keyboard.press("Shift+Tab")
        page.wait_for_timeout(20)
        assert page.evaluate(behind) == ""


def test_the_picture_is_changed_and_its_type_goes_with_it(opened):
    browser, address = opened(viewport={"width": 1280, "height": 900})
    page = browser.open(address)
    page.locator(".studio__box[data-role=title]").wait_for()
    before = look_of(page)
    page.locator("[data-picture] > summary").click()
    page.get_by_role("button", name="Darker").click()
    darker = wait_for_look(page, before)
    assert page.get_by_label("In these colours").is_checked()
    page.get_by_role("button", name="Another look at it").click()
    wait_for_look(page, darker)
    page.get_by_label("Words").first.fill("Last Ferry Home")
    page.get_by_role("button", name=SAVE).click()
    page.get_by_text("Picture: colours, another look").wait_for()
    page.locator(".studio__version--shown", has_text="Version 2").wait_for(timeout=60_000)
    assert page.locator("#id_picture-another").input_value() == "1"
    assert page.get_by_label("Words").first.input_value().split() == ["Last", "Ferry", "Home"]


def test_a_picture_lends_its_colours_a_part_is_seen_and_a_mark_is_set(opened):
    browser, address = opened(viewport=PHONE)
    page = browser.open(address)
    page.locator(".studio__box[data-role=title]").wait_for()
    before = look_of(page)
    page.locator("[data-picture] > summary").click()
    file = {"name": "sea.png", "mimeType": "image/png", "buffer": as_file(drawing(), "PNG")}
    page.get_by_label("Colours of a picture").set_input_files(file)
    page.get_by_text("Its colours are here.").wait_for()
    coloured = wait_for_look(page, before)
    assert page.get_by_label("In these colours").is_checked()
    assert "#dc2828" in [page.locator(f"#id_picture-colour_{index}").input_value() for index in range(1, 6)]
    page.get_by_label("Colours of a picture").set_input_files(file | {"buffer": b"no picture"})
    page.get_by_text("This file is not a picture that we can read.").wait_for()
    page.get_by_text("Part that is seen", exact=True).click()
    page.get_by_label("Nearer, %").focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    near = wait_for_look(page, coloured)
    assert page.locator("label[for=id_picture-zoom] output").inner_text() == "110"
    page.get_by_text("Explicit mark").click()
    page.get_by_label("This release is explicit").check()
    wait_for_look(page, near)
    page.get_by_role("button", name=SAVE).click()
    page.get_by_text("Explicit mark · Picture: colours, cut").wait_for()
    page.locator(".studio__version--shown", has_text="Version 2").wait_for(timeout=60_000)
    assert page.get_by_label("This release is explicit").is_checked()


def test_before_the_drawing_a_picture_lends_its_colours(visit):
    page = visit().open("/create/")
    page.locator("summary", has_text="More wishes").click()
    page.get_by_label("Colours of a picture").set_input_files(
        {"name": "sea.png", "mimeType": "image/png", "buffer": as_file(drawing(), "PNG")}
    )
    page.get_by_text("Its colours are here.").wait_for()
    assert "dc2828" in page.get_by_label("Your own colours").input_value()


def test_without_javascript_the_form_does_the_same(opened):
    browser, address = opened(java_script_enabled=False)
    page = browser.open(address)
    page.get_by_label("Words").first.fill("Last Ferry Home")
    before = look_of(page)
    page.get_by_role("button", name="Look first").click()
    assert look_of(page) != before
    assert page.get_by_label("Words").first.input_value() == "Last Ferry Home"
    page.get_by_role("button", name="Top left").first.click()
    assert float(page.locator("#id_title-x").input_value()) < 8
    page.get_by_role("button", name=SAVE).click()
    page.locator(".studio__version--shown", has_text="Version 2").wait_for(timeout=60_000)  # the page reloads by itself
    page.get_by_role("link", name="Compare two").click()
    assert page.locator(".compare img").count() == 2
    page.set_viewport_size(PHONE)
    for field in page.locator(".studio__pick select").all():
        assert field.bounding_box()["width"] > 330, "the words of a version, and not its number alone"
    assert "Version 2: Title: words" in page.locator(".compare figcaption").last.inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_a_refused_save_said_goes_when_it_is_mended(opened):
    browser, address = opened()
    page = browser.open(address)
    page.locator(".studio__box[data-role=title]").wait_for()
    page.get_by_label("Words").first.fill("Last Ferry Home")
    page.locator("#id_title-size").evaluate("field => { field.value = 900; }")
    page.get_by_role("button", name=SAVE).click()
    page.locator(".field--wrong .field__error").wait_for()
    assert page.get_by_label("Words").first.input_value() == "Last Ferry Home"
    page.locator("#id_title-size").fill("8")
    page.wait_for_function("() => !document.querySelector('.field--wrong, .field__error')")


def test_the_language_switch_keeps_what_is_being_changed(opened):
    browser, address = opened()
    page = browser.open(address)
    page.get_by_label("Words").first.fill("Half a title")
    page.get_by_role("button", name="한국어").click()
    page.locator("html[lang=ko]").wait_for()
    assert page.locator("#id_title-text").input_value() == "Half a title"
    assert page.locator(".studio__version").count() == 0
