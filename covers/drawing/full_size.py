"""The picture of a cover without type, as large as its store file: kept when it is first made, so that other type costs no drawing."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from PIL import Image

from albumsite.errors import StorageError
from albumsite.media import encoding, storage
from covers.drawing.edited_picture import draw_edited
from covers.drawing.version_pictures import picture_as_it_is
from covers.edits.picture_edit import PictureEdit
from covers.engine import DRAWS_AT_ANY_SIZE
from covers.engine.engine_contract import Drawn, DrawSpec
from covers.engine_pool import engine_for
from covers.errors import NotOpenable
from covers.models import Cover
from covers.object_keys import art_key, full_size_key

logger = logging.getLogger(__name__)


def picture_at(
    cover: Cover, spec: DrawSpec, *, edit: PictureEdit, folders: Sequence[str], can_be_drawn: bool, needs_plan: bool
) -> Drawn:  # fmt: skip
    """The picture of a cover at the size of the spec: kept from before, or drawn again where that gives the same picture, else enlarged.

    spec: with what is changed in it. edit: what its maker has changed. folders: of the cover and of its versions that show the same
    picture, the cover's own first. can_be_drawn: whether what it was drawn from is still there. needs_plan: where the type goes is only
    said by a picture that is drawn: what is kept comes second.
    Raises EngineError, StorageError.
    """
    art = _art_of(cover)
    kept = None if needs_plan else _kept(folders, spec, art)
    if kept is None and cover.request.engine in DRAWS_AT_ANY_SIZE and can_be_drawn:
        drawn = draw_edited(engine_for(cover.request), spec, edit)
        if art is None or encoding.shows_the_same(art, _image_of(drawn)):
            keep(folders[0], drawn)
            return drawn
        logger.warning("its engine draws another picture now cover=%s", cover.pk)
    if kept := kept or _kept(folders, spec, art):
        return kept
    if art is None:
        raise storage.ObjectMissing(art_key(cover.storage_prefix))
    large = encoding.upscale(art, spec.width)
    return Drawn(position=spec.position, rgb=large.tobytes(), width=spec.width, height=spec.height)


def keep(folder: str, drawn: Drawn) -> None:
    """Store a picture for another time. Where the store is away there is only more to draw then."""
    try:
        storage.save_all(storage.private(), {full_size_key(folder): encoding.encode_exact(_image_of(drawn))})
    except StorageError:
        logger.warning("a picture at full size is not kept folder=%s", folder, exc_info=True)


def _kept(folders: Sequence[str], spec: DrawSpec, art: Image.Image | None) -> Drawn | None:
    for folder in folders:
        try:
            image = encoding.open_exact(storage.read(storage.private(), full_size_key(folder)))
        except (storage.ObjectMissing, OSError):  # never made; or not whole, which a new drawing mends
            continue
        if image.size == (spec.width, spec.height) and (art is None or encoding.shows_the_same(art, image)):
            return Drawn(position=spec.position, rgb=image.tobytes(), width=spec.width, height=spec.height)
    return None


def _art_of(cover: Cover) -> Image.Image | None:
    """None of a cover that is older than the picture kept without type."""
    try:
        return picture_as_it_is(cover)
    except NotOpenable:
        return None


def _image_of(drawn: Drawn) -> Image.Image:
    return encoding.from_rgb(drawn.rgb, drawn.width, drawn.height)
