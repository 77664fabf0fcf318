"""What the picture check keeps back: the page says so, and shows it by itself once it was judged."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ask_for_covers, wait_for_covers

PHONE = {"viewport": {"width": 375, "height": 812}}


@pytest.fixture
def rows(site_folder: Path) -> Iterator[Any]:
    """The database of the running site."""
    with psycopg.connect(
        json.loads((site_folder / "local.json").read_text())["database_url"], autocommit=True
    ) as connection:
        yield connection


def withhold(rows: Any, path: str, state: str) -> str:
    """As if the check had refused this cover, or could not have judged it. Returns where its files lie."""
    found = re.search(r"[0-9a-f]{8}-[0-9a-f-]{27}", path)
    assert found
    prefix, *_rest = rows.execute(
        "INSERT INTO covers_withheldpicture (id, request_id, position, state, cause, looks, looked_at, record, storage_prefix, created_at)"
        " SELECT %s, request_id, position, %s, 'died', 1, now(), to_jsonb(c) - ARRAY['id', 'request_id', 'position', 'storage_prefix',"
        " 'visibility', 'wish', 'is_reported', 'rating_sum', 'rating_count', 'rating_score', 'created_at'] || '{\"layout\": null}',"
        " storage_prefix, now() FROM covers_cover c WHERE id = %s RETURNING storage_prefix",
        [uuid.uuid4(), state, found[0]],
    ).fetchone()
    rows.execute("DELETE FROM covers_cover WHERE id = %s", [found[0]])
    return str(prefix)


def test_a_held_picture_comes_to_its_page_by_itself_once_it_was_judged(
    visit: Any, rows: Any, site_folder: Path
) -> None:
    page = visit().open()
    ask_for_covers(page, title="Held Back")
    covers, address = wait_for_covers(page), page.url
    page.goto("about:blank")  # which asks for no picture that is moved away
    found = re.search(r"[0-9a-f-]{36}", covers[1])
    assert found
    folder = (
        site_folder
        / "private"
        / rows.execute("SELECT storage_prefix FROM covers_cover WHERE id = %s", [found[0]]).fetchone()[0]
    )
    away = folder.with_name(f"{folder.name}-away")
    folder.rename(away)  # the check cannot judge what the store does not give
    withhold(rows, covers[1], "held")
    page.goto(address)
    page.evaluate("window.isSamePage = true")
    square = page.locator("[data-square='1']")
    expect(square).to_contain_text("Being checked")
    expect(page.locator(".progress-line__withheld")).to_contain_text("appears on its page by itself")

    away.rename(folder)
    expect(square.locator(".square__link .cover-picture__image")).to_be_visible(
        timeout=120_000
    )  # nobody touches the page
    expect(page.locator(".progress-line__withheld")).to_have_count(0)
    expect(page.locator("[data-announce]")).to_have_text("All covers are ready.")
    assert page.evaluate("window.isSamePage")


@pytest.mark.parametrize(
    ("locale", "sentence", "state", "ready"),
    [
        (
            "en-US",
            "One picture is not shown, because our automatic check found it unfit",
            "Not shown",
            "3 covers are ready",
        ),
        ("ko-KR", "그림 1장은 자동 검사에서 이 사이트에 맞지 않는다고 나와", "보여", "3"),
    ],
)
def test_a_page_with_fewer_covers_says_so_on_a_phone(
    visit: Any, rows: Any, tmp_path: Path, locale: str, sentence: str, state: str, ready: str
) -> None:
    page = visit(locale=locale, **PHONE).open("/create/?title=Fewer&artist=Covers")
    page.locator("[data-count-button]").click()
    page.wait_for_url("**/requests/**")
    withhold(rows, wait_for_covers(page)[2], "refused")
    page.reload()
    text = page.locator(".progress-line__withheld")
    expect(text).to_contain_text(sentence)
    expect(page.locator(".progress-line__now")).to_contain_text(ready)
    expect(page.locator("[data-square='2']")).to_contain_text(state)
    assert page.locator(".square--done").count() == 3
    page.screenshot(path=tmp_path / "fewer.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    for box in (text.bounding_box(), page.locator("[data-square='2'] .square__state").bounding_box()):
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 375
