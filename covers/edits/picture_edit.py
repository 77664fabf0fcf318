"""What the maker of a cover has changed in its picture, as data: colours, hour, season, weather, people, the telling thing, the side,
the surface, and which part of it is seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from itertools import cycle, islice
from math import atan2, cos, degrees, hypot, radians, sin
from typing import Any

from covers.brief.brief_contract import Brief, Concept
from covers.brief.scenery import (
    HOURS,
    LETTERINGS,
    NOBODY,
    NOTHING,
    PEOPLE,
    PRESSES,
    PRINTED_PLACE,
    SEASONS,
    STILL_LIFE,
    SURFACES,
    THINGS,
    WEATHERS,
)
from covers.engine.engine_contract import DrawSpec
from covers.lettering.type_document import is_colour
from covers.stored_fields import known_fields, unread_fields

COLOURS_MAX = 5
ANOTHER_MAX = 999
ANOTHER_STEP = 7_919
"""Between the seeds of two looks at the same idea: far more than pictures of one request are apart."""


ZOOM_MAX = 60
STRENGTH_USUAL = 50
TEXTURES_WITH_STRENGTH = ("grain", "paper")


@dataclass(frozen=True)
class PictureEdit:
    """Empty fields are as the engine drew them.

    palette: up to five colours as "#rrggbb". hour, season, weather, people, thing: keys of `covers.brief.scenery`, for people and thing
    also NOBODY and NOTHING. is_mirrored: left is right. another: which other look at the same idea; 0 is the first one. texture: one of
    SURFACES, in the place of the style's own; strength: of grain or paper, per cent. zoom: per cent that it is nearer than as drawn;
    across, down: which part of it is seen then, from -100 (left, top) to 100. press: of PRESSES, for a place in print.
    """

    palette: tuple[str, ...] = ()
    hour: str = ""
    season: str = ""
    weather: str = ""
    people: str = ""
    thing: str = ""
    is_mirrored: bool = False
    another: int = 0
    texture: str = ""
    strength: int = 0
    zoom: int = 0
    across: int = 0
    down: int = 0
    press: str = ""

    def as_json(self) -> dict[str, Any]:
        """Only what is changed."""
        return {name: value for name, value in asdict(self).items() if value}

    def plain(self) -> PictureEdit:
        """Without what changes nothing: a strength of no grain, a place where all is seen."""
        strength = self.strength if self.texture in TEXTURES_WITH_STRENGTH else 0
        across, down = (self.across, self.down) if self.zoom else (0, 0)
        return replace(self, strength=strength, across=across, down=down)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> PictureEdit:
        """Of what was stored, by this release or another. Raises ValueError on what is none."""
        edit = cls(**known_fields(cls, stored))
        edit.check()
        return edit

    @staticmethod
    def unread(stored: Mapping[str, Any]) -> set[str]:
        """What of it a newer release has written, a value among them that no picture here can have."""
        found = unread_fields(PictureEdit, stored)
        try:
            PictureEdit.from_json(stored)
        except ValueError:
            found.add("PictureEdit")
        return found

    def check(self) -> None:
        """Raises ValueError on what no picture can be asked for."""
        lists = (
            (self.hour, HOURS), (self.season, SEASONS), (self.weather, WEATHERS), (self.people, (*PEOPLE, NOBODY)),
            (self.thing, (*THINGS, NOTHING)), (self.press, PRESSES),
        )  # fmt: skip
        is_known = all(value in ("", *keys) for value, keys in lists)
        is_painted = len(self.palette) <= COLOURS_MAX and all(map(is_colour, self.palette))
        is_near = self.zoom in range(ZOOM_MAX + 1) and all(one in range(-100, 101) for one in (self.across, self.down))
        is_textured = self.texture in ("", *SURFACES) and self.strength in range(101)
        is_known = is_known and is_near and is_textured
        if not (is_known and is_painted and isinstance(self.another, int) and 0 <= self.another <= ANOTHER_MAX):
            raise ValueError("not an edit of a picture")


def edited(spec: DrawSpec, edit: PictureEdit, drawn: Mapping[str, Any]) -> DrawSpec:
    """What the engine is asked for. drawn: parameters of the picture as it was drawn first; a scene stays the scene that it was."""
    brief = replace(spec.brief, palette=edit.palette) if edit.palette else spec.brief
    if edit.palette and (family := brief.family) is not None:  # what its maker paints goes before what it shares
        colours = edit.palette if family.roles else ()
        brief = replace(brief, family=replace(family, palette=(), colours=colours, ink=""))
    seed = (spec.seed + edit.another * ANOTHER_STEP) % 2**63
    brief = _with_concept(brief, spec.position, edit, drawn)
    return replace(spec, brief=brief, seed=seed, surface=edit.texture, surface_strength=edit.strength / 100)


def _with_concept(brief: Brief, position: int, edit: PictureEdit, drawn: Mapping[str, Any]) -> Brief:
    if not brief.concepts:
        return brief
    place = position % len(brief.concepts)
    before = brief.concepts[place]
    after = _changed(before, edit, drawn)
    if after == before:
        return brief
    concepts = (*brief.concepts[:place], after, *brief.concepts[place + 1 :])
    return replace(brief, concepts=concepts)


def _changed(concept: Concept, edit: PictureEdit, drawn: Mapping[str, Any]) -> Concept:
    things = (edit.thing, *(one for one in concept.things if one != edit.thing)) if edit.thing else concept.things
    if edit.thing == NOTHING:
        things = (NOTHING,)
    if drawn.get("style") == STILL_LIFE:
        return replace(concept, things=things[:1]) if edit.thing else concept
    if not concept.scene:
        return concept
    said = {
        name: getattr(edit, name) for name in ("hour", "season", "weather", "people", "press") if getattr(edit, name)
    }
    return replace(concept, things=things, **said)


def may_change(drawn: Mapping[str, Any], position: int, concepts: int) -> frozenset[str]:
    """The fields that this picture can be changed in. drawn: its parameters. concepts: of its brief."""
    found = {"palette", "another", "texture", "strength"}
    if drawn.get("style") not in LETTERINGS:  # letters would stand backwards, or be cut
        found |= {"is_mirrored", "zoom", "across", "down"}
    if drawn.get("style") == STILL_LIFE:
        return frozenset(found | {"thing"})
    if drawn.get("scene") and position < max(1, concepts):
        found |= {"hour", "season", "weather", "people", "thing"}
        found |= {"press"} if drawn.get("style") == PRINTED_PLACE else set()
    return frozenset(found)


def five_of(colours: Iterable[str]) -> tuple[str, ...]:
    """For so many the studio has fields: those of a picture of two or three colours come again, which says nothing more."""
    return tuple(islice(cycle(colours), COLOURS_MAX))


TONES: dict[str, tuple[float, float]] = {
    "darker": (0.82, 0.0), "lighter": (1.16, 0.0), "warmer": (1.0, 0.035), "cooler": (1.0, -0.035),
}  # fmt: skip
"""Button → factor on the lightness, and what is added from blue to yellow, of OKLab."""


def toned(palette: Iterable[str], tone: str) -> tuple[str, ...]:
    """The colours darker, lighter, warmer or cooler. Raises KeyError for another tone."""
    from covers.engine.poster.color import lch_of, oklch  # brings the drawing library

    factor, yellow = TONES[tone]
    found = []
    for colour in palette:
        lightness, chroma, hue = lch_of(colour)
        a, b = chroma * cos(radians(hue)) + yellow * 0.4, chroma * sin(radians(hue)) + yellow
        found.append(oklch(lightness * factor, hypot(a, b), degrees(atan2(b, a))))
    return tuple(found)
