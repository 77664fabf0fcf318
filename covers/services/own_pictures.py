"""What happens to pictures that people bring: taken, used by a request, handed to a member, let go. Keyword-only verbs."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import uuid
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from accounts.person import Person
from albumsite import admission
from albumsite.disk import refuse_without_room
from albumsite.media import outputs
from covers.errors import PictureGone
from covers.models import UploadedPicture
from covers.object_keys import picture_key
from covers.own_pictures import colours, judging, permission
from covers.own_pictures.judging import PictureProblem, PictureRefused

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class PictureChoice:
    """What a person wants made of their picture. positions: covers that are made of it. crop, treatment: as an engine takes them
    (`covers.engine.engine_contract.OwnPicture`). language: in which they read and ticked the statement."""

    picture: UploadedPicture
    positions: tuple[int, ...]
    crop: tuple[float, float, float] | None = None
    treatment: str = ""
    language: str = ""


def add_picture(*, owner: Person, content: bytes) -> UploadedPicture:
    """Judge one upload and keep it, re-encoded, for its sender alone. Each look counts for whoever has a network: a command counts nowhere.

    Raises DiskNearlyFull, PictureRefused, PicturesBusy, PictureLookAway, StorageError, and what the gate does.
    """
    refuse_without_room()
    with _looked_at(owner):
        judged = judging.judge(content)
    if isinstance(judged, PictureProblem):
        raise PictureRefused(judged)
    pk = UploadedPicture().pk
    key = picture_key(pk)
    admission.take_room(owner, len(judged.picture))
    with outputs.stored({key: judged.picture}, is_pointed_at=UploadedPicture.objects.filter(pk=pk).exists):
        picture = UploadedPicture.objects.create(
            id=pk,
            **owner.owner_fields(),
            width=judged.width,
            height=judged.height,
            size_bytes=len(judged.picture),
            faces=[list(box) for box in judged.faces],
            square=judged.square,
            emptiness=judged.emptiness,
            sha256=hashlib.sha256(judged.picture).hexdigest(),
        )
    logger.info("picture taken picture=%s bytes=%d", pk, picture.size_bytes)
    return picture


def colours_of_picture(*, owner: Person, content: bytes) -> tuple[str, ...]:
    """One to five colours of an upload, the most of it first. Nothing of it is kept. Raises PictureRefused, PicturesBusy, and what the gate
    does."""
    with _looked_at(owner):
        found = colours.colours_in(content)
    logger.info("colours taken count=%d", len(found))
    return found


def _looked_at(owner: Person) -> AbstractContextManager[None]:
    """Each look counts for whoever has a network: a command counts nowhere."""
    if not owner.network:
        return contextlib.nullcontext()
    return admission.look(owner, most_seconds=judging.CHILDREN.time_limit_seconds, of="picture")


def use_picture(*, owner: Person, choice: PictureChoice) -> dict[str, Any]:
    """The columns of a request that is made of it, in the transaction that makes it: its row is held, so that nobody lets it go meanwhile.

    Raises PictureGone.
    """
    hold_picture(owner=owner, pk=choice.picture.pk)
    language = choice.language or settings.LANGUAGE_CODE
    UploadedPicture.objects.filter(pk=choice.picture.pk, agreed_at=None).update(
        agreed_version=permission.VERSION,
        agreed_sha256=permission.statement(language).sha256,
        agreed_language=language,
        agreed_at=Now(),
    )
    return {
        "picture": choice.picture,
        "shows_picture": True,
        "picture_positions": list(choice.positions),
        "picture_crop": list(choice.crop) if choice.crop else None,
        "picture_treatment": choice.treatment,
    }


def hold_picture(*, owner: Person, pk: uuid.UUID) -> None:
    """To the end of the transaction. Raises PictureGone for one that is not there, or not theirs."""
    if not UploadedPicture.objects.visible_to(owner).select_for_update().filter(pk=pk).exists():
        raise PictureGone


@transaction.atomic
def forget_picture(*, owner: Person, pk: uuid.UUID) -> bool:
    """Its sender wants it gone now: the file is asked to go, nothing more is drawn of it, covers that are there stay. False: it was not
    there, or is not theirs."""
    row = UploadedPicture.objects.visible_to(owner).select_for_update().filter(pk=pk).first()
    if row is None:
        return False
    row.delete()  # requests lose their link to it by the foreign key
    logger.info("picture forgotten picture=%s", pk)
    return True


@transaction.atomic
def let_go(*, pk: uuid.UUID) -> None:
    """A request that was made of it is gone: unless another one is, so is the picture. Its file is asked to go in the same transaction."""
    UploadedPicture.objects.select_for_update().filter(pk=pk).first()
    UploadedPicture.objects.unused().filter(pk=pk).delete()
