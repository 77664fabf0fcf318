"""Nothing that was typed is lost: not by starting again, and not by the switch of the language."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.person import Person
from covers.models import CoverRequest
from tests.factories import BRIEF, make_finished_request, make_member

pytestmark = pytest.mark.django_db
TYPED = {
    "title": "비 오는 화요일", "artist": "하람 & <friends>", "album": "첫 번째", "genre": "ballad", "style": "riso",
    "lyrics": "창밖에 비가\n내린다 & 또", "count": "3", "seed": "4711",
}  # fmt: skip


def shown(page: str) -> dict[str, str]:
    """What stands in the fields of a create form."""
    import html

    found = {}
    for name in ("title", "artist", "album", "count", "seed"):
        tag = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
        value = re.search(r'value="([^"]*)"', tag[0]) if tag else None
        found[name] = html.unescape(value[1]) if value else ""
    for name in ("genre", "style"):
        chosen = [tag for tag in re.findall(rf'<input[^>]*name="{name}"[^>]*>', page) if "checked" in tag]
        value = re.search(r'value="([^"]*)"', chosen[0]) if chosen else None
        found[name] = value[1] if value else ""
    lyrics = re.search(r"<textarea[^>]*name=\"lyrics\"[^>]*>(.*?)</textarea>", page, re.DOTALL)
    found["lyrics"] = html.unescape(lyrics[1]).removeprefix("\r\n").removeprefix("\n") if lyrics else ""
    return found


def is_lettered(page: str) -> bool:
    tag = re.search(r'<input[^>]*name="with_lettering"[^>]*>', page)
    return tag is not None and "checked" in tag[0]


@pytest.mark.parametrize("lettered", [True, False])
def test_starting_again_brings_all_that_was_asked_for(browser_of: Any, visitor: Person, lettered: bool) -> None:
    browser = browser_of(visitor)
    form = TYPED | ({"with_lettering": "on"} if lettered else {})
    assert browser.post(reverse("covers:create"), form).status_code == 302
    row = CoverRequest.objects.get()
    CoverRequest.objects.update(state="done", stage="draw", brief=BRIEF, finished_at=row.created_at)
    link = re.search(r'href="([^"]*again=[^"]*)"', browser.get(row.get_absolute_url()).content.decode())
    assert link is not None
    page = browser.get(link[1]).content.decode()
    assert shown(page) == TYPED
    assert is_lettered(page) == lettered


def test_a_seed_that_nobody_typed_is_not_typed_for_them(browser_of: Any, visitor: Person) -> None:
    row = make_finished_request(visitor, seed=5)
    assert (
        shown(browser_of(visitor).get(reverse("covers:create"), {"again": str(row.pk)}).content.decode())["seed"] == ""
    )


def test_strangers_bring_nothing_of_a_private_request(client: Client) -> None:
    row = make_finished_request(Person(user=make_member()), lyrics="a secret")
    for again in (str(row.pk), "nonsense"):
        assert client.get(reverse("covers:create"), {"again": again}).status_code == 404
    assert shown(client.get(reverse("covers:create"), {"again": ""}).content.decode())["title"] == ""


@pytest.mark.parametrize("before", ["an empty form", "an address with a query", "an error page"])
@pytest.mark.parametrize("lettered", [True, False])
def test_the_language_switch_keeps_what_was_typed(client: Client, before: str, lettered: bool) -> None:
    address = reverse("covers:create")
    if before == "an error page":
        page = client.post(address, {"title": "", "artist": "x"}, headers={"accept-language": "ko"}).content.decode()
    else:
        query = {"title": "Old", "artist": "Older"} if "query" in before else {}
        page = client.get(address, query, headers={"accept-language": "ko"}).content.decode()
    button = re.search(r'<button[^>]*form="create-form"[^>]*name="in_language" value="en"', page)
    assert button is not None, "it sends the form that was typed into, with JavaScript or without"
    form = TYPED | {"in_language": "en"} | ({"with_lettering": "on"} if lettered else {})
    answer = client.post(address, form, headers={"accept-language": "ko"})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert '<html lang="en"' in page
    assert shown(page) == TYPED
    assert is_lettered(page) == lettered
    assert "field--wrong" not in page
    assert not CoverRequest.objects.exists()
    assert '<html lang="en"' in client.get("/", headers={"accept-language": "ko"}).content.decode(), "it stays"


def test_a_language_that_there_is_not_is_no_way_around_the_form(client: Client) -> None:
    answer = client.post(reverse("covers:create"), TYPED | {"in_language": "xx", "with_lettering": "on"})
    assert answer.status_code == 302
