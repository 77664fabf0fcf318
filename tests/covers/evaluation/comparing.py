"""Weekly models of random weights and covers that were reviewed, for comparisons."""

from __future__ import annotations

import hashlib
import os
import uuid
from pathlib import Path
from typing import Any

import numpy as np
from django.utils import timezone
from PIL import Image

from accounts.models import User
from accounts.person import Person
from albumsite.media import encoding, storage
from covers.datasets.selection import is_held_out
from covers.engine.pocket.words import CHECKPOINT
from covers.models import Cover, ModelVersion, Review, TrainingConsent
from covers.object_keys import cover_prefix, master_key
from covers.registry.manifests import FileEntry
from tests.factories import make_adapter, make_briefed_request, make_member

os.environ.setdefault("OMP_NUM_THREADS", "1")  # on a shared machine, torch's threads spin against each other

FACTS = {"cross_attention_width": 128}


def write_adapter(file: Path, *, size: float, seed: int = 0) -> Path:
    """An adapter of the pocket model's UNet. size: 0 changes nothing, 0.3 leaves little of a picture."""
    from diffusers import UNet2DConditionModel

    from tests.covers.engine.lora_files import diffusers_file, matrices

    unet = UNet2DConditionModel.from_pretrained(CHECKPOINT / "unet", local_files_only=True)
    return diffusers_file(file, matrices(unet, seed=seed, size=size))


def make_weekly(file: Path, key: str = "pocket-2026-w47", **changes: Any) -> ModelVersion:
    """A candidate for the pocket model, as `retrain` leaves it, but for where its file lies."""
    content = file.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    values: dict[str, Any] = {
        "engine": "pocket",
        "source_kind": "file",
        "source": str(file),
        "filename": "",
        "revision": "",
        "sha256": sha256,
        "size_bytes": len(content),
        "files": [FileEntry("", len(content), sha256).to_json()],
        "facts": FACTS,
        "state": "candidate",
        "week": "2026-W47",
        "base_key": "pocket",
    }
    return make_adapter(key, **(values | changes))


def make_reviewed(owner: User, rgb: tuple[int, int, int], half_stars: int, *, held_out: bool = False) -> Cover:
    """A flat cover by the pocket model, rated by somebody, whose maker agreed that it may be learnt from."""
    TrainingConsent.objects.get_or_create(owner=owner, version="1", text_sha256="0" * 64, language="en")
    request = make_briefed_request(
        Person(user=owner), id=_pk(held_out), count=1, engine="pocket", state="done", finished_at=timezone.now()
    )
    prefix = cover_prefix(request.pk, 0, uuid.uuid4())
    noise = np.random.default_rng(half_stars).integers(-12, 12, (32, 32, 3))
    picture = Image.fromarray(np.clip(np.array(rgb) + noise, 0, 255).astype(np.uint8))
    storage.save_all(storage.private(), {master_key(prefix): encoding.encode_png(picture)})
    cover = Cover.objects.create(
        request=request, position=0, seed=1, prompt="a heart in colour on colour ground", width=32, height=32,
        storage_prefix=prefix, sha256="0" * 64, rating_sum=half_stars, rating_count=1,
    )  # fmt: skip
    Review.objects.create(cover=cover, owner=make_member(), half_stars=half_stars, comment="yes", standing="counts")
    return cover


def _pk(held_out: bool) -> uuid.UUID:
    """A fresh primary key on that side of the split."""
    while is_held_out(pk := uuid.uuid4()) is not held_out:
        pass
    return pk
