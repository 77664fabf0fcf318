"""Fetching the pictures of rows that are known by their address only. Each picture is a commit of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from django.db import IntegrityError, transaction
from django.utils import timezone

from covers.albums import album_pictures
from covers.albums.album_contract import Note, RowProblem, RowRefused
from covers.albums.album_pictures import DuplicateIndex, KeptPicture
from covers.albums.importing import kept_fields
from covers.albums.picture_fetching import Fetcher
from covers.albums.refusal_report import RefusalReport
from covers.models import Album, AlbumImport

ROWS_AT_ONCE = 200


def fetch_missing(
    *, row: AlbumImport, fetcher: Fetcher, report: RefusalReport, on_progress: Callable[[int], None]
) -> None:
    """Ask for every picture of an import once. What fails for now is asked for again by a later run, the rest is not.

    on_progress: given the number of pictures asked for, after each. Raises StorageError, PicturesUnavailable.
    """
    for done, album in enumerate(_waiting(row), 1):
        looked: KeptPicture | None = None
        try:
            looked = album_pictures.look(fetcher.picture(album.image_url))
            DuplicateIndex().take(looked, "")
            _record(row, report, album, looked)
        except IntegrityError:  # another process stored the same picture a moment ago
            _record_refusal(row, report, album, RowRefused(RowProblem.DUPLICATE_PICTURE))
        except RowRefused as refused:
            _record_refusal(row, report, album, refused)
        on_progress(done)


def _waiting(row: AlbumImport) -> Iterator[Album]:
    """In the order of their rows, a few in memory at a time."""
    last = None
    while True:
        rows = Album.objects.to_fetch().filter(imported_by=row).order_by("id")
        found = list((rows if last is None else rows.filter(pk__gt=last))[:ROWS_AT_ONCE])
        if not found:
            return
        yield from found
        last = found[-1].pk


@transaction.atomic
def _record(row: AlbumImport, report: RefusalReport, album: Album, looked: KeptPicture) -> None:
    fields = kept_fields(looked) | {"fetched_at": timezone.now()}
    if Album.objects.to_fetch().filter(pk=album.pk).update(**fields):
        _count(row, report, album, [Note.FETCHED, Note.WITH_PICTURE], None)


@transaction.atomic
def _record_refusal(row: AlbumImport, report: RefusalReport, album: Album, refused: RowRefused) -> None:
    """Of a failure for now nothing is kept but the report's line."""
    if not refused.is_temporary:
        Album.objects.to_fetch().filter(pk=album.pk).update(refusal=refused.reason)
    _count(row, report, album, [Note.NOT_FETCHED], refused)


def _count(
    row: AlbumImport, report: RefusalReport, album: Album, notes: list[Note], refused: RowRefused | None
) -> None:
    locked = AlbumImport.objects.select_for_update().get(pk=row.pk)
    counts = Counter(locked.counts)
    counts.update(map(str, notes))
    if refused is None:
        counts[Note.ADDRESS_ONLY] -= 1
    else:
        counts[f"{Note.NOT_FETCHED}:{refused.reason}"] += 1
        locked.report_bytes = report.add([(album.row_number or 0, refused.reason, refused.detail or album.image_url)])
    locked.counts = dict(counts)
    locked.save(update_fields=["counts", "report_bytes"])
