"""Mails about faces. Each is sent at most once; one that cannot be sent is logged, and nothing depends on it."""

from __future__ import annotations

import logging
import uuid

from django.conf import settings
from django.core.mail import send_mail
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.utils.translation import override

from albumsite.jobs import State
from personalize.errors import failure_text
from personalize.models import Face, TrainingRun
from personalize.services import language_of

logger = logging.getLogger(__name__)


def face_ready(run_pk: uuid.UUID) -> None:
    _of_run(run_pk, State.DONE, "face_ready")


def face_failed(run_pk: uuid.UUID) -> None:
    """Says nothing while the run will be tried again."""
    _of_run(run_pk, State.FAILED, "face_failed")


def face_unused(face: Face) -> None:
    """Before a face is forgotten because nobody has used it for long."""
    _send(face, "face_unused", days=settings.FACE_NOTICE_DAYS)


def _of_run(run_pk: uuid.UUID, state: State, template: str) -> None:
    mine = TrainingRun.objects.filter(pk=run_pk, state=state, mailed_at=None)
    if mine.update(mailed_at=Now()):
        run = TrainingRun.objects.select_related("face__owner").get(pk=run_pk)
        _send(run.face, template, failure=run.failure)


def _send(face: Face, template: str, failure: str = "", **values: object) -> None:
    if not face.owner.email:
        return
    with override(language_of(face.owner)):
        context = {
            "face": face,
            "site_name": settings.SITE_NAME,
            "url": settings.SITE_URL + face.get_absolute_url(),
            "failure": failure_text(failure) if failure else "",
            **values,
        }
        subject = render_to_string(f"emails/{template}_subject.txt", context).strip()
        body = render_to_string(f"emails/{template}.txt", context)
    try:
        send_mail(f"[{settings.SITE_NAME}] {subject}", body, None, [face.owner.email])
    except Exception:  # whatever a mail server does: the face is learnt all the same
        logger.exception("mail not sent face=%s kind=%s", face.pk, template)
