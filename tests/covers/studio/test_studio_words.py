"""The studio: what a maker says of a cover in their own words, and where it is read."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from covers.models import Cover
from tests.covers.studio_pages import fields_of, make, master, page_of, send

pytestmark = pytest.mark.django_db(transaction=True)
SHOWN = "My grandfather's bicycle, the one he never sold."
WHY = "He rode it to every show."


def shown(browser: Client, cover: Cover) -> str:
    return browser.get(cover.get_absolute_url()).content.decode().replace("&#x27;", "'")


def test_own_words_stand_on_the_page_and_in_the_alternative_text(browser: Client, cover: Cover) -> None:
    before, pixels = cover.alt_text, master(cover)
    assert "The brief" in shown(browser, cover)
    send(browser, cover, own_words=SHOWN, own_reason=WHY)
    version = make(cover)
    assert version.changes == ["words"]
    assert (master(cover) == pixels).all()
    page = shown(browser, cover)
    assert SHOWN in page
    assert WHY in page
    assert "The brief" not in page, "the site's own is not said beside them"
    assert cover.alt_text == f"{SHOWN[:-1]}, cover for ‘Paper Route’ by The Marlow Kids"
    assert cover.alt_text_ko == f"{SHOWN[:-1]}, The Marlow Kids의 ‘Paper Route’ 커버"
    assert fields_of(page_of(browser, cover))["own_words"] == SHOWN
    send(browser, cover, title__text="Paper Routes")
    make(cover)
    assert "‘Paper Routes’" in cover.alt_text
    assert SHOWN in shown(browser, cover), "other type leaves them as they are"
    send(browser, cover, own_words="", own_reason=" ", title__text="Paper Route")
    make(cover)
    assert cover.alt_text == before, "empty is as the site says it"
    assert "The brief" in shown(browser, cover)
    browser.post(reverse("covers:show_version", args=[cover.pk, version.pk]))
    assert SHOWN in shown(browser, cover), "they go back and forward with their version"


def test_what_the_site_says_is_seen_where_nothing_is_typed(browser: Client, cover: Cover) -> None:
    page = page_of(browser, cover)
    fields = page[page.index('name="own_words"') : page.index('id="versions"')]
    assert 'placeholder="Because of the ' in fields


def test_they_are_bounded_and_looked_at_as_titles_are(browser: Client, cover: Cover) -> None:
    long = send(browser, cover, own_words="x" * 241, title__text="Half typed")
    assert long.status_code == 422
    assert "241 characters long" in long.content.decode()
    assert fields_of(long.content.decode())["title-text"] == "Half typed"
    unfit = send(browser, cover, own_words="a naked schoolgirl, aged 12, having sex", title__text="Half typed")
    assert unfit.status_code == 422
    assert fields_of(unfit.content.decode())["title-text"] == "Half typed"
    assert not cover.versions.exists()


def test_what_to_leave_out_is_reached_from_the_studio(browser: Client, cover: Cover) -> None:
    page = page_of(browser, cover)
    address = f"{cover.request.get_absolute_url()}#pictures-title"
    assert f'href="{address}"' in page
    assert 'id="pictures-title"' in browser.get(cover.request.get_absolute_url()).content.decode()
