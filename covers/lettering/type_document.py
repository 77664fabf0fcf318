"""The type of a cover as data: what its maker edits. Standard library only; `typesetting` puts it on a picture."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from math import isfinite
from typing import Any

from covers.lettering.title_contract import FINISHES, VOICES
from covers.stored_fields import known_fields, unread_fields

ROLES: tuple[str, ...] = ("title", "artist", "featuring", "subtitle", "label")
"""What a line is. Each stands at most once on a cover."""

ALIGNMENTS: tuple[str, ...] = ("left", "center", "right")
CASES: tuple[str, ...] = ("typed", "upper", "lower")
PLATES: tuple[str, ...] = ("band", "torn", "flags", "plate", "ribbon", "obi")
"""Blocks of flat colour under the type: see `panels.Panel`."""

TEXT_MAX = 200
"""Letters of one line, as of a title on the form."""

ROWS_MAX = 8

CORNERS: tuple[str, ...] = ("top left", "top right", "bottom left", "bottom right")

SIZES = (0.008, 0.6)
TRACKINGS = (-0.1, 1.0)
LEADINGS = (0.7, 2.5)
CURVES = (-180.0, 180.0)
PLACES = (-0.5, 1.5)


@dataclass(frozen=True)
class TypeLine:
    """One text, in rows that are parted by line feeds; of vertical type, columns from the right.

    voice: one of VOICES. size: cap height as a share of the picture's height. x, y: where it stands, in unit coordinates: the side
    of its ink that `align` names, and the first baseline (of vertical and curved type, the top of its ink). colour: "#rrggbb".
    tracking: added to the voice's own, in em. leading: a factor on the voice's own. curve: degrees of the arc that the line is bent
    to; positive bows up; 0 is straight. has_plate: whether the document's plate is under it.
    """

    role: str
    text: str
    voice: str
    size: float
    x: float
    y: float
    colour: str
    align: str = "left"
    is_vertical: bool = False
    tracking: float = 0.0
    leading: float = 1.0
    case: str = "typed"
    curve: float = 0.0
    has_plate: bool = False
    is_on: bool = True

    @property
    def rows(self) -> tuple[str, ...]:
        return tuple(self.text.split("\n"))

    @property
    def plain(self) -> str:
        """The text as a name: without the breaks between its rows, whose hyphens go with them."""
        parts = self.rows
        joined = "".join(part[:-1] if part.endswith("-") and len(part) > 1 else f"{part} " for part in parts[:-1])
        return f"{joined}{parts[-1]}".strip()

    def named(self, before: str) -> str:
        """The text as a name; the name that it had before where it differs only in a row that ends within a word."""
        parts = (re.escape(row.removesuffix("-")) + "-?" * row.endswith("-") for row in self.rows)
        return before if re.fullmatch(r"\s*".join(parts), before) else self.plain


@dataclass(frozen=True)
class TypeDocument:
    """All type of a cover. finish: one of FINISHES. second_colour: of a finish of two colours. plate: one of PLATES, or none.

    seed: of all chance in finish and plate. mark: one of CORNERS, where it says that the release is explicit, or none.
    """

    lines: tuple[TypeLine, ...]
    finish: str = "clean"
    second_colour: str = "#000000"
    plate: str = ""
    plate_colour: str = "#ffffff"
    seed: int = 0
    mark: str = ""

    def line(self, role: str) -> TypeLine | None:
        return next((line for line in self.lines if line.role == role), None)

    def with_line(self, line: TypeLine) -> TypeDocument:
        """With one line in the place of that of its role."""
        others = [one for one in self.lines if one.role != line.role]
        return replace(self, lines=tuple(sorted((*others, line), key=lambda one: ROLES.index(one.role))))

    @property
    def shown(self) -> tuple[TypeLine, ...]:
        return tuple(line for line in self.lines if line.is_on and line.text.strip())

    def text_of(self, role: str, before: str = "") -> str:
        """What a line that is shown says; empty where there is none. before: what it said as a name before it was broken into rows."""
        return next((line.named(before) for line in self.shown if line.role == role), "")

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> TypeDocument:
        """Of what was stored. Raises ValueError on what is none."""
        try:
            lines = tuple(TypeLine(**known_fields(TypeLine, line)) for line in stored["lines"])
            document = cls(**known_fields(cls, stored) | {"lines": lines})
        except (KeyError, TypeError) as error:
            raise ValueError(f"not a type document: {error}") from None
        document.check()
        return document

    @staticmethod
    def unread(stored: Mapping[str, Any]) -> set[str]:
        """What of it a newer release has written, a value among them that cannot be set here."""
        found = unread_fields(TypeDocument, stored).union(*(unread_fields(TypeLine, one) for one in stored["lines"]))
        try:
            TypeDocument.from_json(stored)
        except ValueError:
            found.add("TypeDocument")
        return found

    def check(self) -> None:
        """Raises ValueError on values that cannot be set."""
        roles = [line.role for line in self.lines]
        is_known = (
            self.finish in FINISHES
            and self.plate in ("", *PLATES)
            and self.mark in ("", *CORNERS)
            and set(roles) <= set(ROLES)
        )
        if not (
            is_known
            and len(set(roles)) == len(roles)
            and is_colour(self.second_colour)
            and is_colour(self.plate_colour)
        ):
            raise ValueError("not a type document")
        for line in self.lines:
            _check(line)


def is_colour(text: object) -> bool:
    return (
        isinstance(text, str)
        and len(text) == 7
        and text[0] == "#"
        and all(digit in "0123456789abcdef" for digit in text[1:])
    )


def _check(line: TypeLine) -> None:
    bounds = (
        (line.size, SIZES), (line.x, PLACES), (line.y, PLACES), (line.tracking, TRACKINGS), (line.leading, LEADINGS),
        (line.curve, CURVES),
    )  # fmt: skip
    is_within = all(
        isinstance(value, int | float) and isfinite(value) and low <= value <= high for value, (low, high) in bounds
    )
    is_known = line.voice in VOICES and line.align in ALIGNMENTS and line.case in CASES and is_colour(line.colour)
    is_short = isinstance(line.text, str) and len(line.text) <= TEXT_MAX + ROWS_MAX and len(line.rows) <= ROWS_MAX
    if not (is_within and is_known and is_short):
        raise ValueError(f"not a line of type: {line.role}")
