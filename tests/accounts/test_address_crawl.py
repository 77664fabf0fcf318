"""Every page of the site and the admin, as every role: nobody's full address but one's own is anywhere in it."""

from __future__ import annotations

import json
import re
from html import unescape
from urllib.parse import unquote, urlsplit

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from accounts.models import User
from covers.models import Cover
from tests.roles import ROLES, World, browser, make_world
from tests.test_access import address_of, patterns

pytestmark = pytest.mark.django_db
PAGES_MAX = 400
LEAVING = ("logout", "setlang")


@pytest.fixture
def world() -> World:
    """With a cover on the wall and traces of every person where the admin keeps them."""
    world = make_world()
    Cover.objects.update(visibility="public", wish="public")
    for user in world.users.values():
        LogEntry.objects.log_actions(world.users["superuser"].pk, User.objects.filter(pk=user.pk), 2, [])
        LogEntry.objects.log_actions(user.pk, Cover.objects.all(), 2, "Hidden")
    return world


def _links(page: str) -> set[str]:
    found = re.findall(r'(?:href|src|action)="([^"]+)"', page)
    local = {urlsplit(unescape(link))._replace(fragment="").geturl() for link in found}
    return {link for link in local if link.startswith("/") and not link.startswith(("//", "/static/", "/media/"))}


def _crawl(client: Client, starts: set[str], *, with_filters: bool = True) -> dict[str, str]:
    """Address → text of all pages that can be reached by links. with_filters: lists by their filters and orders, too."""
    waiting, seen = sorted(starts), dict[str, str]()
    while waiting and len(seen) < PAGES_MAX:
        address = waiting.pop(0)
        if address in seen or any(word in address for word in LEAVING):
            continue
        if not with_filters and address.startswith("/admin/") and "?" in address:
            continue
        response = client.get(address)
        is_text = "text" in response.get("Content-Type", "") or "json" in response.get("Content-Type", "")
        text = response.content.decode() if is_text else ""
        seen[address] = text + json.dumps(dict(response.headers))
        waiting += sorted(_links(text) - set(seen))
        if "Location" in response:
            waiting.append(response["Location"])
    return seen


@pytest.mark.parametrize("role", ROLES)
def test_no_page_shows_anybody_elses_address(world: World, role: str) -> None:
    """Who sees most follows lists by their filters and orders, which show fewer rows of them; others see those lists whole."""
    client = browser(world, role)
    starts = {address_of(world, route) for _name, route in patterns()}
    starts |= {
        f"/admin/accounts/user/{user.pk}/{page}/" for user in world.users.values() for page in ("change", "history")
    }
    pages = _crawl(client, starts, with_filters=role == "superuser")
    secrets = {str(user.email) for name, user in world.users.items() if name != role}
    shown = {
        (address, secret)
        for address, text in pages.items()
        for secret in secrets
        if secret in unquote(unescape(address + text)).lower()
    }
    assert len(pages) >= 60
    assert shown == set()


def test_the_crawl_would_find_an_address(world: World) -> None:
    """A member's own address is on their own page of addresses: so the crawl reaches it and can read it."""
    member = world.users["member"]
    pages = _crawl(browser(world, "member"), {"/me/"})
    assert [address for address, text in pages.items() if str(member.email) in text] == ["/accounts/email/"]


def test_the_wall_and_the_reviews_name_people_by_name_or_mask(world: World) -> None:
    User.objects.filter(pk=world.users["member"].pk).update(name="")
    page = browser(world, "visitor").get(world.cover.get_absolute_url()).content.decode()
    assert "owner-domain" not in page
    assert "minji.owner" not in page
