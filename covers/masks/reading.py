"""A mask that somebody brushed: judged, and brought to the size of its picture. Loads no decoder itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from albumsite.errors import UserFacingError
from albumsite.processes.picture_answers import unpacked
from albumsite.processes.sandbox import Bounded, ChildDied, ChildTooSlow
from covers.masks.decoding import SIZE
from covers.safety.brought_files import answer_of

CHILDREN = Bounded("covers.masks.decoding")
MASK_BYTES_MAX = 2 << 20
PNG = b"\x89PNG\r\n\x1a\n"


class MaskUnreadable(UserFacingError):
    message_id = "covers:mask-unreadable"
    text = _("What you brushed could not be read. Brush it again, or choose one of the ready parts.")
    status_code = 422


class MaskEmpty(UserFacingError):
    message_id = "covers:mask-empty"
    text = _("Nothing is marked yet. Brush over what should be drawn anew, or choose the whole picture.")
    status_code = 422


@dataclass(frozen=True)
class Mask:
    """content: a PNG as large as the picture, white where it is drawn anew. share: how much of it that is, 0 to 1."""

    content: bytes
    share: float


def read_mask(content: bytes, *, width: int, height: int) -> Mask:
    """Raises MaskUnreadable, MaskEmpty, PicturesBusy."""
    if not content:
        raise MaskEmpty
    if len(content) > MASK_BYTES_MAX or not content.startswith(PNG):
        raise MaskUnreadable
    try:
        mask = unpacked(answer_of(CHILDREN, SIZE.pack(width, height) + content), _read)
    except (ChildTooSlow, ChildDied) as error:
        raise MaskUnreadable from error
    if mask.share == 0:
        raise MaskEmpty
    return mask


def _read(found: Mapping[str, Any], mask: bytes) -> Mask:
    share = float(found.get("share", -1))
    if found.get("problem") or not 0 <= share <= 1 or not mask.startswith(PNG):
        raise ValueError("no mask")
    return Mask(mask, share)
