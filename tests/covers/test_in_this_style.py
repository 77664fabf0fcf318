"""A cover lends its style and colours to another song, and none of its words; and a song starts again with all that it had."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.person import Person
from covers import tasks
from covers.brief.scenery import QUIET_MATERIALS
from covers.models import Cover, CoverRequest, MusicRelease
from covers.services.publishing import hide_cover, publish_cover
from tests.covers.studio_pages import drawn_cover
from tests.factories import make_cover, make_finished_request, make_member, make_music_release

pytestmark = pytest.mark.django_db(transaction=True)
CREATE = "/create/"
PALETTE = ["#f2e3c7", "#8b5d37", "#c9a471", "#af3e30", "#f2e3c7", "#311c0f"]
SONG = {"title": "Harbour", "artist": "Mine", "with_lettering": "on", "count": "4"}


def hung(**changes: Any) -> Cover:
    """Somebody else's, on the wall, with a song full of words."""
    row = make_finished_request(
        Person(user=make_member()), title="Their Title", album="Their Album", lyrics="their secret words", genre="trot",
        wishes={"avoid": "whale"},
    )  # fmt: skip
    cover = row.covers.get()
    cover.parameters = {"style": "riso", "motif": "clock", "palette": PALETTE} | changes
    cover.save()
    publish_cover(cover=cover)
    return Cover.objects.get(pk=cover.pk)


def opened(client: Client, cover: Cover, **headers: str) -> str:
    answer = client.get(CREATE, {"like": str(cover.pk)}, headers=headers or None)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_strangers_cover_lends_style_and_colours_and_no_word(client: Client) -> None:
    cover = hung()
    link = re.search(r'href="(/create/\?like=[^"]+)"', client.get(cover.get_absolute_url()).content.decode())
    assert link is not None
    page = client.get(link[1]).content.decode()
    assert "In the style of “Their Title” by KJY" in page
    assert all(word not in page for word in ("Their Album", "their secret words", "whale"))
    fields = {name: re.search(rf'<input[^>]*name="{name}"[^>]*>', page)[0] for name in ("title", "artist", "album")}  # type: ignore[index]
    assert all("value=" not in field for field in fields.values())
    assert client.post(CREATE, SONG | {"like": str(cover.pk)}).status_code == 302
    row = CoverRequest.objects.get(title="Harbour")
    assert (row.style, row.wishes["colours"], row.parent, row.kept) == (
        "riso", list(dict.fromkeys(PALETTE)), cover, ["style", "palette"],
    )  # fmt: skip
    assert (row.album, row.lyrics, row.genre, row.picture) == ("", "", "", None)
    assert cover.get_absolute_url() in client.get(row.get_absolute_url()).content.decode()


def test_it_is_drawn_in_that_style_and_those_colours(client: Client, visitor: Person) -> None:
    cover = drawn_cover(Person(user=make_member()), style="riso", width=64, height=64)
    publish_cover(cover=cover)
    assert client.post(CREATE, SONG | {"like": str(cover.pk), "count": "1"}).status_code == 302
    row = CoverRequest.objects.get(title="Harbour")
    CoverRequest.objects.filter(pk=row.pk).update(width=64, height=64)
    tasks.write_brief(str(row.pk))
    tasks.draw_covers(str(row.pk))
    made = row.covers.get().parameters
    assert made["style"] == "riso"
    assert len({*made["palette"]} & {*cover.parameters["palette"]}) >= 3


def test_it_is_taken_off_and_what_is_chosen_goes_before_it(client: Client) -> None:
    cover = hung()
    assert client.post(CREATE, SONG).status_code == 302
    row = CoverRequest.objects.get(title="Harbour")
    assert (row.style, row.wishes, row.parent) == ("", {}, None)
    own = {"like": str(cover.pk), "style": "brush", "colours": "112233", "title": "Another"}
    assert client.post(CREATE, SONG | own).status_code == 302
    row = CoverRequest.objects.get(title="Another")
    assert (row.style, row.wishes["colours"], row.parent) == ("brush", ["#112233"], None)


def test_its_colours_are_not_remembered_for_the_next_song(client: Client) -> None:
    cover = hung()
    assert client.post(CREATE, SONG | {"like": str(cover.pk), "people": "nobody"}).status_code == 302
    page = client.get(CREATE).content.decode()
    assert PALETTE[1] not in re.search(r'<input[^>]*name="colours"[^>]*>', page)[0]  # type: ignore[index]


def test_private_hidden_and_deleted_covers_give_nothing(client: Client) -> None:
    private = make_finished_request(Person(user=make_member()), title="Their Title").covers.get()
    hidden = hung()
    hide_cover(cover=hidden)
    for named in (private.pk, hidden.pk, uuid.uuid4(), "nonsense"):
        answer = client.get(CREATE, {"like": str(named)})
        assert answer.status_code == 404
        assert "Their Title" not in answer.content.decode()
        sent = client.post(CREATE, SONG | {"like": str(named)}, headers={"accept-language": "en"})
        assert sent.status_code == 422
        assert "The cover whose style you took is not there any more." in sent.content.decode()
        assert "Their Title" not in sent.content.decode()
    assert not CoverRequest.objects.filter(title="Harbour").exists()


def test_what_is_made_of_a_picture_or_a_face_lends_nothing(client: Client) -> None:
    for changes in ({"shows_picture": True, "picture_positions": [0]}, {"shows_face": True}):
        cover = hung()
        CoverRequest.objects.filter(pk=cover.request_id).update(**changes)
        assert "?like=" not in client.get(cover.get_absolute_url()).content.decode()
        assert client.get(CREATE, {"like": str(cover.pk)}).status_code == 404


@pytest.mark.parametrize(
    ("language", "told"), [("en", "Its style is not drawn here any more"), ("ko", "이 스타일은 이제 그리지 않아요.")]
)
def test_a_style_that_is_gone_is_said(client: Client, language: str, told: str) -> None:
    cover = hung(style="linocut")
    assert told in opened(client, cover, **{"accept-language": language})
    assert client.post(CREATE, SONG | {"like": str(cover.pk)}).status_code == 302
    assert CoverRequest.objects.get(title="Harbour").kept == ["palette"]


def test_an_engine_that_is_away_is_said(client: Client) -> None:
    cover = hung()
    CoverRequest.objects.filter(pk=cover.request_id).update(engine="sdxl")
    assert "“SDXL”, which drew it, does not draw here at the moment" in opened(client, cover)


def test_letters_that_a_title_is_too_long_for_are_refused_with_all_that_was_typed(client: Client) -> None:
    cover = hung(style="type_huge")
    answer = client.post(CREATE, SONG | {"title": "A very long title of a song", "like": str(cover.pk)})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "The title is too long to be drawn in this style." in page
    assert f'name="like" value="{cover.pk}" checked' in page


def test_starting_again_says_what_does_not_come_along(browser_of: Any, visitor: Person) -> None:
    row = make_finished_request(
        visitor, style="linocut", engine="sdxl", shows_picture=True, shows_face=True, avoided={"off": ["thing:dog"]},
        wishes={"palette": "gone"}, lyrics="all of it",
    )  # fmt: skip
    page = browser_of(visitor).get(CREATE, {"again": str(row.pk)}).content.decode()
    for told in (
        "Your own picture is not taken along", "The face is not taken along", "“SDXL”, which drew it", "The style is not taken along",
        "The colours are not taken along", "What you switched off in its pictures is not taken along", "all of it",
    ):  # fmt: skip
        assert told in page
    whole = make_finished_request(visitor, style="riso")
    assert "not taken along" not in browser_of(visitor).get(CREATE, {"again": str(whole.pk)}).content.decode()


def test_what_was_kept_from_an_earlier_cover_is_said_not_to_come(browser_of: Any, visitor: Person) -> None:
    cover = make_cover(make_finished_request(visitor), position=1)
    row = make_finished_request(visitor, parent=cover, kept=["palette", "subject"], wishes={"colours": ["#112233"]})
    page = browser_of(visitor).get(CREATE, {"again": str(row.pk)}).content.decode()
    assert "Not taken along from the earlier cover: What it shows. The song is read anew." in page
    assert 'value="#112233"' in page, "its colours are"
    CoverRequest.objects.filter(pk=row.pk).update(kept=["palette"])
    assert "Not taken along" not in browser_of(visitor).get(CREATE, {"again": str(row.pk)}).content.decode()


def test_it_stays_through_the_switch_of_the_language(client: Client) -> None:
    cover = hung()
    answer = client.post(CREATE, SONG | {"like": str(cover.pk), "in_language": "ko"})
    assert f'name="like" value="{cover.pk}" checked' in answer.content.decode()
    assert reverse("covers:create") == CREATE


LOOK = {
    "style": "riso",
    "palette": PALETTE,
    "value_key": "mid",
    "voice": "slab",
    "place": "top left",
    "title_scale": 0.08,
}


def release_with(owner: Person, look: dict[str, Any]) -> tuple[MusicRelease, CoverRequest]:
    release = make_music_release(owner, name="First Light")
    MusicRelease.objects.filter(pk=release.pk).update(look=look)
    release.refresh_from_db()
    return release, make_finished_request(owner, wishes={"family": look, "release": str(release.pk)})


def test_starting_again_keeps_the_look_of_its_release(browser_of: Any, visitor: Person) -> None:
    release, row = release_with(visitor, LOOK)
    browser = browser_of(visitor)
    page = browser.get(CREATE, {"again": str(row.pk)}, headers={"accept-language": "en"}).content.decode()
    assert f'name="look" value="{release.pk}" checked' in page
    assert "In the look of your release “First Light”" in page
    assert "not taken along" not in page
    assert browser.post(CREATE, SONG | {"look": str(release.pk), "count": "1"}).status_code == 302
    again = CoverRequest.objects.get(title="Harbour")
    assert (again.parsed_wishes.family, again.parsed_wishes.release) == (release.family, str(release.pk))
    CoverRequest.objects.filter(pk=again.pk).update(width=64, height=64)
    tasks.write_brief(str(again.pk))
    tasks.draw_covers(str(again.pk))
    made = again.covers.get()
    assert (made.parameters["style"], made.parameters["palette"]) == ("riso", PALETTE)
    assert made.layout["voice"] == "slab"


def test_what_is_chosen_beside_a_look_goes_before_it_and_unticked_it_is_left_out(
    browser_of: Any, visitor: Person
) -> None:
    release, _row = release_with(visitor, LOOK)
    browser = browser_of(visitor)
    chosen = {"look": str(release.pk), "style": "brush", "colours": "112233"}
    assert browser.post(CREATE, SONG | chosen).status_code == 302
    row = CoverRequest.objects.get(title="Harbour")
    family = row.parsed_wishes.family
    assert family is not None
    assert (row.style, family.style, family.palette, family.voice) == ("brush", "", (), "slab")
    assert browser.post(CREATE, SONG | {"title": "Bare"}).status_code == 302
    assert "family" not in CoverRequest.objects.get(title="Bare").wishes


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", "The look of its release is not taken along"), ("ko", "이 곡이 속한 음반의 모습은 가져오지 않았어요")],
)
def test_a_look_whose_release_is_gone_is_said(browser_of: Any, visitor: Person, language: str, told: str) -> None:
    release, row = release_with(visitor, LOOK)
    release.delete()
    browser, spoken = browser_of(visitor), {"accept-language": language}
    page = browser.get(CREATE, {"again": str(row.pk)}, headers=spoken).content.decode()
    assert told in page
    assert 'name="look"' not in page


def test_nobody_takes_the_look_of_somebody_elses_release(client: Client) -> None:
    release, _row = release_with(Person(user=make_member()), LOOK)
    for named in (str(release.pk), "nonsense"):
        answer = client.post(CREATE, SONG | {"look": named}, headers={"accept-language": "en"})
        assert answer.status_code == 422
        assert "is not there any more" in answer.content.decode()
        assert "First Light" not in answer.content.decode()


def test_a_look_that_the_engine_cannot_keep_is_refused(browser_of: Any, visitor: Person, settings: Any) -> None:
    settings.POCKET_ON_FORM = True
    release, _row = release_with(visitor, LOOK)
    sent = SONG | {"look": str(release.pk), "engine": "pocket"}
    answer = browser_of(visitor).post(CREATE, sent, headers={"accept-language": "en"})
    assert answer.status_code == 422
    assert "Only “poster” draws in the look of a release." in answer.content.decode()
    assert f'name="look" value="{release.pk}" checked' in answer.content.decode()


@pytest.mark.parametrize(
    ("language", "told"), [("en", "a quiet material in the same colours"), ("ko", "같은 색의 차분한 재질")]
)
def test_a_look_of_letters_says_what_becomes_of_long_titles(
    browser_of: Any, visitor: Person, language: str, told: str
) -> None:
    release, row = release_with(visitor, LOOK | {"style": "type_huge"})
    long = make_music_release(visitor, songs=("Ok", "A title that is much too long for letters"))
    MusicRelease.objects.filter(pk=long.pk).update(look=release.look)
    browser, spoken = browser_of(visitor), {"accept-language": language}
    assert told in browser.get(CREATE, {"again": str(row.pk)}, headers=spoken).content.decode()
    assert browser.get(long.get_absolute_url(), headers=spoken).content.decode().count(told) == 1
    assert (
        browser.post(CREATE, SONG | {"title": "Much too long for letters", "look": str(release.pk)}).status_code == 302
    )
    made = CoverRequest.objects.get(title="Much too long for letters")
    CoverRequest.objects.filter(pk=made.pk).update(width=64, height=64, count=1)
    tasks.write_brief(str(made.pk))
    tasks.draw_covers(str(made.pk))
    drawn = made.covers.get().parameters
    assert drawn["style"] == QUIET_MATERIALS[0]
    assert drawn["palette"] == PALETTE
