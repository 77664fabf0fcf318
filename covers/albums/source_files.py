"""What the kinds of file that albums come in have in common: hashing, encodings, positions."""

from __future__ import annotations

import codecs
import gzip
import hashlib
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

CSV_SUFFIXES, JSON_SUFFIXES = (".csv", ".tsv", ".txt"), (".jsonl", ".ndjson", ".jsonlines", ".json")
ENCODINGS = ("utf-8", "utf-8-sig", "cp949")
MAX_LINE_BYTES = 1 << 20
CHUNK_BYTES = 1 << 20


@dataclass(frozen=True)
class FileSurvey:
    """What one reading of a file tells. sha256: of what is in it, unpacked; total: bytes, unpacked."""

    sha256: str
    total: int
    encoding: str


def surveyed(path: Path) -> FileSurvey:
    """Read a file once, in pieces. encoding: "" where it is binary; "utf-8" where neither fits, and its broken rows
    are refused one by one.
    """
    digest, total, start = hashlib.sha256(), 0, b""
    decoders = {name: codecs.getincrementaldecoder(name)() for name in ("utf-8", "cp949")}
    with opened(path) as file:
        while piece := file.read(CHUNK_BYTES):
            start = start or piece[:4096]
            digest.update(piece)
            total += len(piece)
            for name in list(decoders):
                if not _decodes(decoders[name], piece):
                    del decoders[name]
    if b"\x00" in start or start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return FileSurvey(digest.hexdigest(), total, "")
    if start.startswith(codecs.BOM_UTF8):
        return FileSurvey(digest.hexdigest(), total, "utf-8-sig")
    return FileSurvey(digest.hexdigest(), total, "cp949" if decoders.keys() == {"cp949"} else "utf-8")


def _decodes(decoder: codecs.IncrementalDecoder, piece: bytes) -> bool:
    try:
        decoder.decode(piece)
    except UnicodeDecodeError:
        return False
    return True


@contextmanager
def opened(path: Path, position: int = 0) -> Iterator[BinaryIO]:
    """A file's bytes, unpacked, from a position on: of a packed file all before it is unpacked and dropped."""
    is_packed = path.suffix == ".gz"
    with cast(BinaryIO, gzip.open(path) if is_packed else path.open("rb")) as file:
        if position:
            file.seek(position)
        yield file


class FileLines:
    """The lines of a file, and where the next one begins. Of a line that is too long it gives the start, without its end."""

    def __init__(self, file: BinaryIO, position: int) -> None:
        self._file, self.position = file, position
        self._returned: deque[tuple[bytes, int]] = deque()

    def read(self) -> tuple[bytes, int]:
        """A line, and how many bytes of the file it took. b"" at the end of the file."""
        line, length = self._returned.popleft() if self._returned else self._next()
        self.position += length
        return line, length

    def give_back(self, lines: Sequence[tuple[bytes, int]]) -> None:
        """The last ones, to be read again. Nothing is sought: a packed file would have to be unpacked from its start."""
        self._returned.extendleft(reversed(lines))
        self.position -= sum(length for _line, length in lines)

    def _next(self) -> tuple[bytes, int]:
        line = self._file.readline(MAX_LINE_BYTES)
        length = len(line)
        if length == MAX_LINE_BYTES and not line.endswith(b"\n"):
            while rest := self._file.readline(MAX_LINE_BYTES):
                length += len(rest)
                if rest.endswith(b"\n"):
                    break
        return line, length


def decoded(line: bytes, encoding: str) -> tuple[str, bool]:
    """A line as text, and whether all of it could be decoded; what could not is left as lone surrogates."""
    name = "utf-8" if encoding == "utf-8-sig" else encoding
    try:
        return line.decode(name), True
    except UnicodeDecodeError:
        return line.decode(name, "surrogateescape"), False
