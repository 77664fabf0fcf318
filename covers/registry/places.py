"""From a registered model to a path on this machine."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from albumsite.errors import EngineError
from covers.engine.engine_contract import Adapter
from covers.models import CoverRequest, ModelVersion, SourceKind
from covers.registry.cache import StoredModel, local_copy
from covers.registry.hub import hub_file, hub_folder
from covers.registry.manifests import entries_of, hash_file, is_as_listed
from covers.registry.records import AdapterRecord, adapters_of


def local_path(version: ModelVersion) -> Path:
    """Where the model lies on this machine; fetched from the private bucket or the hub if need be.

    Raises EngineError: "engine:model-missing", "engine:model-broken" (it is not what was verified, or never was),
    "engine:no-disk", "site:storage".
    """
    if not version.files:
        raise EngineError("engine:model-broken", f"{version.key}: not verified yet")
    if version.source_kind == SourceKind.STORAGE:
        return local_copy(StoredModel(version.source, version.sha256, entries_of(version.files)))
    if version.source_kind == SourceKind.HUB:
        if version.filename:
            return hub_file(version.source, version.filename, version.revision)
        return hub_folder(version.source, version.revision)
    path = Path(version.source)
    if not path.exists():
        raise EngineError("engine:model-missing", f"{version.key}: nothing at {path} on this machine")
    if not is_as_listed(path, entries_of(version.files)):
        raise EngineError("engine:model-broken", f"{version.key}: {path} has changed since it was verified")
    return path


def adapter_path(record: AdapterRecord) -> Path:
    """The adapter's one file on this machine, and no other: its SHA-256 is compared.

    Raises EngineError: "engine:adapter-missing", "engine:adapter-broken", "engine:no-disk", "site:storage".
    """
    try:
        if record.source_kind == SourceKind.STORAGE:
            return local_copy(StoredModel.single_file(record.source, record.sha256, record.size_bytes))
        is_hub = record.source_kind == SourceKind.HUB
        path = hub_file(record.source, record.filename, record.revision) if is_hub else Path(record.source)
        facts = path.stat()
        found = _sha256(path, facts.st_size, facts.st_mtime_ns) if record.sha256 else ""
    except EngineError as error:
        message_id = error.message_id.replace("engine:model-", "engine:adapter-")
        raise EngineError(message_id, f"adapter {record.key}: {error.detail}") from error
    except OSError as error:
        raise EngineError("engine:adapter-missing", f"adapter {record.key}: {error}") from error
    if found != record.sha256:
        raise EngineError("engine:adapter-broken", f"adapter {record.key}: {path} has changed since it was verified")
    return path


def drawn_adapters(request: CoverRequest) -> tuple[Adapter, ...]:
    """The request's adapters as the engine takes them, each a file on this machine. Raises EngineError."""
    return tuple(Adapter(str(adapter_path(record)), record.scale) for record in adapters_of(request))


@lru_cache(maxsize=64)
def _sha256(path: Path, size_bytes: int, changed_ns: int) -> str:
    """Hashed once for as long as size and time of change stay: an adapter is used by every request."""
    return hash_file(path)
