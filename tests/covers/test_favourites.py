"""The best of a request, and who took what: what people say of covers besides stars."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.person import Person
from covers.models import Cover, CoverRequest, Download
from covers.services.people import hand_over
from tests.covers.datasets.dataset_factories import make_drawn_request
from tests.covers.studio_pages import in_english
from tests.factories import make_finished_request, make_member, make_review

pytestmark = pytest.mark.django_db
BUTTON = "Pick this one"


@pytest.fixture
def request_of_two(visitor: Person) -> CoverRequest:
    return make_finished_request(visitor, count=2)


@pytest.fixture
def browser(browser_of: Any, visitor: Person) -> Client:
    return in_english(browser_of(visitor))


def choose(browser: Client, cover: Cover) -> Any:
    return browser.post(reverse("covers:favourite", args=[cover.pk]))


def page_of(browser: Client, row: CoverRequest) -> str:
    return browser.get(row.get_absolute_url()).content.decode()


def test_its_maker_chooses_the_best_and_may_change_their_mind(browser, request_of_two):
    first, second = request_of_two.covers.order_by("position")
    assert page_of(browser, request_of_two).count(BUTTON) == 2
    assert choose(browser, first)["Location"] == f"{request_of_two.get_absolute_url()}#squares"
    request_of_two.refresh_from_db()
    assert request_of_two.favourite == first
    page = page_of(browser, request_of_two)
    assert page.count(BUTTON) == 1
    assert page.count("square__favourite--chosen") == 1
    choose(browser, second)
    request_of_two.refresh_from_db()
    assert request_of_two.favourite == second


def test_the_part_that_the_page_fetches_brings_the_buttons_when_all_is_ready(browser, request_of_two):
    CoverRequest.objects.filter(pk=request_of_two.pk).update(state="queued", finished_at=None)
    address = reverse("covers:request_status", args=[request_of_two.pk])
    before = browser.get(address)
    assert BUTTON not in before.content.decode()
    CoverRequest.objects.filter(pk=request_of_two.pk).update(state="done", finished_at=timezone.now())
    after = browser.get(address, headers={"If-None-Match": before["ETag"]})
    assert after.content.decode().count(BUTTON) == 2


def test_one_cover_alone_is_not_the_best_of_any(browser, visitor):
    alone = make_finished_request(visitor, count=1)
    assert BUTTON not in page_of(browser, alone)
    assert choose(browser, alone.covers.get()).status_code == 409
    alone.refresh_from_db()
    assert alone.favourite is None


@pytest.mark.parametrize("changes", [{"state": "queued", "finished_at": None}, {"is_draft": True}])
def test_there_is_nothing_to_choose_while_it_is_drawn_nor_among_drafts(browser, request_of_two, changes):
    CoverRequest.objects.filter(pk=request_of_two.pk).update(**changes)
    assert choose(browser, request_of_two.covers.first()).status_code == 409
    assert BUTTON not in page_of(browser, request_of_two)


def test_nobody_else_chooses(client, browser, request_of_two):
    stranger = Client()
    stranger.get(request_of_two.get_secret_url())
    assert BUTTON not in stranger.get(request_of_two.get_secret_url()).content.decode()
    assert choose(stranger, request_of_two.covers.first()).status_code == 404
    assert browser.get(reverse("covers:favourite", args=[request_of_two.covers.first().pk])).status_code == 405


def test_a_hidden_cover_is_no_favourite(browser, request_of_two):
    hidden = request_of_two.covers.first()
    Cover.objects.filter(pk=hidden.pk).update(visibility="hidden")
    assert choose(browser, hidden).status_code == 404
    assert page_of(browser, request_of_two).count(BUTTON) == 1


def test_a_deleted_favourite_leaves_the_request(request_of_two, browser):
    cover = request_of_two.covers.first()
    choose(browser, cover)
    cover.delete()
    request_of_two.refresh_from_db()
    assert request_of_two.favourite is None


def test_each_download_is_recorded_for_its_file_and_person(browser, visitor):
    cover = make_drawn_request(visitor).covers.get()
    address = reverse("covers:download", args=[cover.pk, "master.png"])
    browser.get(address)  # without a review there is no file
    assert not Download.objects.exists()
    make_review(cover, visitor)
    browser.head(address)
    assert not Download.objects.exists()
    assert browser.get(address).status_code == 200
    browser.get(address)
    rows = list(Download.objects.values_list("cover", "visitor", "owner", "file"))
    assert rows == [(cover.pk, visitor.visitor, None, "master")] * 2


def test_a_visitors_downloads_become_the_members(visitor):
    cover = make_drawn_request(visitor).covers.get()
    Download.objects.create(cover=cover, visitor=visitor.visitor, file="master")
    member = make_member()
    hand_over(visitor=visitor, member=Person(user=member))
    row = Download.objects.get()
    assert (row.owner, row.visitor) == (member, None)
