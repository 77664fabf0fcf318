"""Reading a file that a row names: only below its own folder, and never through a link."""

from __future__ import annotations

import os
import stat
from pathlib import Path, PurePosixPath

from covers.albums.album_contract import RowProblem, RowRefused

FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK  # a pipe must not make us wait


def read_below(folder: Path, name: str, max_bytes: int) -> bytes:
    """The file's content. Raises RowRefused: BAD_PATH, NO_FILE, TOO_LARGE.

    Opened folder by folder without following links, so that a link put there between a check and the opening gives
    nothing away either. The folder itself was chosen by the operator, and may be one.
    """
    number = _opened(folder, _parts(name), name)
    with open(number, "rb") as file:
        found = os.fstat(number)
        if not stat.S_ISREG(found.st_mode):
            raise RowRefused(RowProblem.BAD_PATH, name)
        if found.st_size > max_bytes:
            raise RowRefused(RowProblem.TOO_LARGE, name)
        return file.read(max_bytes)


def _parts(name: str) -> tuple[str, ...]:
    path = PurePosixPath(name.strip().replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or not path.parts or "\0" in name or ":" in path.parts[0]:
        raise RowRefused(RowProblem.BAD_PATH, name)
    return path.parts


def _opened(folder: Path, parts: tuple[str, ...], name: str) -> int:
    try:
        number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        for part in parts[:-1]:
            number = _step(number, part, os.O_DIRECTORY)
        return _step(number, parts[-1], 0)
    except FileNotFoundError as error:
        raise RowRefused(RowProblem.NO_FILE, name) from error
    except (OSError, UnicodeError) as error:  # ELOOP or ENOTDIR: a link; ENAMETOOLONG; EACCES
        raise RowRefused(RowProblem.BAD_PATH, f"{name} ({error.__class__.__name__})") from error


def _step(folder: int, part: str, flags: int) -> int:
    """Opens a name in an open folder, which it closes."""
    try:
        return os.open(part, FLAGS | flags, dir_fd=folder)
    finally:
        os.close(folder)
