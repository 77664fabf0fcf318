"""What photos of faces and pictures for covers have in common when somebody brings one: it is read in a bounded child, then judged."""

from __future__ import annotations

import logging

from django.utils.translation import gettext_lazy as _

from albumsite.errors import UserFacingError
from albumsite.processes.sandbox import Bounded, ChildBusy, StemFailed
from covers.safety import picture_check
from covers.safety.picture_check import CheckOutcome

logger = logging.getLogger(__name__)

RETRY_AFTER_SECONDS = 10
AWAY_SECONDS = 120


class PicturesBusy(UserFacingError):
    message_id = "covers:pictures-busy"
    text = _("Many pictures are being looked at right now. Please try this one again in a few seconds.")
    status_code = 503


class PictureLookAway(UserFacingError):
    message_id = "covers:picture-look-away"
    text = _("We cannot check pictures just now, and take none without it. Please try again in a few minutes.")
    status_code = 503


def answer_of(children: Bounded, content: bytes) -> bytes:
    """Raises ChildTooSlow, ChildDied because of the file; PicturesBusy when no child can be had."""
    try:
        return children.run(content)
    except (ChildBusy, StemFailed) as error:
        if isinstance(error, StemFailed):
            logger.error("pictures cannot be looked at module=%s cause=%r", children.module, error)
        raise PicturesBusy(retry_after_seconds=RETRY_AFTER_SECONDS) from error


def is_fit(picture: bytes) -> bool:
    """What the picture check says. Raises PictureLookAway when it cannot say."""
    outcome = picture_check.look(picture).outcome
    if outcome == CheckOutcome.UNKNOWN:
        raise PictureLookAway(retry_after_seconds=AWAY_SECONDS)
    return outcome == CheckOutcome.FIT
