"""Sending weekly reports, each to each channel at most once.

Before the first byte leaves, `posting_since` is committed. Whoever finds it set knows that a try began whose end nobody
saw: that delivery ends as "report:unknown" and only a person sends it again. What certainly was not posted (429, nobody
listening, a file that could not be uploaded) takes the mark away and is tried again later.
"""

from __future__ import annotations

import logging
import uuid
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from albumsite.errors import UserFacingError, job_waits_for_store, texts_of
from albumsite.jobs.claims import Claim
from albumsite.jobs.states import State
from albumsite.media import storage
from covers.models import ReportDelivery, WeeklyReport
from covers.reports.delivery.posting import Message, PostLater, PostRefused, PostUncertain

logger = logging.getLogger(__name__)

TRIES_MAX = 20
"""With the pauses below, half a day."""

PAUSE_SECONDS, PAUSE_SECONDS_MAX = 30.0, 3600.0
"""Between tries when the other side does not say how long: the first, doubled each time up to the last."""

FAILURES: dict[str, str | Promise] = {
    "report:unknown": _("Nobody saw the end of the last try. Look whether the report arrived; if not, send it again."),
    "report:refused": _("The other side does not take it. Its answer says why; put that right and send it again."),
    "report:gave-up": _("The other side could not be reached for half a day. Send it again when it is back."),
    "site:storage": _("The pictures of the report could not be read. Send it again when the object store is back."),
    "site:gave-up": _("Its worker died several times. Look whether the report arrived; if not, send it again."),
    "site:unexpected": _("Something broke. The worker's log says what; then send it again."),
}
"""Message id on a failed delivery → what its operator reads."""

failure_text = texts_of(FAILURES)


class NotSentAgain(UserFacingError):
    message_id = "report:being-sent"
    text = _("This report is just being sent there.")
    status_code = 409


def channels() -> list[str]:
    """Where reports go on this site, by its settings."""
    has_slack = settings.SLACK_WEBHOOK_URL or (settings.SLACK_BOT_TOKEN and settings.SLACK_CHANNEL)
    chosen = {ReportDelivery.Channel.SLACK: has_slack, ReportDelivery.Channel.MAIL: settings.REPORT_MAIL_TO}
    return [str(channel) for channel, is_set in chosen.items() if is_set]


def send_week(week: str) -> bool:
    """Build the report of a week, if there is none yet, and ask for its deliveries. Raises ValueError, StorageError.

    Answers whether any of it is new. A channel that is set later gets the report when somebody asks the next time.
    """
    from covers.reports.building import build_report

    was_there = WeeklyReport.objects.filter(week=week).exists()
    report = build_report(week=week)
    known = report.deliveries.count()
    return len(ask_to_send(report=report)) > known or not was_there


@transaction.atomic
def ask_to_send(*, report: WeeklyReport, is_enqueued: bool = True) -> list[ReportDelivery]:
    """The deliveries of a report, one a channel: new ones wait for a worker, old ones stay as they are.

    is_enqueued: False where the caller sends them itself.
    """
    found = []
    for channel in channels():
        delivery, is_new = ReportDelivery.objects.get_or_create(report=report, channel=channel)
        if is_new and is_enqueued:
            delivery.enqueue()
        found.append(delivery)
    return found


def send_again(*, delivery: ReportDelivery, is_enqueued: bool = True) -> None:
    """A person wants it sent once more, whatever became of it. Raises NotSentAgain while it is being sent."""
    nothing_tried: dict[str, Any] = {"tries": 0, "detail": "", "posting_since": None}
    if not delivery.queue_again(unless=(State.RUNNING,), is_enqueued=is_enqueued, **nothing_tried):
        raise NotSentAgain
    logger.info("report sent again week=%s channel=%s", delivery.report.week, delivery.channel)


def work(pk: str | uuid.UUID) -> None:
    """Send one delivery. Safe to deliver twice, and to kill anywhere: what may have been posted is not posted again."""
    if is_resting(pk):
        return
    with ReportDelivery.objects.claimed(pk, stage="send") as claim:
        if claim is None:
            return
        if claim.row.posting_since is not None:
            _end(claim, "report:unknown", claim.row.detail)
            return
        message = message_of(claim.row.report)
        claim.update(posting_since=Now(), tries=F("tries") + 1)  # committed at once; from here on it may be posted
        try:
            answer = _post(claim.row, message)
        except PostLater as error:
            _rest(claim, error)
        except (PostRefused, PostUncertain) as error:
            _end(claim, "report:refused" if isinstance(error, PostRefused) else "report:unknown", error.detail)
        else:
            claim.finish(detail=answer)
            logger.info("report sent week=%s channel=%s", message.week, claim.row.channel)


def is_resting(pk: str | uuid.UUID) -> bool:
    """Whether the other side asked to be left alone for a while yet: a job that comes early is not for this row."""
    return ReportDelivery.objects.filter(pk=pk, state=State.QUEUED, queued_at__gt=Now()).exists()


def message_of(report: WeeklyReport) -> Message:
    """What every channel shows. Raises EngineError "site:storage"."""
    title, _newline, text = report.text.partition("\n")
    with job_waits_for_store():
        chart = storage.read(storage.private(), report.chart_key)
        sheet = storage.read(storage.private(), report.sheet_key) if report.sheet_key else None
    url = settings.SITE_URL + reverse("admin:covers_weeklyreport_change", args=[report.pk])
    return Message(report.week, report.language, title, text, url, chart, sheet)


def _post(delivery: ReportDelivery, message: Message) -> str:
    from covers.reports.delivery import mail, slack

    if delivery.channel == ReportDelivery.Channel.SLACK:
        return slack.post(message)
    return mail.post(message, delivery.report.sections)


def _rest(claim: Claim[ReportDelivery], error: PostLater) -> None:
    """Certainly not posted: leave it for later, or give up after many tries."""
    tries = claim.row.tries + 1
    if tries >= TRIES_MAX:
        _end(claim, "report:gave-up", error.detail)
        return
    pause = (
        min(PAUSE_SECONDS_MAX, PAUSE_SECONDS * 2.0 ** (tries - 1))
        if error.after_seconds is None
        else error.after_seconds
    )
    with transaction.atomic():
        claim.update(posting_since=None, detail=error.detail)
        claim.rest_until("send", after_seconds=pause)
    logger.info("report waits week=%s channel=%s seconds=%.0f", claim.row.report.week, claim.row.channel, pause)


def _end(claim: Claim[ReportDelivery], failure: str, detail: str) -> None:
    with transaction.atomic():
        claim.update(detail=detail)
        claim.fail(failure)
    logger.warning("report not sent week=%s channel=%s reason=%s", claim.row.report.week, claim.row.channel, failure)
