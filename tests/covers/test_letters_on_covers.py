"""A name that cannot be set whole: named at the form with the choice to go on, named on the pages, and never in a store file."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from albumsite.jobs.states import State
from albumsite.media import storage
from covers import tasks
from covers.brief.brief_contract import Song
from covers.errors import LettersMissing, Nameless, NotForStores
from covers.forms.requests import CoverRequestForm
from covers.models import Cover, CoverRequest, ReleaseFile
from covers.services.releases import prepare_release
from covers.services.requests import DrawOptions, request_covers
from tests.covers.lettering import zoo
from tests.factories import make_briefed_request, make_finished_request, make_review
from tests.working import worked

pytestmark = pytest.mark.django_db(transaction=True)

SAMEK = "Song \U00014400 One"
"""With an Anatolian hieroglyph, which no face has."""


def song(**changes: Any) -> dict[str, Any]:
    return {"title": SAMEK, "artist": "하람", "count": "1", "with_lettering": "on", **changes}


@pytest.mark.parametrize("name", zoo.INKLESS)
@pytest.mark.parametrize("field", ["title", "artist"])
def test_a_name_of_empty_letters_is_asked_for_as_if_nothing_were_typed(client, name, field):
    response = client.post("/create/", song(title="Fighting") | {field: name})
    assert response.status_code == 422
    assert ("What is the song called?" if field == "title" else "Who is it by?") in response.content.decode()
    assert not CoverRequest.objects.exists()


@pytest.mark.parametrize("name", zoo.INKLESS)
def test_the_service_and_the_terminal_refuse_a_name_of_empty_letters(visitor, capsys, name):
    for title, artist in ((name, "하람"), ("Fighting", name)):
        with pytest.raises(Nameless):
            request_covers(owner=visitor, song=Song(title, artist), options=DrawOptions(), submission=uuid.uuid4())
    with pytest.raises(SystemExit):
        call_command("make_covers", "--title", name, "--artist", "하람", "--inline")
    assert "What is the song called?" in capsys.readouterr().err


@pytest.mark.parametrize("title", [*zoo.INKLESS[:4], SAMEK])
def test_such_a_title_that_stands_in_the_database_breaks_no_try(title):
    row = worked(tasks.draw_covers, make_briefed_request(width=128, height=128, count=1, title=title))
    assert (row.state, row.attempt) == (State.DONE, 1)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_form_names_the_letters_in_the_page_s_language_and_offers_to_go_on(client, language):
    response = client.post("/create/", song(), headers={"accept-language": language})
    page = response.content.decode()
    assert response.status_code == 422
    assert "\U00014400 (U+14400)" in page
    assert {"en": "No typeface here has this letter", "ko": "글꼴에 없는 글자예요"}[language] in page
    assert 'name="without_missing"' in page
    assert {"en": "Draw it without these letters", "ko": "이 글자 없이 그리기"}[language] in page
    assert not CoverRequest.objects.exists()


def test_all_letters_of_both_names_are_named_and_no_other():
    form = CoverRequestForm(song(title="a\U00014400b\U00014401a\U00014400", artist="\uf8ff髙橋優"), choices=[])
    assert not form.is_valid()
    assert form.missing == {"title": ("\U00014400", "\U00014401"), "artist": ("\uf8ff",)}
    assert "U+14400" in form.errors["title"][0]
    assert "U+14401" in form.errors["title"][0]
    assert form.errors["artist"][0].count("U+") == 1


def test_who_ticks_the_choice_gets_the_covers(client):
    response = client.post("/create/", song(without_missing="on"))
    row = CoverRequest.objects.get()
    assert response.status_code == 302
    assert row.title == SAMEK
    page = client.get(response.url).content.decode()
    assert "Left out of the lettering" in page
    assert "U+14400" in page


def test_the_tick_stays_when_something_else_needs_another_look(client):
    page = client.post("/create/", song(without_missing="on", count="99")).content.decode()
    tick = page.split('name="without_missing"')[1].split(">")[0]
    assert "checked" in tick


@pytest.mark.parametrize("title", ["髙橋優", "სულიკო", "🩷", "ᄒᆞᆫ글", "𨋢", "한강의 밤"])
def test_what_can_be_set_is_taken_as_it_was_typed_and_nothing_is_asked(client, title):
    assert 'name="without_missing"' not in client.get("/create/", {"title": title}).content.decode()
    response = client.post("/create/", song(title=title))
    assert response.status_code == 302
    assert CoverRequest.objects.get().title == title
    assert "Left out" not in client.get(response.url).content.decode()


def test_a_picture_without_type_needs_no_letters(client):
    typed = song()
    del typed["with_lettering"]
    assert client.post("/create/", typed).status_code == 302


def test_the_service_refuses_what_the_person_does_not_know(visitor):
    options = DrawOptions(count=1)
    with pytest.raises(LettersMissing) as refused:
        request_covers(owner=visitor, song=Song(SAMEK, "하람"), options=options, submission=uuid.uuid4())
    assert "U+14400" in str(refused.value)


@pytest.fixture
def lacking(visitor) -> Cover:
    """A cover without a letter of its title, rated by its maker."""
    row = make_briefed_request(visitor, width=128, height=128, count=1, title=SAMEK)
    tasks.draw_covers(str(row.pk))
    cover = row.covers.get()
    make_review(cover, visitor)
    return cover


def test_the_page_of_a_cover_says_which_letters_are_not_on_it_and_has_no_store_file(lacking, browser_of, visitor):
    page = browser_of(visitor).get(lacking.get_absolute_url()).content.decode()
    assert "Left out of the lettering" in page
    assert "U+14400" in page
    assert "there is no store file of it" in page
    assert reverse("covers:download", args=[lacking.pk, "release.jpg"]) not in page
    assert reverse("covers:download", args=[lacking.pk, "master.png"]) in page


def test_no_way_leads_to_a_store_file_of_a_name_that_is_not_whole(lacking, browser_of, visitor):
    browser = browser_of(visitor)
    with pytest.raises(NotForStores):
        prepare_release(cover=lacking)
    browser.post(reverse("covers:review", args=[lacking.pk]), {"half_stars": "9", "comment": "again"})
    assert not ReleaseFile.objects.exists()
    release = ReleaseFile.objects.create(cover=lacking, stage="render")  # asked for by an older site
    worked(tasks.make_release, release)
    assert (release.state, release.failure) == (State.FAILED, "site:not-whole")
    key = f"{lacking.storage_prefix}/release-old.jpg"  # made by an older site
    storage.save_all(storage.private(), {key: b"jpeg"})
    ReleaseFile.objects.filter(pk=release.pk).update(state=State.DONE, failure="", storage_key=key)
    response = browser.get(reverse("covers:download", args=[lacking.pk, "release.jpg"]))
    assert response.status_code == 302
    assert browser.get(reverse("covers:download", args=[lacking.pk, "master.png"])).status_code == 200


def test_a_cover_from_before_is_read_by_its_lines(visitor, browser_of):
    cover = make_finished_request(visitor, title="髙橋優", artist="하람").covers.get()
    Cover.objects.filter(pk=cover.pk).update(layout={"title": {"lines": ["橋優"]}, "artist": {"lines": ["하람"]}})
    page = browser_of(visitor).get(cover.get_absolute_url()).content.decode()
    assert "髙 (U+9AD9)" in page


def test_the_store_file_of_a_whole_name_is_made_as_ever(visitor, settings):
    settings.RELEASE_SIZE_PIXELS = 256
    row = make_briefed_request(visitor, width=128, height=128, count=1, title="髙橋優", artist="ნინო ქათამაძე")
    tasks.draw_covers(str(row.pk))
    release = worked(tasks.make_release, prepare_release(cover=row.covers.get()))
    assert release.state == State.DONE


def test_the_terminal_names_the_letters_and_the_way_on(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for more, said in (((), "--without-missing-letters"), (("--without-missing-letters",), "--size preview")):
        with pytest.raises(SystemExit):
            call_command(
                "make_covers", "--title", SAMEK, "--artist", "하람", "--inline", "--out", str(tmp_path / "o"), *more
            )
        assert said in capsys.readouterr().err
    assert not CoverRequest.objects.exists()


def test_the_terminal_draws_without_them_when_it_is_told_to(capsys, tmp_path, monkeypatch, settings):
    settings.COVER_SIZE_PIXELS = 128
    monkeypatch.chdir(tmp_path)
    call_command(
        "make_covers", "--title", SAMEK, "--artist", "하람", "--count", "1", "--inline", "--size", "preview", "--out", str(tmp_path / "o"),
        "--without-missing-letters",
    )  # fmt: skip
    assert capsys.readouterr().out.strip().endswith(".png")


def test_a_stranger_sees_what_is_missing_as_well(lacking):
    Cover.objects.filter(pk=lacking.pk).update(visibility="public", wish="public")
    assert "U+14400" in Client().get(lacking.get_absolute_url()).content.decode()
