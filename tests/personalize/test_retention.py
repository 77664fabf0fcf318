"""What goes by itself and what goes when asked: photos after their days, faces that nobody uses, and every trace of them."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_rq import get_connection

from accounts.models import User
from accounts.person import Person
from albumsite.jobs import sweeper
from albumsite.jobs.states import State
from albumsite.media import storage
from covers.models import Cover, CoverRequest, Withdrawal, WithheldPicture
from covers.registry.cache import StoredModel, drop_personal, local_copy
from covers.services import withdrawals
from personalize import services, tasks
from personalize.models import Consent, Erasure, Face, TrainingRun
from personalize.training import chores
from tests.factories import make_finished_request, make_member, make_withheld
from tests.personalize.factories import make_face, make_ready_face, make_run
from tests.stand_ins import away

pytestmark = pytest.mark.django_db(transaction=True)


def age(face: Face, **ages: timedelta) -> None:
    """Set columns of the face so long ago; `photos` means when its photos came."""
    if photos := ages.pop("photos", None):
        face.photos.update(created_at=timezone.now() - photos)
    if ages:
        Face.objects.filter(pk=face.pk).update(**{name: timezone.now() - ago for name, ago in ages.items()})


# --- photos -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("hours_more", "are_kept"), [(-1, True), (1, False)])
def test_photos_go_seven_days_after_the_training(member: User, hours_more: int, are_kept: bool) -> None:
    face = make_ready_face(member)
    age(face, ready_at=timedelta(days=7, hours=hours_more), photos=timedelta(days=30))
    chores.tidy_faces()
    assert face.photos.exists() == are_kept
    face.refresh_from_db()
    assert face.is_ready, "the adapter stays"


@pytest.mark.parametrize(("hours_more", "are_kept"), [(-1, True), (1, False)])
def test_photos_that_were_never_trained_go_seven_days_after_the_last_one(
    member: User, hours_more: int, are_kept: bool
) -> None:
    face = make_face(member, photos=2)
    age(face, photos=timedelta(days=7, hours=hours_more))
    chores.tidy_faces()
    assert face.photos.exists() == are_kept


def test_photos_of_a_face_that_is_being_learnt_stay(member: User) -> None:
    face = make_face(member, photos=4)
    make_run(face)
    age(face, photos=timedelta(days=8))
    chores.tidy_faces()
    assert face.photos.count() == 4


def test_a_face_with_a_photo_of_today_keeps_all_beside_one_whose_photos_are_old(member: User) -> None:
    """Somebody adds a photo while the sweeper is on its way to the face: it is asked again, and for this face alone."""
    old, fresh = make_face(member, photos=2), make_face(member, photos=2)
    age(old, photos=timedelta(days=8))
    assert services.delete_old_photos(face=fresh) == 0
    assert fresh.photos.count() == 2
    assert services.delete_old_photos(face=old) == 2


def test_the_files_of_old_photos_go_with_their_rows(member: User) -> None:
    face = make_ready_face(member)
    age(face, ready_at=timedelta(days=8), photos=timedelta(days=8))
    chores.tidy_faces()
    for erasure in Erasure.objects.all():
        tasks.erase(str(erasure.pk))
    assert [name for name in storage.names_below(storage.private(), face.prefix) if "photo" in name] == []
    assert storage.exists(storage.private(), face.adapter_key)


def test_the_page_names_the_day(client: Client, member: User) -> None:
    face = make_ready_face(member)
    client.force_login(member)
    assert "deleted automatically on" in client.get(face.get_absolute_url()).content.decode()
    services.delete_photos(face=face)
    assert "have been deleted, as promised" in client.get(face.get_absolute_url()).content.decode()


def test_enough_photos_whose_page_was_closed_begin_to_be_learnt(member: User) -> None:
    face, fresh, few = make_face(member, photos=4), make_face(member, photos=4), make_face(member, photos=3)
    for one in (face, few):
        age(one, photos=timedelta(minutes=2))
    chores.tidy_faces()
    assert set(TrainingRun.objects.values_list("face", flat=True)) == {face.pk}
    assert not fresh.runs.exists()


# --- faces that nobody uses -------------------------------------------------------------------------------------------


def test_an_unused_face_is_forgotten_after_a_mail_and_two_weeks(member: User) -> None:
    face = make_ready_face(member, photos=0)
    age(face, used_at=timedelta(days=167))
    chores.tidy_faces()
    (letter,) = mail.outbox
    assert "will be forgotten" in letter.subject
    assert "14 days" in letter.body
    chores.tidy_faces()
    assert len(mail.outbox) == 1, "said once"
    age(face, used_at=timedelta(days=181), warned_at=timedelta(days=13))
    chores.tidy_faces()
    assert Face.objects.filter(pk=face.pk).exists(), "not before the days of the mail are over"
    age(face, warned_at=timedelta(days=15))
    chores.tidy_faces()
    assert not Face.objects.filter(pk=face.pk).exists()


def test_a_face_that_is_used_or_just_being_learnt_is_neither_named_in_a_mail_nor_forgotten(member: User) -> None:
    used, learning = make_ready_face(member, photos=0), make_ready_face(member, photos=0)
    make_run(learning)
    age(used, used_at=timedelta(days=100), warned_at=timedelta(days=20))
    age(learning, used_at=timedelta(days=200), warned_at=timedelta(days=20))
    make_ready_face(member, photos=0)  # new, and never used
    chores.tidy_faces()
    assert Face.objects.count() == 3
    assert mail.outbox == []


def test_a_cover_made_in_time_keeps_it(member: User, client: Client) -> None:
    face = make_ready_face(member)
    age(face, used_at=timedelta(days=170), warned_at=timedelta(days=3))
    client.force_login(member)
    client.post(reverse("covers:create"), {"title": "Still here", "artist": "Me", "face": str(face.pk)})
    face.refresh_from_db()
    assert face.warned_at is None
    assert timezone.now() - face.used_at < timedelta(minutes=1)


# --- delete at any time -----------------------------------------------------------------------------------------------


def covers_of(face: Face, **changes: Any) -> CoverRequest:
    adapters = [{"key": f"face:{face.pk}", "source_kind": "storage", "source": face.adapter_key, "sha256": face.adapter_sha256,
                 "size_bytes": face.adapter_size_bytes, "scale": 1.0, "filename": "", "revision": "", "trigger_words": ""}]  # fmt: skip
    row = make_finished_request(
        Person(user=face.owner), face=face, shows_face=True, subject=face.subject, adapters=adapters, **changes
    )
    row.covers.update(
        prompt=f"portrait of {face.subject}",
        parameters={"style": "x", "adapters": [{"adapter": f"{face.adapter_sha256}.safetensors"}],
                    "adapter_versions": [{"key": f"face:{face.pk}"}]},
    )  # fmt: skip
    return row


def erase_all() -> None:
    for _ in range(2):
        for erasure in Erasure.objects.active():
            tasks.erase(str(erasure.pk))
        for withdrawal in Withdrawal.objects.active():
            withdrawals.work(str(withdrawal.pk))
        Erasure.objects.active().update(queued_at=timezone.now() - timedelta(seconds=1))


def everything_stored() -> str:
    """Every row of every table, and every key of both buckets and of Redis, as one text. But for what says what to delete."""
    from django.apps import apps

    models = [model for model in apps.get_models() if model not in (Erasure, Withdrawal) and model._meta.managed]
    rows = [str(list(model._default_manager.values())) for model in models]
    keys = [
        f"{folder}/{name}"
        for store in (storage.private(), storage.public())
        for folder in ("faces", "covers")
        for name in storage.names_below(store, folder)
    ]
    redis = get_connection("draw")
    queued = [str(redis.dump(key)) for key in redis.keys("*")]
    return " ".join([*rows, *keys, *queued])


def test_with_its_covers_nothing_that_names_the_face_is_left(client: Client, member: User) -> None:
    face = make_ready_face(member)
    row = covers_of(face)
    covers_of(face, is_draft=True)
    prefix = row.covers.get().storage_prefix
    local_copy(StoredModel.single_file(face.adapter_key, face.adapter_sha256, face.adapter_size_bytes))
    canaries = [str(face.pk), face.pk.hex, face.identifier_token, face.adapter_sha256, prefix]
    assert all(canary in everything_stored() for canary in canaries[::2])
    client.force_login(member)
    client.post(reverse("faces:delete", args=[face.pk]), {"with_covers": "on"})
    erase_all()
    stored = everything_stored()
    assert [canary for canary in canaries if canary in stored] == []
    assert drop_personal() == 0, "no adapter of a face is left in this machine's cache"


def test_without_its_covers_they_stay_and_say_nothing_of_it(client: Client, member: User) -> None:
    face = make_ready_face(member)
    kept, draft = covers_of(face), covers_of(face, is_draft=True)
    others = make_finished_request().covers.all()
    others.update(prompt="a lighthouse", parameters={"style": "y"})
    CoverRequest.objects.filter(covers__in=others).update(adapters=[{"key": "weekly"}], progress={"0": {}})
    client.force_login(member)
    client.post(reverse("faces:delete", args=[face.pk]))
    erase_all()
    assert not CoverRequest.objects.filter(pk=draft.pk).exists(), "drafts always go"
    assert list(others.values_list("prompt", "parameters")) == [("a lighthouse", {"style": "y"})]
    assert list(others.values_list("request__adapters", "request__progress")) == [([{"key": "weekly"}], {"0": {}})]
    cover = Cover.objects.get(request=kept)
    assert client.get(cover.get_absolute_url()).status_code == 200
    stored = everything_stored()
    assert [word for word in (str(face.pk), face.identifier_token, face.adapter_sha256) if word in stored] == []


def test_what_was_drawn_of_it_and_withheld_goes_though_its_covers_stay(member: User) -> None:
    face = make_ready_face(member)
    picture = make_withheld(covers_of(face), 1)
    services.forget_face(face=face, with_covers=False)
    erase_all()
    assert not WithheldPicture.objects.exists()
    assert storage.names_below(storage.private(), picture.storage_prefix) == []


def test_words_that_name_nobody_stay_as_they_are(member: User) -> None:
    face = make_ready_face(member)
    row = covers_of(face)
    CoverRequest.objects.filter(pk=row.pk).update(subject="")  # an engine that is told no word for the face
    row.covers.update(prompt="a harbour at dusk")
    services.forget_face(face=face, with_covers=False)
    assert row.covers.get().prompt == "a harbour at dusk"


def test_what_waits_to_be_drawn_with_it_is_stopped(member: User) -> None:
    face = make_ready_face(member)
    waiting = covers_of(face)
    CoverRequest.objects.filter(pk=waiting.pk).update(state=State.QUEUED, finished_at=None)
    services.forget_face(face=face, with_covers=False)
    waiting.refresh_from_db()
    assert waiting.state == State.CANCELLED


def test_the_consent_stays_as_withdrawn_and_carries_nothing_else(member: User) -> None:
    face = make_ready_face(member)
    services.forget_face(face=face, with_covers=True)
    consent = Consent.objects.get()
    assert consent.withdrawn_at is not None
    assert consent.owner == member


def test_a_member_who_is_deleted_takes_the_face_along(member: User) -> None:
    face = make_ready_face(member)
    member.delete()
    erase_all()
    assert storage.names_below(storage.private(), face.prefix) == []
    assert Consent.objects.get().owner is None


def test_a_store_that_is_away_delays_the_erasure_and_forgets_nothing(member: User, monkeypatch: Any) -> None:
    face = make_ready_face(member)
    services.forget_face(face=face, with_covers=True)
    erasure = Erasure.objects.get()

    with monkeypatch.context() as patch:
        patch.setattr(storage, "delete_below", away)
        for _ in range(5):
            tasks.erase(str(erasure.pk))
            Erasure.objects.update(queued_at=timezone.now() - timedelta(seconds=1))
    erasure.refresh_from_db()
    assert erasure.state == State.QUEUED, "however often"
    Erasure.objects.update(queued_at=timezone.now() - timedelta(seconds=1))
    sweeper.sweep()
    erase_all()
    assert storage.names_below(storage.private(), face.prefix) == []


def test_on_an_s3_store_every_object_below_the_face_goes_and_no_other(on_s3: Any, member: User) -> None:
    face, other = make_ready_face(member), make_ready_face(make_member())
    storage.save_all(storage.private(), {f"{face.prefix}runs/{uuid.uuid4()}/checkpoint": b"x" * 1000})
    services.forget_face(face=face, with_covers=True)
    erase_all()
    assert storage.names_below(storage.private(), face.prefix) == []
    assert len(storage.names_below(storage.private(), other.prefix)) == 5
