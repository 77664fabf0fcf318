"""Emptying a folder of an S3 bucket, on stores that know less than S3: no versions, no list of half uploads, no rights to either."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from itertools import islice
from typing import Any

from botocore.exceptions import ClientError

logger = logging.getLogger(__name__)

ROUNDS_MAX = 50
"""A store that takes every deletion and lists the object still would be asked for ever."""
AT_ONCE = 1000
NOT_KNOWN = frozenset({400, 404, 405, 501})
"""How stores say that they have no such list: NotImplemented, MethodNotAllowed, and worse words for the same."""
FORBIDDEN = 403

_told: set[str] = set()


class StillThere(Exception):
    """Objects were deleted and are listed still, or may be there where nobody may look."""


def empty_folder(bucket: Any, prefix: str) -> int:
    """Delete every object below a prefix of a boto3 bucket: all versions where the store keeps some, half uploads as well.

    The plain list decides whether it is empty. Returns how many were deleted. Raises ClientError, BotoCoreError, StillThere.
    """
    deleted = 0
    for _round in range(ROUNDS_MAX):
        found = list(islice(_versions(bucket, prefix), AT_ONCE)) or list(
            bucket.objects.filter(Prefix=prefix).limit(AT_ONCE)
        )
        if not found:
            _abort_uploads(bucket, prefix)
            return deleted
        for one in found:
            one.delete()
        deleted += len(found)
    raise StillThere(f"{bucket.name}: objects below {prefix} are listed after they were deleted")


def _versions(bucket: Any, prefix: str) -> Iterable[Any]:
    """Versions and delete markers. None where the store has no such list; where it is refused, only if it keeps none."""
    try:
        yield from bucket.object_versions.filter(Prefix=prefix)
    except ClientError as error:
        if _is_unknown(error):
            _tell(bucket.name, "versions", "the store has no list of versions; the plain list of objects decides")
        elif _status(error) != FORBIDDEN:
            raise
        elif _keeps_versions(bucket):
            raise StillThere(
                f"{bucket.name} keeps versions of objects and does not let us list them: s3:ListBucketVersions and "
                "s3:DeleteObjectVersion are missing"
            ) from error
        else:
            _tell(bucket.name, "versions", "versions may not be listed; the plain list of objects decides")


def _keeps_versions(bucket: Any) -> bool:
    """Whether old versions stay behind. Where even that may not be asked, the bucket is taken for one like most."""
    try:
        return bucket.Versioning().status in ("Enabled", "Suspended")
    except ClientError:
        return False


def _abort_uploads(bucket: Any, prefix: str) -> None:
    try:
        for upload in bucket.multipart_uploads.filter(Prefix=prefix):
            upload.abort()
    except ClientError as error:
        if not (_is_unknown(error) or _status(error) == FORBIDDEN):
            raise
        _tell(
            bucket.name,
            "uploads",
            "uploads that were cut off cannot be listed; let the store drop them by a rule of its own",
        )


def _is_unknown(error: ClientError) -> bool:
    return _status(error) in NOT_KNOWN and error.response["Error"]["Code"] != "NoSuchBucket"


def _status(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def _tell(bucket: str, what: str, text: str) -> None:
    """Once for each process: it is so at every deletion."""
    if f"{bucket} {what}" not in _told:
        _told.add(f"{bucket} {what}")
        logger.warning("bucket=%s %s", bucket, text)
