"""A release in a real browser: songs typed at once, drawn together while one looks, and the same pages on a phone."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe


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


def _is_well(page: Any) -> None:
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
