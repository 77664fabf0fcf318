"""Colours, people and what to leave out, wished before the drawing: taken, refused kindly, remembered, and kept in the recipe."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from accounts.person import Person
from albumsite import admission
from albumsite.models import AdmissionCount
from covers import tasks
from covers.brief.scenery import NOBODY
from covers.brief.wishes import PALETTES
from covers.models import CoverRequest
from covers.services.requests import draw_again
from tests.factories import make_request
from tests.working import worked

pytestmark = pytest.mark.django_db(transaction=True)
CREATE = "/create/"
SONG = {
    "title": "산책",
    "artist": "하람",
    "with_lettering": "on",
    "count": "4",
    "lyrics": "강아지와 걷는 저녁\n비를 맞네",
}


def post(client: Client, language: str = "en", **changes: str) -> Any:
    return client.post(CREATE, SONG | changes, headers={"accept-language": language})


def test_wishes_are_in_the_brief_that_is_drawn_and_in_the_recipe(client: Client, visitor: Person) -> None:
    assert post(client, colours="#1F3A5F f4c", people="nobody", avoid="강아지, 비").status_code == 302
    row = worked(tasks.write_brief, CoverRequest.objects.get())
    brief = row.parsed_brief()
    assert brief.palette == ("#1f3a5f", "#ff44cc")
    assert all(
        one.people == NOBODY and "dog" not in one.things and one.weather != "rain"
        for one in brief.concepts
        if one.scene
    )
    assert "#1f3a5f #ff44cc" in client.get(row.get_absolute_url()).content.decode()
    again = draw_again(owner=visitor, request=row, submission=row.pk)
    assert (again.brief, again.wishes) == (row.brief, row.wishes)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("red", ("#d7263d",)),
        ("빨강", ("#d7263d",)),
        ("빨간색, 하늘 색 남색", ("#d7263d", "#7ec4e8", "#1f3a5f")),
        ("sky blue red; #FFF", ("#7ec4e8", "#d7263d", "#ffffff")),
        ("#fff " * 6, ("#ffffff",)),
        ("red 빨강 #D7263D", ("#d7263d",)),
    ],
)
def test_colours_are_written_as_words_or_codes_and_one_that_comes_again_counts_once(
    client: Client, typed: str, read: tuple[str, ...]
) -> None:
    assert post(client, colours=typed).status_code == 302
    assert CoverRequest.objects.get().parsed_wishes.colours == read


def test_a_named_palette_paints_the_covers(visitor: Person) -> None:
    row = make_request(visitor, count=1, wishes={"palette": "dusk"})
    tasks.write_brief(str(row.pk))
    tasks.draw_covers(str(row.pk))
    cover = row.covers.get()
    assert {*cover.parameters["palette"]} & {*PALETTES["dusk"]}


@pytest.mark.parametrize(
    ("changes", "english", "korean"),
    [
        ({"colours": "bluish"}, "We cannot read the colour “bluish”.", "‘bluish’ 색을 읽을 수 없어요."),
        ({"colours": "red, bluish"}, "by its name.", "색 이름으로 적어 주세요."),
        ({"colours": "#111 #222 #333 #444 #555 #666"}, "These are 6 colours.", "색이 6가지예요."),
        ({"avoid": "개" * 201}, "This is 201 characters long.", "지금 201자예요."),
        ({"avoid": "qwerty, dog"}, "we cannot promise to leave it out: qwerty.", "뺀다고 약속할 수 없어요: qwerty."),
        ({"avoid": "everything"}, "Nothing would be left to draw.", "그릴 것이 남지 않아요."),
        (
            {"avoid": "sun", "style": "sunset"},
            "The style that you chose shows",
            "고른 스타일에는 빼고 싶은 것이 나와요.",
        ),
        ({"people": "somebody", "avoid": "people"}, "You want somebody on the covers", "사람이 있게 골랐는데"),
        (
            {"people": "somebody", "style": "chrome"},
            "This style shows no people.",
            "이 스타일에는 사람이 나오지 않아요.",
        ),
        ({"people": "somebody", "engine": "pocket"}, "“pocket” draws no people.", "‘pocket’은 사람을 그리지 않아요."),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_lost(
    client: Client, settings: Any, changes: dict[str, str], english: str, korean: str
) -> None:
    settings.POCKET_ON_FORM = True
    for language, told in (("en", english), ("ko", korean)):
        response = post(client, language, **changes)
        page = response.content.decode()
        assert response.status_code == 422
        assert escape(told) in page
        assert all(escape(value.strip()) in page for value in changes.values())
        assert SONG["title"] in page
    assert not CoverRequest.objects.exists()


def test_the_next_song_begins_with_the_same_wishes(client: Client) -> None:
    assert post(client, palette="dusk", people="nobody", avoid="밤", count="6").status_code == 302
    page = client.get(CREATE).content.decode()
    assert 'value="dusk" id="id_palette_1" checked' in page.replace("\n", "")
    assert 'value="밤"' in page
    assert 'name="count" value="6"' in page
    assert 'value="밤"' not in Client().get(CREATE).content.decode(), "nobody else's"
    assert post(client).status_code == 302
    assert 'value="밤"' not in client.get(CREATE).content.decode()


def test_starting_again_brings_the_wishes(client: Client) -> None:
    assert post(client, avoid="강아지", colours="#123456").status_code == 302
    row = CoverRequest.objects.get()
    assert post(client).status_code == 302
    page = client.get(CREATE, {"again": str(row.pk)}).content.decode()
    assert 'value="강아지"' in page
    assert 'value="#123456"' in page


def test_eight_covers_count_as_two_requests(client: Client, settings: Any) -> None:
    settings.REQUESTS_PER_DAY = 2
    assert post(client, count="8").status_code == 302
    assert post(client, count="1").status_code == 429


def test_eight_covers_take_two_turns_of_a_network(visitor: Person) -> None:
    stranger = Person(visitor=visitor.visitor, network="a" * 32)
    with admission.admitted("create", stranger, pictures=8):
        pass
    assert set(AdmissionCount.objects.filter(action="create").values_list("used", flat=True)) == {2}
