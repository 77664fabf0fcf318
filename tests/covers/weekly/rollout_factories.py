"""Weekly models with a file in the private bucket, as a training leaves them, and what was found of them."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.utils import timezone

from albumsite.jobs.states import State
from albumsite.media import storage
from covers.models import Evaluation, ModelVersion
from covers.registry.manifests import FileEntry
from tests.covers.learning_factories import make_weekly_model
from tests.covers.small_models import write_adapter


def adapter_bytes(fill: int = 0) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return write_adapter(Path(folder) / "adapter.safetensors", fill=fill).read_bytes()


def make_candidate(key: str = "pocket-2026-w48", content: bytes | None = None, **changes: Any) -> ModelVersion:
    """A candidate for the built-in pocket, verified, whose file lies in the private bucket."""
    content = adapter_bytes(len(key)) if content is None else content
    sha256 = hashlib.sha256(content).hexdigest()
    source = f"models/{key}/{sha256[:12]}.safetensors"
    storage.save_all(storage.private(), {source: content})
    values: dict[str, Any] = {
        "source": source,
        "sha256": sha256,
        "size_bytes": len(content),
        "files": [FileEntry("", len(content), sha256).to_json()],
        "week": "2026-W48",
        "verified_at": timezone.now(),
    }
    return make_weekly_model(key, **(values | changes))


def make_evaluation(version: ModelVersion, verdict: str = "better", **changes: Any) -> Evaluation:
    """A comparison that came to its end, with the base model alone unless `against` says otherwise."""
    values: dict[str, Any] = {
        "version": version,
        "base_key": version.base_key,
        "prompt_set": "pocket-1",
        "seed": 7,
        "stage": "evaluate",
        "state": State.DONE,
        "finished_at": timezone.now(),
        "verdict": verdict,
        "rule": "rule-1",
    }
    return Evaluation.objects.create(**(values | changes))


def make_better(key: str = "pocket-2026-w48", against: ModelVersion | None = None, **changes: Any) -> ModelVersion:
    """A candidate that was found better than what draws."""
    version = make_candidate(key, **changes)
    make_evaluation(version, against=against)
    return version


def promoted(key: str, against: ModelVersion | None = None) -> ModelVersion:
    version = make_better(key, against=against)
    call_command("promote_model", key)
    return version
