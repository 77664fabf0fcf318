"""What a request remembers of the adapters it is drawn with: enough to find the very same files again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from covers.models import CoverRequest, ModelVersion

FACE_PREFIX = "face:"
"""How the keys of adapters of faces begin."""


@dataclass(frozen=True)
class AdapterRecord:
    """One adapter of a request, as stored in `CoverRequest.adapters`. Complete in itself: the registry may move on.

    key: for people. source_kind, source, filename, revision: as in `ModelVersion`. sha256: of its one file, or empty when
    a commit of the hub vouches for it. scale: its weight. trigger_words: put before the prompt.
    """

    key: str
    source_kind: str
    source: str
    scale: float = 1.0
    sha256: str = ""
    size_bytes: int = 0
    filename: str = ""
    revision: str = ""
    trigger_words: str = ""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> AdapterRecord:
        return cls(**stored)


def adapter_record(version: ModelVersion, scale: float | None = None) -> AdapterRecord:
    """A registered adapter, at its own weight or at another."""
    return AdapterRecord(
        key=version.key,
        source_kind=version.source_kind,
        source=version.source,
        scale=version.adapter_scale if scale is None else scale,
        sha256=version.sha256,
        size_bytes=version.size_bytes,
        filename=version.filename,
        revision=version.revision,
        trigger_words=version.trigger_words,
    )


def faces_among(adapters: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those stored adapters that are of somebody's face."""
    return [stored for stored in adapters if stored["key"].startswith(FACE_PREFIX)]


def adapters_of(request: CoverRequest) -> list[AdapterRecord]:
    return [AdapterRecord.from_json(stored) for stored in request.adapters]


def provenance(request: CoverRequest) -> dict[str, Any]:
    """What a cover keeps of the registry: names and fingerprints, which outlive paths and machines."""
    kept: dict[str, Any] = {"model": request.model_version.key} if request.model_version is not None else {}
    if adapters := adapters_of(request):
        kept["adapter_versions"] = [
            {"key": record.key, "version": record.sha256 or record.revision, "scale": record.scale}
            for record in adapters
        ]
    return kept


def prompt_with_triggers(request: CoverRequest, prompt: str) -> str:
    """The words that wake the request's adapters, then the prompt."""
    words = [record.trigger_words for record in adapters_of(request) if record.trigger_words]
    return ", ".join([*words, prompt]) if words else prompt
