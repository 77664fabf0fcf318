"""No page waits for a mail server, and none that is away loses a letter."""

from __future__ import annotations

import email
import logging
import re
import socket
import threading
import time
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_rq import get_queue

from accounts.models import User
from albumsite import disk, retention
from albumsite.ids import first_id_since
from albumsite.jobs import sweeper
from albumsite.mail import outbox
from albumsite.models import Letter
from tests.factories import make_member
from tests.smtp_server import ARRIVED, CALLED, DROP, MailServer
from tests.working import worked

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.letters_wait]
ADDRESS = "minji@example.com"
SILENCE = ""


@pytest.fixture(autouse=True)
def _fresh_clocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sweeper that has just started."""
    monkeypatch.setattr(outbox, "_rests_until", float("-inf"))
    monkeypatch.setattr(outbox, "_told_at", float("-inf"))


def ask_for_a_password(address: str = ADDRESS) -> None:
    answer = Client().post(reverse("account_reset_password"), {"email": address})
    assert answer.status_code == 302


def letter(address: str = ADDRESS) -> Letter:
    """One with a link to a new password, as the page writes it."""
    User.objects.filter(email=address).exists() or make_member(address)
    before = set(Letter.objects.values_list("pk", flat=True))
    ask_for_a_password(address)
    return Letter.objects.exclude(pk__in=before).get()


def later(**how_long: float) -> None:
    """Everything that waits has waited so long."""
    for row in Letter.objects.all():
        Letter.objects.filter(pk=row.pk).update(queued_at=timezone.now() - timedelta(**how_long))


def grow_old(row: Letter, age: timedelta) -> Letter:
    """The same letter, written that long ago."""
    start = int(first_id_since((timezone.now() - age).timestamp()))
    old = uuid.UUID(int=start | uuid.uuid4().int & (1 << 62) - 1)
    Letter.objects.filter(pk=row.pk).update(id=old)
    return Letter.objects.get(pk=old)


def send_all() -> None:
    """What the mail worker does with its jobs."""
    for job in get_queue("mail").jobs:
        outbox.send(*job.args)
        job.delete()


def headers(content: bytes) -> dict[str, str]:
    return {name.lower(): str(value) for name, value in email.message_from_bytes(content).items()}


# --- pages ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verification", ["mandatory", "optional"])
def test_a_sign_up_does_not_so_much_as_call_a_mail_server_that_hangs(
    mail_server: MailServer, settings: Any, verification: str
) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION, settings.EMAIL_TIMEOUT = verification, 30
    mail_server.answers = {CALLED: SILENCE}
    answer = Client().post(reverse("account_signup"), {"email": ADDRESS, "password1": "correct horse 7"})
    assert answer.status_code == 302
    assert User.objects.filter(email=ADDRESS).exists()
    ask_for_a_password()
    assert mail_server.asked == 0
    assert Letter.objects.count() == 2, "the greeting and the link wait"


def test_who_has_an_account_and_who_has_none_cost_the_same(mail_server: MailServer) -> None:
    make_member(ADDRESS)
    for address in (ADDRESS, "nobody@example.com"):
        ask_for_a_password(address)
        assert Letter.objects.filter(message__to=[address]).count() == 1
    assert len(get_queue("mail").jobs) == 2
    assert mail_server.asked == 0
    send_all()
    assert sorted(headers(content)["to"] for content in mail_server.mails) == [ADDRESS, "nobody@example.com"]


def test_a_letter_leaves_at_once_whole_and_leaves_nothing_behind(mail_server: MailServer, settings: Any) -> None:
    make_member(ADDRESS, language="ko")
    ask_for_a_password()
    (job,) = get_queue("mail").jobs
    assert ADDRESS not in str(job.to_dict()), "only a number passes through Redis"
    send_all()
    (content,) = mail_server.mails
    message = email.message_from_bytes(content)
    said = message.get_payload(decode=True)
    assert isinstance(said, bytes)
    assert re.search(r"http://testserver/\S+", said.decode())
    assert re.search("[가-힣]", said.decode())
    assert message["Date"]
    assert message["From"]
    assert not Letter.objects.exists()


def test_what_is_taken_back_is_not_sent() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        letter()
        raise RuntimeError
    assert not Letter.objects.exists()
    assert not get_queue("mail").jobs


# --- mail servers that fail ------------------------------------------------------------------------------------------------

FAULTS = {
    "hangs": {CALLED: SILENCE},
    "hangs in the middle": {"MAIL": SILENCE},
    "is busy": {CALLED: "421 too busy"},
    "cuts the line": {CALLED: DROP},
    "cuts the line in the middle": {"RCPT": DROP},
    "knows the address later": {"RCPT": "450 greylisted"},
    "lets nobody through": {"RCPT": "550 5.7.1 relaying denied"},
    "refuses the sender": {"MAIL": "553 not from you"},
    "has no room": {ARRIVED: "452 full"},
    "refuses the text": {ARRIVED: "554 spam"},
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_letter_outlives_a_mail_server_that(fault: str, mail_server: MailServer) -> None:
    letter()
    mail_server.answers = FAULTS[fault]
    send_all()
    assert mail_server.asked == 1
    assert mail_server.mails == []
    assert Letter.objects.get().tries == 1
    mail_server.answers = {}
    later(minutes=1)
    get_queue("mail").connection.flushdb()
    sweeper.sweep()
    send_all()
    assert [headers(content)["to"] for content in mail_server.mails] == [ADDRESS]
    assert not Letter.objects.exists()


def test_a_letter_outlives_a_mail_server_that_is_not_there(mail_server: MailServer, settings: Any) -> None:
    row = letter()
    with socket.create_server(("127.0.0.1", 0)) as free:
        settings.EMAIL_PORT = free.getsockname()[1]
    send_all()
    settings.EMAIL_PORT = mail_server.port
    later(minutes=1)
    outbox.send(str(row.pk))
    assert len(mail_server.mails) == 1


@pytest.mark.parametrize("end", [DROP, SILENCE])
def test_a_letter_that_was_perhaps_taken_comes_again_and_can_be_told_to_be_the_same(
    end: str, mail_server: MailServer
) -> None:
    row = letter()
    mail_server.answers = {ARRIVED: end}
    send_all()
    mail_server.answers = {}
    later(minutes=1)
    outbox.send(str(row.pk))
    first, second = (headers(content) for content in mail_server.mails)
    assert first["message-id"] == second["message-id"]
    assert first["date"] == second["date"]
    assert not Letter.objects.exists()


@pytest.mark.parametrize("end", [DROP, SILENCE])
def test_a_goodbye_that_fails_sends_nothing_twice(end: str, mail_server: MailServer) -> None:
    mail_server.answers = {"QUIT": end}
    letter()
    send_all()
    assert len(mail_server.mails) == 1
    assert not Letter.objects.exists()


def test_pauses_grow_and_have_an_end(mail_server: MailServer) -> None:
    mail_server.answers = {CALLED: "421 too busy"}
    row, pauses = letter(), []
    for _try in range(12):
        later(seconds=1)
        asked = timezone.now()
        worked(outbox.send, row)
        pauses.append(round((row.queued_at - asked).total_seconds()))
        outbox.send(str(row.pk))  # too early
    assert mail_server.asked == 12
    assert pauses[:4] == sorted(set(pauses[:4]))
    assert max(pauses) <= 300 + 60, "what waits leaves soon after a mail server is back"


def test_a_mailbox_that_there_is_not_is_asked_once_and_is_nobodys_alarm(
    mail_server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    mail_server.answers = {"RCPT": "550 5.1.1 no such user minji@example.com"}
    letter()
    send_all()
    assert not Letter.objects.exists()
    assert [record.levelno for record in caplog.records if "mailbox" in record.message] == [logging.WARNING]
    assert ADDRESS not in caplog.text


# --- two senders -----------------------------------------------------------------------------------------------------------


def test_two_senders_send_a_letter_once(mail_server: MailServer, settings: Any) -> None:
    settings.EMAIL_TIMEOUT = 60
    mail_server.answers = {"RCPT": SILENCE}
    row = letter()

    def first() -> None:
        outbox.send(str(row.pk))
        connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    while not mail_server.asked:
        time.sleep(0.01)
    outbox.send(str(row.pk))
    outbox.tend()
    assert mail_server.asked == 1, "it is in the other's hands"
    mail_server.answers = {}
    mail_server.released.set()  # the first one's line is cut: its letter rests
    thread.join()
    later(minutes=1)
    outbox.send(str(row.pk))
    outbox.send(str(row.pk))
    assert len(mail_server.mails) == 1


# --- the sweeper -----------------------------------------------------------------------------------------------------------


def test_without_redis_letters_are_written_and_the_sweeper_sends_them(mail_server: MailServer, redis_away: Any) -> None:
    with redis_away():
        letter()
        sweeper.do_chores()
    assert len(mail_server.mails) == 1
    assert not Letter.objects.exists()


def test_the_sweeper_sends_what_no_worker_takes(mail_server: MailServer) -> None:
    letter()
    outbox.tend()
    assert mail_server.asked == 0, "a worker will"
    later(minutes=5)
    outbox.tend()
    assert len(mail_server.mails) == 1


def test_other_chores_wait_for_one_try_at_a_mail_server_that_hangs(mail_server: MailServer, redis_away: Any) -> None:
    mail_server.answers = {CALLED: SILENCE}
    for number in range(3):
        letter(f"member{number}@example.com")
    with redis_away():
        outbox.tend()
        outbox.tend()
    assert mail_server.asked == 1


def test_a_full_disk_stops_no_letter(mail_server: MailServer, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "_looked", None)
    settings.DISK_FREE_PERCENT_MIN = 201  # no disk has that much
    letter()
    send_all()
    assert len(mail_server.mails) == 1


def test_the_operator_hears_of_letters_that_wait_without_a_word_of_them(
    mail_server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    mail_server.answers = {CALLED: "421 too busy, minji@example.com"}
    row = letter()
    send_all()
    outbox.tend()
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
    grow_old(row, timedelta(minutes=11))
    outbox.tend()
    outbox.tend()
    (told,) = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert "421" in told
    assert ADDRESS not in caplog.text
    assert "/accounts/password/" not in caplog.text


def test_an_address_that_a_server_does_not_take_today_is_no_alarm(
    mail_server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    mail_server.answers = {"RCPT": "450 greylisted"}
    row = letter()
    send_all()
    row = grow_old(row, timedelta(minutes=11))
    outbox.tend()
    grow_old(row, timedelta(hours=25))
    retention.sweep()
    assert not Letter.objects.exists()
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


@pytest.mark.parametrize("state", ["queued", "failed"])
def test_after_a_day_a_letter_is_given_up_and_the_log_says_so(state: str, caplog: pytest.LogCaptureFixture) -> None:
    old, young = letter(), letter("other@example.com")
    if state == "failed":
        Letter.objects.filter(pk=old.pk).update(state="failed", failure="site:gave-up", finished_at=timezone.now())
    grow_old(old, timedelta(hours=25))
    young = grow_old(young, timedelta(hours=23))
    retention.sweep()
    assert list(Letter.objects.all()) == [young]
    (told,) = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert "given up" in told
    assert ADDRESS not in caplog.text


def test_a_copy_of_the_site_has_no_letters_and_the_site_out_of_it_takes_new_ones(tmp_path: Path) -> None:
    letter()
    call_command("backup", to=str(tmp_path / "copies"))
    call_command("restore", source=str(tmp_path / "copies"), replace=True)
    assert User.objects.filter(email=ADDRESS).exists()
    assert not Letter.objects.exists()
    letter()


def test_nobody_sees_letters_in_the_admin(admin_client: Client) -> None:
    letter()
    assert "etter" not in admin_client.get("/admin/").content.decode()
    assert ADDRESS not in str(Letter.objects.get())
