"""The gate: what is counted, for whom, and what people are told."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.models import F
from django.test import Client
from django.urls import reverse

from accounts.person import Person
from albumsite import admission
from albumsite.admission.counts import Bound
from albumsite.admission.gate import BudgetSpent, NetworkNotNow, NotNow, VisitorsBudgetSpent
from albumsite.errors import UserFacingError
from albumsite.jobs.states import State
from albumsite.models import AdmissionCount
from covers.errors import NetworkBusy, TooManyWaiting, VisitorsBusy
from covers.models import CoverRequest
from covers.services.requests import DrawOptions, request_covers, retry_request
from tests.factories import make_member, make_request, make_song

pytestmark = pytest.mark.django_db
NETWORK = "a" * 32


def stranger(network: str = NETWORK) -> Person:
    """A new cookie at that network."""
    return Person(visitor=uuid.uuid4(), network=network)


def ask(person: Person) -> CoverRequest:
    return request_covers(owner=person, song=make_song(), options=DrawOptions(), submission=uuid.uuid4())


def let_time_pass(seconds: float) -> None:
    AdmissionCount.objects.update(until=F("until") - timedelta(seconds=seconds))


def test_new_cookies_are_no_new_people(settings: Any) -> None:
    settings.NETWORK_REQUESTS_PER_DAY = 12  # two in ten minutes
    for _ in range(2):
        with admission.admitted("create", stranger()):
            pass
    with pytest.raises(NetworkNotNow), admission.admitted("create", stranger()):
        pytest.fail("let in")
    with admission.admitted("create", stranger("b" * 32)):  # somebody elsewhere
        pass
    with admission.admitted("create", Person(user=make_member(), network=NETWORK)):  # and who has an account
        pass


def test_the_wait_that_is_told_is_the_wait(settings: Any) -> None:
    settings.NETWORK_REQUESTS_PER_DAY = 6
    with admission.admitted("create", stranger()):
        pass
    with pytest.raises(NetworkNotNow) as refused, admission.admitted("create", stranger()):
        pass
    seconds = int(refused.value.headers["Retry-After"])
    assert 590 <= seconds <= 600
    assert "10 minutes" in str(refused.value)
    let_time_pass(seconds - 3)
    with pytest.raises(NetworkNotNow), admission.admitted("create", stranger()):
        pass
    let_time_pass(3)
    with admission.admitted("create", stranger()):
        pass


def test_what_was_refused_inside_does_not_count(settings: Any) -> None:
    settings.NETWORK_REQUESTS_PER_DAY = 6
    for _ in range(3):
        with pytest.raises(TooManyWaiting), admission.admitted("create", stranger()):
            raise TooManyWaiting(limit=5)
    with admission.admitted("create", stranger()):
        pass


def test_commands_and_workers_come_from_no_network_and_meet_no_limit_of_one(settings: Any) -> None:
    settings.NETWORK_REQUESTS_PER_DAY = 6  # one in ten minutes
    for _ in range(3):
        with admission.admitted("create", stranger("")):
            pass


def test_a_photo_that_nobody_looked_at_counts_for_nothing() -> None:
    person = Person(user=make_member(), network=NETWORK)
    with pytest.raises(TooManyWaiting), admission.look(person, most_seconds=5):
        raise TooManyWaiting(limit=5)
    assert set(AdmissionCount.objects.values_list("used", flat=True)) == {0}


def test_a_days_money_and_bytes_are_bounded_and_visitors_have_a_part(settings: Any) -> None:
    settings.COST_PER_PICTURE, settings.DAILY_COST_MAX, settings.VISITORS_SHARE = 0.01, 0.10, 0.4
    member = Person(user=make_member())
    with admission.admitted("create", stranger(), pictures=4):
        pass
    with pytest.raises(VisitorsBudgetSpent), admission.admitted("create", stranger("b" * 32), pictures=4):
        pass
    with admission.admitted("create", member, pictures=4):
        pass
    with pytest.raises(BudgetSpent) as refused, admission.admitted("create", member, pictures=4):
        pass
    assert refused.value.status_code == 503
    settings.DAILY_COST_MAX = 0.0
    settings.DAILY_GIB_MAX = 1
    with admission.admitted("create", member, pictures=5, side=8192):  # 0.94 GiB as raw pixels
        AdmissionCount.objects.filter(action="store").delete()
    with pytest.raises(BudgetSpent), admission.admitted("create", member, pictures=8, side=8192):  # 1.5 GiB
        pass


@pytest.mark.django_db(transaction=True)
def test_counts_are_exact_under_many_at_once() -> None:
    bound = Bound("post", "address", NETWORK, 20, 60)

    def take(_number: int) -> bool:
        try:
            return bound.take()
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take, range(60))) == 20
    cache.clear()  # nothing of it lies in a cache
    assert not bound.take()


def test_ended_windows_are_swept_and_live_ones_are_not() -> None:
    live, ended = Bound("post", "address", "live", 1, 600), Bound("post", "address", "ended", 1, 5)
    assert live.take()
    assert ended.take()
    let_time_pass(6)
    admission.sweep()
    assert [row.subject for row in AdmissionCount.objects.all()] == ["live"]
    assert not live.take()


def test_one_network_fills_a_part_of_the_queue_and_visitors_a_part(settings: Any) -> None:
    settings.NETWORK_REQUESTS_WAITING, settings.REQUESTS_WAITING_MAX, settings.VISITORS_SHARE = 3, 10, 0.5
    for _ in range(3):
        ask(stranger())
    with pytest.raises(NetworkBusy):
        ask(stranger())
    for number in range(2):
        ask(stranger(f"{number}" * 32))
    with pytest.raises(VisitorsBusy):
        ask(stranger("c" * 32))
    ask(Person(user=make_member(), network=NETWORK))


def test_a_newcomer_elsewhere_waits_for_one_of_a_crowd_of_cookies() -> None:
    from covers.drawing.fairness import fair_order

    crowd = [ask(stranger()) for _ in range(6)]
    honest, member = ask(stranger("b" * 32)), ask(Person(user=make_member()))
    order = [one.pk for one in fair_order(("write", "draw"))]
    assert order[:3] == [crowd[0].pk, honest.pk, member.pk]


def test_retry_meets_the_bounds_of_a_new_request(settings: Any) -> None:
    settings.REQUESTS_WAITING_PER_PERSON = 1
    person = Person(user=make_member())
    rows = [make_request(person, state=State.CANCELLED, finished_at="2026-01-01T00:00:00Z") for _ in range(5)]
    refused = 0
    for row in rows:
        try:
            retry_request(request=row)
        except UserFacingError:
            refused += 1
    assert (CoverRequest.objects.filter(person.owns()).active().count(), refused) == (1, 4)


def _form(client: Client) -> dict[str, str]:
    client.get(reverse("covers:create"))
    return {"title": "한강의 밤", "artist": "하람", "count": "1", "submission": str(uuid.uuid4())}


def test_a_refusal_at_the_form_keeps_what_was_typed_and_says_when(settings: Any) -> None:
    settings.NETWORK_REQUESTS_PER_DAY = 6
    assert Client().post("/create/", _form(Client())).status_code == 302
    answer = Client().post("/create/", _form(Client()))
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 590
    assert "한강의 밤" in answer.content.decode()


def test_the_same_form_twice_is_admitted_once(settings: Any) -> None:
    settings.NETWORK_REQUESTS_PER_DAY = 6
    client = Client()
    form = _form(client)
    first, second = client.post("/create/", form), client.post("/create/", form)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"]


def test_posts_of_one_network_are_bounded_whatever_they_are_and_a_member_goes_on(monkeypatch: Any) -> None:
    from albumsite.admission import limits

    few = limits.AdmissionRule(((3, 60),), ((5, 60),))
    usual = limits.rules
    monkeypatch.setattr(limits, "rules", lambda: usual() | {"post": few})
    answers = [Client().post("/create/", {}) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [422, 422, 422, 429, 429]
    assert 0 < int(answers[-1]["Retry-After"]) <= 60
    assert Client().post("/create/", {}, REMOTE_ADDR="198.51.100.7").status_code == 422
    member = Client()
    member.force_login(make_member())
    assert member.post("/create/", {}).status_code == 422
    assert Client().get("/").status_code == 200
    with pytest.raises(NotNow):
        raise NetworkNotNow(minutes=1, retry_after_seconds=1)
