"""What of a cover others can have: those of the same song, and those of others."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from albumsite.errors import StorageError
from albumsite.media import encoding, storage
from covers.brief.brief_contract import PRINTS, STYLES
from covers.brief.family_contract import KEEPABLE, LAYOUT, PALETTE, ROLES_OF_PALETTE, SCENES, STYLE, SUBJECT, Family
from covers.brief.scenery import LETTERINGS, PLACES
from covers.drawing.version_pictures import picture_as_it_is
from covers.edits.picture_edit import COLOURS_MAX
from covers.errors import NotOpenable, PictureAway
from covers.lettering.title_contract import VOICES, Zone
from covers.models import Cover
from covers.object_keys import master_key
from covers.services import studio

SMALLEST, LARGEST = 0.05, 0.14
"""Cap heights of titles: a name of one letter may be larger on its own cover, and no other title could follow it."""
APART = 0.09
"""Between title and artist, beyond which they stand apart."""
LIT_BY_THE_SKY = ("waterside", "open_land", "great_skies", "journeys")
"""Places whose colours are those of hour and inks: the same again without grading, which would grey their small lights."""
ROOM = 0.01
"""Around type that stands as it stood, in unit coordinates: letters of the same words are not of the very same size."""


def may_lead(*, cover: Cover) -> bool:
    """Whether other songs can be drawn in its look: `poster` drew it from a song alone."""
    return studio.may_repaint(cover=cover) and cover.parameters.get("style") in STYLES and not cover.is_hidden


def is_of_own(cover: Cover) -> bool:
    """Whether it shows its maker's picture or face: those stay, and nobody else has them."""
    return cover.request.shows_face or cover.request.is_of_picture(cover.position)


def style_of(*, cover: Cover) -> str:
    """One of STYLES, as it is drawn today; empty where the cover has none of them."""
    row, drawn = cover.request, cover.parameters
    if is_of_own(cover):
        return ""
    told = drawn.get("style", "") if row.engine == "poster" else cover.style_arm
    if not told and row.engine == "sdxl" and row.brief is not None:
        told = row.brief_of(cover.position).style_of(cover.position)
    return str(told) if told in STYLES else ""


def family_of(*, cover: Cover, keep: Collection[str] = KEEPABLE) -> Family:
    """The look of a cover as it is shown, as far as it is kept. keep: of KEEPABLE. Raises PictureAway."""
    drawn, style, family = cover.parameters, style_of(cover=cover), Family()
    if STYLE in keep:
        family = replace(family, style=style, hour=str(drawn.get("hour", "")) if style in PLACES else "")
    if PALETTE in keep:
        family = _in_its_colours(family, cover, is_same_place=SUBJECT in keep)
    if LAYOUT in keep and cover.request.engine == "poster" and not is_of_own(cover):
        composition = str(drawn.get("composition", "")) if family.style not in ("", *PLACES) else ""
        family = _with_its_type(replace(family, composition=composition, is_in_all=bool(composition)), cover)
    return family


def family_for_songs(*, cover: Cover) -> Family:
    """The look of a cover, as other songs can have it: of places any, one picture composed alike, and type that titles of other lengths
    can follow. Raises PictureAway."""
    family = family_of(cover=cover, keep=(STYLE, PALETTE, LAYOUT))
    size = round(min(LARGEST, max(SMALLEST, family.title_scale)), 4) if family.title_scale and family.place else 0.0
    style = SCENES if family.style in PLACES else family.style
    return replace(family, style=style, title_scale=size, roles=(), type_at=(), is_in_all=False)


def _in_its_colours(family: Family, cover: Cover, *, is_same_place: bool) -> Family:
    """The inks of what is printed or keeps its style, of a place under the sky also its hour; else those that are seen, for light and
    material have made others of them."""
    drawn, asked = cover.parameters, _asked(cover)
    inks = tuple(drawn.get("palette", ()))
    family = replace(family, ink=str((_block(cover, "title") or _block(cover, "artist")).get("ink", "")))
    is_of_inks = style_of(cover=cover) in PRINTS or family.style not in ("", *PLACES)
    is_of_inks = is_of_inks or (is_same_place and family.style in LIT_BY_THE_SKY)
    if is_of_inks and len(inks) == len(ROLES_OF_PALETTE):
        colours = asked if family.style else five_colours(cover=cover)
        return replace(family, palette=inks, value_key=str(drawn.get("value_key", "")), colours=colours)
    if family.style and cover.request.engine == "poster" and asked:
        return replace(family, colours=asked, roles=asked[:1])
    return replace(family, colours=five_colours(cover=cover), roles=_seen(cover)[:1])


def five_colours(*, cover: Cover) -> tuple[str, ...]:
    """Up to five that it is made of: those that its maker has set or wanted, the inks of a print, or what is seen. Raises PictureAway."""
    edited = studio.picture_now(cover=cover).palette
    inks = tuple(dict.fromkeys(cover.parameters.get("palette", ())))
    if cover.parameters.get("style") in PRINTS and inks and not is_of_own(cover):
        # beside a tint, paper is the least
        return edited or (inks if len(inks) <= COLOURS_MAX else (*inks[: COLOURS_MAX - 1], inks[-1]))
    wanted = _asked(cover) if studio.may_repaint(cover=cover) else ()
    return edited or wanted[:COLOURS_MAX] or _seen(cover)


def _asked(cover: Cover) -> tuple[str, ...]:
    """The colours that somebody wanted its picture in."""
    edit = studio.picture_now(cover=cover)
    brief = cover.request.brief_of(cover.position) if cover.request.brief else None
    if edit.palette or brief is None:
        return edit.palette
    return brief.family.colours if brief.family is not None else brief.palette


def _seen(cover: Cover) -> tuple[str, ...]:
    try:
        return _seen_colours(cover.pk, cover.storage_prefix)
    except StorageError as error:
        raise PictureAway from error


@lru_cache(maxsize=256)
def _seen_colours(pk: uuid.UUID, _folder: str) -> tuple[str, ...]:
    """The most common first, small lights last. Files of one folder never change. Of a cover that is older than pictures without type:
    with its type."""
    cover = Cover.objects.get(pk=pk)
    try:
        picture = picture_as_it_is(cover)
    except NotOpenable:
        picture = encoding.open_png(storage.read(storage.private(), master_key(cover.storage_prefix)))
    return encoding.telling_colours(picture, COLOURS_MAX)


def _with_its_type(family: Family, cover: Cover) -> Family:
    """Where its type stands, and in which voice. Type that runs down stands as its style has it on covers of other songs; of a cover
    that is so old that only its words were kept nothing is known."""
    title, artist = _block(cover, "title"), _block(cover, "artist")
    told = (cover.layout or {}).get("voice")
    family = replace(family, voice=str(told) if told in VOICES else "", title_scale=float(title.get("cap", 0.0)))
    blocks = [one for one in (title, artist) if one]
    if title and style_of(cover=cover) not in LETTERINGS:
        family = replace(family, type_at=_stood(blocks))
    if not blocks or blocks[0].get("vertical"):
        return family
    apart = _place(artist) if len(blocks) > 1 and not 0 <= _gap(title, artist) < APART else ""
    return replace(family, place=_place(blocks[0]), artist_place=apart)


def _block(cover: Cover, name: str) -> dict[str, Any]:
    found = (cover.layout or {}).get(name) or {}
    return found if "box" in found else {}


def _gap(upper: Mapping[str, Any], lower: Mapping[str, Any]) -> float:
    return float(lower["box"][1] - upper["box"][1] - upper["box"][3])


def _place(block: Mapping[str, Any]) -> str:
    _left, top, _width, height = block["box"]
    middle = top + height / 2
    valign = "top" if middle < 0.4 else "bottom" if middle > 0.6 else "middle"
    return f"{valign} {block.get('align') or 'left'}"


def _stood(blocks: Sequence[Mapping[str, Any]]) -> tuple[Zone, ...]:
    """The title with the artist under it, or each alone."""
    boxes = [(x, y, x + width, y + height) for x, y, width, height in (block["box"] for block in blocks)]
    if len(blocks) > 1:
        upper, lower = boxes
        if 0 <= _gap(*blocks) < APART and lower[0] < upper[2] and lower[2] > upper[0]:
            boxes = [(min(upper[0], lower[0]), upper[1], max(upper[2], lower[2]), lower[3])]
    return tuple(_zone(box, block) for box, block in zip(boxes, blocks, strict=False))


def _zone(box: Sequence[float], block: Mapping[str, Any]) -> Zone:
    left, top = max(0.0, box[0] - ROOM), max(0.0, box[1] - ROOM)
    right, bottom = min(1.0, box[2] + ROOM), min(1.0, box[3] + ROOM)
    valign, align = "top" if top + bottom < 1 else "bottom", str(block.get("align", "left"))
    size = round(right - left, 5), round(bottom - top, 5)
    return Zone(round(left, 5), round(top, 5), *size, align, valign, bool(block.get("vertical")))
