"""A mail server that is away: whoever waits for their face hears of it all the same."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from albumsite.jobs.states import State
from albumsite.mail import outbox
from albumsite.models import Letter
from covers.models import CoverRequest
from personalize import mails, services
from tests.factories import make_member
from tests.personalize.factories import make_face
from tests.personalize.test_kept_portraits import draw
from tests.smtp_server import CALLED, MailServer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.letters_wait]


def test_a_letter_that_could_not_leave_with_portraits_comes_without_them(mail_server: MailServer) -> None:
    mail_server.answers = {CALLED: "421 too busy"}
    run = services.start_training(face=make_face(make_member("minji@example.com"), photos=4))
    draw(CoverRequest.objects.get(is_draft=True))
    run.state, run.finished_at = State.DONE, timezone.now()
    run.save()
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
