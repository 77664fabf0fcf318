"""A mail server that is away: whoever waits for their face hears of it all the same."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from albumsite.mail import outbox
from albumsite.models import Letter
from personalize import mails
from tests.factories import make_member
from tests.personalize.asking import learnt_with_drafts
from tests.smtp_server import CALLED, MailServer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.letters_wait]


def test_a_letter_that_could_not_leave_with_portraits_comes_without_them(mail_server: MailServer) -> None:
    mail_server.answers = {CALLED: "421 too busy"}
    run = learnt_with_drafts(make_member("minji@example.com"))
    mails.face_ready(run.pk)
    mails.face_ready(run.pk)
    assert mail_server.asked == 1
    mail_server.answers = {}
    row = Letter.objects.get()
    assert len(str(row.message)) < 5000, "no row keeps a face"
    Letter.objects.update(queued_at=timezone.now() - timedelta(minutes=1))
    outbox.send(str(row.pk))
    (content,) = mail_server.mails
    assert b"is trained" in content
    assert b"image/jpeg" not in content
