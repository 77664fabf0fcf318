"""Faces, photos and trainings that are valid by default; a test sets only what it is about."""

from __future__ import annotations

import hashlib
import uuid
from datetime import timedelta
from functools import cache
from typing import Any

from django.utils import timezone

from accounts.models import User
from albumsite.jobs.states import State
from albumsite.media import storage
from personalize import consents, tasks
from personalize.models import Consent, Face, KeptPortrait, Photo, TrainingRun
from personalize.object_keys import photo_key
from personalize.photos import portraits
from personalize.photos.judging import judge
from tests.factories import make_member
from tests.personalize.pictures import PORTRAITS, portrait


def make_consent(owner: User | None = None, **changes: Any) -> Consent:
    values: dict[str, Any] = {
        "owner": owner,
        "version": consents.VERSION,
        "text_sha256": consents.statement("en").sha256,
        "language": "en",
    }
    return Consent.objects.create(**(values | changes))


def make_face(owner: User | None = None, photos: int = 0, **changes: Any) -> Face:
    """With its consent and so many photos, not learnt."""
    owner = owner or make_member()
    values: dict[str, Any] = {"owner": owner, "consent": make_consent(owner), "name": "Me", "class_noun": "person"}
    face = Face.objects.create(**(values | changes))
    for position in range(photos):
        make_photo(face, position=position)
    return face


def make_ready_face(owner: User | None = None, photos: int = 4, **changes: Any) -> Face:
    """With an adapter of a few bytes that no engine would read."""
    face = make_face(owner, photos)
    content = uuid.uuid4().bytes
    key = f"{face.prefix}adapters/{uuid.uuid4().hex}.safetensors"
    storage.save_all(storage.private(), {key: content})
    values: dict[str, Any] = {
        "identifier_token": f"t{uuid.uuid4().hex[:8]}",
        "base_key": "pocket",
        "adapter_key": key,
        "adapter_sha256": hashlib.sha256(content).hexdigest(),
        "adapter_size_bytes": len(content),
        "ready_at": timezone.now(),
    }
    Face.objects.filter(pk=face.pk).update(**(values | changes))
    face.refresh_from_db()
    return face


@cache
def judged(variant: int) -> Any:
    """Looked at once for all tests: it takes a second."""
    return judge(portrait(variant % PORTRAITS))


def make_photo(face: Face, position: int = 0, **changes: Any) -> Photo:
    found = judged(position)
    pk = uuid.uuid4()
    key = photo_key(face.pk, pk)
    storage.save_all(storage.private(), {key: found.picture})
    values: dict[str, Any] = {
        "id": pk,
        "face": face,
        "consent": face.consent,
        "position": position,
        "storage_key": key,
        "sha256": hashlib.sha256(found.picture).hexdigest(),
        **{name: getattr(found, name) for name in ("width", "height", "fingerprint")},
        **{name: getattr(found, name) for name in ("face_left", "face_top", "face_width", "face_height")},
        "embedding": list(found.embedding),
    }
    return Photo.objects.create(**(values | changes))


def make_portraits(face: Face) -> list[KeptPortrait]:
    """What is kept of its photos, made as on the site."""
    portraits.keep(face=face)
    for row in face.portraits.all():
        tasks.develop(str(row.pk))
    return list(face.portraits.order_by("position"))


def make_run(face: Face, **changes: Any) -> TrainingRun:
    """Waiting to be trained; with another state it has what the database wants of one in it."""
    values: dict[str, Any] = {"face": face, "owner": face.owner, "seed": 7, "stage": "train"}
    state = changes.get("state", State.QUEUED)
    if state == State.RUNNING:
        values |= {"token": uuid.uuid4(), "lease_until": timezone.now() + timedelta(seconds=60), "attempt": 1}
    elif state != State.QUEUED:
        values["finished_at"] = timezone.now()
    return TrainingRun.objects.create(**(values | changes))
