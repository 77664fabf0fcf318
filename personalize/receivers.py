"""Files follow their rows: whatever deletes a face or a photo, its folder is erased."""

from __future__ import annotations

from typing import Any

from personalize.models import Face, KeptPortrait, Photo
from personalize.object_keys import photo_prefix


def erase_face(instance: Face, **_: Any) -> None:
    """Also when its member's row took it along."""
    from personalize.services import ask_for_erasure  # not while apps load

    ask_for_erasure(prefix=instance.prefix)


def erase_photo(instance: Photo, origin: Any = None, **_: Any) -> None:
    """A photo on its own; what goes with its face is below the face's folder."""
    from personalize.services import ask_for_erasure  # not while apps load

    if getattr(origin, "model", type(origin)) is Photo:
        ask_for_erasure(prefix=photo_prefix(instance.face_id, instance.pk))


def erase_portrait(instance: KeptPortrait, origin: Any = None, **_: Any) -> None:
    """What was kept of a photo, on its own; what goes with its face is below the face's folder."""
    from personalize.services import ask_for_erasure  # not while apps load

    if getattr(origin, "model", type(origin)) is KeptPortrait:
        ask_for_erasure(prefix=instance.prefix)
