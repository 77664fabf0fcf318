"""A cover as it is looked at while somebody changes it: small, at once, and what the buttons of the studio do to it."""

from __future__ import annotations

import json
import threading
import uuid
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from django.db.models import Q
from PIL import Image

from accounts.person import Person
from albumsite.admission import admitted
from albumsite.errors import EngineError, StorageError
from albumsite.jobs.states import State
from albumsite.media import encoding
from covers.brief.brief_contract import PRINTS
from covers.brief.wishes import PALETTES
from covers.drawing.edited_picture import draw_edited
from covers.drawing.version_pictures import is_drawn_from_pictures, picture_of_drawing
from covers.edits.own_words import NO_WORDS, OwnWords
from covers.edits.picture_edit import ANOTHER_MAX, COLOURS_MAX, TONES, PictureEdit, five_of, toned
from covers.errors import NotOpenable, PictureAway
from covers.lettering.type_document import ROLES, TypeDocument
from covers.models import Cover, CoverVersion, VersionDrawing
from covers.services import studio

if TYPE_CHECKING:
    from covers.lettering.faults import Fault

LOOK_SIDE = 768
"""Pixels of the picture that the studio shows while something is changed."""
DRAFT_SIDE = 384
"""Pixels at which a picture is drawn that no version has yet."""
DRAFT_WAITS_SECONDS = 8
KEPT_MAX = 24
"""Pictures that one web process keeps: some 1.7 MB each."""

VALIGNS, ALIGNS = ("top", "middle", "bottom"), ("left", "center", "right")


@dataclass(frozen=True)
class Work:
    """A cover as somebody works on it. is_of_site: its type is still as the site has set it for its picture. drawing: how that was drawn
    anew, if it was. words: of its maker about it."""

    document: TypeDocument
    edit: PictureEdit
    is_of_site: bool
    drawing: VersionDrawing | None = None
    words: OwnWords = NO_WORDS


@dataclass(frozen=True)
class SmallLook:
    """What is seen. boxes, faults: as of a `Typeset`."""

    image: Image.Image
    boxes: Mapping[str, tuple[float, float, float, float]]
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class SmallPicture:
    """A cover without its type. document: as the site would set its type on it; None where somebody has set it."""

    image: Image.Image
    document: TypeDocument | None


def work_of(*, cover: Cover, opened: CoverVersion | None) -> Work:
    """What is there to be changed. opened: a version; None: the cover as it was drawn."""
    if opened is None:
        return Work(complete(studio.first_document(cover=cover)), PictureEdit(), is_of_site=True)
    is_of_site = opened.is_first or opened.is_set_by_site
    document, edit = complete(opened.parsed_document()), opened.parsed_picture()
    return Work(document, edit, is_of_site=is_of_site, drawing=opened.drawing, words=opened.words)


def complete(document: TypeDocument) -> TypeDocument:
    """With a line for each role, those that are not on the cover switched off."""
    from covers.lettering.first_type import fresh_line  # brings the drawing library, which other pages do without

    for role in ROLES:
        if document.line(role) is None:
            document = document.with_line(fresh_line(role, document))
    return document


def acted(*, cover: Cover, person: Person, work: Work, action: str) -> Work:
    """After a button: "mend contrast title", "place title top left", "tone darker", "palette dusk", "another". What is no button changes
    nothing."""
    from covers.lettering import typesetting

    document, edit = work.document, work.edit
    verb, _space, rest = action.partition(" ")
    if verb == "mend":
        kind, _space, role = rest.partition(" ")
        for fault in look_at(cover=cover, person=person, work=work).faults:
            if (fault.kind, fault.role) == (kind, role) and fault.mended is not None:
                return replace(work, document=fault.mended, is_of_site=False)
    if verb == "place":
        role, _space, anchor = rest.partition(" ")
        line = document.line(role)
        if line is not None and anchor in [f"{valign} {align}" for valign in VALIGNS for align in ALIGNS]:
            moved = typesetting.anchored(line, anchor, cover.width / cover.height, document)
            return replace(work, document=document.with_line(moved), is_of_site=False)
    if verb == "tone" and rest in TONES and studio.may_repaint(cover=cover):
        colours = edit.palette or first_colours(cover=cover)
        return replace(work, edit=replace(edit, palette=toned(five_of(colours), rest)))
    if verb == "palette" and rest in PALETTES and studio.may_repaint(cover=cover):
        return replace(work, edit=replace(edit, palette=PALETTES[rest]))
    if verb == "another" and studio.may_repaint(cover=cover):
        return replace(work, edit=replace(edit, another=(edit.another + 1) % ANOTHER_MAX))
    return work


def in_colours_of(*, cover: Cover, work: Work, colours: tuple[str, ...]) -> Work:
    """The picture in the colours of another one; five of them, for so many the form has."""
    if not studio.may_repaint(cover=cover):
        return work
    return replace(work, edit=replace(work.edit, palette=five_of(colours)))


def with_type_of_site(*, cover: Cover, person: Person, work: Work) -> Work:
    """Where nobody has set the type, it stands as the site sets it on this picture. Raises what `look_at` raises."""
    if not work.is_of_site:
        return work
    document = _small_picture(cover, person, work).document
    if document is None:
        return replace(work, is_of_site=False)
    return replace(work, document=replace(complete(document), mark=work.document.mark))


def look_at(*, cover: Cover, person: Person, work: Work) -> SmallLook:
    """Raises NotOpenable, PictureAway, and NotNow to whoever has had too many pictures drawn."""
    from covers.lettering.typesetting import typeset

    small = _small_picture(cover, person, work).image
    made = typeset(small.tobytes(), *small.size, work.document, studio.faces_in(cover=cover))
    return SmallLook(encoding.from_rgb(made.rgb, *small.size), made.boxes, made.faults)


def first_colours(*, cover: Cover) -> tuple[str, ...]:
    """What is offered to be changed: the inks of a print; of any other picture the colours that it is made of, for light and hour have
    made others of its palette. While the store is away, the palette."""
    drawn = studio.first_parameters(cover=cover)
    palette = tuple(drawn.get("palette", ()))[:COLOURS_MAX]
    if drawn.get("style") in PRINTS:
        return palette
    try:
        return _main_colours(cover.pk, cover.storage_prefix)
    except (StorageError, NotOpenable):
        return palette


@lru_cache(maxsize=256)
def _main_colours(pk: uuid.UUID, _folder: str) -> tuple[str, ...]:
    cover = Cover.objects.select_related("request").get(pk=pk)
    picture = studio.stored_picture(cover=cover, edit=PictureEdit())
    if picture is None:
        raise NotOpenable
    return encoding.main_colours(picture, COLOURS_MAX)


# --- pictures that this process keeps -------------------------------------------------------------------------------------

_kept: OrderedDict[tuple[uuid.UUID, str, str], SmallPicture] = OrderedDict()
_keeping, _drafting = threading.Lock(), threading.Lock()


def _small_picture(cover: Cover, person: Person, work: Work) -> SmallPicture:
    """Files of one folder never change, and an edit always gives the same picture."""
    edit, drawing = work.edit, work.drawing
    of = cover.storage_prefix if drawing is None else f"{drawing.pk} {drawing.art_prefix}"
    key = (cover.pk, of, json.dumps(edit.as_json()))
    with _keeping:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    try:
        made = _read_or_drawn(cover, person, work)
    except (StorageError, EngineError) as error:
        raise PictureAway from error
    with _keeping:
        _kept[key] = made
        while len(_kept) > KEPT_MAX:
            _kept.popitem(last=False)
    return made


def _read_or_drawn(cover: Cover, person: Person, work: Work) -> SmallPicture:
    if is_drawn_from_pictures(cover):  # only a worker can draw it
        return _of_drawing(cover, work.drawing)
    return _stored(cover, work.edit) or _draft(cover, person, work.edit)


def _of_drawing(cover: Cover, drawing: VersionDrawing | None) -> SmallPicture:
    document = studio.first_document(cover=cover) if drawing is None else None
    return SmallPicture(encoding.fitted(picture_of_drawing(cover=cover, drawing=drawing), LOOK_SIDE), document)


def _stored(cover: Cover, edit: PictureEdit) -> SmallPicture | None:
    """Of a version that has this picture."""
    picture = studio.stored_picture(cover=cover, edit=edit)
    if picture is None:
        return None
    same = cover.versions.filter(state=State.DONE, picture=edit.as_json())
    of_site = same.filter(Q(number=1) | Q(is_set_by_site=True)).order_by("-number").first()
    document = of_site.parsed_document() if of_site else None
    if document is None and edit == PictureEdit():
        document = studio.first_document(cover=cover)
    return SmallPicture(encoding.fitted(picture, LOOK_SIDE), document)


def _draft(cover: Cover, person: Person, edit: PictureEdit) -> SmallPicture:
    """The picture as it would be, small: drawn here, one at a time, for `poster` needs no worker for so little."""
    from covers.engine.poster.engine import PosterEngine  # as above

    with admitted("studio-draft", person):
        if not _drafting.acquire(timeout=DRAFT_WAITS_SECONDS):
            raise PictureAway
        try:
            spec = studio.spec_as_edited(cover=cover, edit=edit, side=DRAFT_SIDE)
            drawn = draw_edited(PosterEngine(), spec, edit)
        finally:
            _drafting.release()
    image = encoding.from_rgb(drawn.rgb, drawn.width, drawn.height)
    size = LOOK_SIDE, round(LOOK_SIDE * drawn.height / drawn.width)
    document = studio.set_anew(cover=cover, drawn=drawn, spec=spec)
    return SmallPicture(image.resize(size, Image.Resampling.BICUBIC), document)
