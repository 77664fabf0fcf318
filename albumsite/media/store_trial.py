"""Tries what the site will ask of its two buckets: write, list, read, delete. Better told at the start than by a person's lost cover."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.core.files.storage import Storage

from albumsite.errors import StorageError
from albumsite.media import storage

FOLDER = "trial"


def faults() -> list[str]:
    """What does not work, one line for each bucket: its name, the right that is missing, and what the store said."""
    found = (_fault(name, bucket) for name, bucket in (("private", storage.private()), ("public", storage.public())))
    return [line for line in found if line]


def _fault(name: str, bucket: Storage) -> str:
    prefix = f"{FOLDER}/{uuid.uuid4().hex}/"
    key, content = f"{prefix}trial.txt", uuid.uuid4().bytes
    steps: tuple[tuple[str, str, Callable[[], bool]], ...] = (
        ("write", "s3:PutObject", lambda: _written(bucket, key, content)),
        ("list", "s3:ListBucket", lambda: [one.key for one in storage.listed(bucket, prefix)] == [key]),
        ("read", "s3:GetObject", lambda: storage.read(bucket, key) == content),
        ("delete", "s3:DeleteObject", lambda: storage.delete_below(bucket, prefix) > 0),
        ("list what was deleted", "s3:ListBucket", lambda: not any(storage.listed(bucket, prefix))),
    )
    where = f"The {name} bucket {_place(bucket)}"
    for word, right, works in steps:
        try:
            if not works():
                return f"{where} does not {word} as it should ({right}): what was written is not what came back."
        except StorageError as error:
            hint = (
                " If it refuses checksums: AWS_S3_CHECKSUMS=when_required."
                if word == "write" and hasattr(bucket, "bucket")
                else ""
            )
            return f"{where} does not let us {word} ({right}): {said(error)}.{hint}"
    return ""


def _written(bucket: Storage, key: str, content: bytes) -> bool:
    storage.save_all(bucket, {key: content})
    return True


def _place(bucket: Storage) -> str:
    return str(getattr(bucket, "bucket_name", None) or getattr(bucket, "location", ""))


def said(error: StorageError) -> str:
    """What the store answered, in its own words; else what kind of thing went wrong."""
    answer = getattr(error.__cause__, "response", None)
    if isinstance(answer, dict):
        status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode", "")
        return f"{status} {answer.get('Error', {}).get('Code', '')}".strip()
    return str(error.__cause__ or error).splitlines()[0][:200]
