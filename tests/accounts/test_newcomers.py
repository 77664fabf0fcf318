"""Whoever has no session yet is one person all the same, however often their first form arrives."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from covers.models import CoverRequest, Review
from tests.factories import make_finished_request, make_member

pytestmark = pytest.mark.django_db(transaction=True)

SONG = {"title": "Fighting", "artist": "KJY", "count": "1"}


def newcomer(address: str = "127.0.0.1") -> Client:
    """A browser that has seen the form and sent nothing."""
    client = Client(enforce_csrf_checks=True, REMOTE_ADDR=address)
    client.get("/create/")
    assert "sessionid" not in client.cookies
    return client


def same_browser(client: Client) -> Client:
    """As it was before any answer: an answer that is lost brings no cookie."""
    twin = Client(enforce_csrf_checks=True, REMOTE_ADDR=client.defaults["REMOTE_ADDR"])
    twin.cookies["csrftoken"] = client.cookies["csrftoken"].value
    return twin


def send(client: Client, path: str, **fields: Any) -> Any:
    response = client.post(path, {**fields, "csrfmiddlewaretoken": client.cookies["csrftoken"].value})
    connection.close()
    return response


def test_a_first_form_whose_answer_was_lost_asks_once() -> None:
    client, submission = newcomer(), str(uuid.uuid4())
    again = same_browser(client)
    first, second = (send(one, "/create/", **SONG, submission=submission) for one in (client, again))
    row = CoverRequest.objects.get()
    assert first.url == second.url
    assert send(again, f"/requests/{row.pk}/cancel/").status_code == 302  # it is theirs, not only shown to them


def test_a_first_form_sent_three_times_at_once_asks_once() -> None:
    client, submission = newcomer(), str(uuid.uuid4())
    twins = [same_browser(client) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda twin: send(twin, "/create/", **SONG, submission=submission), twins))
    assert {answer.status_code for answer in answers} == {302}
    assert CoverRequest.objects.count() == 1


def test_a_first_review_sent_twice_is_one() -> None:
    cover = make_finished_request().covers.get()
    cover.visibility = cover.wish = "public"
    cover.save()
    client = newcomer()
    for one in (client, same_browser(client)):
        assert send(one, f"/covers/{cover.pk}/review/", half_stars="8", comment="Good").status_code == 302
    assert Review.objects.filter(cover=cover).count() == 1


def test_other_browsers_and_other_networks_are_other_people() -> None:
    client = newcomer()
    elsewhere = same_browser(client)
    elsewhere.defaults["REMOTE_ADDR"] = "192.0.2.7"
    for one in (client, newcomer(), elsewhere):
        assert send(one, "/create/", **SONG, submission=str(uuid.uuid4())).status_code == 302
    assert CoverRequest.objects.values("visitor").distinct().count() == 3


def test_after_signing_out_a_browser_is_somebody_else() -> None:
    client = newcomer()
    send(client, "/create/", **SONG)
    member = make_member()
    client.get("/accounts/login/")
    assert send(client, "/accounts/login/", login=member.email, password="correct horse 7").status_code == 302
    send(client, "/accounts/logout/")
    client.get("/create/")
    send(client, "/create/", **{**SONG, "title": "Another"})
    first, second = CoverRequest.objects.order_by("id")
    assert (first.owner, second.owner) == (member, None)
