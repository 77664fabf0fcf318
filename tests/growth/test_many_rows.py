"""No page and no job reads all of a table: tried with 200,000 requests, each with a cover, a review and a release file.

What is refused is rows read, not seconds, which a busy machine could not promise: `python -m bench.million` tells those, of a
million. A tenth of all is more than one statement may read: what is public, what has nine half stars.
The tables are filled once; that takes some ten seconds.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.person import Person
from albumsite.jobs import sweeper
from covers.drawing import fairness
from covers.models import Cover, CoverRequest, Stage
from covers.services.requests import DrawOptions, request_covers
from tests.factories import make_briefed_request, make_cover, make_member, make_song
from tests.growth.plans import readings
from tests.growth.rows import empty, grow

pytestmark = pytest.mark.django_db
REQUESTS, WAITING = 200_000, 10_000


@pytest.fixture(scope="module")
def busy(django_db_setup: None, django_db_blocker: Any) -> Iterator[User]:
    """A member who made and rated a hundredth of all that."""
    with django_db_blocker.unblock():
        try:
            yield grow(requests=REQUESTS, waiting=WAITING)
        finally:
            empty()


@pytest.fixture(autouse=True)
def _room_for_one_more(settings: Any) -> None:
    settings.REQUESTS_WAITING_MAX, settings.WAIT_MINUTES_MAX = 100_000, 10_000


def create(client: Client, person: Person) -> None:
    request_covers(owner=person, song=make_song(), options=DrawOptions(count=1), submission=uuid.uuid4())


def poll(client: Client, person: Person) -> None:
    """Waiting behind everybody, for an engine that has drawn nothing yet."""
    row = make_briefed_request(person, engine="pocket", width=640)
    assert client.get(reverse("covers:request_status", args=[row.pk])).status_code == 200


def claim(client: Client, person: Person) -> None:
    first = fairness.fair_order((Stage.WRITE, Stage.DRAW))[:5]
    assert CoverRequest.objects.claim_all([one.pk for one in first], stage=Stage.WRITE)


def sweep(client: Client, person: Person) -> None:
    swept = sweeper.sweep()
    assert swept is not None
    assert swept.enqueued


def wall(client: Client, person: Person) -> None:
    assert len(client.get("/").context["wall"]) == 12


def my_page(client: Client, person: Person) -> None:
    assert len(client.get("/me/").context["reviews"]) == 20


def cover(client: Client, person: Person) -> None:
    newest = Cover.objects.filter(request__owner=person.user).order_by("-id")[0]
    assert client.get(newest.get_absolute_url()).status_code == 200
    assert client.get(newest.request.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("act", [create, poll, claim, sweep, wall, my_page, cover], ids=lambda act: act.__name__)
def test_it_reads_a_bounded_number_of_rows(act: Callable[[Client, Person], None], client: Client, busy: User) -> None:
    client.force_login(busy)
    with readings() as noted:
        act(client, Person(user=busy))
    assert noted.rows, "nothing was read: the check looked at nothing"
    assert noted.greedy == []


LISTS = [
    "covers_coverrequest",
    "covers_cover",
    "covers_review",
    "covers_releasefile",
    "accounts_user",
    "accounts_loginlog",
]


@pytest.mark.parametrize(
    "query", ["", "p=49", "q=song 177777", "q=없는노래", "since=7", "state__exact=failed", "half_stars=9"]
)
@pytest.mark.parametrize("name", LISTS)
def test_a_list_of_the_admin_reads_a_bounded_number_of_rows(name: str, query: str, client: Client, busy: User) -> None:
    client.force_login(make_member("boss@example.com", is_staff=True, is_superuser=True))
    with readings() as noted:
        page = client.get(reverse(f"admin:{name}_changelist") + f"?{query}")
    assert page.status_code == 200 or page.headers["Location"].endswith("?e=1")
    assert noted.greedy == []


def test_a_list_of_the_admin_finds_words_in_any_case_and_hangul_of_two_syllables(client: Client, busy: User) -> None:
    found = [make_briefed_request(title=title, artist="하람") for title in ("한강의 밤", "ＭＩＤＮＩＧＨＴ Sea")]
    for row in found:  # words find what everybody may read
        make_cover(row, visibility="public")
    client.force_login(make_member("boss@example.com", is_staff=True, is_superuser=True))
    address = reverse("admin:covers_coverrequest_changelist")
    for words, row in zip(["한강 하람", "midnight SEA"], found, strict=True):
        with readings() as noted:
            shown = client.get(address, {"q": words}).context["cl"].result_list
        assert [one.pk for one in shown] == [row.pk]
        assert noted.greedy == []
