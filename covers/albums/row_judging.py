"""One row judged: its song, its rights and where its picture is."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import NamedTuple

from uuid_utils.compat import uuid7

from albumsite.letters import has_ink
from covers.albums.album_contract import RowProblem, RowRefused, SourceRow
from covers.albums.usage_rights import UsageRights, is_web_address, rights_of
from covers.writing.typed import clean_text, genre_of

TEXT_MAX, LYRICS_MAX, ADDRESS_MAX = 300, 20_000, 2000
FIRST_YEAR = 1860
"""Of the oldest sound that was ever recorded."""

FIRST_FETCH_YEAR = 1990
"""Of the web."""

DATE = re.compile(r"(\d{4})(?:\s*[-./년]\s*(\d{1,2})(?:\s*[-./월]\s*(\d{1,2}))?)?\s*[.월일]?(?:[T ]\d.*)?")
PLAIN_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
NO_DATE = ("", "-", "null", "none", "nan", "n/a")


class AlbumRow(NamedTuple):
    """The columns of an `Album`, in the order in which they are copied to the database."""

    row_number: int
    id: uuid.UUID
    row_sha256: str
    title: str
    artist: str
    album: str
    released_on: date | None
    genre: str
    lyrics: str
    image_url: str
    storage_key: str
    sha256: str
    original_sha256: str
    fingerprint: int | None
    width: int | None
    height: int | None
    refusal: str
    source: str
    licence: str
    licence_url: str
    allowed_use: str
    fetched_at: datetime | None


class JudgedRow(NamedTuple):
    """A row that can be stored. path: of its picture, "" where there is an address only."""

    row: AlbumRow
    path: str
    has_unknown_genre: bool
    lacks_right: bool


def judge(record: SourceRow, of_source: UsageRights) -> JudgedRow:
    """Raises RowRefused."""
    if record.problem is not None:
        raise record.problem
    values = record.values
    title, artist, album = (_line(values, name) for name in ("title", "artist", "album"))
    if not title:
        raise RowRefused(RowProblem.NO_TITLE)
    if not artist:
        raise RowRefused(RowProblem.NO_ARTIST)
    lyrics = clean_text(values.get("lyrics", ""), keep_lines=True)
    if len(lyrics) > LYRICS_MAX:
        raise RowRefused(RowProblem.TOO_LONG, f"lyrics: {len(lyrics)} characters of {LYRICS_MAX}")
    path, address = _picture(values)
    released_on, fetched_at = day_of(values.get("released", "")), _moment(values.get("fetched_at", ""))
    genre, said_genre = genre_of(values.get("genre", "")), values.get("genre", "").strip()
    rights, lacks_right = rights_of(values, of_source)
    song = (title, artist, album, str(released_on or ""), genre, lyrics)
    row = AlbumRow(
        record.number, uuid7(), _identity(song, path, address), title, artist, album, released_on, genre, lyrics,
        address, "", "", "", None, None, None, "", rights.source, rights.licence, rights.licence_url,
        rights.allowed_use, fetched_at,
    )  # fmt: skip
    return JudgedRow(row, path, bool(said_genre) and not genre, lacks_right)


def _identity(song: tuple[str, ...], path: str, address: str) -> str:
    """The same picture's address is the same row whatever the song: the tracks of one record share their cover."""
    parts = ("address", address) if address else ("path", path, *song)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()


def _line(values: Mapping[str, str], name: str) -> str:
    text = clean_text(values.get(name, ""))
    if len(text) > TEXT_MAX:
        raise RowRefused(RowProblem.TOO_LONG, f"{name}: {len(text)} characters of {TEXT_MAX}")
    return text if has_ink(text) else ""


def _picture(values: Mapping[str, str]) -> tuple[str, str]:
    """Path and address; a column that says "image" may hold either. Raises RowRefused."""
    path, address = values.get("image", "").strip(), values.get("address", "").strip()
    if "://" in path or path.startswith(("data:", "//")):
        path, address = "", address or path
    if address and not is_web_address(address, ADDRESS_MAX):
        raise RowRefused(RowProblem.BAD_ADDRESS, address)
    if not path and not address:
        raise RowRefused(RowProblem.NO_PICTURE)
    return path, address


@lru_cache(maxsize=32_768)
def day_of(text: str) -> date | None:
    """A date in any usual form; of a year or a month alone its first day. Raises RowRefused."""
    written = text.strip()
    if written.lower() in NO_DATE:
        return None
    found = PLAIN_DATE.fullmatch(written) or DATE.fullmatch(written)
    try:
        day = date(*(int(part or 1) for part in found.groups())) if found else None
    except ValueError:
        day = None
    if day is None or not FIRST_YEAR <= day.year <= date.today().year + 2:
        raise RowRefused(RowProblem.BAD_DATE, written)
    return day


def _moment(text: str) -> datetime | None:
    """A date, or date and time; without a zone it is UTC. Raises RowRefused."""
    written = text.strip()
    if not written:
        return None
    try:
        moment = datetime.fromisoformat(written)
    except ValueError as error:
        day = day_of(written)
        if day is None:
            raise RowRefused(RowProblem.BAD_DATE, written) from error
        moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    if not FIRST_FETCH_YEAR <= moment.year <= date.today().year + 1:
        raise RowRefused(RowProblem.BAD_DATE, written)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
