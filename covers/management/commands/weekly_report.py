"""One week's report: built, printed and sent."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from albumsite.errors import StorageError, UserFacingError
from albumsite.jobs.states import State
from albumsite.media import storage
from covers.models import ReportDelivery, WeeklyReport
from covers.reports.building import build_report
from covers.reports.delivery import deliveries
from covers.weeks import last_week

NOT_SENT, WAITS, BAD_INPUT = 1, 3, 2


class Command(BaseCommand):
    help = (
        "Build the report of a week that is over, print it and send it to Slack and by mail, each at most once. Ends with 0 "
        f"when it has arrived everywhere, {NOT_SENT} when a delivery failed, {WAITS} when one waits for another try, "
        f"{BAD_INPUT} when the week is not over or nothing could be read."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--week", default="", help="like 2026-W47; default: the last one that is over")
        parser.add_argument("--language", choices=("ko", "en"), default="", help="default: REPORT_LANGUAGE")
        parser.add_argument("--rebuild", action="store_true", help="count and draw anew what is there already")
        parser.add_argument("--out", default="", metavar="FOLDER", help="also write text and pictures there")
        ways = parser.add_mutually_exclusive_group()
        ways.add_argument("--no-send", action="store_true", help="only build and print it")
        ways.add_argument("--queue", action="store_true", help="let the workers send it")
        ways.add_argument(
            "--send-again", choices=ReportDelivery.Channel.values, default="", metavar="CHANNEL",
            help="slack or mail: once more, whatever became of it; look first whether it arrived",
        )  # fmt: skip
        parser.add_argument(
            "--patience",
            type=float,
            default=120.0,
            metavar="SECONDS",
            help="how long to wait for a pause that Slack asks for",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        report = self._built(options)
        self.stdout.write(report.text)
        if options["out"]:
            self._write(report, Path(options["out"]))
        if options["no_send"]:
            return
        rows = self._asked(report, options)
        if options["queue"]:
            self.stdout.write(f"queued: {', '.join(row.channel for row in rows) or 'nowhere to send it'}")
            return
        sys.exit(self._sent(rows, options["patience"]) or None)

    def _built(self, options: dict[str, Any]) -> WeeklyReport:
        week = options["week"] or last_week()
        try:
            report = build_report(week=week, language=options["language"], is_rebuilt=options["rebuild"])
        except (ValueError, StorageError) as error:
            raise CommandError(str(error), returncode=BAD_INPUT) from error
        if options["language"] and report.language != options["language"]:
            self.stderr.write(f"the report of {week} was written in {report.language}; --rebuild writes it anew")
        return report

    def _write(self, report: WeeklyReport, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{report.week}.txt").write_text(f"{report.text}\n", encoding="utf-8")
            for key in filter(None, (report.chart_key, report.sheet_key)):
                target = folder / f"{report.week}-{key.rpartition('/')[2]}"
                target.write_bytes(storage.read(storage.private(), key))
        except (OSError, StorageError) as error:
            raise CommandError(str(error), returncode=BAD_INPUT) from error

    def _asked(self, report: WeeklyReport, options: dict[str, Any]) -> list[ReportDelivery]:
        rows = deliveries.ask_to_send(report=report, is_enqueued=options["queue"])
        chosen = options["send_again"]
        if not chosen:
            return rows
        row = next((row for row in rows if row.channel == chosen), None)
        if row is None:
            raise CommandError(f"this site sends no reports to {chosen}; see docs/report.md", returncode=BAD_INPUT)
        try:
            deliveries.send_again(delivery=row, is_enqueued=False)
        except UserFacingError as error:
            raise CommandError(str(error), returncode=NOT_SENT) from error
        return [row]

    def _sent(self, rows: list[ReportDelivery], patience: float) -> int:
        """Send them here; answers the exit code."""
        until = time.monotonic() + patience
        for row in rows:
            while True:
                deliveries.work(row.pk)
                row.refresh_from_db()
                pause = (row.queued_at - timezone.now()).total_seconds()
                if row.state != State.QUEUED or time.monotonic() + max(0.0, pause) > until:
                    break
                time.sleep(max(0.0, pause))
            self._tell(row)
        if not rows:
            self.stderr.write(
                "sent nowhere: set SLACK_WEBHOOK_URL, SLACK_BOT_TOKEN with SLACK_CHANNEL, or REPORT_MAIL_TO"
            )
        states = {row.state for row in rows}
        if states & {State.FAILED, State.CANCELLED}:
            return NOT_SENT
        return WAITS if states & {State.QUEUED, State.RUNNING} else 0

    def _tell(self, row: ReportDelivery) -> None:
        if row.state == State.DONE:
            self.stdout.write(f"{row.channel}: sent {timezone.localtime(row.finished_at):%Y-%m-%d %H:%M}")
        elif row.state == State.FAILED:
            self.stderr.write(f"{row.channel}: {deliveries.failure_text(row.failure)} ({row.detail or row.failure})")
        else:
            self.stderr.write(
                f"{row.channel}: waits until {timezone.localtime(row.queued_at):%H:%M:%S} ({row.detail or row.state})"
            )
