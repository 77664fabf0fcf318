"""Files of hub repositories, pinned to a commit, through the hub's own local cache. For workers; a page asks nothing."""

from __future__ import annotations

import errno
import logging
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from albumsite.errors import EngineError

logger = logging.getLogger(__name__)

INDEX_FILE = "model_index.json"
PARTS = ("unet", "vae", "text_encoder", "text_encoder_2", "tokenizer", "tokenizer_2", "scheduler")
"""The folders of an SDXL checkpoint in diffusers layout that are drawn with."""


def is_offline() -> bool:
    return os.environ.get("HF_HUB_OFFLINE", "").upper() in {"1", "ON", "YES", "TRUE"}


def hub_file(repository: str, filename: str, revision: str) -> Path:
    """One file at one commit. Raises EngineError "engine:model-missing", "engine:no-disk"."""
    from huggingface_hub import hf_hub_download

    return Path(_asked(hf_hub_download, repository, filename, revision=revision, local_files_only=is_offline()))


def hub_folder(repository: str, revision: str) -> Path:
    """What is drawn with of a checkpoint at one commit: half-precision weights where it has them.

    Without a network, what was fetched before. Raises EngineError "engine:model-missing", "engine:no-disk".
    """
    from huggingface_hub import HfApi, snapshot_download

    if is_offline():
        return Path(_asked(snapshot_download, repository, revision=revision, local_files_only=True))
    try:
        names = _asked(HfApi().list_repo_files, repository, revision=revision)
    except EngineError as error:
        logger.info("hub does not answer, the cache is asked reason=%s", error)
        return Path(_asked(snapshot_download, repository, revision=revision, local_files_only=True))
    return Path(_asked(snapshot_download, repository, revision=revision, allow_patterns=drawn_with(names)))


def hub_tokenizers(repository: str, revision: str) -> Path:
    """A folder with no more of a checkpoint than its tokenizers. Raises EngineError "engine:model-missing", "engine:no-disk"."""
    from huggingface_hub import snapshot_download

    patterns = [f"{part}/*" for part in PARTS if part.startswith("tokenizer")]
    options = {"revision": revision or None, "allow_patterns": patterns, "local_files_only": is_offline()}
    return Path(_asked(snapshot_download, repository, **options))


def drawn_with(names: Sequence[str]) -> list[str]:
    """Of a repository's files, those that the engine reads."""
    chosen = [INDEX_FILE]
    for part in PARTS:
        inside = [name for name in names if name.startswith(f"{part}/") and name.count("/") == 1]
        weights = [name for name in inside if name.endswith(".safetensors")]
        half = [name for name in weights if ".fp16." in name]
        chosen += half or weights
        chosen += [name for name in inside if name.endswith((".json", ".txt")) and not name.endswith(".index.json")]
        chosen += [name for name in inside if name.endswith(".index.json") and (".fp16." in name) == bool(half)]
    return [name for name in chosen if name in names]


def _asked(function: Callable[..., object], *arguments: object, **options: object) -> str:
    """Call the hub's library; all that can go wrong there as one kind of error."""
    from httpx2 import HTTPError
    from huggingface_hub.errors import HFValidationError, OfflineModeIsEnabled

    try:
        return str(function(*arguments, **options))
    except (HTTPError, HFValidationError, OfflineModeIsEnabled, OSError) as error:
        message_id = "engine:no-disk" if getattr(error, "errno", None) == errno.ENOSPC else "engine:model-missing"
        raise EngineError(message_id, f"{arguments[0]}: {type(error).__name__}: {error}") from error
