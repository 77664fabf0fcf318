"""Freezes one week's figures, words and pictures in a row: built once, and again only when a person asks for it."""

from __future__ import annotations

import logging
import uuid

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils import timezone

from albumsite.media import outputs, storage
from covers.models import WeeklyReport
from covers.reports import figures as asked
from covers.reports import report_sections, report_text
from covers.weeks import window_of

logger = logging.getLogger(__name__)


def build_report(*, week: str, language: str = "", is_rebuilt: bool = False) -> WeeklyReport:
    """The report of a week that is over; the one there is, unless it is to be built anew.

    language: "ko" or "en"; empty: REPORT_LANGUAGE. Files first, row second: whoever dies between leaves files that nothing
    points at, and two at once leave one row. Raises ValueError for a week that is none or not over, StorageError.
    """
    window = window_of(week)
    if window.ends_at > timezone.now():
        raise ValueError(f"the week {week} is not over before {window.ends_at:%Y-%m-%d %H:%M %Z}")
    found = WeeklyReport.objects.filter(week=week).first()
    if found is not None and not is_rebuilt:
        return found
    drawn = _drawn(week, language or settings.REPORT_LANGUAGE)
    files = _files(drawn)
    with outputs.stored(files, is_pointed_at=WeeklyReport.objects.filter(chart_key=drawn.chart_key).exists):
        report = _recorded(drawn, replaces=found)
    logger.info("report built week=%s language=%s", week, report.language)
    return report


def _drawn(week: str, language: str) -> WeeklyReport:
    """A report that is not saved yet, with keys for its pictures that no other one has."""
    numbers = asked.collect(week)
    numbers["sections"] = report_sections.sections(numbers, language)
    window, folder = window_of(week), f"reports/{week}/{uuid.uuid4().hex}"
    return WeeklyReport(
        week=week,
        starts_at=window.starts_at,
        ends_at=window.ends_at,
        time_zone=settings.TIME_ZONE,
        language=language,
        figures=numbers,
        text=f"{report_text.title(numbers, language)}\n{report_text.text(numbers, language)}",
        chart_key=f"{folder}/chart.png",
        sheet_key=f"{folder}/sheet.jpg" if numbers["best"] else "",
    )


def _files(report: WeeklyReport) -> dict[str, bytes]:
    from covers.reports import chart, cover_sheet  # they load skia, which a page that only shows reports need not

    files = {report.chart_key: chart.draw(report.figures, report.language)}
    covers = cover_sheet.draw(report.figures, report.language)
    return files | ({report.sheet_key: covers} if covers else {})


def _recorded(drawn: WeeklyReport, replaces: WeeklyReport | None) -> WeeklyReport:
    """In the database: as a new row, or in place of what the old one said."""
    if replaces is None:
        try:
            with transaction.atomic():
                drawn.save(force_insert=True)
            return drawn
        except IntegrityError:  # somebody else was faster, and theirs may have been sent already
            storage.delete_all(storage.private(), _keys(drawn))
            return WeeklyReport.objects.get(week=drawn.week)
    with transaction.atomic():
        old = WeeklyReport.objects.select_for_update().get(pk=replaces.pk)
        values = {name: getattr(drawn, name) for name in ("language", "figures", "text", "chart_key", "sheet_key", "time_zone",
                                                         "starts_at", "ends_at")}  # fmt: skip
        WeeklyReport.objects.filter(pk=old.pk).update(**values, built_at=Now())
        gone = _keys(old)

        def delete_old() -> None:
            storage.delete_all(storage.private(), gone)

        transaction.on_commit(delete_old, robust=True)
    return WeeklyReport.objects.get(pk=replaces.pk)


def _keys(report: WeeklyReport) -> list[str]:
    return [key for key in (report.chart_key, report.sheet_key) if key]
