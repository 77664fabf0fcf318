"""A member's face on their covers: which way of drawing can show it, and what a request remembers of that."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from albumsite.errors import UserFacingError
from covers.faces import FaceToDraw, faces
from covers.models import SourceKind
from covers.registry.cache import drop_personal
from covers.registry.choices import BUILT_IN, Choice, available
from covers.registry.records import FACE_PREFIX, AdapterRecord

PORTRAITS_BY = "poster"
"""The engine that draws portraits from the photos themselves, or from what is kept of them."""


class FaceGone(UserFacingError):
    message_id = "covers:face-gone"
    text = _("This face is not there any more. Please choose again.")
    status_code = 409


class FaceNotReady(UserFacingError):
    message_id = "covers:face-not-ready"
    text = _("This face is not trained yet, and it has too few photos for a portrait. Add photos, or wait for it.")
    status_code = 409


class FacePhotosGone(UserFacingError):
    message_id = "covers:face-photos-gone"
    text = _("The photos of this face were deleted as promised, so portraits cannot be drawn from them any more.")
    status_code = 409


class FaceOutdated(UserFacingError):
    message_id = "covers:face-outdated"
    text = _("This face was trained for a picture model that is not used here any more. Please train it again.")
    status_code = 409


def choice_for(face: FaceToDraw, key: str) -> Choice:
    """What shows this face: its own model, or `poster` from its portraits where that is asked for or nothing else is there.

    Where its own model is the demonstration, which shows that learning works and not whom, it must be asked for by name
    while `poster` can draw it: a face pleases at the first try.

    key: what the person chose, or nothing. Raises FaceNotReady, FacePhotosGone, FaceOutdated.
    """
    choices = {choice.key: choice for choice in available()}
    is_better_drawn = face.base_key in BUILT_IN and key != face.base_key and face.has_portraits()
    if face.adapter_key and key != PORTRAITS_BY and not is_better_drawn:
        if face.base_key not in choices:
            raise FaceOutdated
        return choices[face.base_key]
    if not face.has_portraits():
        raise FacePhotosGone if face.adapter_key else FaceNotReady
    return choices[PORTRAITS_BY]


def face_values(face: FaceToDraw, choice: Choice, adapters: list[dict[str, Any]]) -> dict[str, Any]:
    """The columns of a new CoverRequest that say whom it shows. adapters: what the request has of them already."""
    values: dict[str, Any] = {"face": face, "shows_face": True}
    if choice.engine == PORTRAITS_BY:
        return values
    record = AdapterRecord(
        key=face_record_key(face.pk),
        source_kind=SourceKind.STORAGE,
        source=face.adapter_key,
        sha256=face.adapter_sha256,
        size_bytes=face.adapter_size_bytes,
    )
    return values | {"subject": face.subject, "adapters": [*adapters, record.to_json()]}


def drop_forgotten_faces() -> int:
    """Delete from this machine the adapters of faces that are not there any more. Returns how many."""
    return drop_personal(but=faces().adapter_sha256s)


def face_record_key(face_pk: Any) -> str:
    """What an adapter of a face is called among a request's adapters."""
    return f"{FACE_PREFIX}{face_pk}"
