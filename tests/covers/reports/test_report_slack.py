"""Reports on their way to Slack, against a server that speaks its wire: what arrives, and that nothing arrives twice."""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from albumsite.jobs.states import State
from albumsite.jobs.sweeper import sweep
from albumsite.media import storage
from covers.models import ReportDelivery
from covers.reports.delivery import deliveries
from tests.covers.reports.report_factories import WEEK, make_report, sent
from tests.covers.reports.slack_server import COMPLETE, GET_URL, TOKEN, UPLOAD, WEBHOOK, Answer, SlackServer, not_ok
from tests.databases import database_url
from tests.waiting import at_once

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def bot(slack: SlackServer, settings: Any) -> SlackServer:
    settings.SLACK_BOT_TOKEN, settings.SLACK_CHANNEL, settings.SLACK_API_URL = TOKEN, "C0123456789", slack.api_url
    return slack


def test_the_webhook_gets_the_text_and_a_link_to_the_admin_page(slack: SlackServer, settings: Any) -> None:
    settings.SITE_URL = "https://aibum.example"
    row = sent()
    assert (row.state, row.detail, row.tries) == (State.DONE, "ok", 1)
    (message,) = slack.posted
    assert message["text"].startswith("Aibum 2026년 40주 차 리포트\n요청 3건 &lt;b&gt;&amp;\n")
    header, section, context = message["blocks"]
    assert header["text"]["text"] == "Aibum 2026년 40주 차 리포트"
    assert section["text"]["text"] == "요청 3건 &lt;b&gt;&amp;\n별점 평균 4.00점"
    link = f"<https://aibum.example/admin/covers/weeklyreport/{row.report_id}/change/|"
    assert context["elements"][0]["text"].startswith(link)
    assert "웹훅으로는 글만" in context["elements"][0]["text"]


def test_a_song_cannot_call_everybody_in_the_channel(slack: SlackServer) -> None:
    sent(text="Week\nBest: <!channel> – <@U1> & friends\n" + "one more line\n" * 400)
    (message,) = slack.posted
    section = message["blocks"][1]["text"]["text"]
    assert section.startswith("Best: &lt;!channel&gt; – &lt;@U1&gt; &amp; friends\n")
    assert len(section) <= 3000
    assert section.endswith("one more line…")
    assert "<!" not in message["text"]


def test_a_bot_shows_chart_and_contact_sheet_with_the_text(bot: SlackServer) -> None:
    assert sent().state == State.DONE
    assert bot.asked == [GET_URL, GET_URL, UPLOAD, UPLOAD, COMPLETE]
    assert sorted(bot.uploads.values()) == [b"\x89PNG chart", b"\xff\xd8\xff sheet"]
    (message,) = bot.shown
    assert message["channel_id"] == "C0123456789"
    assert message["initial_comment"].startswith("*Aibum 2026년 40주 차 리포트*\n요청 3건 &lt;b&gt;&amp;\n")
    assert [file["title"] for file in message["files"]] == [
        "이번 주 차트",
        "이번 주 별점이 가장 높은 커버와 가장 낮은 커버",
    ]
    assert bot.posted == []


def test_a_week_without_rated_covers_shows_the_chart_alone(bot: SlackServer) -> None:
    assert sent(with_sheet=False).state == State.DONE
    assert list(bot.uploads.values()) == [b"\x89PNG chart"]


def test_a_delivery_that_is_done_is_never_sent_again_by_itself(slack: SlackServer) -> None:
    row = sent()
    for _again in range(3):
        deliveries.work(row.pk)
        assert [one.pk for one in deliveries.ask_to_send(report=row.report)] == [row.pk]
        sweep()
    assert len(slack.posted) == 1


@pytest.mark.parametrize(("step", "is_bot"), [(WEBHOOK, False), (GET_URL, True), (UPLOAD, True), (COMPLETE, True)])
def test_it_waits_as_long_as_slack_asks(step: str, is_bot: bool, slack: SlackServer, request: Any) -> None:
    server = request.getfixturevalue("bot") if is_bot else slack
    server.will(step, not_ok("ratelimited", 429, Retry_After="120"))
    row = sent()
    assert (row.state, row.posting_since, row.detail[:3]) == (State.QUEUED, None, "429")
    assert 110 < (row.queued_at - timezone.now()).total_seconds() < 125
    asked = len(server.asked)
    deliveries.work(row.pk)  # a job that comes early
    assert len(server.asked) == asked
    ReportDelivery.objects.filter(pk=row.pk).update(queued_at=timezone.now() - timedelta(seconds=1))
    assert sent(row).state == State.DONE
    assert len(server.posted) + len(server.shown) == 1
    assert row.tries == 2


@pytest.mark.parametrize("how", [Answer(500, "rollup_error"), Answer(503), Answer(is_silent=True), Answer(is_cut=True)])
def test_after_the_webhook_has_it_only_an_answer_counts(how: Answer, slack: SlackServer) -> None:
    slack.will(WEBHOOK, how)
    row = sent()
    assert (row.state, row.failure) == (State.FAILED, "report:unknown")
    deliveries.work(row.pk)
    sweep()
    assert slack.asked == [WEBHOOK]


@pytest.mark.parametrize("step", [GET_URL, UPLOAD])
@pytest.mark.parametrize("how", [Answer(500, "oops"), Answer(is_silent=True), Answer(is_cut=True)])
def test_what_breaks_before_the_files_are_shown_is_tried_again(how: Answer, step: str, bot: SlackServer) -> None:
    bot.will(step, how)
    row = sent()
    assert (row.state, row.posting_since, bot.shown) == (State.QUEUED, None, [])
    ReportDelivery.objects.filter(pk=row.pk).update(queued_at=timezone.now())
    assert sent(row).state == State.DONE
    assert len(bot.shown) == 1


@pytest.mark.parametrize(
    "how",
    [
        Answer(500, "oops"),
        not_ok("internal_error"),
        Answer(200, "<p>proxy"),
        Answer(is_silent=True),
        Answer(is_cut=True),
    ],
)
def test_what_breaks_while_the_files_are_shown_is_not(how: Answer, bot: SlackServer) -> None:
    bot.will(COMPLETE, how)
    row = sent()
    assert (row.state, row.failure) == (State.FAILED, "report:unknown")
    deliveries.work(row.pk)
    assert bot.asked.count(COMPLETE) == 1


@pytest.mark.parametrize(
    "how",
    [Answer(403, "invalid_token"), Answer(404, "no_service"), Answer(410, "channel_is_archived"), not_ok("no_text")],
)
def test_a_refusal_by_the_webhook_says_why_and_ends_it(how: Answer, slack: SlackServer) -> None:
    slack.will(WEBHOOK, how)
    row = sent()
    assert (row.state, row.failure) == (State.FAILED, "report:refused")
    assert row.detail.startswith(str(how.status))
    assert how.body.strip('{}"')[:8] in row.detail
    deliveries.work(row.pk)
    assert slack.asked == [WEBHOOK]


@pytest.mark.parametrize(("step", "reason"), [(GET_URL, "not_authed"), (COMPLETE, "channel_not_found")])
def test_a_refusal_of_the_bot_says_why_and_ends_it(step: str, reason: str, bot: SlackServer) -> None:
    bot.will(step, not_ok(reason))
    row = sent()
    assert (row.state, row.failure, row.detail) == (State.FAILED, "report:refused", f"200 {reason}")


def test_nobody_listening_is_tried_again_until_it_gives_up(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.SLACK_WEBHOOK_URL = f"http://127.0.0.1:{free.getsockname()[1]}/services/x"
    row = sent()
    assert (row.state, row.posting_since, row.detail) == (State.QUEUED, None, "ConnectionRefusedError")
    monkeypatch.setattr(deliveries, "TRIES_MAX", 2)
    ReportDelivery.objects.filter(pk=row.pk).update(queued_at=timezone.now())
    assert (sent(row).state, row.failure) == (State.FAILED, "report:gave-up")


def test_pictures_that_cannot_be_read_are_no_try(slack: SlackServer, settings: Any) -> None:
    settings.JOB_ATTEMPTS_MAX = 2
    report = make_report()
    storage.delete_all(storage.private(), [report.chart_key])
    row = sent(deliveries.ask_to_send(report=report, is_enqueued=False)[0])
    assert (row.state, row.posting_since, row.tries) == (State.QUEUED, None, 0)
    ReportDelivery.objects.filter(pk=row.pk).update(queued_at=timezone.now())
    assert (sent(row).state, row.failure) == (State.FAILED, "site:storage")
    assert slack.asked == []


def test_a_person_may_send_it_once_more(slack: SlackServer) -> None:
    slack.will(WEBHOOK, Answer(500))
    row = sent()
    deliveries.send_again(delivery=row, is_enqueued=False)
    assert sent(row).state == State.DONE
    assert slack.asked == [WEBHOOK, WEBHOOK]


def test_it_is_not_sent_again_while_it_is_being_sent(slack: SlackServer) -> None:
    row = deliveries.ask_to_send(report=make_report(), is_enqueued=False)[0]
    assert ReportDelivery.objects.claim(row.pk, stage="send")
    with pytest.raises(deliveries.NotSentAgain):
        deliveries.send_again(delivery=row)


def test_the_webhook_stays_out_of_logs_and_rows(slack: SlackServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    slack.will(WEBHOOK, Answer(500), Answer(is_silent=True))
    row = sent()
    deliveries.send_again(delivery=row, is_enqueued=False)
    assert sent(row).failure == "report:unknown"
    assert "secret-part" not in caplog.text + row.detail


# --- who dies where -----------------------------------------------------------------------------------------------


def lose_the_worker(row: ReportDelivery) -> None:
    """The lease of whoever held it has run out, and the sweeper has been by."""
    ReportDelivery.objects.filter(pk=row.pk, state=State.RUNNING).update(
        lease_until=timezone.now() - timedelta(seconds=1)
    )
    sweep()


def test_a_worker_that_died_before_the_first_byte_has_sent_nothing(slack: SlackServer) -> None:
    row = deliveries.ask_to_send(report=make_report(), is_enqueued=False)[0]
    assert ReportDelivery.objects.claim(row.pk, stage="send")
    lose_the_worker(row)
    assert sent(row).state == State.DONE
    assert slack.asked == [WEBHOOK]


def test_a_worker_that_died_after_the_mark_may_have_sent_it(slack: SlackServer) -> None:
    row = deliveries.ask_to_send(report=make_report(), is_enqueued=False)[0]
    assert ReportDelivery.objects.claim(row.pk, stage="send")
    ReportDelivery.objects.filter(pk=row.pk).update(posting_since=timezone.now())
    lose_the_worker(row)
    assert (sent(row).state, row.failure) == (State.FAILED, "report:unknown")
    assert slack.asked == []


def test_a_worker_that_lost_its_lease_leaves_the_row_alone(slack: SlackServer, monkeypatch: pytest.MonkeyPatch) -> None:
    def lose(message: Any) -> str:
        ReportDelivery.objects.filter(report__week=message.week).update(token="00000000-0000-0000-0000-000000000001")
        return "ok"

    monkeypatch.setattr("covers.reports.delivery.slack.post", lose)
    assert sent().state == State.RUNNING, "the other holder's business"


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_send_one(slack: SlackServer) -> None:
    row = deliveries.ask_to_send(report=make_report())[0]
    at_once(*[lambda: deliveries.work(row.pk)] * 4)
    row.refresh_from_db()
    assert (row.state, len(slack.posted)) == (State.DONE, 1)


@pytest.mark.django_db(transaction=True)
def test_a_command_killed_while_slack_is_silent_is_not_followed_by_a_second_message(
    slack: SlackServer, tmp_path: Path
) -> None:
    slack.will(WEBHOOK, Answer(is_silent=True))
    report = make_report()
    environment = {**os.environ, "DATABASE_URL": database_url(), "AIBUM_VAR_DIR": str(tmp_path),
                   "SLACK_WEBHOOK_URL": slack.webhook_url, "SLACK_TIMEOUT_SECONDS": "60"}  # fmt: skip
    command = [sys.executable, "manage.py", "weekly_report", "--week", WEEK]
    with (tmp_path / "command.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        assert slack.requested.wait(90), (tmp_path / "command.log").read_text()
        process.kill()
        process.wait()
    row = report.deliveries.get()
    assert (row.state, row.posting_since is not None) == (State.RUNNING, True)
    lose_the_worker(row)
    assert (sent(row).state, row.failure) == (State.FAILED, "report:unknown")
    assert len(slack.posted) == 1
