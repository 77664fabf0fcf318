"""Rows of the loop that are valid by default."""

from __future__ import annotations

import hashlib
from typing import Any

from PIL import Image

from accounts.models import User
from accounts.person import Person
from albumsite.media import encoding, storage
from covers.models import Cover, ModelVersion, TrainingConsent
from covers.object_keys import master_key
from tests.factories import make_finished_request, make_member, make_model_version, make_rater, make_review

WEEK = "2026-W40"


def make_willing_member(**extra: Any) -> User:
    """A member who lets the site learn from their covers."""
    member = make_member(**extra)
    TrainingConsent.objects.create(owner=member, version="1", text_sha256="ab" * 32, language="en")
    return member


def make_liked_cover(
    member: User | None = None, *, half_stars: int = 9, engine: str = "pocket", **changes: Any
) -> Cover:
    """A cover by a member who consents, rated by somebody else. Its picture differs from every other one's."""
    person = Person(user=member or make_willing_member())
    request = make_finished_request(person, engine=engine)
    cover = request.covers.get()
    number = Cover.objects.count()
    picture = Image.new("RGB", (64, 64), (number % 256, 90, number // 256))
    storage.save_all(storage.private(), {master_key(cover.storage_prefix): encoding.encode_png(picture)})
    Cover.objects.filter(pk=cover.pk).update(**({"prompt": f"a red cat on a blue ground {number}"} | changes))
    make_review(cover, make_rater(), half_stars)
    cover.refresh_from_db()
    return cover


def make_weekly_model(key: str = "pocket-2026-w40", **changes: Any) -> ModelVersion:
    """A candidate that was trained here, for the built-in pocket."""
    values: dict[str, Any] = {
        "kind": "adapter",
        "engine": "pocket",
        "source_kind": "storage",
        "source": f"models/{key}/adapter.safetensors",
        "revision": "",
        "sha256": hashlib.sha256(key.encode()).hexdigest(),
        "licence": "LicenseRef-site-trained",
        "state": "candidate",
        "week": WEEK,
        "base_key": "pocket",
        "facts": {"cross_attention_width": 192},
    }
    return make_model_version(key, **(values | changes))
