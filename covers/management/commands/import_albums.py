"""Albums from a file or a folder into the database, with what is known of the right to use each picture."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from albumsite.errors import StorageError
from albumsite.management.terminal import INTERRUPTED
from covers.albums import importing
from covers.albums.album_contract import AlbumSource, Note, RowProblem, RowRefused, SourceError
from covers.albums.album_pictures import CHILDREN, PicturesUnavailable
from covers.albums.importing import AnotherImport
from covers.albums.missing_pictures import fetch_missing
from covers.albums.picture_fetching import Fetcher
from covers.albums.refusal_report import RefusalReport
from covers.albums.source_files import ENCODINGS
from covers.albums.source_opening import open_source
from covers.albums.usage_rights import UsageRights, stated
from covers.models import Album, AlbumImport, AllowedUse


class Command(BaseCommand):
    help = (
        "Import albums from a CSV or JSON lines file (either also as .gz) or a folder of pictures. Killed, it goes on where "
        "it was when it is run again. See docs/albums.md."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", metavar="PATH", type=Path)
        parser.add_argument("--source", default="", help="where all of it comes from, for rows that do not say")
        parser.add_argument("--licence", default="", help="for rows that name no licence")
        parser.add_argument("--licence-url", default="", metavar="URL", help="where the licence can be read")
        parser.add_argument(
            "--allowed-use", default="", choices=["", *AllowedUse.values],
            help="training: only with source, licence and its address, and only if it permits that; default: none",
        )  # fmt: skip
        parser.add_argument("--fetch", action="store_true", help="get pictures that are known by their address only")
        parser.add_argument("--encoding", default="", choices=["", *ENCODINGS], help="default: found out")
        parser.add_argument("--refused", type=Path, metavar="FILE", help="where the report of refused rows goes (CSV)")
        parser.add_argument("--again", action="store_true", help="read it once more although it was read to its end")

    def fetcher(self) -> Fetcher:
        return Fetcher()

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            rights = stated(options["source"], options["licence"], options["licence_url"], options["allowed_use"])
            source = open_source(options["path"], options["encoding"])
            row = importing.begin(source, rights, again=options["again"])
            report = RefusalReport(options["refused"] or default_report(row), row.report_bytes)
            try:
                self._work(source, rights, row, report, with_fetch=options["fetch"])
            finally:
                report.close()
                CHILDREN.close()
        except (SourceError, RowRefused) as error:
            raise CommandError(str(error) if isinstance(error, SourceError) else error.detail) from error
        except AnotherImport as error:
            raise CommandError("another process is importing the same; let it finish") from error
        except StorageError as error:
            raise CommandError("the object store does not take files; run this again when it does") from error
        except PicturesUnavailable as error:
            raise CommandError("no process can be started to look at pictures; the log says why") from error
        except OSError as error:
            raise CommandError(f"{options['path']}: it cannot be read any further ({error})") from error
        except KeyboardInterrupt:
            self.stderr.write("\nimport_albums: stopped; run it again to go on")
            sys.exit(INTERRUPTED)

    def _work(
        self, source: AlbumSource, rights: UsageRights, row: AlbumImport, report: RefusalReport, *, with_fetch: bool
    ) -> None:
        if row.finished_at is not None:
            self.stdout.write(f"{row.name} was imported on {row.finished_at:%Y-%m-%d}; --again reads it once more.")
        else:
            with bar(source.total, row.position, source.unit, "rows") as shown:
                importing.import_rows(
                    source=source,
                    rights=rights,
                    row=row,
                    report=report,
                    on_progress=lambda position: _show(shown, position),
                )
        if with_fetch:
            missing = Album.objects.to_fetch().filter(imported_by=row).count()
            with bar(missing, 0, " pictures", "fetching") as shown:
                fetch_missing(
                    row=row, fetcher=self.fetcher(), report=report, on_progress=lambda done: _show(shown, done)
                )
        row.refresh_from_db()
        self.stdout.write(summary(row.rows_read, row.counts))
        if row.report_bytes:
            self.stdout.write(f"What was refused, and what to do: {report.path}")


def default_report(row: AlbumImport) -> Path:
    return Path(settings.VAR_DIR) / "albums" / f"refused-{row.pk}.csv"


def bar(total: int, start: int, unit: str, name: str) -> Any:
    return tqdm(
        total=total,
        initial=start,
        unit=unit,
        unit_scale=True,
        desc=name,
        file=sys.stderr,
        disable=not sys.stderr.isatty(),
    )


def _show(shown: Any, position: int) -> None:
    shown.update(position - shown.n)


def summary(rows_read: int, counts: Mapping[str, int]) -> str:
    """What happened to the rows, the most frequent reason first."""
    reasons = sorted(((counts[name], name) for name in RowProblem if counts.get(name)), reverse=True)
    lines = [f"rows read: {rows_read:,}", *(f"{note}: {counts[note]:,}" for note in Note if counts.get(note))]
    lines += [f"refused: {sum(number for number, _name in reasons):,}"]
    lines += [f"  {name}: {number:,}" for number, name in reasons]
    fetches = {name: number for name, number in counts.items() if name.startswith(f"{Note.NOT_FETCHED}:")}
    return "\n".join(lines + [f"  {name}: {number:,}" for name, number in sorted(fetches.items())])
