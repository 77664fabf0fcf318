"""Singles, EPs and albums: kept together, drawn together in one look, changed and deleted; each step by their maker alone."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client

from accounts.person import Person
from covers import tasks
from covers.brief.family_contract import SCENES, Family
from covers.models import Cover, CoverRequest, MusicRelease, ReleaseSong
from covers.services import music_releases, people
from covers.services.drawing_together import draw_together
from covers.services.requests import draw_again
from tests.factories import make_finished_request, make_member, make_music_release
from tests.working import worked

pytestmark = pytest.mark.django_db(transaction=True)
NEW = "/releases/new/"
EP = {
    "name": "첫차",
    "artist": "하람",
    "kind": "ep",
    "song-1-title": "겨울 기차",
    "song-1-lyrics": "눈 내리는 승강장에서\n기차를 기다리네",
    "song-2-title": "The Lighthouse Keeper",
    "song-2-genre": "folk",
    "song-2-lyrics": "He keeps the light burning over the storm",
    "song-6-title": "자전거",
}


def page_of(client: Client, release: MusicRelease, language: str = "en") -> str:
    return str(client.get(release.get_absolute_url(), headers={"accept-language": language}).content.decode())


def drawn_of(release: MusicRelease) -> list[CoverRequest]:
    """All requests of its songs, written and drawn."""
    rows = [song.request for song in release.songs.order_by("place") if song.request is not None]
    for row in rows:
        tasks.write_brief(str(row.pk))
    for row in rows:
        worked(tasks.draw_covers, row)
    return rows


def press(client: Client, release: MusicRelease, where: str = "draw", **sent: str) -> Any:
    return client.post(f"{release.get_absolute_url()}{where}/", sent)


def test_several_songs_are_kept_at_once_and_a_double_click_keeps_them_once(
    client: Client, visitor: Person, browser_of: Any
) -> None:
    browser_of(visitor)
    sent = EP | {"submission": str(uuid.uuid4())}
    first, second = client.post(NEW, sent), client.post(NEW, sent)
    release = MusicRelease.objects.get()
    assert first["Location"] == second["Location"] == release.get_absolute_url()
    assert [song.title for song in release.songs.order_by("place")] == ["겨울 기차", "The Lighthouse Keeper", "자전거"]
    assert "Draw 3 songs together" in page_of(client, release)
    assert "3곡 함께 그리기" in page_of(client, release, "ko")
    assert "They count as 3 requests." in page_of(client, release)


def test_what_was_typed_is_kept_when_a_row_is_not_taken(client: Client) -> None:
    response = client.post(NEW, EP | {"song-3-lyrics": "la la"}, headers={"accept-language": "en"})
    text = response.content.decode()
    assert response.status_code == 422
    assert "What is the song called?" in text
    assert "겨울 기차" in text
    assert "la la" in text
    assert not MusicRelease.objects.exists()


def test_songs_that_are_drawn_together_share_one_look_that_is_in_their_recipe(
    client: Client, visitor: Person, browser_of: Any, settings: Any
) -> None:
    settings.COVER_SIZE_PIXELS = 64
    browser_of(visitor)
    release = make_music_release(visitor, songs=("겨울 기차", "The Lighthouse Keeper"))
    press(client, release)
    rows = drawn_of(release)
    release.refresh_from_db()
    assert release.family is not None
    assert [row.parsed_brief().family for row in rows] == [release.family, release.family]
    covers = [row.covers.get(position=0) for row in rows]
    assert len({cover.layout["voice"] for cover in covers if cover.layout}) == 1
    again = draw_again(owner=visitor, request=rows[1], submission=uuid.uuid4())
    tasks.draw_covers(str(again.pk))
    assert [cover.sha256 for cover in again.covers.order_by("position")] == [
        cover.sha256 for cover in rows[1].covers.order_by("position")
    ]


def test_it_is_drawn_once_however_often_it_is_pressed(client: Client, visitor: Person, browser_of: Any) -> None:
    browser_of(visitor)
    release = make_music_release(visitor)
    songs = list(release.songs.all())
    press(client, release)
    press(client, release)
    draw_together(release=release, person=visitor, songs=songs)  # another tab, that saw them not drawn
    assert CoverRequest.objects.count() == 2


def test_a_cover_that_leads_gives_its_palette_voice_and_place(
    client: Client, visitor: Person, browser_of: Any, settings: Any
) -> None:
    settings.COVER_SIZE_PIXELS = 64
    browser_of(visitor)
    release = make_music_release(visitor, songs=("겨울 기차",))
    palette = ("#e62d28", "#f7f2e3", "#214487", "#f9cc21", "#f7f2e3", "#0d1528")
    layout = {
        "voice": "slab",
        "title": {"box": [0.08, 0.07, 0.5, 0.1], "align": "left", "cap": 0.08, "ink": "#f7f2e3"},
        "artist": {"box": [0.08, 0.2, 0.2, 0.03], "align": "left"},
    }
    drawn = {"style": "duotone", "composition": "", "palette": list(palette), "value_key": "mid"}
    row = make_finished_request(visitor, count=1)
    Cover.objects.filter(request=row).update(parameters=drawn, layout=layout)
    cover = row.covers.get()
    music_releases.add_covers(release=release, covers=[cover])
    song = release.songs.get(request=row)
    press(client, release, f"songs/{song.pk}", action="lead")
    release.refresh_from_db()
    assert release.leading == cover
    assert release.family == Family(
        style="duotone", palette=palette, value_key="mid", voice="slab", place="top left", title_scale=0.08, ink="#f7f2e3"
    )  # fmt: skip
    press(client, release)
    first = drawn_of(release)[0].covers.get(position=0)
    assert (first.parameters["style"], tuple(first.parameters["palette"])) == ("duotone", palette)
    assert first.layout is not None
    assert first.layout["voice"] == "slab"


def test_a_cover_of_a_face_or_of_another_engine_leads_nothing(visitor: Person) -> None:
    release = make_music_release(visitor)
    for changes in ({"shows_face": True}, {"engine": "pocket"}):
        cover = make_finished_request(visitor, **changes).covers.get()
        with pytest.raises(Exception, match="cannot be carried"):
            music_releases.lead(release=release, cover=cover)


def test_songs_change_places_take_another_cover_and_leave(client: Client, visitor: Person, browser_of: Any) -> None:
    browser_of(visitor)
    release = make_music_release(visitor, songs=("One", "Two", "Three"))
    one, _two, three = release.songs.order_by("place")
    press(client, release, f"songs/{three.pk}", action="up")
    press(client, release, f"songs/{one.pk}", action="up")
    press(client, release, f"songs/{one.pk}", action="down")
    assert [song.title for song in release.songs.order_by("place")] == ["Three", "One", "Two"]
    row = make_finished_request(visitor, count=4)
    ReleaseSong.objects.filter(pk=one.pk).update(request=row)
    other = row.covers.get(position=2)
    assert f"songs/{one.pk}/" in page_of(client, release)
    press(client, release, f"songs/{one.pk}", action=str(other.pk))
    assert ReleaseSong.objects.get(pk=one.pk).cover == other
    strange = make_finished_request(Person(visitor=uuid.uuid4())).covers.get()
    assert press(client, release, f"songs/{one.pk}", action=str(strange.pk)).status_code == 404
    press(client, release, f"songs/{one.pk}", action="remove")
    assert not ReleaseSong.objects.filter(pk=one.pk).exists()
    assert Cover.objects.filter(pk=other.pk).exists()


def test_covers_that_are_there_join_and_stay_when_the_release_is_deleted(
    client: Client, visitor: Person, browser_of: Any
) -> None:
    browser_of(visitor)
    release = make_music_release(visitor, songs=())
    mine = make_finished_request(visitor, title="Mine").covers.get()
    strange = make_finished_request(Person(visitor=uuid.uuid4())).covers.get()
    client.post(f"{release.get_absolute_url()}covers/", {"cover": [str(mine.pk), str(strange.pk), "nonsense"]})
    assert [song.cover for song in release.songs.all()] == [mine]
    assert (
        "Its covers stay"
        in client.get(f"{release.get_absolute_url()}delete/", headers={"accept-language": "en"}).content.decode()
    )
    press(client, release, "delete")
    assert not MusicRelease.objects.exists()
    assert Cover.objects.filter(pk=mine.pk).exists()


def test_songs_are_added_once_and_no_more_than_twelve(client: Client, visitor: Person, browser_of: Any) -> None:
    browser_of(visitor)
    release = make_music_release(visitor, songs=[f"Song {number}" for number in range(10)])
    sent = {"seen": "10", "song-1-title": "Eleven"}
    for _ in range(2):
        client.post(f"{release.get_absolute_url()}songs/", sent)
    assert release.songs.count() == 11
    for _ in range(2):
        make = make_finished_request(visitor).covers.get()
        client.post(f"{release.get_absolute_url()}covers/", {"cover": str(make.pk)})
    assert release.songs.count() == 12
    assert "twelve songs at most" in page_of(client, release)


def test_it_gets_another_name(client: Client, visitor: Person, browser_of: Any) -> None:
    browser_of(visitor)
    release = make_music_release(visitor)
    press(client, release, "rename", name="둘째 빛", artist="하람", kind="album")
    release.refresh_from_db()
    assert (release.name, release.artist, release.kind) == ("둘째 빛", "하람", "album")


def test_it_becomes_the_members_at_sign_in_and_goes_with_the_account(visitor: Person) -> None:
    release = make_music_release(visitor)
    member = make_member()
    people.hand_over(visitor=visitor, member=Person(user=member))
    release.refresh_from_db()
    assert (release.owner, release.visitor) == (member, None)
    member.delete()
    assert not MusicRelease.objects.exists()


def test_where_a_song_tells_of_no_place_a_family_of_scenes_has_one_of_its_mood(visitor: Person) -> None:
    from covers.brief.brief_contract import Song
    from covers.writing.in_family import in_family
    from covers.writing.rules_writer import RulesWriter

    family = Family(SCENES, colours=("#3c497e", "#f5e9d9"), place="top left")
    for title in ("Ok", "아무 말", "겨울 기차"):
        song = Song(title, "하람")
        brief = in_family(RulesWriter().write(song), song, family)
        assert all(one.scene for one in brief.concepts)
        assert in_family(brief, song, family) == brief


def to_release(cover: Cover) -> str:
    return f"{cover.get_absolute_url()}release/"


def test_a_finished_cover_joins_a_release_from_its_own_page(client: Client, visitor: Person, browser_of: Any) -> None:
    browser_of(visitor)
    row = make_finished_request(visitor, count=4, title="Mine")
    first, second = row.covers.order_by("position")[:2]
    known = make_music_release(visitor, songs=("One",))
    full = make_music_release(visitor, songs=[f"Song {number}" for number in range(12)], name="Full")
    for page in (first.get_absolute_url(), row.get_absolute_url()):
        assert to_release(first) in client.get(page).content.decode()
    form = client.get(to_release(first), headers={"accept-language": "en"}).content.decode()
    assert str(known.pk) in form
    assert str(full.pk) not in form
    assert "A release with twelve songs takes no more." in form
    for _ in range(2):
        response = client.post(to_release(first), {"which": str(second.pk), "into": str(known.pk)})
    song = known.songs.get(request=row)
    assert (song.cover, song.title) == (second, "Mine")
    assert response["Location"] == f"{known.get_absolute_url()}#song-{song.pk}"
    assert known.songs.count() == 2


def test_a_finished_cover_begins_a_release(client: Client, visitor: Person, browser_of: Any) -> None:
    browser_of(visitor)
    cover = make_finished_request(visitor, count=1, artist="하람").covers.get()
    sent = {"which": str(cover.pk), "into": "new", "kind": "album", "submission": str(uuid.uuid4())}
    refused = client.post(to_release(cover), sent, headers={"accept-language": "ko"})
    assert refused.status_code == 422
    assert "이름" in refused.content.decode()
    for _ in range(2):
        client.post(to_release(cover), sent | {"name": "첫 음반"})
    release = MusicRelease.objects.get()
    assert (release.name, release.kind, release.artist) == ("첫 음반", "album", "하람")
    assert [song.cover for song in release.songs.all()] == [cover]


def test_no_cover_joins_what_is_not_its_makers(client: Client, visitor: Person, browser_of: Any) -> None:
    browser_of(visitor)
    cover = make_finished_request(visitor).covers.get()
    stranger = Person(visitor=uuid.uuid4())
    theirs, other = make_music_release(stranger, songs=()), make_finished_request(stranger).covers.get()
    assert client.post(to_release(cover), {"which": str(cover.pk), "into": str(theirs.pk)}).status_code == 422
    assert client.post(to_release(cover), {"which": str(other.pk), "into": "new", "name": "x"}).status_code == 422
    assert client.get(to_release(other)).status_code == 404
    assert not theirs.songs.exists()


def test_my_page_leads_to_releases(browser: Client, member: Any) -> None:
    row = make_finished_request(Person(user=member), count=2)
    best = row.covers.get(position=1)
    CoverRequest.objects.filter(pk=row.pk).update(favourite=best)
    text = browser.get("/me/").content.decode()
    assert to_release(best) in text, "the best of a request, if its maker said which"
    assert text.count('href="/releases/"') >= 2
