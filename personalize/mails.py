"""Mails about faces, through the outbox; nothing depends on them. One with portraits is sent from here: a row of it would outlive the
face. If no mail server takes it, it goes without them."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from email.mime.image import MIMEImage

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.utils.translation import override

from albumsite.errors import StorageError
from albumsite.jobs.states import State
from albumsite.mail import outbox, server_answers
from albumsite.media import encoding, storage
from personalize.errors import failure_text
from personalize.models import Face, TrainingRun
from personalize.photos.portrait_covers import portraits_of
from personalize.services import language_of

logger = logging.getLogger(__name__)

PICTURE_SIDE = 360
"""Pixels of a portrait in a mail, shown at half of it."""


def face_ready(run_pk: uuid.UUID) -> None:
    """With the newest portraits of it, where the mail leaves this machine: a file of it would outlive the face."""
    _of_run(
        run_pk, State.DONE, "face_ready", has_pictures=not settings.EMAIL_BACKEND.endswith("filebased.EmailBackend")
    )


def face_failed(run_pk: uuid.UUID) -> None:
    """Says nothing while the run will be tried again."""
    with transaction.atomic():
        _of_run(run_pk, State.FAILED, "face_failed")


def face_unused(face: Face) -> None:
    """Before a face is forgotten because nobody has used it for long: within the transaction that notes it."""
    _send(face, "face_unused", days=settings.FACE_NOTICE_DAYS)


def _of_run(run_pk: uuid.UUID, state: State, template: str, *, has_pictures: bool = False) -> None:
    mine = TrainingRun.objects.filter(pk=run_pk, state=state, mailed_at=None)
    if mine.update(mailed_at=Now()):
        run = TrainingRun.objects.select_related("face__owner").get(pk=run_pk)
        pictures = _pictures(run.face) if has_pictures else []
        _send(run.face, template, pictures, failure=run.failure)


@dataclass(frozen=True)
class MailPicture:
    """One in a mail. cid: by which its page names it."""

    cid: str
    alt: str
    jpeg: bytes


def _pictures(face: Face) -> list[MailPicture]:
    """Small copies of the newest portraits; none where they cannot be had, for a mail can do without."""
    language = language_of(face.owner)
    try:
        return [
            MailPicture(
                f"{cover.pk}@portraits",
                cover.alt_text_ko if language.startswith("ko") else cover.alt_text,
                encoding.encode_for_mail(
                    storage.read(storage.private(), f"{cover.storage_prefix}/640.webp"), PICTURE_SIDE
                ),
            )
            for cover in portraits_of(face)
        ]
    except (StorageError, OSError, ValueError):
        logger.warning("mail without portraits face=%s", face.pk, exc_info=True)
        return []


def _send(face: Face, template: str, pictures: Sequence[MailPicture] = (), failure: str = "", **values: object) -> None:
    if not face.owner.email:
        return
    with override(language_of(face.owner)):
        context = {
            "face": face,
            "site_name": settings.SITE_NAME,
            "url": settings.SITE_URL + face.get_absolute_url(),
            "failure": failure_text(failure),
            "language": language_of(face.owner),
            "pictures": pictures,
            **values,
        }
        subject = render_to_string(f"emails/{template}_subject.txt", context).strip()
        body = render_to_string(f"emails/{template}.txt", context)
        page = render_to_string(f"emails/{template}.html", context) if pictures else ""
    subject, to = f"[{settings.SITE_NAME}] {subject}", [face.owner.email]
    if not (
        pictures and _has_left(_with_pictures(EmailMultiAlternatives(subject, body, None, to), page, pictures), face)
    ):
        outbox.post(EmailMultiAlternatives(subject, body, None, to), kind=template)


def _with_pictures(mail: EmailMultiAlternatives, page: str, pictures: Sequence[MailPicture]) -> EmailMultiAlternatives:
    mail.attach_alternative(page, "text/html")
    mail.mixed_subtype = "related"  # type: ignore[attr-defined]  # absent from the stubs
    for picture in pictures:
        part = MIMEImage(picture.jpeg, "jpeg")
        part.add_header("Content-ID", f"<{picture.cid}>")
        part.add_header("Content-Disposition", "inline", filename=f"{picture.cid.partition('@')[0]}.jpg")
        mail.attach(part)
    return mail


def _has_left(mail: EmailMultiAlternatives, face: Face) -> bool:
    try:
        mail.send()
    except Exception as error:  # whatever a mail server does: the face is learnt all the same
        logger.warning(
            "mail with portraits not sent, it goes without them face=%s cause=%s", face.pk, server_answers.said(error)
        )
        return False
    return True
