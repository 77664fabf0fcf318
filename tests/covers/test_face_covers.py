"""Covers that show a member's face: who may ask for them, with what they are drawn, and what becomes of them."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.models import User
from accounts.person import Person
from albumsite.errors import EngineError
from albumsite.media import storage
from covers import registry, tasks
from covers.brief.brief_contract import Song
from covers.drawing.specs import spec_of
from covers.engine_pool import engines_inline
from covers.models import Cover, CoverRequest, ReleaseFile
from covers.services.publishing import publish_cover
from covers.services.releases import prepare_release
from covers.services.requests import DrawOptions, request_covers
from personalize import services as face_services
from tests.factories import BRIEF, make_member, make_model_version
from tests.personalize.asking import SONG, ask, draw
from tests.personalize.factories import make_face, make_ready_face, make_run

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("developed_once")]


@pytest.fixture(autouse=True)
def _small(settings: Any) -> None:
    settings.COVER_SIZE_PIXELS, settings.RELEASE_SIZE_PIXELS = 256, 512


def test_the_form_offers_ones_own_faces_once_they_can_be_drawn(browser: Client, member: User) -> None:
    ready, photographed = make_ready_face(member), make_face(member, photos=4, name="Photographed")
    bare, theirs = make_face(member, photos=1, name="Bare"), make_ready_face(make_member())
    page = browser.get(reverse("covers:create")).content.decode()
    assert "With my face" in page
    offered = set(re.findall(r'name="face" value="([0-9a-f-]+)"', page))
    assert offered == {str(ready.pk), str(photographed.pk)}
    assert str(bare.pk) not in page
    assert str(theirs.pk) not in page


def test_without_faces_the_form_is_as_before_and_shows_the_way_to_one(browser: Client, client: Client) -> None:
    page = browser.get(reverse("covers:create")).content.decode()
    assert 'name="face"' not in page
    assert reverse("faces:index") in page


def test_whoever_has_a_face_need_not_know_which_model_learnt_it(browser: Client, member: User, settings: Any) -> None:
    settings.POCKET_ON_FORM = True
    page = browser.get(reverse("covers:create")).content.decode()
    assert "Whatever suits best" not in page
    face = make_ready_face(member)
    page = browser.get(reverse("covers:create")).content.decode()
    assert re.search(r'name="engine" value=""[^>]*checked', page)
    assert ask(browser, face, engine="").engine == "poster", "the demonstration must be asked for"


def test_the_address_brings_the_face_along(browser: Client, member: User) -> None:
    face = make_ready_face(member)
    page = browser.get(f"{reverse('covers:create')}?face={face.pk}").content.decode()
    assert re.search(rf'value="{face.pk}"[^>]*checked', page)


def test_a_learnt_face_is_drawn_by_its_own_model_with_its_adapter_and_its_word(
    browser: Client, member: User, settings: Any
) -> None:
    settings.POCKET_ON_FORM = True
    face = make_ready_face(member, identifier_token="sks")
    row = ask(browser, face, engine="pocket")
    assert (row.engine, row.face, row.subject, row.shows_face) == ("pocket", face, "sks person", True)
    row.brief = BRIEF
    specs = [spec_of(row, position) for position in range(4)]
    assert all("sks person" in spec.prompt and spec.subject == "sks person" for spec in specs)
    assert len({spec.prompt for spec in specs}) == 4
    (adapter,) = specs[0].adapters
    content = storage.read(storage.private(), face.adapter_key)
    with open(adapter.path, "rb") as file:
        assert file.read() == content
    assert specs[0].portraits == ()


def test_two_faces_never_share_an_adapter(browser: Client, member: User) -> None:
    first, second = make_ready_face(member, photos=0), make_ready_face(member, photos=0)
    rows = [ask(browser, face) for face in (first, second)]
    for row in rows:
        row.brief = BRIEF
    paths = [spec_of(row, 0).adapters[0].path for row in rows]
    assert paths[0] != paths[1]
    assert [row.adapters[0]["key"] for row in rows] == [f"face:{first.pk}", f"face:{second.pk}"]


def test_a_face_that_is_not_learnt_yet_is_drawn_from_its_photos(browser: Client, member: User) -> None:
    row = ask(browser, make_face(member, photos=4), count="2")
    assert (row.engine, row.adapters, row.subject) == ("poster", [], "")
    covers = draw(row)
    assert len(covers) == 2
    assert {cover.parameters["style"] for cover in covers} == {"portrait"}
    assert len({cover.sha256 for cover in covers}) == 2
    assert all("portrait of a person" in cover.alt_text and "인물 초상" in cover.alt_text_ko for cover in covers)


def test_a_real_checkpoint_that_has_learnt_a_face_draws_it(browser: Client, member: User) -> None:
    make_model_version("real", state="active")
    row = ask(browser, make_ready_face(member, base_key="real"))
    assert (row.engine, row.model_version and row.model_version.key) == ("sdxl", "real")


def test_the_demonstration_draws_a_face_whose_photos_are_gone(browser: Client, member: User) -> None:
    assert ask(browser, make_ready_face(member, photos=0)).engine == "pocket"


def test_a_learnt_face_can_still_be_drawn_as_a_portrait(browser: Client, member: User) -> None:
    row = ask(browser, make_ready_face(member), engine="poster")
    assert row.engine == "poster"
    assert draw(row)[0].parameters["style"] == "portrait"


def test_everything_else_on_the_form_works_with_a_face(browser: Client, member: User) -> None:
    row = ask(browser, make_face(member, photos=4), seed="11", genre="jazz", lyrics="la la", count="3")
    assert (row.seed, row.genre, row.count, row.lyrics, row.with_lettering) == (11, "jazz", 3, "la la", False)


def test_a_face_and_nobody_on_the_covers_is_said_to_be_one_too_many(browser: Client, member: User) -> None:
    face = make_face(member, photos=4)
    answer = browser.post(reverse("covers:create"), SONG | {"face": str(face.pk), "people": "nobody"})
    assert answer.status_code == 422
    assert "With your face on them, covers show somebody." in answer.content.decode()


def test_a_portrait_when_the_photos_are_gone_is_refused_with_the_reason_and_keeps_what_was_typed(
    browser: Client, member: User, settings: Any
) -> None:
    settings.POCKET_ON_FORM = True
    face = make_ready_face(member, photos=0)
    response = browser.post(reverse("covers:create"), SONG | {"face": str(face.pk), "engine": "poster"})
    assert response.status_code == 409
    page = response.content.decode()
    assert "deleted as promised" in page
    assert 'value="Signal"' in page
    assert not CoverRequest.objects.exists()


def test_a_face_of_a_model_that_is_not_here_any_more_must_be_learnt_again(browser: Client, member: User) -> None:
    face = make_ready_face(member, base_key="retired-model")
    response = browser.post(reverse("covers:create"), SONG | {"face": str(face.pk)})
    assert response.status_code == 409
    assert "train it again" in response.content.decode()


def test_photos_that_go_between_asking_and_drawing_end_the_request_with_that_reason(member: User) -> None:
    face = make_face(member, photos=4)
    row = request_covers(
        owner=Person(user=member), song=Song("A", "B"), options=DrawOptions(face=face), submission=uuid.uuid4()
    )
    face_services.delete_photos(face=face)
    tasks.write_brief(str(row.pk))
    with engines_inline():
        tasks.draw_request(str(row.pk))
    row.refresh_from_db()
    assert (row.state, row.failure) == ("failed", "engine:photos-gone")
    row.brief = BRIEF
    with pytest.raises(EngineError, match="photos-gone"):
        spec_of(row, 0)


def test_whoever_hangs_up_a_cover_of_their_face_is_told_what_that_means(browser: Client, member: User) -> None:
    cover = draw(ask(browser, make_face(member, photos=4)))[0]
    browser.post(reverse("covers:review", args=[cover.pk]), {"half_stars": "9", "comment": "Good"})
    assert list(Cover.objects.wall()) == []
    assert "shows your face" in browser.get(reverse("covers:publish", args=[cover.pk])).content.decode()


def test_a_draft_never_goes_on_the_wall(browser: Client, member: User) -> None:
    face = make_face(member, photos=4)
    run = face_services.start_training(face=face)
    draft = CoverRequest.objects.get(is_draft=True)
    assert draft.count == 4
    covers = draw(draft)
    review = {"half_stars": "9", "comment": "Good"}
    browser.post(reverse("covers:review", args=[covers[0].pk]), review)
    assert browser.post(reverse("covers:publish", args=[covers[0].pk])).status_code == 404
    publish_cover(cover=covers[0])  # whoever asks, and not only by the page
    assert list(Cover.objects.wall()) == []
    assert storage.names_below(storage.public(), covers[0].storage_prefix) == []
    assert "A draft, drawn from your photos" in browser.get(covers[0].get_absolute_url()).content.decode()
    assert run.face == face


def test_nobody_waits_for_the_training_to_make_covers(browser: Client, member: User) -> None:
    face, few = make_face(member, photos=4), make_face(member, photos=3)
    face_services.start_training(face=face)
    page = browser.get(face.get_absolute_url()).content.decode()
    assert "You need not wait for it" in page
    assert f"{reverse('covers:create')}?face={face.pk}" in page
    assert f"?face={few.pk}" not in browser.get(few.get_absolute_url()).content.decode()
    assert ask(browser, face).engine == "poster"


def test_nobody_else_sees_a_draft(browser: Client, member: User) -> None:
    face_services.start_training(face=make_face(member, photos=4))
    cover = draw(CoverRequest.objects.get())[0]
    stranger = Client()
    stranger.force_login(make_member())
    assert stranger.get(cover.get_absolute_url()).status_code == 404
    assert stranger.get(reverse("covers:image", args=[cover.pk, "640.webp"])).status_code == 404


@pytest.mark.parametrize("are_photos_gone", [False, True])
def test_a_portrait_has_its_release_file_also_after_the_photos_are_deleted(
    browser: Client, member: User, are_photos_gone: bool
) -> None:
    face = make_face(member, photos=4)
    cover = draw(ask(browser, face, with_lettering="on"))[0]
    if are_photos_gone:
        face_services.delete_photos(face=face)
    release = prepare_release(cover=cover)
    with engines_inline():
        tasks.make_release(str(release.pk))
    done = ReleaseFile.objects.get()
    assert done.state == "done", done.failure
    with storage.private().open(done.storage_key) as file:
        assert Image.open(file).size == (512, 512)


def test_drawing_with_a_face_counts_as_using_it(browser: Client, member: User) -> None:
    face = make_ready_face(member)
    before = face.used_at
    ask(browser, face)
    face.refresh_from_db()
    assert face.used_at > before


def test_the_base_of_faces_is_the_sites_own_model_where_it_can_learn(settings: Any) -> None:
    from personalize.bases import base_choice

    assert base_choice().key == "pocket", "poster cannot learn"
    settings.COVER_ENGINE = "sdxl"
    assert base_choice().key == "sdxl"
    settings.FACE_BASE_MODEL = "pocket"
    assert base_choice().key == "pocket"


def test_the_tokenizers_of_a_hub_model_come_from_the_hubs_own_cache(tmp_path: Any, monkeypatch: Any) -> None:
    """As a download leaves them: the words for faces are chosen before the weights are read."""
    from covers.engine.engine_contract import BaseModel
    from personalize.bases import tokenizer_folder

    commit = "0123456789abcdef0123456789abcdef01234567"
    snapshot = tmp_path / "models--someone--some-sdxl" / "snapshots" / commit
    (snapshot / "tokenizer").mkdir(parents=True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    assert tokenizer_folder(BaseModel("someone/some-sdxl", commit)) == snapshot
    with pytest.raises(EngineError, match="engine:model-missing"):
        tokenizer_folder(BaseModel("nobody/nothing", commit))


def test_the_registry_names_the_face_for_operators_and_nothing_more(browser: Client, member: User) -> None:
    face = make_ready_face(member, photos=0)
    row = ask(browser, face)
    assert registry.provenance(row)["adapter_versions"][0]["key"] == f"face:{face.pk}"
    assert make_run(face).face == face
