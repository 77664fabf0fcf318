"""What a source of albums gives, and why a row or a picture is not taken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol


class RowProblem(StrEnum):
    """Why a row or its picture was refused. The values are counted in `AlbumImport.counts`, and stand in the report."""

    BROKEN_ROW = "broken-row"
    BROKEN_TEXT = "broken-text"
    NO_TITLE = "no-title"
    NO_ARTIST = "no-artist"
    TOO_LONG = "too-long"
    BAD_DATE = "bad-date"
    NO_PICTURE = "no-picture"
    NO_SIDECAR = "no-sidecar"
    BAD_ADDRESS = "bad-address"
    BAD_PATH = "bad-path"
    BAD_LICENCE_ADDRESS = "bad-licence-address"
    BAD_USE = "bad-use"
    DUPLICATE_ROW = "duplicate-row"
    DUPLICATE_PICTURE = "duplicate-picture"
    NEAR_DUPLICATE = "near-duplicate"
    NO_FILE = "no-file"
    NOT_A_PICTURE = "not-a-picture"
    DAMAGED = "damaged"
    TOO_LARGE = "too-large"
    TOO_MANY_PIXELS = "too-many-pixels"
    TOO_SMALL = "too-small"
    TOO_SLOW = "too-slow"
    PRIVATE_ADDRESS = "private-address"
    UNKNOWN_HOST = "unknown-host"
    NOT_ALLOWED = "not-allowed"
    TOO_MANY_REDIRECTS = "too-many-redirects"
    NO_ANSWER = "no-answer"
    ANSWER_REFUSED = "answer-refused"
    WRONG_TYPE = "wrong-type"


class Note(StrEnum):
    """What is counted beside the refusals. STORED and the refused rows are all rows."""

    STORED = "stored"
    WITH_PICTURE = "with-picture"
    ADDRESS_ONLY = "address-only"
    MAY_TRAIN = "may-be-learnt-from"
    NO_RIGHT = "asked-to-learn-without-the-right"
    UNKNOWN_GENRE = "unknown-genre"
    FETCHED = "fetched"
    NOT_FETCHED = "not-fetched"


ADVICE: Mapping[str, str] = {
    RowProblem.BROKEN_ROW: "Mend the quotes, the number of cells or the JSON of this row.",
    RowProblem.BROKEN_TEXT: "Save the file as UTF-8, or say what it is with --encoding.",
    RowProblem.NO_TITLE: "Fill in the song's title.",
    RowProblem.NO_ARTIST: "Fill in the artist.",
    RowProblem.TOO_LONG: "Shorten what is named: 300 characters, lyrics 20000.",
    RowProblem.BAD_DATE: "Write dates like 2023-01-31, 2023.01.31, 20230131, 2023-01 or 2023.",
    RowProblem.NO_PICTURE: "Give the picture's path or its address.",
    RowProblem.NO_SIDECAR: "Put a .json file with the same name beside the picture: title, artist …",
    RowProblem.BAD_ADDRESS: "Give an http or https address without a user name, of at most 2000 characters.",
    RowProblem.BAD_PATH: "Give a path below the file's own folder, without '..' and without links.",
    RowProblem.BAD_LICENCE_ADDRESS: "Give the http or https address of the licence's text.",
    RowProblem.BAD_USE: "Write none, reference or training.",
    RowProblem.DUPLICATE_ROW: "Nothing: this picture's address, or this very row, is there already.",
    RowProblem.DUPLICATE_PICTURE: "Nothing: the same picture is there already.",
    RowProblem.NEAR_DUPLICATE: "Nothing, if it shows the same; else delete the other one in the admin first.",
    RowProblem.NO_FILE: "Put the file where the row says.",
    RowProblem.NOT_A_PICTURE: "Give a JPEG, PNG, WebP, AVIF or HEIF file.",
    RowProblem.DAMAGED: "Get the picture again: it cannot be decoded to its end.",
    RowProblem.TOO_LARGE: "Give a file of at most 15 MB.",
    RowProblem.TOO_MANY_PIXELS: "Give a picture of at most 64 million pixels.",
    RowProblem.TOO_SMALL: "Give a picture of at least 256 pixels on its shorter side.",
    RowProblem.TOO_SLOW: "Save the picture again with another program: it takes too long to decode.",
    RowProblem.PRIVATE_ADDRESS: "Give an address on the public internet, or the picture as a file.",
    RowProblem.UNKNOWN_HOST: "Check the address, or run the import with --fetch again later.",
    RowProblem.NOT_ALLOWED: "The host's robots.txt forbids it: ask its owner, or get the picture another way.",
    RowProblem.TOO_MANY_REDIRECTS: "Give the address that it leads to in the end.",
    RowProblem.NO_ANSWER: "Run the import with --fetch again later.",
    RowProblem.ANSWER_REFUSED: "Check the address in a browser: the host does not give the picture.",
    RowProblem.WRONG_TYPE: "Give the address of the picture itself, not of a page.",
    Note.NO_RIGHT: "Stored, and never learnt from: give source, licence and the address of a licence that permits it.",
}
"""What to do, for the report."""


class SourceError(Exception):
    """A file or folder that cannot be read at all, in one sentence for the operator."""


class RowRefused(Exception):
    """A row or picture that is not taken. detail: the value it is about, or what it collides with."""

    def __init__(self, reason: RowProblem, detail: str = "", *, is_temporary: bool = False) -> None:
        super().__init__(reason, detail)
        self.reason, self.detail, self.is_temporary = reason, detail, is_temporary


@dataclass(frozen=True)
class SourceRow:
    """One row as it lies in the source.

    number: from 1, without the head. end: where the next one begins, in the source's units. values: by field name (see
    columns.py), as written. problem: why there are no values.
    """

    number: int
    end: int
    values: Mapping[str, str]
    problem: RowRefused | None = None


class AlbumSource(Protocol):
    """Where albums come from.

    sha256: of its content, so that the same source is known again. folder: what pictures' paths begin at. total: its
    length in `unit`s, in which positions are counted too.
    """

    name: str
    sha256: str
    folder: Path
    total: int
    unit: str

    def records(self, position: int, number: int) -> Iterator[SourceRow]:
        """The rows from a position on, of which the first has the number after `number`."""
        ...
