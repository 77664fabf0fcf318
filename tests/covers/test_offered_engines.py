"""Choosing what draws: on the create form where there is a choice, and from a terminal always."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from albumsite.management.terminal import BadInput
from covers import registry
from covers.management.song_options import read_form
from covers.models import CoverRequest, ReleaseFile
from covers.registry import choices
from tests.factories import make_finished_request, make_model_version, make_review

pytestmark = pytest.mark.django_db
SONG = {"title": "Fighting", "artist": "KJY", "with_lettering": "on"}
LABELS = ("Drawn by", "pocket (demo)", "poster")


@pytest.fixture
def pocket(monkeypatch, tmp_path) -> Path:
    """The built-in checkpoint, as far as its presence goes."""
    entry = choices.BuiltIn("pocket", choices.BUILT_IN["pocket"].label, tmp_path / "checkpoint")
    monkeypatch.setattr(choices, "BUILT_IN", {"pocket": entry})
    return entry.folder


def put(folder: Path) -> None:
    folder.mkdir()
    (folder / "model_index.json").write_text(json.dumps({}))


def form(client: Client, **headers: Any) -> str:
    return client.get("/create/", headers=headers).content.decode()


def test_the_form_hides_the_choice_where_there_is_none(client, pocket):
    text = form(client)
    assert not any(label in text for label in LABELS[:2])
    assert 'name="engine"' not in text
    assert client.post("/create/", SONG).status_code == 302
    assert CoverRequest.objects.get().engine == "poster"


def test_the_built_in_checkpoint_is_offered_beside_poster_once_its_files_are_there(client, pocket, settings):
    settings.COVER_ENGINES_OFFERED, settings.POCKET_ON_FORM = ["poster", "pocket"], True
    put(pocket)
    text = form(client)
    assert all(label in text for label in LABELS)
    assert 'value="poster" id="id_engine_0" checked' in text
    korean = form(client, accept_language="ko")
    assert all(label in korean for label in ("그리는 방식", "포켓 (데모)", "포스터"))


def test_what_a_person_chooses_draws_their_song_and_is_named_on_the_cover(
    client, pocket, settings, visitor, browser_of
):
    settings.COVER_ENGINES_OFFERED, settings.POCKET_ON_FORM = ["poster", "pocket"], True
    put(pocket)
    client.post("/create/", SONG | {"engine": "pocket"})
    row = CoverRequest.objects.get()
    assert row.engine == "pocket"
    assert registry.engine_options(row) == ("pocket", {"model": str(pocket)}, "pocket")
    cover = make_finished_request(visitor, engine="pocket").covers.get()
    assert "pocket (demo)" in browser_of(visitor).get(cover.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("mode", "language", "says"),
    [
        ("fast", "en", "SDXL (fast mode, approximate)"),
        ("balanced", "ko", "SDXL (균형 모드, 근사)"),
        ("off", "en", "SDXL<"),
    ],
)
def test_a_cover_that_was_approximated_says_so(visitor, browser_of, mode, language, says):
    cover = make_finished_request(visitor, engine="sdxl").covers.get()
    cover.parameters = {"feature_reuse": mode}
    cover.save()
    page = browser_of(visitor).get(cover.get_absolute_url(), headers={"accept-language": language})
    assert says in page.content.decode()


@pytest.mark.parametrize(("whose", "brings"), [("the maker's", "again="), ("somebody's", "like=")])
def test_making_one_like_it_comes_with_what_drew_it(pocket, settings, visitor, browser_of, whose, brings):
    settings.COVER_ENGINES_OFFERED, settings.POCKET_ON_FORM = ["poster", "pocket"], True
    put(pocket)
    cover = make_finished_request(visitor, engine="pocket").covers.get()
    make_review(cover, visitor, publish=True)
    browser = browser_of(visitor) if whose == "the maker's" else Client()
    again = re.search(rf'href="(/create/\?{brings}[^"]+)"', browser.get(cover.get_absolute_url()).content.decode())
    assert again is not None
    assert 'value="pocket" id="id_engine_1" checked' in browser.get(html.unescape(again[1])).content.decode()
    settings.COVER_ENGINES_OFFERED = ["poster"]
    make_model_version("spring", is_offered=True)
    assert 'value="poster" id="id_engine_0" checked' in browser.get(html.unescape(again[1])).content.decode()


def test_a_choice_that_is_not_offered_is_refused_with_what_was_typed(client, pocket, settings):
    settings.COVER_ENGINES_OFFERED, settings.POCKET_ON_FORM = ["poster", "pocket"], True
    put(pocket)
    answer = client.post("/create/", SONG | {"engine": "sdxl"})
    assert answer.status_code == 422
    assert "We cannot draw with that any more" in answer.content.decode()
    assert 'value="Fighting"' in answer.content.decode()


def test_the_demonstration_is_off_the_form_unless_the_site_wants_it(client, pocket, settings):
    settings.COVER_ENGINES_OFFERED = ["poster", "pocket"]
    put(pocket)
    assert "pocket" not in form(client)
    client.post("/create/", SONG | {"engine": "pocket"})
    assert CoverRequest.objects.get().engine == "poster"
    make_model_version("spring", is_offered=True)
    assert client.post("/create/", SONG | {"engine": "pocket"}).status_code == 422
    assert from_terminal("pocket") == "pocket"


def test_a_picture_of_the_demonstration_is_marked_and_goes_to_no_store(visitor, browser_of):
    demo, other = (make_finished_request(visitor, engine=engine).covers.get() for engine in ("pocket", "poster"))
    browser = browser_of(visitor)
    for cover, is_demo in ((demo, True), (other, False)):
        browser.post(f"{cover.get_absolute_url()}review/", {"half_stars": "8", "comment": "Good"})
        for address, language, mark in (
            (cover.get_absolute_url(), "en", ">Demo<"),
            (cover.request.get_absolute_url(), "ko", ">데모<"),
        ):
            page = browser.get(address, headers={"accept-language": language}).content.decode()
            assert (mark in page) == is_demo
        page = browser.get(cover.get_absolute_url()).content.decode()
        assert ("not a picture for stores" in page) == is_demo
        assert "master.png" in page
        assert ReleaseFile.objects.filter(cover=cover).exists() != is_demo
    assert browser.get(f"{demo.get_absolute_url()}download/release.jpg").status_code == 302


def test_a_page_from_before_the_choice_went_away_still_gets_its_covers(client, pocket):
    assert client.post("/create/", SONG | {"engine": "pocket"}).status_code == 302
    assert CoverRequest.objects.get().engine == "poster"


def test_models_of_the_registry_are_offered_when_they_are_marked_and_verified(client, pocket):
    make_model_version("in-use", name="Base", state="active")
    make_model_version("spring", name="Spring 2026", is_offered=True)
    make_model_version("broken", name="Cracked", is_offered=True, state="broken", reason="cut off")
    make_model_version("hidden", name="Hidden")
    make_model_version(
        "research", name="Research", is_offered=True, licence="cc-by-nc-4.0", allows_commercial_use=False
    )
    text = form(client)
    assert "Spring 2026" in text
    assert "Cracked" not in text
    assert "Hidden" not in text
    assert "Research" not in text
    assert 'value="in-use" id="id_engine_0" checked' in text
    client.post("/create/", SONG | {"engine": "spring"})
    row = CoverRequest.objects.get()
    assert (row.engine, row.model_version and row.model_version.key) == ("sdxl", "spring")


def test_the_help_about_the_small_model_shows_only_with_it(client, pocket, settings):
    settings.COVER_ENGINES_OFFERED, settings.POCKET_ON_FORM = ["pocket"], True
    put(pocket)
    assert "very small model" in form(client)
    settings.COVER_ENGINES_OFFERED = []
    make_model_version("in-use", name="Base", state="active")
    make_model_version("spring", name="Spring", is_offered=True)
    assert "very small model" not in form(client)


def from_terminal(engine: str) -> Any:
    options = {"title": "Fighting", "artist": "KJY", "album": "", "genre": "", "style": "", "count": "1", "seed": "",
               "lyrics": "", "no_lettering": False, "without_missing_letters": False, "engine": engine}  # fmt: skip
    return read_form(options).to_options().engine


def test_a_terminal_may_choose_what_the_form_does_not_offer(pocket):
    put(pocket)
    make_model_version("spring")
    assert [from_terminal(engine) for engine in ("", "pocket", "spring", "sdxl")] == ["", "pocket", "spring", "sdxl"]
    with pytest.raises(BadInput, match="--engine"):
        from_terminal("dall-e")


def test_a_missing_built_in_checkpoint_is_told_from_a_terminal(pocket):
    with pytest.raises(BadInput, match="--engine"):
        from_terminal("pocket")
