"""Who is next, how long it takes, and when no more is taken: the draw queue as people meet it."""

from __future__ import annotations

import heapq
import statistics
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from accounts.person import Person
from albumsite.jobs.states import State
from covers.drawing.estimates import BusyInterval, QueueSnapshot, estimate, throughput_of
from covers.drawing.fairness import Waiting, company, fair_order, fairest
from covers.errors import SiteBusy, TooManyWaiting
from covers.models import CoverRequest, Stage, WorkerHealth
from covers.services.requests import DrawOptions, request_covers
from tests.factories import make_briefed_request, make_member, make_request, make_song

pytestmark = pytest.mark.django_db

ROOM = 8
"""Pictures that the simulated engine draws at once."""
CALL_SECONDS = 10.0


@pytest.fixture(autouse=True)
def _a_worker_lives() -> None:
    live_workers(1)


def somebody() -> Person:
    return Person(visitor=uuid.uuid4())


def ask(person: Person, **changes: Any) -> CoverRequest:
    return make_briefed_request(person, **({"count": 4} | changes))


def begin(order: list[Waiting], room: int) -> list[Waiting]:
    """Take the next call's requests as a worker does; the database knows that they are at work."""
    first = fairest(order, lambda one: True, may_load_another=True)
    call = [first, *company(order, first, room - first.count)]
    pks = [one.pk for one in call]
    CoverRequest.objects.claim_all(pks, stage=Stage.DRAW, draw_started_at=timezone.now())
    return call


def finish(call: list[Waiting]) -> None:
    rows = CoverRequest.objects.filter(pk__in=[one.pk for one in call])
    rows.update(state=State.DONE, token=None, lease_until=None, finished_at=Now())


def simulate(workers: int, room: int = ROOM) -> dict[uuid.UUID, tuple[float, float]]:
    """Draw everything that waits, in calls of CALL_SECONDS on a clock of our own. Request → begun and ended at, seconds."""
    times: dict[uuid.UUID, tuple[float, float]] = {}
    at_work: list[tuple[float, int, list[Waiting]]] = [(0.0, -worker, []) for worker in range(workers)]
    number = 0
    while at_work:
        now, _number, call = heapq.heappop(at_work)
        finish(call)
        if order := fair_order():
            call = begin(order, room)
            times |= {one.pk: (now, now + CALL_SECONDS) for one in call}
            heapq.heappush(at_work, (now + CALL_SECONDS, number := number + 1, call))
    return times


# --- whose turn it is ---------------------------------------------------------------------------------------------


def test_one_with_fifty_requests_keeps_twenty_with_one_waiting_for_two_at_most():
    greedy = somebody()
    for _ in range(50):
        ask(greedy)
    finish(begin(fair_order(), room=4))  # the first was begun before anybody else came
    modest = [ask(somebody()) for _ in range(20)]
    begun = {pk: at / CALL_SECONDS for pk, (at, _end) in simulate(workers=1, room=4).items()}
    for ideal, row in enumerate(modest):
        assert begun[row.pk] <= ideal + 2


def test_people_take_turns_and_each_keeps_the_order_of_their_own():
    people = [somebody(), Person(user=make_member()), somebody()]
    rows = {id(person): [ask(person) for _ in range(3)] for person in people}
    expected = [rows[id(person)][turn].pk for turn in range(3) for person in people]
    assert [one.pk for one in fair_order()] == expected


def test_a_newcomer_goes_behind_those_who_wait_and_not_before_them():
    first, second = ask(somebody()), ask(somebody())
    newcomer = ask(somebody())
    assert [one.pk for one in fair_order()] == [first.pk, second.pk, newcomer.pk]


def test_who_was_just_served_goes_behind_who_was_not():
    served, other = somebody(), somebody()
    ask(served)
    begin(fair_order(), room=4)
    again, waiting = ask(served), ask(other)
    assert [one.pk for one in fair_order()] == [waiting.pk, again.pk]


def test_nobody_is_passed_over_for_ever_by_new_people():
    patient = somebody()
    ask(patient)
    finish(begin(fair_order(), room=4))
    row = ask(patient)
    for _ in range(5):
        ask(somebody())
    begun = [begin(fair_order(), room=4)[0].pk for _ in range(2)]
    assert row.pk in begun


def test_a_member_is_one_person_on_all_devices():
    member = make_member()
    first, second = ask(Person(user=member)), ask(Person(user=member, visitor=uuid.uuid4()))
    other = ask(somebody())
    assert [one.pk for one in fair_order()] == [first.pk, other.pk, second.pk]


def test_a_new_cookie_waits_behind_all_that_its_network_has_asked_for():
    for _ in range(3):
        ask(Person(visitor=uuid.uuid4()), network="a" * 32)
    here, elsewhere = (Person(visitor=uuid.uuid4(), network=letter * 32) for letter in "ab")
    queue = QueueSnapshot()
    assert queue.seconds_before_a_new_one(here) > queue.seconds_before_a_new_one(elsewhere)


def test_what_rests_after_a_failure_of_a_server_is_not_begun_yet():
    row = ask(somebody())
    CoverRequest.objects.filter(pk=row.pk).update(queued_at=Now() + timedelta(minutes=1))
    assert fair_order() == []


def test_the_queue_is_asked_once_however_long_it_is(django_assert_num_queries):
    for _ in range(30):
        ask(somebody())
    with django_assert_num_queries(1):
        assert len(fair_order()) == 30


def test_while_a_model_was_just_loaded_who_needs_it_goes_first():
    order = [ask(somebody(), engine="sdxl"), ask(somebody())]
    loaded = str(order[1].engine)
    for may_load_another, expected in ((False, order[1]), (True, order[0])):
        first = fairest(fair_order(), lambda one: one.model[0] == loaded, may_load_another=may_load_another)
        assert first.pk == expected.pk


# --- how long it takes --------------------------------------------------------------------------------------------


def history(calls: int, together: int, seconds: float = CALL_SECONDS, side_by_side: int = 1) -> None:
    """What the site drew lately: calls of `together` requests with 4 pictures, `side_by_side` of them at a time."""
    now = timezone.now()
    for number in range(calls):
        begun_at = now - timedelta(hours=1) + timedelta(seconds=seconds * (number // side_by_side))
        begun_at += timedelta(seconds=number % side_by_side)
        for _ in range(together):
            row = ask(somebody(), state=State.DONE, attempt=1, finished_at=begun_at + timedelta(seconds=seconds))
            CoverRequest.objects.filter(pk=row.pk).update(draw_started_at=begun_at)


def live_workers(number: int) -> None:
    for pid in range(number):
        WorkerHealth.objects.get_or_create(
            host="here", pid=pid + 1, queue="draw", defaults={"started_at": timezone.now()}
        )


@pytest.mark.parametrize(("workers", "side_by_side"), [(1, 1), (2, 2), (3, 1)])
def test_the_estimate_is_honest_for_everybody_in_a_long_queue(workers, side_by_side):
    history(calls=10, together=2, side_by_side=side_by_side)
    live_workers(workers)
    people = [somebody() for _ in range(12)]
    rows = [ask(people[number % 12]) for number in range(36)]
    rows += [ask(people[0]) for _ in range(6)]
    told = {row.pk: estimate(request=row).remaining_seconds for row in rows}
    took = {pk: ended for pk, (_begun, ended) in simulate(workers).items()}
    errors = sorted(abs(told[pk] - took[pk]) / took[pk] for pk in told)
    assert errors[int(0.9 * len(errors))] <= 0.3
    assert statistics.median(errors) <= 0.15


def test_the_place_is_the_one_of_the_fair_order():
    greedy = somebody()
    rows = [ask(greedy) for _ in range(3)]
    other = ask(somebody())
    assert [estimate(request=row).place for row in (rows[0], other, rows[1], rows[2])] == [1, 2, 3, 4]


def test_many_who_wait_ask_the_queue_once_a_second(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr("covers.drawing.estimates.SNAPSHOT_MAX_AGE_SECONDS", 600)
    monkeypatch.setattr("covers.drawing.estimates._shared", None)
    rows = [ask(somebody()) for _ in range(5)]
    estimate(request=rows[0])
    with django_assert_num_queries(0):
        assert [estimate(request=row).place for row in rows] == [1, 2, 3, 4, 5]
    assert estimate(request=ask(somebody())).place == 6  # one that was made since is not guessed from the old picture


def test_a_song_without_its_brief_has_a_place_already():
    ask(somebody())
    assert estimate(request=make_request()).place == 2


def test_more_workers_make_the_wait_shorter():
    history(calls=10, together=2)
    rows = [ask(somebody()) for _ in range(20)]
    alone = estimate(request=rows[-1]).remaining_seconds
    live_workers(4)
    assert estimate(request=rows[-1]).remaining_seconds == pytest.approx(alone / 4, rel=0.35)


def test_a_worker_that_was_not_heard_of_lately_draws_nothing():
    history(calls=10, together=2)
    rows = [ask(somebody()) for _ in range(20)]
    before = estimate(request=rows[-1]).remaining_seconds
    WorkerHealth.objects.create(
        host="gone", pid=1, queue="draw", started_at=timezone.now(), seen_at=timezone.now() - timedelta(minutes=10)
    )
    live_workers(1)
    assert estimate(request=rows[-1]).remaining_seconds == before


def test_each_engine_has_its_own_pace():
    history(calls=10, together=1)
    slow = ask(somebody(), engine="sdxl")
    assert estimate(request=slow).remaining_seconds == pytest.approx(4 * 3.0)  # nothing drawn with it yet
    assert estimate(request=ask(somebody())).remaining_seconds > CALL_SECONDS + 4 * 3.0 - 1


def test_a_setting_that_was_changed_has_a_pace_of_its_own_once_it_was_used():
    history(calls=10, together=1)
    quick = {"num_inference_steps": 4}
    row = ask(somebody(), **quick)
    assert estimate(request=row).remaining_seconds == pytest.approx(CALL_SECONDS)  # nothing better is known
    now = timezone.now()
    done = ask(somebody(), state=State.DONE, attempt=1, finished_at=now, **quick)
    CoverRequest.objects.filter(pk=done.pk).update(draw_started_at=now - timedelta(seconds=2))
    assert estimate(request=row).remaining_seconds == pytest.approx(2, rel=0.01)


def test_what_is_drawn_already_shortens_what_is_left():
    history(calls=4, together=1)
    row = ask(somebody())
    begin(fair_order(), room=4)
    half = {str(position): {"step": 5, "total": 10} for position in range(4)}
    CoverRequest.objects.filter(pk=row.pk).update(progress=half)
    row.refresh_from_db()
    assert estimate(request=row).remaining_seconds == pytest.approx(CALL_SECONDS / 2)


def test_the_pace_counts_calls_and_not_requests():
    now = timezone.now()
    end = now + timedelta(seconds=10)
    throughput = throughput_of(
        [BusyInterval(now, end, 4), BusyInterval(now + timedelta(milliseconds=30), end, 4)], workers=1
    )
    assert throughput.pictures_per_second == pytest.approx(0.8)


# --- when no more is taken ----------------------------------------------------------------------------------------


def test_over_the_predicted_wait_the_site_says_when_to_come_back(client, settings):
    settings.WAIT_MINUTES_MAX = 1
    history(calls=10, together=1)
    for _ in range(12):
        ask(somebody())
    with pytest.raises(SiteBusy) as caught:
        request_covers(owner=somebody(), song=make_song(), options=DrawOptions(), submission=uuid.uuid4())
    assert caught.value.values["minutes"] == 1  # two minutes of work wait, one is allowed
    answer = client.post("/create/", {"title": "비", "artist": "하람", "count": 4, "submission": uuid.uuid4()})
    assert answer.status_code == 503
    assert 55 <= int(answer["Retry-After"]) <= 70
    assert "비" in answer.content.decode()


def test_a_long_queue_of_one_person_does_not_shut_others_out(settings):
    settings.WAIT_MINUTES_MAX = 1
    history(calls=10, together=1)
    greedy = somebody()
    for _ in range(12):
        ask(greedy)
    newcomer = request_covers(owner=somebody(), song=make_song(), options=DrawOptions(), submission=uuid.uuid4())
    assert newcomer.state == State.QUEUED


def test_on_a_slow_machine_somebody_may_wait_behind_what_is_drawn_now(settings):
    settings.WAIT_MINUTES_MAX = 1
    history(calls=4, together=1, seconds=1200)
    ask(somebody())
    begin(fair_order(), room=4)
    for refused in (False, True):
        try:
            request_covers(owner=somebody(), song=make_song(), options=DrawOptions(), submission=uuid.uuid4())
        except SiteBusy:
            assert refused
        else:
            assert not refused


def test_one_with_too_many_waiting_is_told_when_the_first_will_be_done(client, settings, browser_of):
    settings.REQUESTS_WAITING_PER_PERSON = 2
    history(calls=10, together=1)
    person = somebody()
    for _ in range(2):
        ask(person)
    with pytest.raises(TooManyWaiting):
        request_covers(owner=person, song=make_song(), options=DrawOptions(), submission=uuid.uuid4())
    answer = browser_of(person).post("/create/", {"title": "비", "artist": "하람", "count": 4})
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) == CALL_SECONDS


# --- what says little ---------------------------------------------------------------------------------------------


def test_the_hours_between_a_stop_and_a_start_are_no_drawing_time():
    history(calls=4, together=1)
    now = timezone.now()
    for _ in range(6):
        row = ask(somebody(), state=State.DONE, attempt=1, finished_at=now, started_at=now - timedelta(seconds=5))
        CoverRequest.objects.filter(pk=row.pk).update(draw_started_at=now - timedelta(hours=9))
    person = somebody()
    for _ in range(6):
        ask(somebody())
    assert estimate(request=CoverRequest.objects.order_by("id").last()).remaining_seconds < 10 * CALL_SECONDS
    request_covers(owner=person, song=make_song(), options=DrawOptions(), submission=uuid.uuid4())


def test_one_request_on_a_machine_that_slept_says_little():
    now = timezone.now()
    drawn = [BusyInterval(now - timedelta(minutes=n, seconds=10), now - timedelta(minutes=n), 4) for n in range(1, 20)]
    slept = BusyInterval(now - timedelta(hours=12), now - timedelta(hours=3), 4)
    usual = throughput_of(drawn, 1)
    assert throughput_of([*drawn, slept], 1).pictures_per_second == pytest.approx(usual.pictures_per_second, rel=0.15)


def test_while_no_worker_lives_nobody_is_told_a_time_nor_refused_for_it(client, settings):
    settings.WAIT_MINUTES_MAX = 1
    WorkerHealth.objects.update(seen_at=timezone.now() - timedelta(minutes=5))
    history(calls=4, together=1)
    for _ in range(30):
        ask(somebody())
    person = somebody()
    row = request_covers(owner=person, song=make_song(), options=DrawOptions(), submission=uuid.uuid4())
    assert estimate(request=row).remaining_seconds is None
    session = client.session
    session["visitor"] = str(person.visitor)
    session.save()
    page = client.get(row.get_absolute_url(), headers={"accept-language": "en"}).content.decode()
    assert "We cannot say yet how long it takes." in page
    assert 'data-clock="down"' not in page
    live_workers(2)
    with pytest.raises(SiteBusy):
        request_covers(owner=person, song=make_song(), options=DrawOptions(), submission=uuid.uuid4())
