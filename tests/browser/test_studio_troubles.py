"""The studio while something is away or done twice: no version is lost, none comes twice, and it is said in the person's language."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.browser.conftest import wait_for_covers
from tests.test_serve import Site
from tests.waiting import LONG_SECONDS

SAVE = "새 버전으로 저장"
LONG = LONG_SECONDS * 1000


@pytest.fixture
def studio(visit: Any) -> Any:
    """A Korean phone with a cover of its own, and the address of its studio."""
    browser = visit(locale="ko-KR", viewport={"width": 390, "height": 844})
    page = browser.open("/create/?title=마지막+배&artist=하람")
    page.locator("[data-count-button]").click()
    page.wait_for_url("**/requests/**")
    return browser, wait_for_covers(page)[0] + "studio/"


def type_words(page: Any, words: str) -> None:
    page.locator("#id_title-text").fill(words)


def save(page: Any) -> None:
    page.get_by_role("button", name=SAVE).click()


def numbers(page: Any) -> list[str]:
    """Of the versions on the page, the newest first."""
    return [text.split("·")[0].strip() for text in page.locator(".studio__said p:first-child").all_inner_texts()]


def until_shown(browser: Any, address: str, name: str) -> Any:
    page = browser.open(address)
    page.locator(".studio__version--shown", has_text=name).wait_for(timeout=LONG)
    return page


@contextmanager
def valkey_away(site: Site) -> Iterator[None]:
    """It hangs: nobody who asks it is answered."""
    server = psutil.Process(json.loads((site.folder / "redis" / "server.json").read_text())["pid"])
    server.suspend()
    try:
        yield
    finally:
        server.resume()


@contextmanager
def store_away(folder: Path) -> Iterator[None]:
    """Nothing can be read or written: a file lies where its folder was."""
    private, aside = folder / "private", folder / "private-aside"
    private.rename(aside)
    private.write_bytes(b"")
    try:
        yield
    finally:
        private.unlink()
        aside.rename(private)


def test_two_tabs_that_save_make_two_versions(studio: Any) -> None:
    browser, address = studio
    one, other = browser.open(address), browser.open(address)
    type_words(one, "첫째 배")
    type_words(other, "둘째 배")
    save(one)
    save(other)
    page = until_shown(browser, address, "버전 3")
    assert numbers(page) == ["버전 3", "버전 2", "버전 1"]
    assert page.locator("#id_title-text").input_value().split() == ["둘째", "배"]
    page.locator("[href*='version=']").nth(1).click()
    assert page.locator("#id_title-text").input_value().split() == ["첫째", "배"]


def test_a_version_that_is_deleted_while_another_is_made_stays_away(studio: Any) -> None:
    browser, address = studio
    page = browser.open(address)
    type_words(page, "둘째 배")
    save(page)
    page = until_shown(browser, address, "버전 2")
    page.locator("form[action$='/show/'] button").first.click()  # back to the first one, so that the second may go
    page = until_shown(browser, address, "버전 1")
    other = browser.open(address)
    type_words(page, "셋째 배")
    save(page)
    other.get_by_role("button", name="버전 2 지우기").click()
    page = until_shown(browser, address, "버전 3")
    assert numbers(page) == ["버전 3", "버전 1"]
    assert page.locator("#id_title-text").input_value().split() == ["셋째", "배"]


def test_a_change_that_is_saved_while_redis_hangs_is_made_once_it_answers(studio: Any, running: Site) -> None:
    browser, address = studio
    page = browser.open(address)
    type_words(page, "둘째 배")
    with valkey_away(running):
        save(page)
        page.get_by_text("만드는 중").first.wait_for(timeout=LONG)
        assert numbers(page) == ["버전 2", "버전 1"]
    page = until_shown(browser, address, "버전 2")
    assert numbers(page) == ["버전 2", "버전 1"]


def test_while_the_store_is_away_it_is_said_and_what_is_typed_is_saved_after(studio: Any, site_folder: Path) -> None:
    browser, address = studio
    page = browser.open(address)
    page.locator(".studio__box[data-role=title]").wait_for()
    with store_away(site_folder):
        time.sleep(0.1)
        type_words(page, "둘째 배")
        save(page)
        page.wait_for_load_state()
        text = page.locator("main").inner_text()
        assert "만드는 중" in text or "다시" in text, text
    browser.complaints.clear()  # a picture that was away while it was asked for
    if page.locator(".studio__version").count() == 0:  # it was refused, and what was typed is there still
        assert page.locator("#id_title-text").input_value().split() == ["둘째", "배"]
        save(page)
    page = until_shown(browser, address, "버전 2")
    assert numbers(page) == ["버전 2", "버전 1"]
    assert page.locator("#id_title-text").input_value().split() == ["둘째", "배"]
