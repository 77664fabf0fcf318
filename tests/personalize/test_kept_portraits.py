"""What stays of photos when they go: made once, under a consent that says so, drawn from for as long as the face is there."""

from __future__ import annotations

import io
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.models import User
from accounts.person import Person
from albumsite import retention
from albumsite.jobs.states import State
from albumsite.media import storage
from covers import tasks as cover_tasks
from covers.engine_pool import engines_inline
from covers.models import Cover, CoverRequest, ReleaseFile
from covers.object_keys import master_key
from covers.services.releases import prepare_release
from covers.services.requests import draw_again
from personalize import consents, mails, services, tasks
from personalize.models import Consent, Erasure, Face, KeptPortrait
from personalize.photos import portraits
from personalize.photos.judging import judge
from personalize.training import chores
from tests.personalize.asking import ask, draw, learnt_with_drafts
from tests.personalize.factories import make_consent, make_face, make_photo, make_portraits, make_ready_face, make_run
from tests.personalize.pictures import portrait
from tests.stand_ins import away

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("developed_once")]
TWO = {"count": "2", "seed": "5", "with_lettering": "on"}
FORMER = "2026-11"


@pytest.fixture(autouse=True)
def _small(settings: Any) -> None:
    settings.COVER_SIZE_PIXELS, settings.RELEASE_SIZE_PIXELS = 256, 512


def store_file(cover: Cover) -> bytes:
    release = prepare_release(cover=cover)
    with engines_inline():
        cover_tasks.make_release(str(release.pk))
    done = ReleaseFile.objects.get(cover=cover)
    assert done.state == "done", done.failure
    content = storage.read(storage.private(), done.storage_key)
    done.delete()
    return content


def erase_all() -> None:
    for _ in range(2):
        for erasure in Erasure.objects.active():
            tasks.erase(str(erasure.pk))
        Erasure.objects.active().update(queued_at=timezone.now() - timedelta(seconds=1))


def let_the_photos_go(face: Face) -> None:
    """What the sweeper does a week later."""
    old = timezone.now() - timedelta(days=9)
    Face.objects.filter(pk=face.pk).update(created_at=old, **({"ready_at": old} if face.is_ready else {}))
    face.photos.update(created_at=old)
    (rule,) = (rule for rule in retention.RULES if rule.name == "photos")
    retention.run(rule)
    assert not face.photos.exists()
    erase_all()
    assert [name for name in storage.names_below(storage.private(), face.prefix) if name.startswith("photos/")] == []


# --- covers after the photos ------------------------------------------------------------------------------------------


def test_when_retention_has_taken_the_photos_covers_and_store_files_are_what_they_would_have_been(
    browser: Client, member: User
) -> None:
    face = make_ready_face(member, photos=4)
    before = draw(ask(browser, face, **TWO))
    asked_early = before[0]
    with_photos = store_file(asked_early)
    make_portraits(face)
    let_the_photos_go(face)

    row = ask(browser, face, **TWO)
    assert row.engine == "poster", "the demonstration must still be asked for"
    after = draw(row)
    assert [cover.sha256 for cover in after] == [cover.sha256 for cover in before], (
        "the same person and seed, to the pixel"
    )
    assert store_file(asked_early) == with_photos, "of a cover that was there before"
    with Image.open(io.BytesIO(store_file(after[1]))) as image:
        assert image.size == (512, 512)
    again = draw_again(owner=Person(user=member), request=row, submission=uuid.uuid4())
    assert [cover.sha256 for cover in draw(again)] == [cover.sha256 for cover in before]


def test_portraits_and_photos_beside_each_other_draw_what_photos_draw(browser: Client, member: User) -> None:
    """Some are made already, others wait for a worker."""
    face = make_face(member, photos=4)
    before = draw(ask(browser, face, **TWO))
    made = make_portraits(face)
    KeptPortrait.objects.filter(pk__in=[made[1].pk, made[2].pk]).delete()
    assert [cover.sha256 for cover in draw(ask(browser, face, **TWO))] == [cover.sha256 for cover in before]


def test_a_store_file_is_never_drawn_from_other_photos_than_its_cover(browser: Client, member: User) -> None:
    """Other photos would be another picture than the one that was seen and rated: it is enlarged instead."""
    face = make_face(member, photos=5)
    cover = draw(ask(browser, face, **TWO | {"with_lettering": ""}))[0]
    services.delete_photo(photo=face.photos.order_by("position").first())
    seen = Image.open(io.BytesIO(storage.read(storage.private(), master_key(cover.storage_prefix)))).convert("RGB")
    large = Image.open(io.BytesIO(store_file(cover))).convert("RGB").resize(seen.size, Image.Resampling.BOX)
    differences = [abs(a - b) for a, b in zip(large.tobytes(), seen.tobytes(), strict=True)]
    assert sum(differences) / len(differences) < 6


def test_a_face_that_was_never_learnt_is_still_on_the_form_when_its_photos_have_gone(
    browser: Client, member: User
) -> None:
    face = make_face(member, photos=4)
    make_portraits(face)
    make_run(face, state="failed", failure="engine:failed")
    let_the_photos_go(face)
    assert f'value="{face.pk}"' in browser.get(reverse("covers:create")).content.decode()
    assert len(draw(ask(browser, face, **TWO))) == 2


# --- made once, of the right photos -----------------------------------------------------------------------------------


def test_photos_that_are_enough_are_made_into_portraits_at_once(member: User) -> None:
    face = make_face(member)
    for number in range(5):
        services.add_photo(face=face, content=portrait(number))
        assert face.portraits.count() == (4 if number >= 3 else 0), "under four nothing is kept"
    for row in face.portraits.all():
        tasks.develop(str(row.pk))
    rows = list(face.portraits.order_by("position"))
    assert [row.pk for row in rows] == [photo.pk for photo in face.photos.order_by("position")[:4]]
    assert {row.state for row in rows} == {State.DONE}
    stored = [name for name in storage.names_below(storage.private(), face.prefix) if name.startswith("portraits/")]
    assert len(stored) == 4
    before = [(row.storage_key, row.sha256) for row in rows]
    services.start_training(face=face)
    tasks.develop(str(rows[0].pk))
    assert [(row.storage_key, row.sha256) for row in face.portraits.order_by("position")] == before, "once"


def test_a_photo_that_its_person_deletes_takes_its_portrait_along_and_the_next_one_steps_in(member: User) -> None:
    face = make_face(member, photos=5)
    first = make_portraits(face)[0]
    services.delete_photo(photo=face.photos.get(pk=first.pk))
    erase_all()
    assert not storage.exists(storage.private(), first.storage_key)
    assert set(face.portraits.values_list("pk", flat=True)) == set(face.photos.values_list("pk", flat=True))


def test_new_photos_take_the_place_of_old_portraits_when_they_are_enough(member: User) -> None:
    face = make_ready_face(member, photos=4)
    old = make_portraits(face)
    let_the_photos_go(face)
    for number in range(4, 7):
        services.add_photo(face=face, content=portrait(number))
    assert face.drawn_from() == old, "three new photos are too few"
    services.add_photo(face=face, content=portrait(7))
    assert not face.portraits.filter(pk__in=[row.pk for row in old]).exists()
    assert [one.pk for one in face.drawn_from()] == [photo.pk for photo in face.photos.order_by("position")]
    erase_all()
    assert [storage.exists(storage.private(), row.storage_key) for row in old] == [False] * 4


def test_photos_wait_for_their_portraits_for_a_day_and_no_longer(member: User) -> None:
    face = make_face(member, photos=4)
    make_run(face, state="failed", failure="engine:failed")
    portraits.keep(face=face)
    face.photos.update(created_at=timezone.now() - timedelta(days=8))
    chores.tidy_faces()
    assert face.photos.count() == 4
    KeptPortrait.objects.update(created_at=timezone.now() - timedelta(days=1, minutes=1))
    chores.tidy_faces()
    assert not face.photos.exists(), "what was promised of the photos comes first"
    for row in list(face.portraits.all()):
        tasks.develop(str(row.pk))
    assert not face.portraits.exists(), "there is nothing left to make them of"


def test_a_store_that_is_away_is_tried_again(member: User, monkeypatch: Any) -> None:
    face = make_face(member, photos=4)
    with monkeypatch.context() as patch:
        patch.setattr(storage, "save_all", away)
        rows = make_portraits(face)
    assert {row.state for row in rows} == {State.QUEUED}
    KeptPortrait.objects.update(queued_at=timezone.now() - timedelta(seconds=90))
    for row in rows:
        tasks.develop(str(row.pk))
    assert set(face.portraits.values_list("state", flat=True)) == {State.DONE}


# --- consent ----------------------------------------------------------------------------------------------------------


def under_the_former_consent(face: Face) -> Face:
    Consent.objects.filter(pk=face.consent_id).update(version=FORMER)
    return Face.objects.get(pk=face.pk)


@pytest.mark.parametrize(("language", "words"), [("en", "up to 4 of the photos"), ("ko", "최대 4장")])
def test_the_statement_says_what_is_kept_of_how_many_photos_and_until_when(language: str, words: str) -> None:
    said = consents.statement(language)
    assert any(words in point for point in said.points)
    assert consents.keeps_portraits(consents.VERSION)
    assert not consents.keeps_portraits(FORMER)


def test_under_the_former_consent_photos_go_and_nothing_is_kept(browser: Client, member: User) -> None:
    face = under_the_former_consent(make_ready_face(member))
    services.start_training(face=face)
    assert not KeptPortrait.objects.exists()
    face.runs.all().delete()
    let_the_photos_go(face)
    assert not face.has_portraits()
    assert ask(browser, face, **TWO).engine == "pocket", "as before"


def test_agreeing_anew_is_one_touch_and_keeps_portraits_of_the_photos_that_are_there(
    browser: Client, member: User
) -> None:
    face = under_the_former_consent(make_ready_face(member))
    former = face.consent_id
    page = browser.get(face.get_absolute_url()).content.decode()
    assert "up to 4 of the photos" in page
    assert "I agree" in page
    browser.post(reverse("faces:agree", args=[face.pk]))
    browser.post(reverse("faces:agree", args=[face.pk]))
    face.refresh_from_db()
    assert face.consent.version == consents.VERSION
    assert face.consent.text_sha256 == consents.statement("en").sha256
    assert Consent.objects.count() == 2, "a second click is none"
    assert Consent.objects.get(pk=former).withdrawn_at is not None
    assert {photo.consent_id for photo in face.photos.all()} == {face.consent_id}
    assert face.portraits.count() == 4
    assert {one.consent_id for one in face.portraits.all()} == {face.consent_id}
    assert "I agree" not in browser.get(face.get_absolute_url()).content.decode()


@pytest.mark.parametrize("language", ["en", "ko"])
def test_agreeing_anew_is_to_the_words_that_were_read(browser: Client, member: User, language: str) -> None:
    face = under_the_former_consent(make_ready_face(member, photos=0))
    browser.cookies["django_language"] = language
    browser.post(reverse("faces:agree", args=[face.pk]))
    face.refresh_from_db()
    assert (face.consent.language, face.consent.text_sha256) == (language, consents.statement(language).sha256)


def test_whoever_agreed_to_todays_statement_is_not_asked(browser: Client, member: User) -> None:
    assert "I agree" not in browser.get(make_ready_face(member).get_absolute_url()).content.decode()


def test_a_portrait_without_a_consent_is_refused_by_the_database(member: User) -> None:
    from django.db import IntegrityError, transaction

    face = make_face(member, photos=4)
    (row, *_) = make_portraits(face)
    with pytest.raises(IntegrityError), transaction.atomic():
        KeptPortrait.objects.filter(pk=row.pk).update(consent=None)


# --- what is seen -----------------------------------------------------------------------------------------------------


def test_first_impressions_the_list_and_the_page_show_portraits_when_the_photos_have_gone(
    browser: Client, member: User
) -> None:
    face = make_ready_face(member)
    make_portraits(face)
    let_the_photos_go(face)
    services.request_first_covers(face=face, run=make_run(face, state="done"))
    first = CoverRequest.objects.get(face=face)
    assert first.engine == "poster"
    covers = draw(first)
    pages = [
        browser.get(reverse("faces:index")).content.decode(),
        browser.get(face.get_absolute_url()).content.decode(),
    ]
    for page in pages:
        assert all(str(cover.pk) in page for cover in covers)
    assert "portraits made from them are kept" in pages[1]
    image = browser.get(reverse("covers:image", args=[covers[0].pk, "320.webp"]))
    assert image.status_code == 200
    assert "no-store" in image["Cache-Control"]


def test_the_mail_shows_the_portraits(member: User) -> None:
    mails.face_ready(learnt_with_drafts(member).pk)
    (letter,) = mail.outbox
    parts = list(letter.message().walk())
    pictures = [part for part in parts if part.get_content_type() == "image/jpeg"]
    (page,) = (part.get_payload(decode=True).decode() for part in parts if part.get_content_type() == "text/html")
    assert len(pictures) == 4
    for part in pictures:
        assert f'src="cid:{part["Content-ID"].strip("<>")}"' in page
        with Image.open(io.BytesIO(part.get_payload(decode=True))) as image:
            assert image.size == (360, 360)


def test_a_mail_that_becomes_a_file_here_shows_no_face(member: User, settings: Any, tmp_path: Any) -> None:
    """It would stay when the face is deleted."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "letters")
    mails.face_ready(learnt_with_drafts(member).pk)
    (file,) = (tmp_path / "letters").iterdir()
    assert "is trained" in file.read_text()
    assert "image/jpeg" not in file.read_text()


# --- gone -------------------------------------------------------------------------------------------------------------


def test_after_deletion_nothing_is_left_in_the_bucket(on_s3: Any, browser: Client, member: User) -> None:
    """From photos to portraits, covers, other portraits and the end."""
    bucket = storage.private().bucket  # type: ignore[attr-defined]
    face = make_ready_face(member, photos=5)
    rows = make_portraits(face)
    draw(ask(browser, face, **TWO))
    services.delete_photo(photo=face.photos.get(pk=rows[1].pk))
    for row in face.portraits.filter(state=State.QUEUED):
        tasks.develop(str(row.pk))
    let_the_photos_go(face)
    assert len([one for one in bucket.objects.filter(Prefix=face.prefix) if "/portraits/" in one.key]) == 4
    browser.post(reverse("faces:delete", args=[face.pk]), {"with_covers": "on"})
    erase_all()
    assert list(bucket.objects.filter(Prefix=face.prefix)) == []
    assert not KeptPortrait.objects.exists()
    assert not CoverRequest.objects.exists()


def test_a_portrait_that_is_made_while_its_face_is_forgotten_leaves_nothing(member: User) -> None:
    face = make_face(member, photos=4)
    portraits.keep(face=face)
    row = face.portraits.order_by("position").first()
    prefix = face.prefix
    with KeptPortrait.objects.claimed(row.pk, stage="develop") as claim:
        assert claim is not None
        content = judge(portrait(0)).picture
        services.forget_face(face=face, with_covers=True)
        storage.save_all(storage.private(), {f"{row.prefix}{claim.token.hex}.zip": content})
    erase_all()
    assert storage.names_below(storage.private(), prefix) == []


def test_a_cover_that_stays_says_nothing_of_the_photos(browser: Client, member: User) -> None:
    face = make_face(member, photos=4)
    (cover, _other) = draw(ask(browser, face, **TWO))
    mark = cover.parameters["drawn_from"]
    services.forget_face(face=face, with_covers=False)
    cover.refresh_from_db()
    assert mark not in str(cover.parameters)


def test_the_privacy_page_names_what_is_kept(client: Client) -> None:
    page = client.get("/privacy/").content.decode()
    assert "Portraits without colour" in page


def test_photos_of_a_factory_are_as_the_site_makes_them(member: User) -> None:
    """`make_photo` is what these tests rest on."""
    face = make_face(member)
    row = make_photo(face)
    assert row.consent == face.consent
    assert make_consent(member).version == consents.VERSION
