"""Typing a song: what is taken, what is refused and how kindly, and that nothing is lost or doubled."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django_rq import get_queue

from albumsite.jobs.states import State
from covers.models import CoverRequest
from tests.factories import make_member, make_request
from tests.test_job_rows import columns_of
from tests.waiting import at_once

CREATE = "/create/"


def song(**changes: Any) -> dict[str, Any]:
    return {"title": "Fighting", "artist": "KJY", "count": "4", "with_lettering": "on", **changes}


@pytest.fixture
def post(client: Client) -> Any:
    def send(**changes: Any) -> Any:
        return client.post(CREATE, song(**changes))

    return send


pytestmark = pytest.mark.django_db(transaction=True)


def test_a_song_becomes_a_request_with_its_own_address(post, client):
    response = post(album="Clocks", genre="indie", lyrics="tick\ntock")
    row = CoverRequest.objects.get()
    assert response.status_code == 302
    assert str(row.pk) in response.url
    assert (row.title, row.artist, row.album, row.genre, row.lyrics) == (
        "Fighting",
        "KJY",
        "Clocks",
        "indie",
        "tick\ntock",
    )
    assert row.state == State.QUEUED
    assert [job.args[0] for job in get_queue("write").jobs] == [str(row.pk)]
    assert client.get(response.url).status_code == 200


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"title": "아무도 없는 바닷가에서 너를 기다리던 밤"}, "The title is too long to be drawn in this style."),
        ({"title": "Incomprehensibilities of an Afternoon"}, "The title is too long to be drawn in this style."),
        ({"with_lettering": ""}, "This style draws the title itself."),
    ],
)
def test_letters_that_cannot_be_drawn_are_not_drawn_otherwise_in_silence(post, changes, told):
    response = post(style="type_huge", **changes)
    assert response.status_code == 422
    page = response.content.decode()
    assert told in page
    assert 'value="type_huge"' in page
    assert not CoverRequest.objects.exists()
    assert post(style="type_huge", title="밤").status_code == 302


@pytest.mark.parametrize(
    ("typed", "genre"),
    [
        ("rap/hip-hop", "hiphop"),
        ("R&B/soul", "rnb"),
        ("Rock / Metal", "rock"),
        ("folk/blues", "folk"),
        ("발라드", "ballad"),
        ("알앤비", "rnb"),
        ("TROT", "trot"),
        ("", ""),
    ],
)
def test_a_genre_may_be_called_by_its_usual_names(post, typed, genre):
    assert post(genre=typed).status_code == 302
    assert CoverRequest.objects.get().genre == genre


def test_title_and_artist_are_enough(client):
    assert client.post(CREATE, {"title": "봄날의 편지", "artist": "하람"}).status_code == 302
    assert CoverRequest.objects.get().count == 4


NO_TITLE = ("What is the song called?", "노래 제목을 알려 주세요.")
NO_ARTIST = ("Who is it by?", "누구의 노래인지 알려 주세요.")
FEW = ("Please choose at least 1 cover.", "1장 이상으로 적어 주세요.")


def too_long(have: int, most: int) -> tuple[str, str]:
    return (
        f"This is {have} characters long. Please shorten it to {most} characters.",
        f"지금 {have}자예요. {most}자까지 줄여 주세요.",
    )


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("title", "", NO_TITLE),
        ("title", " \t \n ", NO_TITLE),
        ("title", "\u200b\u200d\ufeff", NO_TITLE),
        ("artist", "", NO_ARTIST),
        ("artist", "\x00\x07", NO_ARTIST),
        ("title", "가" * 300, too_long(300, 200)),
        ("artist", "x" * 201, too_long(201, 200)),
        ("album", "x" * 300, too_long(300, 200)),
        ("lyrics", "라" * 50_000, too_long(50_000, 20_000)),
        ("count", "0", FEW),
        ("count", "-3", FEW),
        ("count", "99", ("Please choose at most 8 covers at a time.", "한 번에 8장까지 고를 수 있어요.")),
        ("count", "four", ("Please give a whole number of covers.", "몇 장인지 정수로 적어 주세요.")),
        (
            "genre",
            "polka",
            ("We do not know this genre. Please choose one from the list.", "모르는 장르예요. 목록에서 골라 주세요."),
        ),
        (
            "style",
            "../../etc",
            (
                "We do not know this style. Please choose one from the list.",
                "모르는 스타일이에요. 목록에서 골라 주세요.",
            ),
        ),
        ("seed", "abc", ("A seed is a whole number.", "시드는 정수로 적어 주세요.")),
        ("seed", str(2**70), (f"A seed is at most {2**62 - 1}.", f"시드는 {2**62 - 1}까지예요.")),
        ("seed", "-1", ("A seed is 0 or more.", "시드는 0 이상이에요.")),
    ],
)
def test_what_cannot_be_taken_is_said_in_the_page_s_language_and_nothing_is_lost(client, field, value, told):
    typed = song(album="Kept album", lyrics="Kept lyrics") | {field: value}
    for language, text in zip(("en", "ko"), told, strict=True):
        response = client.post(CREATE, typed, headers={"accept-language": language})
        page = response.content.decode()
        assert response.status_code == 422
        assert re.findall(r'id="id_(\w+)_error">([^<]*)<', page) == [(field, text)]
        for name in {"title", "artist", "album", "lyrics"} - {field}:
            assert typed[name] in page
    assert not CoverRequest.objects.exists()


@pytest.mark.parametrize(
    "title",
    [
        "<script>alert(1)</script>",
        "{{ 7|add:7 }}{% debug %}",
        "'; DROP TABLE covers_cover; --",
        "🔥🎧 불타오르네 🔥",
        "👩‍👩‍👧‍👦",
        "مرحبا بالعالم",
        "שלום עולם",
        "夜に駆ける",
        "À la folie",
        "%(limit)d %s",
        "../../../etc/passwd",
    ],
)
def test_any_script_and_any_markup_is_just_a_title(post, client, title):
    response = post(title=title)
    assert CoverRequest.objects.get().title == title
    page = client.get(response.url).content.decode()
    assert escape(title) in page
    assert title == escape(title) or title not in page


def test_control_characters_and_bidi_overrides_are_taken_out(post):
    post(title="Mid\x00night\u202e Sig\x1bnal", lyrics="one\r\n\x00two\u2066")
    row = CoverRequest.objects.get()
    assert (row.title, row.lyrics) == ("Midnight Signal", "one\ntwo")


def test_a_double_submit_asks_once(post):
    submission = str(uuid.uuid4())
    first, second = post(submission=submission), post(submission=submission)
    assert CoverRequest.objects.count() == 1
    assert first.url == second.url


def test_somebody_else_s_submission_id_neither_shows_nor_blocks_anything(post):
    theirs = make_request(title="Secret song")
    response = post(submission=str(theirs.submission))
    assert str(theirs.pk) not in response.url
    assert CoverRequest.objects.count() == 2


def test_a_broken_submission_id_is_not_the_person_s_fault(post):
    assert post(submission="x' OR 1=1").status_code == 302


def test_it_refuses_the_request_over_the_daily_limit_and_keeps_the_song(post, settings):
    settings.REQUESTS_PER_DAY = 2
    for _ in range(2):
        assert post().status_code == 302
    CoverRequest.objects.update(state=State.CANCELLED, finished_at="2026-01-01T00:00:00Z")
    response = post(title="The third")
    assert response.status_code == 429
    assert "tomorrow" in response.content.decode()
    assert "The third" in response.content.decode()


def test_it_refuses_more_than_a_few_waiting_at_once(post, settings):
    settings.REQUESTS_WAITING_PER_PERSON = 1
    post()
    assert post().status_code == 429
    assert CoverRequest.objects.count() == 1


def test_a_full_queue_is_said_with_an_honest_time(post, settings):
    settings.REQUESTS_WAITING_MAX = 1
    make_request()
    response = post()
    assert response.status_code == 503
    assert re.search(r"again in about [1-9]\d* minutes?[.,]", response.content.decode())


def test_a_stopped_redis_takes_the_request_all_the_same(post, client, redis_away):
    with redis_away():
        response = post()
        assert response.status_code == 302
        assert client.get(response.url).status_code == 200
        assert client.get("/").status_code == 200


def test_a_wrong_method_is_refused(client):
    assert client.put(CREATE).status_code == 405
    assert client.delete(CREATE).status_code == 405


def test_an_expired_form_shows_a_page_that_kept_what_was_typed():
    strict = Client(enforce_csrf_checks=True)
    response = strict.post(CREATE, song(title="Typed for an hour", lyrics="line one\nline two"))
    page = response.content.decode()
    assert response.status_code == 403
    assert "Typed for an hour" in page
    assert "line one\nline two" in page.replace("&#10;", "\n")
    assert not CoverRequest.objects.exists()


def test_the_kept_form_works_when_it_is_sent_again():
    strict = Client(enforce_csrf_checks=True)
    page = strict.post(CREATE, song()).content.decode()
    token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    assert strict.post(CREATE, song() | {"csrfmiddlewaretoken": token}).status_code == 302


def test_a_forged_request_id_is_a_page_that_was_not_found(client):
    for address in (f"/requests/{uuid.uuid4()}/", "/requests/1/", "/requests/' OR 1=1/", "/covers/xyz/"):
        response = client.get(address)
        assert response.status_code == 404
        assert reverse("covers:home") in response.content.decode()


def test_a_visitor_does_not_see_another_s_request_without_its_key(client):
    theirs = make_request(title="Not yours")
    assert client.get(theirs.get_absolute_url()).status_code == 404
    assert client.get(theirs.get_absolute_url() + "?key=guess").status_code == 404
    assert client.get(theirs.get_secret_url()).status_code == 200
    assert client.get(theirs.get_absolute_url()).status_code == 200  # this browser has shown that it knows the key


def test_a_shared_address_does_not_let_a_guest_cancel_a_member_s_request(client):
    from accounts.person import Person

    theirs = make_request(Person(user=make_member()))
    client.get(theirs.get_secret_url())
    assert client.post(reverse("covers:cancel", args=[theirs.pk])).status_code == 404


def test_the_second_device_of_a_visitor_can_cancel(client):
    mine = make_request()
    client.get(mine.get_secret_url())
    assert client.post(reverse("covers:cancel", args=[mine.pk])).status_code == 302
    mine.refresh_from_db()
    assert mine.state == State.CANCELLED


def test_whoever_does_not_have_its_address_neither_cancels_nor_retries_a_visitors_request(client):
    waiting, failed = (
        make_request(),
        make_request(state=State.FAILED, failure="site:gave-up", finished_at=timezone.now()),
    )
    for name, row in (("cancel", waiting), ("retry", failed)):
        assert client.post(reverse(f"covers:{name}", args=[row.pk])).status_code == 404
        before = row.state
        row.refresh_from_db()
        assert row.state == before


@pytest.mark.parametrize("state", State)
def test_what_goes_on_or_is_done_is_not_tried_again_and_what_has_ended_is_not_cancelled(client, state):
    row = make_request(**columns_of(state))
    client.get(row.get_secret_url())
    goes_on, stopped = state in (State.QUEUED, State.RUNNING), state in (State.FAILED, State.CANCELLED)
    retried = client.post(reverse("covers:retry", args=[row.pk]))
    assert retried.status_code == (302 if stopped else 409)
    CoverRequest.objects.filter(pk=row.pk).update(**{"failure": "", "finished_at": None} | columns_of(state))
    cancelled = client.post(reverse("covers:cancel", args=[row.pk]))
    assert cancelled.status_code == (302 if goes_on else 409)
    assert ("already ended" in cancelled.content.decode()) is not goes_on


def test_the_home_form_carries_the_song_to_the_create_form(client):
    page = client.get(CREATE, {"title": "<b>Bold", "artist": "KJY"}).content.decode()
    assert "&lt;b&gt;Bold" in page


def test_one_person_s_hundred_clicks_at_once_take_only_the_allowed_slots(settings):
    settings.REQUESTS_WAITING_PER_PERSON = 3
    member = make_member()
    clients = [Client() for _ in range(8)]
    for client in clients:
        client.force_login(member)
    statuses = at_once(*[lambda client=client: client.post(CREATE, song()).status_code for client in clients])
    assert sorted(statuses) == [302] * 3 + [429] * 5
    assert CoverRequest.objects.count() == 3
