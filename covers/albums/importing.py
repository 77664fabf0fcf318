"""The import itself: rows judged one by one, pictures looked at side by side, all stored in batches.

A batch's rows, the place it came to and the length of the report are one commit. A killed import goes on there.
"""

from __future__ import annotations

import hashlib
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, cast

from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone

from albumsite.media.decoding import MAX_UPLOAD_BYTES
from covers.albums import album_pictures
from covers.albums.album_contract import AlbumSource, Note, RowProblem, RowRefused, SourceRow
from covers.albums.album_pictures import DuplicateIndex, KeptPicture
from covers.albums.refusal_report import RefusalLine, RefusalReport
from covers.albums.row_judging import AlbumRow, JudgedRow, judge
from covers.albums.safe_files import read_below
from covers.albums.usage_rights import UsageRights
from covers.models import Album, AlbumImport, AllowedUse

BATCH_ROWS = 5000
"""So many are a commit."""

BATCH_SECONDS = 5.0
"""With pictures a batch is committed after this time, so that a killed import loses no more."""

WAITING_ROWS, WAITING_PICTURES = 256, 2 * album_pictures.AT_ONCE
"""How far rows run ahead of the oldest picture that is still looked at. A picture may hold 16 MB."""

COLUMNS = ", ".join(AlbumRow._fields)
OnProgress = Callable[[int], None]


class AnotherImport(Exception):
    """Another process imports the same source right now."""


def begin(source: AlbumSource, rights: UsageRights, *, again: bool = False) -> AlbumImport:
    """The row of this source, new or as far as it came. The same file under other words about rights is another import.

    again: read it from its start even if it was read to its end; what is there already stays as it is.
    """
    words = "\0".join((source.sha256, *rights))
    fingerprint = hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()
    row, _is_new = AlbumImport.objects.get_or_create(fingerprint=fingerprint, defaults={"name": source.name[-300:]})
    if again and row.finished_at is not None:
        row.position = row.rows_read = row.report_bytes = 0
        row.counts, row.finished_at = {}, None
        row.save()
    return row


def import_rows(
    *, source: AlbumSource, rights: UsageRights, row: AlbumImport, report: RefusalReport, on_progress: OnProgress
) -> None:
    """Read a source to its end, from where its row says. `row` then holds the counts.

    on_progress: given the position after each batch. Raises AnotherImport, StorageError, PicturesUnavailable; what was
    committed stays.
    """
    batch = ImportBatch(row, report)
    with ThreadPoolExecutor(album_pictures.AT_ONCE) as pool:
        for entry in _looked_at(source, rights, source.records(row.position, row.rows_read), pool):
            batch.add(entry)
            if batch.is_full:
                batch.commit()
                on_progress(row.position)
                batch = ImportBatch(row, report)
    batch.commit(is_last=True)
    on_progress(row.position)


@dataclass
class _Entry:
    record: SourceRow
    judged: JudgedRow | None = None
    refused: RowRefused | None = None
    picture: Future[KeptPicture] | None = None


def _looked_at(
    source: AlbumSource, rights: UsageRights, records: Iterable[SourceRow], pool: ThreadPoolExecutor
) -> Iterator[_Entry]:
    """Entries in the order of their rows, pictures of the next ones being decoded meanwhile."""
    waiting: deque[_Entry] = deque()
    count = 0
    for record in records:
        entry = _entry(source, rights, record, pool)
        waiting.append(entry)
        count += entry.picture is not None
        while waiting and (waiting[0].picture is None or count > WAITING_PICTURES or len(waiting) > WAITING_ROWS):
            count -= waiting[0].picture is not None
            yield waiting.popleft()
    yield from waiting


def _entry(source: AlbumSource, rights: UsageRights, record: SourceRow, pool: ThreadPoolExecutor) -> _Entry:
    try:
        judged = judge(record, rights)
    except RowRefused as refused:
        return _Entry(record, refused=refused)
    if not judged.path:
        return _Entry(record, judged)
    return _Entry(record, judged, picture=pool.submit(_look, source, judged.path))


def _look(source: AlbumSource, path: str) -> KeptPicture:
    try:
        return album_pictures.look(read_below(source.folder, path, MAX_UPLOAD_BYTES))
    except RowRefused as refused:
        raise RowRefused(refused.reason, refused.detail or path) from refused


@dataclass
class ImportBatch:
    """Rows that are stored together."""

    row: AlbumImport
    report: RefusalReport
    started: float = field(default_factory=time.monotonic)
    records: int = 0
    end: int = 0
    kept: dict[str, JudgedRow] = field(default_factory=dict)
    """By what identifies them."""

    refused: list[RefusalLine] = field(default_factory=list)
    duplicates: DuplicateIndex = field(default_factory=DuplicateIndex)

    def __post_init__(self) -> None:
        self.end = self.row.position

    @property
    def is_full(self) -> bool:
        return self.records >= BATCH_ROWS or time.monotonic() - self.started > BATCH_SECONDS

    def add(self, entry: _Entry) -> None:
        """Raises StorageError, PicturesUnavailable."""
        self.records += 1
        self.end = entry.record.end
        try:
            if entry.refused is not None:
                raise entry.refused
            self._keep(cast(JudgedRow, entry.judged), entry.picture)
        except RowRefused as refused:
            self.refused.append((entry.record.number, refused.reason, refused.detail))

    def _keep(self, judged: JudgedRow, picture: Future[KeptPicture] | None) -> None:
        row = judged.row
        if row.row_sha256 in self.kept:
            raise RowRefused(RowProblem.DUPLICATE_ROW, _about(row))
        if picture is not None:
            looked = picture.result()
            self.duplicates.take(looked, f"row {row.row_number}")
            row = row._replace(**kept_fields(looked), fetched_at=row.fetched_at or timezone.now())
        self.kept[row.row_sha256] = judged._replace(row=row)

    @transaction.atomic
    def commit(self, *, is_last: bool = False) -> None:
        """Rows, report, place, in this order; the place is fenced, so that two processes cannot import the same rows."""
        stored, counts = self._stored(), Counter(self.row.counts)
        counts.update(str(reason) for _number, reason, _detail in self.refused)
        counts.update(_counted(stored))
        lines = self.refused + [
            (one.row.row_number, Note.NO_RIGHT, one.row.licence) for one in stored if one.lacks_right
        ]
        changed = AlbumImport.objects.filter(pk=self.row.pk, position=self.row.position, finished_at=None).update(
            position=self.end,
            rows_read=self.row.rows_read + self.records,
            counts=dict(counts),
            report_bytes=self.report.add(lines) if lines else self.row.report_bytes,
            finished_at=Now() if is_last else None,
        )
        if not changed:
            raise AnotherImport
        self.row.refresh_from_db()

    def _stored(self) -> list[JudgedRow]:
        """Store the rows; those that were there already are refused."""
        there = _copied(self.row, [one.row for one in self.kept.values()]) if self.kept else set()
        stored = []
        for one in self.kept.values():
            if one.row.row_number in there:
                self.refused.append((one.row.row_number, RowProblem.DUPLICATE_ROW, _about(one.row)))
            else:
                stored.append(one)
        return stored


def _copied(imported_by: AlbumImport, rows: Iterable[AlbumRow]) -> set[int]:
    """Store rows. Returns the numbers of those that the table's constraints left out."""
    table = Album._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMP TABLE albums_staged AS SELECT {COLUMNS} FROM {table} WITH NO DATA"  # noqa: S608
        )
        with cursor.copy(f"COPY albums_staged ({COLUMNS}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(
            f"WITH stored AS (INSERT INTO {table} ({COLUMNS}, imported_by_id) "  # noqa: S608  our own names
            f"SELECT {COLUMNS}, %s FROM albums_staged ORDER BY row_number ON CONFLICT DO NOTHING RETURNING row_number) "
            "SELECT row_number FROM albums_staged EXCEPT SELECT row_number FROM stored",
            [imported_by.pk],
        )
        there = {number for (number,) in cursor.fetchall()}
        cursor.execute("DROP TABLE albums_staged")
    return there


def _counted(stored: Iterable[JudgedRow]) -> Iterator[str]:
    for one in stored:
        yield Note.STORED
        yield Note.WITH_PICTURE if one.row.sha256 else Note.ADDRESS_ONLY
        if one.row.allowed_use == AllowedUse.TRAINING:
            yield Note.MAY_TRAIN
        if one.lacks_right:
            yield Note.NO_RIGHT
        if one.has_unknown_genre:
            yield Note.UNKNOWN_GENRE


def _about(row: AlbumRow) -> str:
    return row.image_url or f"{row.title} – {row.artist}"


def kept_fields(looked: KeptPicture) -> dict[str, Any]:
    """What an album's row says of its picture."""
    names = ("storage_key", "sha256", "original_sha256", "fingerprint", "width", "height")
    return {name: getattr(looked, name) for name in names}
