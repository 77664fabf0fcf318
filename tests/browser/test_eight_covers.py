"""Eight covers of one song on a phone: asked for, drawn, seen whole on the request's page, each one's own and the wall; on My Page, too."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import wait_for_covers

PHONE = {"width": 390, "height": 844}


def fits(page: Any) -> None:
    """Nothing is wider than the screen, every picture is a whole square that is loaded, and axe has nothing to say."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.evaluate("document.querySelectorAll('img[loading=lazy]').forEach(image => { image.loading = 'eager'; })")
    page.wait_for_load_state("networkidle")
    broken = page.evaluate(
        """[...document.querySelectorAll('.cover-picture__image')].filter(image => {
          const box = image.getBoundingClientRect();
          return !image.naturalWidth || Math.abs(box.width - box.height) > 1 || box.right > innerWidth + 1;
        }).map(image => image.alt)"""
    )
    assert broken == []
    assert Axe().run(page).response["violations"] == []


@pytest.mark.parametrize(("locale", "theme"), [("ko-KR", "dark")])
def test_eight_covers_on_a_phone(visit: Any, locale: str, theme: str) -> None:
    browser = visit(locale=locale, color_scheme=theme, viewport=PHONE, accept_downloads=True)
    page = browser.open("/create/?title=여덟+번째+파도&artist=하람")
    page.locator("details", has=page.locator("[name=count]")).evaluate("element => { element.open = true; }")
    page.locator("[name=count]").fill("8")
    fits(page)
    page.locator("[data-count-button]").click()
    page.wait_for_url("**/requests/**")
    covers = wait_for_covers(page, 8)
    assert len(set(covers)) == 8
    places = [square.bounding_box() for square in page.locator(".square").all()]
    assert len({round(one["x"]) for one in places}) == 2, "two columns"
    assert len({round(one["y"]) for one in places}) == 4, "and four rows"
    fits(page)
    page.goto(browser.address + covers[7])
    fits(page)
    page.locator("[name=half_stars][value='9']").check(force=True)
    page.locator("[name=comment]").fill("여덟째가 제일 좋아요.")
    with page.expect_download(timeout=60_000):
        page.locator("#review-form button").last.click()
    page.locator("a[href$='/publish/']").click()
    page.locator("form[action$='/publish/'] button").click()
    page.goto(browser.address)
    page.locator(f".wall a[href='{covers[7]}']").wait_for()
    fits(page)
    page.goto(browser.address + "/accounts/signup/")
    page.locator("input[type=email]").fill("eight@example.com")
    page.locator("input[type=password]").fill("correct horse 7 battery")
    page.locator("main form button").first.click()
    page.locator(".site-header a[href='/me/']").wait_for()
    page.goto(browser.address + "/me/")
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.locator(".request-row__cover:visible").count() == (2 if width == 390 else 4)
        fits(page)
