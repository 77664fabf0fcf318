"""Logs of the built-in servers, which would grow for ever. Used before settings are read, so it must not import Django."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

LOG_BYTES_MAX = 10_000_000


def bound(log: Path, most: int = LOG_BYTES_MAX) -> bool:
    """Keep the newest half of `most` in a file beside it and go on with an empty one, once it is longer than `most`.

    The server keeps writing to the same file, opened to append, so it is emptied and not renamed. Returns whether it was.
    """
    with contextlib.suppress(OSError):
        size = log.stat().st_size
        if size <= most:
            return False
        kept = log.with_name(f"{log.name}.1")
        with log.open("rb") as source:
            source.seek(-(most // 2), os.SEEK_END)
            source.readline()  # from the beginning of a line
            kept.touch(mode=0o600)
            kept.write_bytes(source.read())
        os.truncate(log, 0)
        return True
    return False
