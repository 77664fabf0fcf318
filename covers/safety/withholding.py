"""What becomes of pictures that the picture check refuses or cannot judge: kept apart from covers, and shown to nobody.

One that was not judged is looked at again by the sweeper's chore; in the place of a refused one the worker draws another, a few times.
A moderator lets one through or deletes it.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Now
from django.utils import timezone

from albumsite.errors import StorageError
from albumsite.ids import first_id_since
from albumsite.jobs.claims import Claim
from albumsite.jobs.states import State
from albumsite.media import storage
from covers import registry
from covers.models import Cover, CoverRequest, WithheldPicture
from covers.object_keys import plain_key
from covers.safety import picture_check
from covers.safety.picture_check import CheckOutcome, PictureFinding

logger = logging.getLogger(__name__)

WithheldState = WithheldPicture.WithheldState
KEPT_COLUMNS = (
    "seed", "prompt", "negative_prompt", "parameters", "layout", "style_arm", "phrasing_arm", "alt_text", "alt_text_ko", "width",
    "height", "sha256", "placeholder", "dominant_colour",
)  # fmt: skip
LOOKED_AT_ONCE = 20
"""Held pictures that one chore looks at."""
AWAY_AFTER = 3
"""So many that cannot be judged one after the other, and the rest waits for the next chore."""
GIVEN_UP_AFTER = 5
"""Looks at a picture that cannot be judged while others can: it is the picture then, and it is refused."""
OVERDUE_AFTER = timedelta(minutes=10)
NOTHING_FIT = "safety:picture"
"""Why a request fails of which no picture can be shown."""


# --- while a request is drawn ------------------------------------------------------------------------------------------


def keep_apart(*, cover: Cover, looked: PictureFinding) -> WithheldPicture:
    """In the place of recording this cover. Its files are stored; within the transaction that holds the claim."""
    is_refused = looked.outcome == CheckOutcome.UNFIT
    row = WithheldPicture.objects.create(
        request=cover.request,
        position=cover.position,
        state=WithheldState.REFUSED if is_refused else WithheldState.HELD,
        score=looked.score,
        cause=looked.cause,
        record={name: getattr(cover, name) for name in KEPT_COLUMNS},
        storage_prefix=cover.storage_prefix,
    )
    logger.warning(
        "picture withheld picture=%s request=%s state=%s score=%s cause=%s",
        row.pk, cover.request_id, row.state, looked.score, looked.cause,
    )  # fmt: skip
    if not is_refused:
        registry.report_health(error=f"picture check: {looked.cause}, pictures are held")
    return row


def places_left(row: CoverRequest) -> dict[int, int]:
    """Which pictures are still to be drawn: place → how many were refused there before.

    A place is given up when PICTURE_TRIES pictures were refused in it: the request ends with fewer covers.
    """
    taken = set(Cover.objects.filter(request=row).values_list("position", flat=True))
    refused: dict[int, int] = {}
    for position, state in WithheldPicture.objects.filter(request=row).values_list("position", "state"):
        if state == WithheldState.HELD:
            taken.add(position)
        else:
            refused[position] = refused.get(position, 0) + 1
    tries = {position: refused.get(position, 0) for position in range(row.count) if position not in taken}
    return {position: count for position, count in tries.items() if count < settings.PICTURE_TRIES}


def end_drawing(claim: Claim[CoverRequest]) -> None:
    """All that was to be drawn is stored: the request is done, or goes on with other seeds where pictures were refused.

    Raises LeaseLost.
    """
    row = claim.row
    if places_left(row):
        claim.hand_back()
    elif not Cover.objects.filter(request=row).exists() and not row.withheld.filter(state=WithheldState.HELD).exists():
        claim.fail(NOTHING_FIT)
    else:
        claim.finish(progress={})


# --- afterwards --------------------------------------------------------------------------------------------------------


@transaction.atomic
def release(*, picture: WithheldPicture) -> Cover | None:
    """It is fit to be shown: make it the cover that it would have been. None when it is gone meanwhile.

    Its own place if that is free; after the others if another picture was, or is being, drawn there.
    """
    request = CoverRequest.objects.select_for_update().filter(pk=picture.request_id).first()
    row = WithheldPicture.objects.select_for_update().filter(pk=picture.pk).first()
    if request is None or row is None:
        return None
    cover = Cover.objects.create(
        request=request, position=_place_for(row, request), storage_prefix=row.storage_prefix, **row.record
    )
    row.delete()
    if request.failure == NOTHING_FIT:  # there is something to be shown now
        CoverRequest.objects.filter(pk=request.pk).update(state=State.DONE, failure="", progress={})
    logger.info("picture released picture=%s cover=%s", picture.pk, cover.pk)
    return cover


def _place_for(row: WithheldPicture, request: CoverRequest) -> int:
    covers = Cover.objects.filter(request=request)
    is_being_filled = not row.is_held and request.is_active
    others = request.withheld.filter(state=WithheldState.HELD, position=row.position).exclude(pk=row.pk)
    if not (is_being_filled or covers.filter(position=row.position).exists() or others.exists()):
        return row.position
    last = covers.aggregate(last=Max("position"))["last"]
    return max(request.count, (-1 if last is None else last) + 1)


def delete(*, picture: WithheldPicture) -> None:
    """It goes for good; a receiver asks for its files to go."""
    WithheldPicture.objects.filter(pk=picture.pk).delete()
    logger.info("withheld picture deleted picture=%s", picture.pk)


def look_again() -> None:
    """Judge what could not be judged before, whoever waited longest for a look first. For CHORES."""
    if not picture_check.is_on():
        return  # what was held while it was on waits for a moderator
    unjudged = 0
    for row in list(WithheldPicture.objects.filter(state=WithheldState.HELD).order_by("looked_at")[:LOOKED_AT_ONCE]):
        looked = _looked_again(row)
        if looked.outcome == CheckOutcome.FIT:
            release(picture=row)
        elif looked.outcome == CheckOutcome.UNFIT:
            _refuse(row, score=looked.score, cause="")
        else:
            _judge_unjudged(row, looked)
            unjudged += 1
            if unjudged >= AWAY_AFTER:
                return


def _judge_unjudged(row: WithheldPicture, looked: PictureFinding) -> None:
    held = WithheldPicture.objects.filter(pk=row.pk, state=WithheldState.HELD)
    held.update(looks=row.looks + 1, looked_at=Now(), cause=looked.cause)
    if looked.cause != "away" and row.looks + 1 >= GIVEN_UP_AFTER and picture_check.works():
        _refuse(row, score=None, cause=looked.cause)


def _refuse(row: WithheldPicture, **values: Any) -> None:
    held = WithheldPicture.objects.filter(pk=row.pk, state=WithheldState.HELD)
    if held.update(state=WithheldState.REFUSED, looks=row.looks + 1, looked_at=Now(), **values):
        logger.warning("held picture refused picture=%s score=%s cause=%s", row.pk, values["score"], values["cause"])


def _looked_again(row: WithheldPicture) -> PictureFinding:
    """At the picture before its title was set, as it was looked at first."""
    key = plain_key(row.storage_prefix, row.record.get("layout"))
    try:
        return picture_check.look(storage.read(storage.private(), key))
    except StorageError:
        logger.exception("held picture could not be read picture=%s", row.pk)
        return PictureFinding(CheckOutcome.UNKNOWN, cause="away")


def overdue() -> int:
    """How many pictures nobody could judge for longer than a check is ever busy: it is away."""
    before = first_id_since((timezone.now() - OVERDUE_AFTER).timestamp())
    return WithheldPicture.objects.filter(state=WithheldState.HELD, pk__lt=before)[:1000].count()
