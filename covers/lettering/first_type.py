"""Type to begin with: that of a cover which the site has set, as data, and lines that it has not yet."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from covers.lettering.copy import MARGIN
from covers.lettering.finishes import second_ink, spread_of
from covers.lettering.inks import PUREST, contrast, luminance
from covers.lettering.set_lines import block_of
from covers.lettering.type_document import TypeDocument, TypeLine
from covers.lettering.voices import VOICE_TABLE, companion_of


def document_of(layout: Mapping[str, Any] | None, *, title: str, artist: str, seed: int) -> TypeDocument:
    """The type of a cover that the site has set, as data. layout: as `report` describes it; None: it has no type.

    Both lines are in the document whatever is shown, so that one can be switched on. aspect is that of a square.
    """
    if layout is None:
        return _blank(title, artist, seed)
    voice, finish = str(layout["voice"]), str(layout["finish"])
    panel = layout.get("panel")
    found = TypeDocument(
        lines=(),
        finish=finish,
        plate=panel["kind"] if panel else "",
        plate_colour=panel["colour"] if panel else _under(layout),
        seed=zlib.crc32(" ".join(layout["title"]["lines"]).encode()) if panel and layout.get("title") else seed,
    )
    for role, text in (("title", title), ("artist", artist)):
        if block := layout.get(role):
            found = found.with_line(_line_of(role, block, voice, finish, has_plate=panel is not None))
        else:
            found = found.with_line(replace(_blank_line(role, text, voice), is_on=False))
    inks = [line.colour for line in found.shown]
    if inks:
        found = replace(found, second_colour=str(layout.get("second_ink") or _other(finish, inks[0])))
    return found


def _under(layout: Mapping[str, Any]) -> str:
    """A block of colour to begin with, on which the title can be read as it is."""
    ink = str((layout.get("title") or layout.get("artist") or {"ink": PUREST[0]})["ink"])
    return max(PUREST, key=lambda colour: contrast(ink, colour))


def _other(finish: str, ink: str) -> str:
    return second_ink(finish, ink, (), PUREST if luminance(ink) < 0.5 else PUREST[::-1])


def _line_of(role: str, block: Mapping[str, Any], voice: str, finish: str, *, has_plate: bool) -> TypeLine:
    x, y, width, _ = (float(value) for value in block["box"])
    spread = spread_of(finish)
    align = str(block.get("align") or _guessed(x, width))
    rows, is_vertical = tuple(str(row) for row in block["lines"]), bool(block["vertical"])
    name = voice if role == "title" else _voice_beside(voice, "".join(rows), block["typefaces"])
    at = {"left": x + spread, "center": x + width / 2, "right": x + width - spread}[align]
    line = TypeLine(
        role, "\n".join(rows), name, float(block["cap"]), at, y + spread, str(block["ink"]), align, is_vertical,
        has_plate=has_plate,
    )  # fmt: skip
    now = block_of(line, 1.0)
    if now is not None and not is_vertical:
        line = replace(line, y=line.y + (y + spread - now.box.top))
    return replace(line, x=round(line.x, 7), y=round(line.y, 7))


def _voice_beside(voice: str, text: str, faces: Sequence[str]) -> str:
    """The voice that a name was set in: covers from before a voice had a companion have it in the title's own."""
    beside = companion_of(voice, text)
    own, others = ({*VOICE_TABLE[name].latin, *VOICE_TABLE[name].hangul} for name in (voice, beside))
    return voice if own & set(faces) and not others & set(faces) else beside


def _guessed(x: float, width: float) -> str:
    """The side of a block on covers from before layouts said it."""
    middle = x + width / 2
    return "center" if abs(middle - 0.5) < 0.02 else "left" if middle < 0.5 else "right"


def _blank(title: str, artist: str, seed: int) -> TypeDocument:
    lines = (_blank_line("title", title, "grotesk"), _blank_line("artist", artist, "grotesk"))
    return TypeDocument(tuple(replace(line, is_on=False) for line in lines), seed=seed)


def _blank_line(role: str, text: str, voice: str) -> TypeLine:
    y, size = {"title": (0.86, 0.07), "artist": (0.925, 0.032)}.get(role, (0.1, 0.028))
    return TypeLine(role, text, voice, size, MARGIN, y, "#ffffff")


def fresh_line(role: str, document: TypeDocument) -> TypeLine:
    """A featuring, subtitle or label line, to begin with: in the hand and ink of the artist's, in the upper left corner."""
    like = document.line("artist") or document.line("title")
    size, y = {"featuring": (0.026, 0.1), "subtitle": (0.032, 0.145), "label": (0.018, 0.06)}[role]
    if like is None:
        return replace(_blank_line(role, "", "grotesk"), size=size, y=y, is_on=False)
    return TypeLine(role, "", like.voice, size, MARGIN + 0.005, y, like.colour, is_on=False)
