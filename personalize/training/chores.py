"""What has to be done about faces while nobody asks: called by the sweeper, and by `manage.py purge_photos`."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from albumsite.errors import UserFacingError
from personalize import mails, services
from personalize.models import Face

logger = logging.getLogger(__name__)

AT_ONCE = 100
"""Faces that one pass looks at of each kind; the next one takes the rest."""


@dataclass
class Tidied:
    """What one pass did. photos: files deleted; the others are faces."""

    photos: int = 0
    begun: int = 0
    warned: int = 0
    forgotten: int = 0


def tidy_faces() -> Tidied:
    """Delete photos that have served their time, begin trainings whose page was closed, and forget faces that nobody uses,
    with a mail before."""
    tidied = Tidied()
    for face in Face.objects.waiting_to_begin().select_related("owner")[:AT_ONCE]:
        try:
            services.start_training(face=face)
            tidied.begun += 1
        except UserFacingError as error:
            logger.info("training not begun face=%s reason=%s", face.pk, error.message_id)
    for face in Face.objects.with_old_photos()[:AT_ONCE]:
        tidied.photos += services.delete_old_photos(face=face)
    for face in (
        Face.objects.unused_since(settings.FACE_UNUSED_DAYS - settings.FACE_NOTICE_DAYS)
        .filter(warned_at=None)
        .select_related("owner")[:AT_ONCE]
    ):
        unused = Face.objects.unused_since(settings.FACE_UNUSED_DAYS - settings.FACE_NOTICE_DAYS)
        with transaction.atomic():
            if unused.filter(pk=face.pk, warned_at=None).update(warned_at=Now()):
                mails.face_unused(face)
                tidied.warned += 1
    for face in Face.objects.overdue()[:AT_ONCE]:
        tidied.forgotten += services.forget_face(face=face, with_covers=False, unless_used=True)
    return tidied
