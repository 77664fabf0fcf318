"""Where a model may come from, read out of one line that an operator types."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from albumsite.errors import UserFacingError
from covers.models import Kind, SourceKind

HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
COMMIT = re.compile(r"[0-9a-f]{40}")
STORAGE_PREFIX = "storage:"


class BadModel(UserFacingError):
    """Something about a model or its registration is not right; the text says what, for an operator."""

    message_id = "covers:bad-model"
    text = "%(text)s"

    def __init__(self, text: str) -> None:
        super().__init__(text=text)


@dataclass(frozen=True)
class Source:
    """location: hub id, path or object key. filename: the one file of a hub repository, or empty."""

    kind: str
    location: str
    filename: str = ""


def parse_source(text: str, kind: str, *, is_here: bool = False) -> Source:
    """`storage:models/x`, a folder, a .safetensors file, `owner/name` or `owner/name/file.safetensors`. Raises BadModel.

    kind: checkpoint or adapter; an adapter is always one file. is_here: whether a path must be one of this machine; else
    an absolute one may be of the workers' machines, and verifying will tell.
    """
    text = text.strip()
    if text.startswith(STORAGE_PREFIX):
        key = text.removeprefix(STORAGE_PREFIX).strip("/")
        if not key or ".." in key.split("/"):
            raise BadModel(_("“%(source)s” names no object of the private bucket.") % {"source": text})
        return Source(SourceKind.STORAGE, key)
    path = Path(text).expanduser()
    if path.exists():
        return Source(SourceKind.FILE if path.is_file() else SourceKind.FOLDER, str(path.resolve()))
    if path.is_absolute() and not is_here:
        return Source(SourceKind.FILE if path.suffix == ".safetensors" else SourceKind.FOLDER, str(path))
    return _hub_source(text, kind)


def _hub_source(text: str, kind: str) -> Source:
    owner_and_name, filename = "/".join(text.split("/")[:2]), "/".join(text.split("/")[2:])
    is_path = text.startswith(("/", ".", "~")) or not HUB_ID.fullmatch(owner_and_name)
    if is_path or (filename and not filename.endswith(".safetensors")):
        raise BadModel(
            _("There is no file or folder “%(source)s” here, and it is no hub id (owner/name) and no storage: key.")
            % {"source": text}
        )
    if kind == Kind.ADAPTER and not filename:
        raise BadModel(_("Name the adapter's file: owner/name/file.safetensors."))
    if kind == Kind.CHECKPOINT and filename:
        raise BadModel(_("Give a checkpoint's hub id alone, or download its single file and give the path."))
    return Source(SourceKind.HUB, owner_and_name, filename)


def check_revision(source: Source, revision: str) -> None:
    """A hub id must be pinned to a commit: under a branch or a tag the weights change. Raises BadModel."""
    if source.kind == SourceKind.HUB and not COMMIT.fullmatch(revision):
        said = revision or "main"
        raise BadModel(
            _(
                "“%(revision)s” can change under us. Give the commit of %(source)s: the 40 letters and digits that its "
                "“Files and versions” page shows."
            )
            % {"revision": said, "source": source.location}
        )
