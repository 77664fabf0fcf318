"""What a child of `albumsite.processes.sandbox` answers that has read a picture: what it found, in JSON, and a JPEG to keep."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from albumsite.processes.sandbox import ChildDied

HEADER = struct.Struct("!I")
"""Length of the JSON object, before it; the picture comes after it."""

Read = TypeVar("Read")


def packed(found: Mapping[str, object], picture: bytes = b"") -> bytes:
    text = json.dumps(found).encode()
    return HEADER.pack(len(text)) + text + picture


def unpacked(answer: bytes, read: Callable[[Mapping[str, Any], bytes], Read]) -> Read:
    """What `read` makes of what was found and of the picture. The child has read a hostile file, so its answer is read with care, too.

    Raises ChildDied for what is no such answer, and where `read` raises ValueError, TypeError, KeyError or AttributeError.
    """
    try:
        (length,) = HEADER.unpack_from(answer)
        found = json.loads(answer[HEADER.size : HEADER.size + length])
        return read(found, answer[HEADER.size + length :])
    except (struct.error, ValueError, TypeError, KeyError, AttributeError) as error:
        raise ChildDied("unreadable answer") from error


def is_jpeg(picture: bytes) -> bool:
    return picture.startswith(b"\xff\xd8\xff")
