"""Reports by mail: what is in them, and which end of a try lets it be made again."""

from __future__ import annotations

import email.policy
import socket
from email.message import EmailMessage
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from albumsite.jobs.states import State
from covers.models import ReportDelivery
from covers.reports.delivery import deliveries
from tests.covers.reports.report_factories import make_report, sent
from tests.smtp_server import ARRIVED, MailServer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _recipients(settings: Any) -> None:
    settings.REPORT_MAIL_TO = ["team@example.com", "owner@example.com"]


def test_the_mail_holds_text_tables_and_both_pictures(mail_server: MailServer, settings: Any) -> None:
    settings.SITE_URL = "https://aibum.example"
    row = sent()
    assert (row.state, row.detail) == (State.DONE, "ok (2)")
    (content,) = mail_server.mails
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert (message["Subject"], message["To"]) == (
        "[Aibum] 2026-W40 주간 리포트",
        "team@example.com, owner@example.com",
    )
    assert message.get_content_type() == "multipart/related"
    plain, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert html is not None
    assert "요청 3건 <b>&" in plain.get_content()
    assert f"https://aibum.example/admin/covers/weeklyreport/{row.report_id}/change/" in plain.get_content()
    assert "평균 | 4.00" in plain.get_content()
    for part in (
        "요청 3건 &lt;b&gt;&amp;",
        "<h2",
        "별점</h2>",
        "4.00</td>",
        'src="cid:chart"',
        'src="cid:sheet"',
        'lang="ko"',
    ):
        assert part in html.get_content()
    pictures = {
        part["Content-ID"]: part.get_content() for part in message.walk() if part.get_content_maintype() == "image"
    }
    assert pictures == {"<chart>": b"\x89PNG chart", "<sheet>": b"\xff\xd8\xff sheet"}


def test_a_week_without_rated_covers_has_no_sheet() -> None:
    assert sent(with_sheet=False).state == State.DONE
    (message,) = mail.outbox
    assert "cid:sheet" not in str(message.message())


@pytest.mark.parametrize(
    ("command", "said"), [("MAIL", "451 later"), ("RCPT", "450 busy"), ("DATA", "421 go away"), (ARRIVED, "452 full")]
)
def test_not_now_is_tried_again(command: str, said: str, mail_server: MailServer) -> None:
    mail_server.answers = {command: said}
    row = sent()
    assert (row.state, row.posting_since, mail_server.mails) == (State.QUEUED, None, [])
    assert said[:3] in row.detail
    mail_server.answers = {}
    ReportDelivery.objects.filter(pk=row.pk).update(queued_at=timezone.now())
    assert sent(row).state == State.DONE
    assert len(mail_server.mails) == 1


@pytest.mark.parametrize(("command", "said"), [("MAIL", "550 no"), ("RCPT", "550 who"), (ARRIVED, "554 spam")])
def test_not_at_all_ends_it(command: str, said: str, mail_server: MailServer) -> None:
    mail_server.answers = {command: said}
    row = sent()
    assert (row.state, row.failure) == (State.FAILED, "report:refused")
    assert said[:3] in row.detail
    assert "example.com" not in row.detail


def test_silence_after_the_text_may_be_a_yes(mail_server: MailServer) -> None:
    mail_server.answers = {ARRIVED: ""}
    row = sent()
    assert (row.state, row.failure, len(mail_server.mails)) == (State.FAILED, "report:unknown", 1)
    deliveries.work(row.pk)
    assert len(mail_server.mails) == 1


def test_a_goodbye_that_fails_takes_no_mail_back(mail_server: MailServer) -> None:
    mail_server.answers = {"QUIT": ""}
    assert sent().state == State.DONE


def test_nobody_listening_is_tried_again(mail_server: MailServer, settings: Any) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.EMAIL_PORT = free.getsockname()[1]
    row = sent()
    assert (row.state, row.posting_since, row.detail) == (State.QUEUED, None, "ConnectionRefusedError")


def test_channels_stand_and_fall_alone(mail_server: MailServer, settings: Any) -> None:
    """A mail server that refuses keeps nothing from Slack, and the other way round."""
    settings.SLACK_WEBHOOK_URL = "http://127.0.0.1:1/services/x"
    rows = deliveries.ask_to_send(report=make_report(), is_enqueued=False)
    assert [sent(row).state for row in rows] == [State.QUEUED, State.DONE]
    assert [row.channel for row in rows] == ["slack", "mail"]
