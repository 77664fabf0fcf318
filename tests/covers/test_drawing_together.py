"""An album is drawn by one press: what cannot be begun now follows by itself, until its maker says stop, whatever dies meanwhile."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.person import Person
from albumsite.jobs import sweeper
from albumsite.jobs.states import State
from covers import tasks
from covers.models import Cover, CoverRequest, MusicRelease, ReleaseSong
from covers.services import drawing_together, people
from covers.services.drawing_together import begin_waiting
from tests.covers.test_music_releases import page_of, press
from tests.factories import make_finished_request, make_member, make_music_release, make_request

pytestmark = pytest.mark.django_db(transaction=True)
ALBUM = tuple(f"Song {number}" for number in range(1, 13))


@pytest.fixture(autouse=True)
def _small(settings: Any) -> None:
    settings.COVER_SIZE_PIXELS = 64
    settings.REQUESTS_WAITING_PER_PERSON = 2


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """One cover a song: four of each are drawn in `test_music_releases`."""
    monkeypatch.setattr(drawing_together, "COVERS_OF_A_SONG", 1)


def work_until_idle() -> None:
    """What the workers of a site do, one after the other, and no more than they are told of."""
    for _ in range(50):
        waiting = CoverRequest.objects.filter(state=State.QUEUED)
        if not waiting.exists():
            return
        for row in waiting.filter(stage="write"):
            tasks.write_brief(str(row.pk))
        for row in waiting.filter(stage="draw"):
            tasks.draw_covers(str(row.pk))


def let_them_be_due(release: MusicRelease) -> None:
    """The rest after a refusal is over."""
    release.songs.filter(due_at__isnull=False).update(due_at=timezone.now() - timedelta(seconds=1))


def awaited(release: MusicRelease) -> list[str]:
    return [song.title for song in release.songs.order_by("place") if song.is_awaited]


def test_one_press_draws_a_whole_album_and_no_page_needs_to_be_open(
    client: Client, visitor: Person, browser_of: Any, quick: None
) -> None:
    browser_of(visitor)
    release = make_music_release(visitor, songs=ALBUM[:5])
    press(client, release)
    assert awaited(release) == ["Song 3", "Song 4", "Song 5"]
    work_until_idle()
    songs = list(MusicRelease.objects.with_songs().get(pk=release.pk).songs.all())
    assert all(song.shown for song in songs)
    assert CoverRequest.objects.count() == 5
    release.refresh_from_db()
    assert all(row.parsed_brief().family == release.family for row in CoverRequest.objects.all())


def test_the_page_says_before_and_after_what_will_happen(client: Client, visitor: Person, browser_of: Any) -> None:
    browser_of(visitor)
    release = make_music_release(visitor, songs=ALBUM[:5])
    text = page_of(client, release)
    assert "They count as 5 requests. You can make 100 more today." in text
    assert "2 songs are drawn at a time; the others follow by themselves" in text
    assert "나머지는 이 페이지를 닫아도 저절로 이어져요" in page_of(client, release, "ko")
    press(client, release)
    text = page_of(client, release)
    assert "2 songs are being drawn." in text
    assert "3 songs follow by themselves as soon as there is room. You may close this page." in text
    assert text.count("Waits, and is drawn by itself.") == 3
    assert "together</button>" not in text
    assert "차례가 되면 저절로 그려요." in page_of(client, release, "ko")


def test_what_todays_limit_does_not_take_is_said_before_and_drawn_tomorrow(
    client: Client, visitor: Person, browser_of: Any, settings: Any, quick: None
) -> None:
    settings.REQUESTS_PER_DAY = 3
    browser_of(visitor)
    release = make_music_release(visitor, songs=ALBUM[:5])
    text = page_of(client, release)
    assert "You can make 3 more today. 2 songs wait until tomorrow and are then drawn by themselves." in text
    assert "2곡은 내일까지 기다렸다가 저절로 그려요." in page_of(client, release, "ko")
    press(client, release)
    work_until_idle()
    assert awaited(release) == ["Song 4", "Song 5"]
    assert page_of(client, release).count("it is drawn tomorrow") == 2
    settings.REQUESTS_PER_DAY = 10  # another day
    let_them_be_due(release)
    sweeper.do_chores()
    work_until_idle()
    assert awaited(release) == []
    assert Cover.objects.count() == 5


def test_what_a_dead_worker_could_not_tell_of_the_sweeper_finds(
    client: Client, visitor: Person, browser_of: Any, quick: None
) -> None:
    browser_of(visitor)
    release = make_music_release(visitor, songs=ALBUM[:3])
    press(client, release)
    first = CoverRequest.objects.order_by("pk")[0]
    tasks.write_brief(str(first.pk))
    killed = CoverRequest.objects.claim(first.pk, stage="draw")
    assert killed is not None
    CoverRequest.objects.filter(pk=first.pk).update(
        lease_until=timezone.now() - timedelta(seconds=1), attempt=99
    )  # killed at its last try
    sweeper.sweep()
    begin_waiting()
    assert awaited(release) == ["Song 3"], "it rests after the refusal"
    let_them_be_due(release)
    begin_waiting()
    work_until_idle()
    assert awaited(release) == []
    assert {row.title: row.state for row in CoverRequest.objects.all()} == {
        first.title: State.FAILED,
        **{title: State.DONE for title in ALBUM[:3] if title != first.title},
    }


def test_a_process_that_died_between_asking_and_noting_it_asks_once(
    client: Client, visitor: Person, browser_of: Any, settings: Any
) -> None:
    browser_of(visitor)
    release = make_music_release(visitor, songs=ALBUM[:1])
    press(client, release)
    row = CoverRequest.objects.get()
    release.songs.update(request=None, due_at=timezone.now())  # as it was before the note
    begin_waiting()
    assert release.songs.get().request == row
    assert CoverRequest.objects.count() == 1


def test_stop_ends_what_is_at_work_and_what_waits(
    client: Client, visitor: Person, browser_of: Any, quick: None
) -> None:
    browser_of(visitor)
    release = make_music_release(visitor, songs=ALBUM[:5])
    press(client, release)
    assert "Stop drawing" in page_of(client, release)
    press(client, release, "stop")
    assert awaited(release) == []
    assert set(CoverRequest.objects.values_list("state", flat=True)) == {State.CANCELLED}
    begin_waiting()
    assert CoverRequest.objects.count() == 2
    text = page_of(client, release)
    assert "Stopped. What is ready stays, and you can draw the rest later." in text
    assert "Draw 5 songs together" in text
    press(client, release)
    work_until_idle()
    assert Cover.objects.count() == 5, "another press begins anew"


def test_a_song_that_is_stopped_just_while_it_is_asked_for_is_stopped(visitor: Person, monkeypatch: Any) -> None:
    release = make_music_release(visitor, songs=ALBUM[:1])
    from covers.services.requests import request_covers as asked

    def ask_and_stop(**given: Any) -> CoverRequest:
        row = asked(**given)
        drawing_together.stop(release=release)
        return row

    monkeypatch.setattr(drawing_together, "request_covers", ask_and_stop)
    drawing_together.draw_together(release=release, person=visitor, songs=list(release.songs.all()))
    row = CoverRequest.objects.get()
    assert row.state == State.CANCELLED
    assert release.songs.get().request == row
    assert awaited(release) == []


def test_one_persons_refusal_holds_up_nobody_else(visitor: Person, settings: Any, quick: None) -> None:
    full, free = Person(user=make_member("full@example.com")), visitor
    for _ in range(2):
        make_request(full)
    theirs, mine = make_music_release(full, songs=ALBUM[:2]), make_music_release(free, songs=ALBUM[:1])
    ReleaseSong.objects.update(due_at=timezone.now() - timedelta(hours=1))
    begin_waiting()
    assert awaited(theirs) == ["Song 1", "Song 2"]
    assert awaited(mine) == []
    assert not theirs.songs.filter(due_at__lte=timezone.now()).exists(), (
        "who was refused is not asked for again at once"
    )


def test_nothing_is_drawn_for_an_account_that_is_closed(visitor: Person) -> None:
    member = make_member("gone@example.com", is_active=False)
    release = make_music_release(Person(user=member), songs=ALBUM[:1])
    release.songs.update(due_at=timezone.now())
    begin_waiting()
    assert not CoverRequest.objects.exists()


def test_who_signs_in_meanwhile_gets_the_rest_as_a_member(
    client: Client, browser_of: Any, visitor: Person, quick: None
) -> None:
    browser_of(visitor)
    release = make_music_release(visitor, songs=ALBUM[:4])
    press(client, release)
    member = make_member()
    people.hand_over(visitor=visitor, member=Person(user=member))
    work_until_idle()
    let_them_be_due(release)
    begin_waiting()
    work_until_idle()
    assert awaited(release) == []
    assert set(CoverRequest.objects.values_list("owner", flat=True)) == {member.pk}
    assert set(release.songs.values_list("asked_from", flat=True)) == {""}


def test_a_song_that_cannot_be_drawn_as_it_is_is_said_at_once_and_the_others_go_on(
    client: Client, visitor: Person, browser_of: Any
) -> None:
    browser_of(visitor)
    release = make_music_release(visitor, songs=(*ALBUM[:3], "\u3164"))
    press(client, release)
    text = page_of(client, release)
    assert "is not drawn: A song needs a title and an artist that can be seen" in text
    assert awaited(release) == ["Song 3"]


def test_covers_that_are_chosen_meanwhile_lead_nothing_astray(visitor: Person, quick: None) -> None:
    """A song that was asked for in another tab is not asked for anew by whoever saw it before."""
    release = make_music_release(visitor, songs=ALBUM[:1])
    seen = list(release.songs.all())
    release.songs.update(request=make_finished_request(visitor))
    drawing_together.draw_together(release=release, person=visitor, songs=seen)
    assert awaited(release) == []
    assert CoverRequest.objects.count() == 1


def test_a_stranger_stops_nothing(client: Client, visitor: Person, browser_of: Any) -> None:
    release = make_music_release(Person(visitor=uuid.uuid4()))
    browser_of(visitor)
    assert press(client, release, "stop").status_code == 404
