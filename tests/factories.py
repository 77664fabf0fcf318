"""Rows that are valid by default; a test sets only what it is about."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from allauth.account.models import EmailAddress
from django.utils import timezone
from PIL import Image

from accounts.models import User
from accounts.person import Person
from albumsite.jobs.states import State
from albumsite.media import encoding, storage
from covers.brief.brief_contract import Brief, Song
from covers.models import (
    Cover,
    CoverRequest,
    ModelVersion,
    MusicRelease,
    Review,
    SmokeTest,
    Stage,
    WithheldPicture,
    WorkerHealth,
)
from covers.object_keys import cover_prefix, master_key
from covers.services import music_releases, reviews
from covers.services.music_releases import SongWords
from covers.services.publishing import publish_cover

BRIEF = {
    "subject": "a red clock over the sea",
    "motifs": ["clock", "sea", "moon", "bird"],
    "mood": "longing",
    "palette": [],
    "style": "",
    "scene": "A red clock hangs over a dark sea at dusk.",
    "avoid": ["text", "watermark"],
    "written_by": "rules",
}


def make_member(email: str = "", *, is_verified: bool = True, **extra: Any) -> User:
    """is_verified: has opened the letter that confirms the address."""
    user = User.objects.create_user(email or f"member-{uuid.uuid4().hex[:10]}@example.com", "correct horse 7", **extra)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=is_verified)
    return user


def make_rater(**extra: Any) -> Person:
    """A verified member: somebody whose stars count."""
    return Person(user=make_member(is_verified=True, **extra))


def make_song(**changes: Any) -> Song:
    return Song(**{"title": "Fighting", "artist": "KJY", **changes})


def make_brief(**changes: Any) -> Brief:
    values = BRIEF | changes
    return Brief(**{name: tuple(value) if isinstance(value, list) else value for name, value in values.items()})


def make_request(owner: Person | None = None, **changes: Any) -> CoverRequest:
    """Waiting for its brief, as just asked for."""
    person = owner or Person(visitor=uuid.uuid4())
    values: dict[str, Any] = {
        **person.owner_fields(),
        "submission": uuid.uuid4(),
        "stage": Stage.WRITE,
        "title": "Fighting",
        "artist": "KJY",
        "seed": 7,
        "engine": "poster",
        "width": 64,
        "height": 64,
    }
    return CoverRequest.objects.create(**(values | changes))


def make_briefed_request(owner: Person | None = None, **changes: Any) -> CoverRequest:
    """Waiting to be drawn."""
    return make_request(owner, **({"stage": Stage.DRAW, "brief": BRIEF, "written_by": "rules"} | changes))


def make_finished_request(owner: Person | None = None, count: int = 1, **changes: Any) -> CoverRequest:
    """Drawn: with covers and their files."""
    row = _ended_request(owner, count=count, **changes)
    for position in range(count):
        make_cover(row, position=position)
    return row


def _ended_request(owner: Person | None = None, **changes: Any) -> CoverRequest:
    return make_briefed_request(owner, **({"state": State.DONE, "finished_at": timezone.now()} | changes))


def make_cover(request: CoverRequest | None = None, position: int = 0, **changes: Any) -> Cover:
    """A flat picture with all its files in the private bucket. Its maker wishes what is public there, unless told otherwise."""
    changes = {"wish": changes.get("visibility", "private").replace("hidden", "private")} | changes
    row = request or _ended_request(count=1)
    colour = (200, 30 + 40 * position % 200, 60)
    prefix, placeholder = _stored(row, position, colour)
    values: dict[str, Any] = {
        "request": row,
        "position": position,
        "seed": row.seed_of(position),
        "alt_text": "A red clock over a dark sea",
        "alt_text_ko": "어두운 바다 위의 빨간 시계",
        "width": 64,
        "height": 64,
        "storage_prefix": prefix,
        "sha256": "0" * 64,
        "placeholder": placeholder,
        "parameters": {"style": "swiss"},
    }
    return Cover.objects.create(**(values | changes))


def make_music_release(owner: Person, songs: Sequence[str] = ("One", "Two"), **changes: Any) -> MusicRelease:
    """Of songs that are not drawn."""
    values = {"name": "First Light", "kind": "ep", "artist": "KJY", "submission": uuid.uuid4()} | changes
    return music_releases.make_release(owner=owner, songs=[SongWords(title) for title in songs], **values)


def _stored(request: CoverRequest, position: int, colour: tuple[int, int, int]) -> tuple[str, str]:
    """A flat picture with all its files: their folder, and what a page shows until it is there."""
    picture = Image.new("RGB", (64, 64), colour)
    prefix = cover_prefix(request.pk, position, uuid.uuid4())
    files = {master_key(prefix): encoding.encode_png(picture)}
    files |= {f"{prefix}/{name}": content for name, content in encoding.encode_derivatives(picture).items()}
    storage.save_all(storage.private(), files)
    return prefix, encoding.placeholder(picture)


def make_withheld(request: CoverRequest, position: int = 0, **changes: Any) -> WithheldPicture:
    """A red picture with all its files, that the picture check could not judge."""
    prefix, placeholder = _stored(request, position, (255, 0, 0))
    record = {
        "seed": request.seed_of(position), "alt_text": "A withheld clock", "width": 64, "height": 64, "sha256": "0" * 64,
        "placeholder": placeholder,
    }  # fmt: skip
    values = {"state": "held", "cause": "died", "record": record, "storage_prefix": prefix, "position": position}
    return WithheldPicture.objects.create(**({"request": request} | values | changes))


def make_review(
    cover: Cover, author: Person, half_stars: int = 8, comment: str = "Yes", publish: bool = False
) -> Review:
    review = reviews.add_review(cover=cover, author=author, half_stars=half_stars, comment=comment)
    if publish:
        publish_cover(cover=cover)
    return review


def make_model_version(key: str = "", *, is_tried: bool = True, **changes: Any) -> ModelVersion:
    """A verified checkpoint of the hub that allows commercial use, whose test picture was well."""
    values: dict[str, Any] = {
        "key": key or f"model-{uuid.uuid4().hex[:8]}",
        "source_kind": "hub",
        "source": "someone/some-sdxl",
        "revision": "0123456789abcdef0123456789abcdef01234567",
        "sha256": "ab" * 32,
        "licence": "openrail++",
        "allows_commercial_use": True,
        "state": "verified",
        "facts": {"cross_attention_width": 2048},
    }
    version = ModelVersion.objects.create(**(values | changes))
    if is_tried:
        make_smoke_test(version)
    return version


def state_of(version: ModelVersion) -> str:
    """As the database has it now."""
    version.refresh_from_db()
    return version.state


def make_smoke_test(version: ModelVersion, **changes: Any) -> SmokeTest:
    """A test picture that was drawn just now, and was well."""
    values: dict[str, Any] = {"version": version, "state": State.DONE, "finished_at": timezone.now(), "seconds": 3.0}
    return SmokeTest.objects.create(**(values | changes))


def make_adapter(key: str = "", **changes: Any) -> ModelVersion:
    """A verified adapter of full-size SDXL."""
    return make_model_version(key, **({"kind": "adapter", "filename": "style.safetensors"} | changes))


def make_worker(**changes: Any) -> WorkerHealth:
    """A draw worker that lives and has drawn."""
    values: dict[str, Any] = {
        "host": "gpu-1",
        "pid": 4711,
        "queue": "draw",
        "engine": "sdxl",
        "model": "some-sdxl@0123456",
        "device": "cuda",
        "is_warm": True,
        "started_at": timezone.now(),
        "seen_at": timezone.now(),
    }
    return WorkerHealth.objects.create(**(values | changes))
