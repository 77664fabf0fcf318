"""A picture is drawn anew on a whole site: brushed with a mouse, with ready parts by keys on a phone, and without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import served, wait_for_covers
from tests.test_serve import Site

pytestmark = pytest.mark.slow
PHONE = {"width": 390, "height": 844}
DRAW = "Draw it as a new version"
RED = """() => {
  const canvas = document.querySelector("[data-canvas]");
  const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  let count = 0;
  for (let at = 3; at < data.length; at += 4) if (data[at]) count += 1;
  return count / (canvas.width * canvas.height);
}"""
"""How much of the picture is marked."""


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """One of its own, on which the small checkpoint draws."""
    with served(COVER_ENGINES_OFFERED="poster,pocket", POCKET_ON_FORM="1", COVER_SIZE_PIXELS="128") as site:
        yield site


@pytest.fixture(scope="module")
def address(site: Site) -> str:
    return f"http://127.0.0.1:{site.port}"


@contextmanager
def nobody_draws(site: Site) -> Iterator[None]:
    """What is asked for waits."""
    workers = [one for one in site.family() if one.cmdline()[-2:] == ["covers.drawing.workers.DrawWorker", "draw"]]
    assert workers
    for worker in workers:
        worker.suspend()
    try:
        yield
    finally:
        for worker in workers:
            worker.resume()


@pytest.fixture(scope="module")
def made(chromium: Any, address: str) -> tuple[str, Any]:
    """The address of a cover's studio, and the cookies of its maker."""
    context = chromium.new_context(locale="en-US")
    page = context.new_page()
    page.goto(address + "/create/?title=Cat&artist=Lou+Avery&engine=pocket")
    page.locator("summary", has_text="Options").click()
    page.get_by_label("How many").fill("1")
    page.locator("[data-count-button]").click()
    [cover] = wait_for_covers(page, 1)
    state = context.storage_state()
    context.close()
    return f"{address}{cover}studio/", state


def test_a_part_is_brushed_and_becomes_a_new_version(visit: Any, made: Any) -> None:
    studio, cookies = made
    page = visit(storage_state=cookies).open(studio)
    page.get_by_role("link", name="Draw this picture again").click()
    canvas = page.locator("[data-canvas]")
    canvas.wait_for()
    assert page.evaluate(RED) == 0
    box = canvas.bounding_box()
    # while one page fades into the other, nothing of either is under the mouse
    page.wait_for_function(
        "([x, y]) => document.elementFromPoint(x, y)?.matches('canvas')", arg=[box["x"] + 99, box["y"] + 99]
    )
    page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 0.2 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + 0.2 * box["height"], steps=6)
    page.mouse.up()
    marked = page.evaluate(RED)
    assert 0.04 < marked < 0.1
    assert page.get_by_label("What I brush").is_checked()
    page.get_by_role("button", name="Erase").click()
    box = canvas.bounding_box()  # the button may have been scrolled to
    page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + 0.2 * box["height"])
    page.mouse.down()
    page.mouse.up()
    assert page.evaluate(RED) < marked
    page.get_by_label("What it should show").fill("")
    page.get_by_role("button", name=DRAW).click()
    page.locator(".form-errors").wait_for()
    page.wait_for_function(f"() => ({RED})() > 0.03")
    page.get_by_label("What it should show").fill("a red heart on a black ground")
    page.get_by_role("button", name=DRAW).click()
    page.get_by_text("Drawn anew: a brushed part, other words").wait_for()
    page.locator(".studio__version--shown", has_text="Version 2").wait_for(timeout=60_000)


def test_ready_parts_are_chosen_by_keys_on_a_phone(visit: Any, made: Any) -> None:
    studio, cookies = made
    page = visit(storage_state=cookies, viewport=PHONE).open(studio + "draw/")
    page.locator("[data-canvas]").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_label("The whole picture").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    assert page.get_by_label("Lower third").is_checked()
    page.wait_for_function(f"() => Math.abs(({RED})() - 1 / 3) < 0.02")
    page.get_by_role("button", name="Clear").click()
    assert page.evaluate(RED) == 0


def test_without_javascript_a_ready_part_is_drawn(visit: Any, made: Any) -> None:
    studio, cookies = made
    page = visit(storage_state=cookies, java_script_enabled=False).open(studio + "draw/")
    page.get_by_label("Lower third").check()
    page.get_by_role("button", name=DRAW).click()
    page.get_by_text("Drawn anew: the lower third").first.wait_for()
    page.locator(".studio__version--shown", has_text="the lower third").wait_for(
        timeout=60_000
    )  # the page reloads by itself


def test_a_second_tab_waits_its_turn_and_nothing_is_drawn_twice(visit: Any, made: Any, site: Site) -> None:
    studio, cookies = made
    browser = visit(storage_state=cookies, viewport=PHONE)
    one, other = browser.open(studio + "draw/"), browser.open(studio + "draw/")
    with nobody_draws(site):
        one.get_by_label("What it should show").fill("a red boat on the sea")
        one.get_by_role("button", name=DRAW).click()
        one.locator(".studio__version").first.wait_for()
        count = one.locator(".studio__version").count()
        other.get_by_label("What it should show").fill("a blue boat on the sea")
        other.get_by_role("button", name=DRAW).click()
        other.get_by_text(
            "A new picture of this cover is being drawn already. Wait for it, or stop it first."
        ).wait_for()
        assert other.get_by_label("What it should show").input_value() == "a blue boat on the sea"
        assert other.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    one.locator(".studio__version--shown", has_text=f"Version {count}").wait_for(timeout=60_000)
    other.get_by_role("button", name=DRAW).click()
    other.locator(".studio__version--shown", has_text=f"Version {count + 1}").wait_for(timeout=60_000)
    numbers = [text.split(" ·")[0] for text in other.locator(".studio__said p:first-child").all_inner_texts()]
    assert numbers == [f"Version {number}" for number in range(count + 1, 0, -1)]


@pytest.mark.parametrize("language", ["en-US", "ko-KR"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_has_no_axe_violation_and_fits_a_phone(visit: Any, made: Any, language: str, theme: str) -> None:
    studio, cookies = made
    page = visit(storage_state=cookies, viewport=PHONE, locale=language, color_scheme=theme).open(studio + "draw/")
    page.locator("[data-canvas]").wait_for()
    page.locator("details summary").click()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
