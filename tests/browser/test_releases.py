"""A release in a real browser: songs typed at once, drawn together while one looks, and the same pages on a phone."""

from __future__ import annotations

import time
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.waiting import LONG_SECONDS


@pytest.mark.parametrize(("locale", "theme"), [("ko-KR", "light"), ("en-US", "dark")])
def test_songs_are_drawn_together_while_one_looks(visit: Any, locale: str, theme: str) -> None:
    page = visit(locale=locale, color_scheme=theme, viewport={"width": 390, "height": 844}).open("/releases/new/")
    _is_well(page)
    page.locator("[name=name]").fill("First Light")
    page.locator("[name=artist]").fill("하람")
    page.locator("[name=song-1-title]").fill("겨울 기차")
    page.locator("[name=song-2-title]").fill("Last Ferry")
    page.locator("#release-form .button--large").click()
    page.locator(".release__draw button").click()
    page.locator(".release-song__picture img").nth(1).wait_for(timeout=90_000)
    page.locator(".release-song__more summary").first.click()
    page.locator(".release-song__other").nth(2).wait_for(timeout=90_000)
    _is_well(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    _is_well(page)


def test_a_cover_joins_a_release_and_an_album_is_drawn_by_one_press(visit: Any, made: Any) -> None:
    browser = visit(viewport={"width": 390, "height": 844}, storage_state=made.cookies)
    page = browser.open(made.covers[1])
    page.get_by_role("link", name="Add to a release").click()
    _is_well(page)
    page.locator("[name=which]").nth(2).check()
    page.locator("[name=into][value=new]").check()
    page.locator("[name=name]").fill("Seven Nights")
    page.locator("[name=kind][value=album]").check()
    page.locator("#to-release-form .button--large").click()
    page.locator(".release-song__picture .cover-picture__image").wait_for()
    fold = page.locator("details", has=page.locator("[name=song-1-title]"))
    fold.evaluate(
        "element => { element.open = true; element.querySelectorAll('details').forEach(one => { one.open = true; }); }"
    )
    for number in range(1, 8):
        page.locator(f"[name=song-{number}-title]").fill(f"Night {number}")
    fold.locator("form > p > .button").click()
    assert "5 songs are drawn at a time" in page.locator(".release__draw").first.inner_text()
    page.locator(".release__draw .button--large").click()
    page.get_by_text("2 songs follow by themselves").wait_for()
    _is_well(page)
    page.close()
    deadline = time.monotonic() + LONG_SECONDS
    page = browser.open("/releases/")
    while page.locator(".release-row__cover").count() < 6 and time.monotonic() < deadline:  # six are shown there
        page.wait_for_timeout(2000)
        page.reload()
    page.locator(".release-row__link").click()
    page.locator(".release-song__picture .cover-picture__image").nth(7).wait_for(timeout=LONG_SECONDS * 1000)
    assert page.get_by_text("Waits, and is drawn by itself.").count() == 0


def _is_well(page: Any) -> None:
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_cover_of_a_release_leads_to_more_and_its_song_starts_again_in_its_look(visit: Any) -> None:
    page = visit(locale="ko-KR", viewport={"width": 390, "height": 844}).open("/releases/new/")
    page.locator("[name=name]").fill("새벽")
    page.locator("[name=artist]").fill("하람")
    page.locator("[name=song-1-title]").fill("마지막 배")
    page.locator("#release-form .button--large").click()
    page.locator(".release__draw button").click()
    page.locator("a.release-song__picture").wait_for(timeout=90_000)
    page.locator("a.release-song__picture").click()
    assert page.locator("#more input[name=keep]").count() == 4
    page.locator("#more button").click()
    page.wait_for_url("**/requests/**")
    page.locator(".square--done").nth(3).wait_for(timeout=90_000)
    page.go_back()
    page.locator("#more a[href*='again=']").click()
    look = page.locator("[name=look]")
    assert look.is_checked()
    _is_well(page)
    look.focus()
    page.keyboard.press("Space")
    assert not look.is_checked()
    page.keyboard.press("Space")
    page.locator("[data-count-button]").click()
    page.wait_for_url("**/requests/**")
    page.locator(".square--done").nth(3).wait_for(timeout=90_000)
    page.locator("a[href*='again=']").first.click()
    assert page.locator("[name=look]").is_checked(), "and so does what was drawn again"
