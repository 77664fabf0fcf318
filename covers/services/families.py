"""Which look a cover has that covers of other songs can share."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from albumsite.errors import StorageError
from albumsite.media import encoding
from covers.brief_contract import STYLES
from covers.errors import NotOpenable
from covers.family_contract import ROLES_OF_PALETTE, SCENES, Family
from covers.lettering.title_contract import VOICES
from covers.models import Cover
from covers.scenery import PLACES
from covers.services import studio
from covers.version_pictures import picture_as_it_is

COLOURS_MAX = 5
SMALLEST, LARGEST = 0.05, 0.14
"""Cap heights of titles: a name of one letter may be larger on its own cover, and no other title could follow it."""
APART = 0.09
"""Between title and artist, beyond which they stand apart."""


def may_lead(*, cover: Cover) -> bool:
    """Whether others can be drawn in its look: `poster` drew it from a song alone."""
    style = cover.parameters.get("style")
    return studio.may_repaint(cover=cover) and style in STYLES and not cover.is_hidden


def family_of(*, cover: Cover) -> Family:
    """The look of a cover as it is shown. Call it for what `may_lead`."""
    drawn = cover.parameters
    style, asked = str(drawn.get("style", "")), _asked(cover)
    known = cover.request.parsed_brief().family if cover.request.brief else None
    if style in PLACES:
        is_as_known = known is not None and known.style == SCENES and not asked
        colours = known.colours if known is not None and is_as_known else asked or _main_colours(cover)
        family = Family(SCENES, colours=colours, hour=str(drawn.get("hour", "")))
    else:
        palette = tuple(drawn.get("palette", ()))
        is_whole = len(palette) == len(ROLES_OF_PALETTE)
        family = Family(
            style, composition=str(drawn.get("composition", "")), palette=palette if is_whole else (),
            value_key=str(drawn.get("value_key", "")), colours=asked,
        )  # fmt: skip
    return _with_type(family, cover)


def _asked(cover: Cover) -> tuple[str, ...]:
    """The colours that somebody wanted its picture in."""
    edit = studio.picture_now(cover=cover)
    if edit.palette:
        return edit.palette
    brief = cover.request.parsed_brief() if cover.request.brief else None
    if brief is None:
        return ()
    return brief.family.colours if brief.family is not None else brief.palette


def _main_colours(cover: Cover) -> tuple[str, ...]:
    """What a lit picture is made of: light and hour have made others of its palette."""
    try:
        return encoding.main_colours(picture_as_it_is(cover), COLOURS_MAX)
    except (StorageError, NotOpenable):
        return tuple(cover.parameters.get("palette", ()))[:COLOURS_MAX]


def _with_type(family: Family, cover: Cover) -> Family:
    """Where its type stands, and in which voice. Type that runs down stands as its style has it."""
    layout: dict[str, Any] = cover.layout or {}
    title, artist = layout.get("title"), layout.get("artist")
    voice = layout.get("voice") if layout.get("voice") in VOICES else ""
    first = title or artist
    if not first or "box" not in first or first.get("vertical"):
        return replace(family, voice=voice or "")
    place = _place(first)
    apart = _place(artist) if title and artist and not 0 <= _gap(title, artist) < APART else ""
    size = min(LARGEST, max(SMALLEST, float(title["cap"]))) if title else 0.0
    return replace(
        family, voice=voice or "", place=place, artist_place=apart, title_scale=round(size, 4),
        ink=str(first.get("ink", "")),
    )  # fmt: skip


def _gap(upper: dict[str, Any], lower: dict[str, Any]) -> float:
    return float(lower["box"][1] - upper["box"][1] - upper["box"][3])


def _place(block: dict[str, Any]) -> str:
    _left, top, _width, height = block["box"]
    middle = top + height / 2
    valign = "top" if middle < 0.4 else "bottom" if middle > 0.6 else "middle"
    return f"{valign} {block.get('align') or 'left'}"
