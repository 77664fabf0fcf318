"""Weeks with something in them, and reports that are built already."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from accounts.person import Person
from albumsite.jobs.states import State
from albumsite.media import storage
from covers.models import Cover, CoverRequest, Download, ReportDelivery, Review, WeeklyReport
from covers.reports.delivery import deliveries
from covers.weeks import window_of
from tests.factories import make_briefed_request, make_rater

WEEK, WEEK_BEFORE = "2026-W40", "2026-W39"


def moment(week: str = WEEK, hours: float = 30.0) -> datetime:
    return window_of(week).starts_at + timedelta(hours=hours)


def a_visitor() -> Person:
    return Person(visitor=uuid.uuid4())


def ask(owner: Person | None = None, at: datetime | None = None, **changes: Any) -> CoverRequest:
    """A request of the week, done if nothing else is said: it waited 4 seconds and was drawn in 20."""
    at = at or moment()
    times = {"finished_at": at + timedelta(seconds=25)} if changes.get("state", State.DONE) != State.QUEUED else {}
    row = make_briefed_request(owner or a_visitor(), **({"state": State.DONE, "count": 1} | times | changes))
    started = at + timedelta(seconds=5)
    CoverRequest.objects.filter(pk=row.pk).update(
        created_at=at, queued_at=at + timedelta(seconds=1), draw_started_at=started, started_at=started
    )
    row.refresh_from_db()
    return row


def draw(request: CoverRequest, **changes: Any) -> Cover:
    """A cover on the wall, without files."""
    values: dict[str, Any] = {
        "request": request, "position": 0, "seed": 1, "width": 64, "height": 64, "storage_prefix": f"covers/{uuid.uuid4()}",
        "sha256": "0" * 64, "visibility": "public", "wish": "public", "dominant_colour": "#2e6f8e",
    }  # fmt: skip
    cover = Cover.objects.create(**(values | changes))
    Cover.objects.filter(pk=cover.pk).update(created_at=request.created_at)
    return cover


def rate(cover: Cover, half_stars: int, rater: Person | None = None, at: datetime | None = None) -> Review:
    rater = rater or make_rater()
    values = {"half_stars": half_stars, "comment": "Yes", "standing": "counts"}
    review = Review.objects.create(cover=cover, **values, **rater.owner_fields())
    Review.objects.filter(pk=review.pk).update(created_at=at or moment())
    return review


def take(cover: Cover, person: Person | None = None, at: datetime | None = None, file: str = "release") -> Download:
    download = Download.objects.create(cover=cover, file=file, **(person or a_visitor()).owner_fields())
    Download.objects.filter(pk=download.pk).update(created_at=at or moment())
    return download


def make_report(with_sheet: bool = True, **changes: Any) -> WeeklyReport:
    """Built already, with pictures of a few bytes that only look like some."""
    window, folder = window_of(WEEK), f"reports/{WEEK}/{uuid.uuid4().hex}"
    values: dict[str, Any] = {
        "week": WEEK, "starts_at": window.starts_at, "ends_at": window.ends_at, "time_zone": "Asia/Seoul", "language": "ko",
        "text": "Aibum 2026년 40주 차 리포트\n요청 3건 <b>&\n별점 평균 4.00점",
        "figures": {"sections": [{"title": "별점", "lines": [], "head": ["", "이번 주"], "rows": [["평균", "4.00"]]}]},
        "chart_key": f"{folder}/chart.png", "sheet_key": f"{folder}/sheet.jpg" if with_sheet else "",
    }  # fmt: skip
    report = WeeklyReport.objects.create(**(values | changes))
    files = {report.chart_key: b"\x89PNG chart", report.sheet_key: b"\xff\xd8\xff sheet"}
    storage.save_all(storage.private(), {key: content for key, content in files.items() if key})
    return report


def the_delivery() -> ReportDelivery:
    """The one there is, with its report, made when it is first asked for."""
    known = ReportDelivery.objects.select_related("report").first()
    return known or ReportDelivery.objects.create(report=make_report(), channel="slack")


def sent(delivery: ReportDelivery | None = None, **report: Any) -> ReportDelivery:
    """The delivery after one try."""
    row = delivery or deliveries.ask_to_send(report=make_report(**report), is_enqueued=False)[0]
    deliveries.work(row.pk)
    row.refresh_from_db()
    return row
