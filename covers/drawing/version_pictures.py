"""The picture of a version without its type, and when what it was drawn from may go."""

from __future__ import annotations

import uuid
from typing import NoReturn

from django.db import transaction
from PIL import Image

from albumsite.media import encoding, storage
from covers import registry
from covers.engine import DRAWS_FROM_PICTURES
from covers.errors import NotOpenable
from covers.models import Cover, CoverVersion, VersionDrawing
from covers.object_keys import art_key, plain_key


def is_drawn_from_pictures(cover: Cover) -> bool:
    """Whether the engine of the cover can change a picture; then versions may differ in theirs."""
    return cover.request.engine in DRAWS_FROM_PICTURES


def words_of(*, cover: Cover, drawing: VersionDrawing | None) -> str:
    """What a picture was drawn from, without the words that wake adapters: those come back by themselves."""
    if drawing is not None:
        return drawing.parsed_edit().prompt
    return cover.prompt.removeprefix(registry.prompt_with_triggers(cover.request, ""))


def picture_key(*, cover: Cover, drawing: VersionDrawing | None) -> str:
    """Where the picture without type lies; without a drawing that of the cover as it was drawn first. "" while it is being drawn."""
    if drawing is not None:
        return art_key(drawing.art_prefix) if drawing.art_prefix else ""
    first: Cover | CoverVersion = cover.versions.filter(number=1).first() or cover
    return plain_key(first.storage_prefix, first.layout)


def picture_file(*, cover: Cover, drawing: VersionDrawing | None) -> bytes:
    """The picture without type as PNG. Raises NotOpenable where there is none, StorageError."""
    key = picture_key(cover=cover, drawing=drawing)
    try:
        return storage.read(storage.private(), key) if key else _none()
    except storage.ObjectMissing:
        return _none()


def _none() -> NoReturn:
    raise NotOpenable


def picture_of_drawing(*, cover: Cover, drawing: VersionDrawing | None) -> Image.Image:
    """As `picture_file`, decoded. One that is still being drawn shows what it starts from."""
    while drawing is not None and not drawing.art_prefix:
        drawing = drawing.base
    return encoding.open_png(picture_file(cover=cover, drawing=drawing))


def picture_as_it_is(of: Cover | CoverVersion) -> Image.Image:
    """The picture without type that a cover or a version shows now. Raises NotOpenable where there is none, StorageError."""
    try:
        return encoding.open_png(storage.read(storage.private(), plain_key(of.storage_prefix, of.layout)))
    except storage.ObjectMissing:
        return _none()


@transaction.atomic
def let_drawing_go(*, pk: uuid.UUID) -> None:
    """A version that showed a drawing is gone: unless another one shows it, or starts from it, so is the drawing."""
    row = VersionDrawing.objects.select_for_update().filter(pk=pk).first()
    if row is not None and not (row.versions.exists() or row.followers.exists()):
        row.delete()
