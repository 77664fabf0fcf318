"""What a member sees and does on the pages of their faces, up to the start of the training."""

from __future__ import annotations

import html
import io
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.models import User
from albumsite.media import storage
from albumsite.media.encoding import saved
from covers.models import CoverRequest
from personalize import consents, services
from personalize.models import Consent, Erasure, Face, Photo, TrainingRun
from tests.factories import make_member
from tests.personalize.factories import make_face, make_photo, make_run
from tests.personalize.pictures import portrait

pytestmark = pytest.mark.django_db
NEW = {"name": "Me", "class_noun": "person", "has_consented": "on"}


def upload(content: bytes, name: str = "me.jpg", content_type: str = "image/jpeg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type)


def send(browser: Client, face: Face, *contents: bytes, **extra: Any) -> Any:
    files = [upload(content, f"photo-{number}.jpg") for number, content in enumerate(contents)]
    return browser.post(reverse("faces:add_photos", args=[face.pk]), {"photos": files, **extra})


# --- consent ----------------------------------------------------------------------------------------------------------


def test_the_statement_is_not_ticked_beforehand_and_stands_in_plain_words(browser: Client) -> None:
    page = browser.get(reverse("faces:create")).content.decode()
    assert 'name="has_consented"' in page
    assert "checked" not in page.split('name="has_consented"')[1].split(">")[0]
    assert "deleted automatically 7 days after" in page


def test_without_the_tick_there_is_no_face_and_what_was_typed_stays(browser: Client) -> None:
    response = browser.post(reverse("faces:create"), {"name": "Stage name", "class_noun": "woman"})
    assert response.status_code == 422
    assert "Stage name" in response.content.decode()
    assert not Face.objects.exists()
    assert not Consent.objects.exists()


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_consent_keeps_version_hash_of_the_very_text_language_and_time(
    browser: Client, member: User, language: str
) -> None:
    browser.cookies["django_language"] = language
    page = html.unescape(browser.get(reverse("faces:create")).content.decode())
    browser.post(reverse("faces:create"), NEW)
    consent = Consent.objects.get()
    said = consents.statement(language)
    assert said.title in page
    assert all(point in page for point in said.points)
    assert (consent.version, consent.text_sha256, consent.language) == (consents.VERSION, said.sha256, language)
    assert consent.owner == member
    assert consent.given_at is not None


def test_the_two_languages_are_two_texts() -> None:
    assert consents.statement("ko").sha256 != consents.statement("en").sha256


@pytest.mark.parametrize(
    ("typed", "noun"),
    [
        ({"class_noun": "woman"}, "woman"),
        ({"class_noun": ""}, "person"),
        ({"class_noun": "other", "own_word": " Singer "}, "singer"),
        ({"class_noun": "other", "own_word": "old man"}, "old man"),
    ],
)
def test_prompts_call_the_person_what_they_chose(browser: Client, typed: dict[str, str], noun: str) -> None:
    browser.post(reverse("faces:create"), NEW | typed)
    assert Face.objects.get().class_noun == noun


@pytest.mark.parametrize("word", ["", "naked, (masterpiece:2)", "사람", "a b c", "x" * 30])
def test_an_own_word_cannot_carry_a_prompt(browser: Client, word: str) -> None:
    response = browser.post(reverse("faces:create"), NEW | {"class_noun": "other", "own_word": word})
    assert response.status_code == 422
    assert not Face.objects.exists()


def test_other_peoples_faces_and_trainings_take_nobodys_place(browser: Client, member: User, settings: Any) -> None:
    settings.TRAININGS_WAITING_PER_PERSON = settings.TRAININGS_PER_DAY = 1
    make_run(make_face())
    for _ in range(5):
        make_face()
    assert browser.post(reverse("faces:create"), NEW).status_code == 302
    mine = make_face(member, photos=4)
    browser.post(reverse("faces:start", args=[mine.pk]))
    assert mine.runs.count() == 1


def test_a_sixth_face_is_refused_with_the_limit(browser: Client, member: User) -> None:
    for _ in range(5):
        make_face(member)
    response = browser.post(reverse("faces:create"), NEW)
    assert response.status_code == 409
    assert "5 faces" in response.content.decode()


# --- photos -----------------------------------------------------------------------------------------------------------


def test_a_good_photo_is_kept_upright_and_without_a_trace_of_where_it_was_taken(browser: Client, member: User) -> None:
    face = make_face(member)
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (37.0, 33.0, 58.0), 3: "E", 4: (126.0, 58.0, 41.0)}
    buffer = io.BytesIO()
    Image.open(io.BytesIO(portrait(0))).save(buffer, "JPEG", exif=exif)
    assert b"Exif" in buffer.getvalue()
    response = send(browser, face, buffer.getvalue())
    assert response.status_code == 200
    kept = Photo.objects.get()
    content = storage.read(storage.private(), kept.storage_key)
    assert b"Exif" not in content
    assert content != buffer.getvalue()
    page = browser.get(face.get_absolute_url()).content.decode()
    address = reverse("faces:photo", args=[face.pk, kept.pk])
    assert address in page
    picture = browser.get(address)
    assert picture.content == content
    assert picture["Content-Type"] == "image/jpeg"
    assert "no-store" in picture["Cache-Control"]


def test_each_photo_gets_its_own_reason_and_nothing_of_it_is_kept(browser: Client, member: User) -> None:
    face = make_face(member)
    flat = saved(Image.new("RGB", (640, 640), (90, 120, 150)), "JPEG")
    response = send(browser, face, portrait(0), b"GIF89a", flat, portrait(0))
    page = response.content.decode()
    assert response.status_code == 422
    assert face.photos.count() == 1
    for name in ("photo-1.jpg", "photo-2.jpg", "photo-3.jpg"):
        assert name in page
    assert len(storage.names_below(storage.private(), face.prefix)) == 1


def test_photo_eleven_is_refused(browser: Client, member: User) -> None:
    face = make_face(member)
    for position in range(10):
        make_photo(face, position=position)
    response = send(browser, face, portrait(0))
    assert response.status_code == 409
    assert "10 photos are enough" in response.content.decode()
    assert face.photos.count() == 10


def test_a_script_gets_the_photos_alone_and_a_page_without_scripts_the_whole_page(
    browser: Client, member: User
) -> None:
    face = make_face(member)
    address = reverse("faces:add_photos", args=[face.pk])
    part = browser.post(address, {"photos": upload(portrait(0))}, headers={"X-Requested-With": "fetch"})
    whole = browser.post(address, {"photos": upload(portrait(1))})
    assert "<html" not in part.content.decode()
    assert "<html" in whole.content.decode()


def test_a_photo_can_be_deleted_and_its_file_goes(
    browser: Client, member: User, django_capture_on_commit_callbacks: Any
) -> None:
    face = make_face(member)
    photo = make_photo(face)
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(reverse("faces:delete_photo", args=[face.pk, photo.pk]))
    assert not face.photos.exists()
    assert Erasure.objects.get().prefix.endswith(f"photos/{photo.pk}/")


# --- starting ---------------------------------------------------------------------------------------------------------


def test_three_photos_are_too_few(browser: Client, member: User) -> None:
    face = make_face(member, photos=3)
    response = browser.post(reverse("faces:start", args=[face.pk]))
    assert response.status_code == 409
    assert "At least 4 photos" in response.content.decode()
    assert not TrainingRun.objects.exists()


def test_learning_begins_by_itself_with_the_photos_that_make_it_enough(browser: Client, member: User) -> None:
    face = make_face(member)
    response = send(browser, face, *(portrait(number) for number in range(4)), start="1")
    assert response.status_code == 302
    run = TrainingRun.objects.get()
    assert (run.face, run.state) == (face, "queued")
    draft = CoverRequest.objects.get()
    assert (draft.face, draft.engine, draft.is_draft, draft.owner) == (face, "poster", True, member)


def test_two_starts_make_one_training(browser: Client, member: User) -> None:
    face = make_face(member, photos=4)
    for _ in range(2):
        browser.post(reverse("faces:start", args=[face.pk]))
    assert TrainingRun.objects.count() == 1
    assert CoverRequest.objects.count() == 1


def test_photos_rest_while_the_face_is_learnt(browser: Client, member: User) -> None:
    face = make_face(member, photos=4)
    services.start_training(face=face)
    assert send(browser, face, portrait(5)).status_code == 409
    assert browser.post(reverse("faces:delete_photo", args=[face.pk, face.photos.first().pk])).status_code == 409
    assert face.photos.count() == 4


def test_a_third_training_waits_for_the_first(browser: Client, member: User) -> None:
    for _ in range(2):
        services.start_training(face=make_face(member, photos=4))
    third = make_face(member, photos=4)
    response = browser.post(reverse("faces:start", args=[third.pk]))
    assert response.status_code == 429
    assert not third.runs.exists()


def test_after_a_days_trainings_the_next_waits_until_tomorrow(browser: Client, member: User, settings: Any) -> None:
    settings.TRAININGS_PER_DAY = 1
    face = make_face(member, photos=4)
    make_run(face, state="cancelled")
    page = browser.post(reverse("faces:start", args=[face.pk]), follow=True).content.decode()
    assert "tomorrow" in page
    assert face.runs.count() == 1


def test_the_page_shows_stage_step_time_left_curve_and_samples(browser: Client, member: User) -> None:
    face = make_face(member, photos=4)
    run = make_run(
        face,
        state="running",
        token=uuid.uuid4(),
        progress={"stage": "train", "step": 40, "total": 300, "seconds_left": 75},
        losses=[[step, 1 / (1 + step)] for step in range(40)],
        samples=[{"step": 20, "keys": [f"{face.prefix}runs/x/sample.webp"], "likeness": 0.4, "metric": "m"}],
    )
    storage.save_all(storage.private(), {run.samples[0]["keys"][0]: b"RIFFxxxxWEBP"})
    page = browser.get(reverse("faces:status", args=[face.pk])).content.decode()
    assert "Training the face" in page
    assert "step 40 of 300" in page
    assert "1 min 15 s left" in page
    assert "<polyline" in page
    address = reverse("faces:sample", args=[face.pk, 20, 0])
    assert address in page
    assert browser.get(address)["Content-Type"] == "image/webp"


@pytest.mark.parametrize("is_public", [False, True])
def test_samples_of_the_demonstration_are_shown_where_the_public_may_draw_with_it(
    browser: Client, member: User, settings: Any, is_public: bool
) -> None:
    settings.POCKET_ON_FORM = is_public
    face = make_face(member, photos=4, base_key="pocket")
    make_run(face, samples=[{"step": 20, "keys": ["x.webp"], "likeness": 0.4, "metric": "m"}])
    page = browser.get(reverse("faces:status", args=[face.pk])).content.decode()
    assert (reverse("faces:sample", args=[face.pk, 20, 0]) in page) == is_public


def test_an_unchanged_status_costs_nothing(browser: Client, member: User) -> None:
    face = make_face(member, photos=4)
    services.start_training(face=face)
    address = reverse("faces:status", args=[face.pk])
    first = browser.get(address)
    assert first["X-Active"] == "1"
    for etag in (first["ETag"], f"W/{first['ETag']}"):  # a compressed page has a weak one
        assert browser.get(address, headers={"If-None-Match": etag}).status_code == 304


def test_stopping_a_waiting_training_is_at_once_and_keeps_the_photos(browser: Client, member: User) -> None:
    face = make_face(member, photos=4)
    services.start_training(face=face)
    browser.post(reverse("faces:cancel", args=[face.pk]))
    assert TrainingRun.objects.get().state == "cancelled"
    assert face.photos.count() == 4
    assert "You stopped training" in browser.get(face.get_absolute_url()).content.decode()


def test_a_failed_training_says_why_and_offers_another_try(browser: Client, member: User) -> None:
    face = make_face(member, photos=4)
    make_run(face, state="failed", failure="training:not-finite")
    page = browser.get(face.get_absolute_url()).content.decode()
    assert "ran away" in page
    assert "Train this face" in page


# --- whose ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["other", "staff", "superuser"])
def test_nobody_else_sees_or_changes_a_face(client: Client, member: User, who: str) -> None:
    face = make_face(member, photos=4)
    run = make_run(face, samples=[{"step": 0, "keys": ["x.webp"], "likeness": None, "metric": ""}])
    client.force_login(make_member(is_staff=who != "other", is_superuser=who == "superuser"))
    photo = face.photos.first()
    for name, args in [
        ("face", []), ("status", []), ("photo", [photo.pk]), ("sample", [0, 0]), ("delete", []),
    ]:  # fmt: skip
        assert client.get(reverse(f"faces:{name}", args=[face.pk, *args])).status_code == 404
    for name, args in [
        ("add_photos", []), ("agree", []), ("start", []), ("cancel", []), ("delete", []), ("delete_photo", [photo.pk]),
    ]:  # fmt: skip
        assert client.post(reverse(f"faces:{name}", args=[face.pk, *args])).status_code == 404
    run.refresh_from_db()
    assert (run.state, face.photos.count()) == ("queued", 4)


def test_another_persons_photo_does_not_open_through_ones_own_face(browser: Client, member: User) -> None:
    mine, theirs = make_face(member, photos=1), make_face(make_member(), photos=1)
    stolen = theirs.photos.get()
    assert browser.get(reverse("faces:photo", args=[mine.pk, stolen.pk])).status_code == 404
    assert browser.post(reverse("faces:delete_photo", args=[mine.pk, stolen.pk])).status_code == 404
    assert theirs.photos.exists()


def test_another_persons_face_is_no_choice_in_the_create_form(browser: Client, member: User) -> None:
    theirs = make_face(make_member(), photos=4)
    song = {"title": "Mine", "artist": "Me", "face": str(theirs.pk)}
    response = browser.post(reverse("covers:create"), song)
    assert response.status_code == 422
    assert "not there any more" in response.content.decode()
    assert not CoverRequest.objects.exists()


def test_visitors_are_sent_to_sign_in(client: Client, member: User) -> None:
    face = make_face(member)
    for address in (reverse("faces:index"), reverse("faces:create"), face.get_absolute_url()):
        response = client.get(address)
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("account_login"))
