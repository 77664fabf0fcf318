"""Where the files of a face lie in the private bucket."""

from __future__ import annotations

import uuid


def face_prefix(face_pk: uuid.UUID) -> str:
    """The folder of everything that is stored of one face; deleting it forgets the face."""
    return f"faces/{face_pk}/"


def photo_prefix(face_pk: uuid.UUID, photo_pk: uuid.UUID) -> str:
    """A folder for each photo: what deletes folders deletes one photo as well."""
    return f"{face_prefix(face_pk)}photos/{photo_pk}/"


def photo_key(face_pk: uuid.UUID, photo_pk: uuid.UUID) -> str:
    return f"{photo_prefix(face_pk, photo_pk)}photo.jpg"


def portrait_prefix(face_pk: uuid.UUID, photo_pk: uuid.UUID) -> str:
    """A folder for what stays of each photo, apart from the photo's own: that one goes sooner."""
    return f"{face_prefix(face_pk)}portraits/{photo_pk}/"
