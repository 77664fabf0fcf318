"""Type that is data, put on a picture: what the maker of a cover has set, exactly there, with what is wrong with it told beside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from covers.lettering import panels
from covers.lettering.blocks import Block
from covers.lettering.boxes import Box
from covers.lettering.drawing import Pixels, Press
from covers.lettering.explicit_mark import ExplicitMark
from covers.lettering.faults import Fault, Standing, faults_of, missing_of
from covers.lettering.finishes import spread_of
from covers.lettering.on_faces import Faces
from covers.lettering.picture import look_at
from covers.lettering.set_lines import block_of, margins, mark_of, panel_of
from covers.lettering.type_document import TypeDocument, TypeLine


@dataclass(frozen=True)
class Typeset:
    """A picture with its type. rgb as it came. layout: as `report` describes one. boxes: ink of each line in unit coordinates: x, y, width,
    height."""

    rgb: bytes
    layout: dict[str, Any]
    boxes: Mapping[str, tuple[float, float, float, float]]
    faults: tuple[Fault, ...]


def typeset(rgb: bytes, width: int, height: int, document: TypeDocument, faces: Faces = ()) -> Typeset:
    """Set a document on a picture without type. faces: boxes of the faces in it, in unit coordinates.

    rgb: width * height * 3 bytes, rows from the top, sRGB. The same arguments give the same bytes; another size of the same picture
    the same layout. Raises ValueError when rgb has another length, or the document is none.
    """
    if len(rgb) != width * height * 3:
        raise ValueError(f"expected {width * height * 3} bytes of rgb, got {len(rgb)}")
    document.check()
    pixels = np.frombuffer(rgb, np.uint8).reshape(height, width, 3).copy()
    picture = look_at(pixels)
    placed = [(line, block) for line in document.shown if (block := block_of(line, width / height)) is not None]
    panel = panel_of(document, placed, picture.aspect)
    mark = mark_of(document, placed, picture.aspect, faces)
    _print(pixels, document, placed, panel)
    if mark is not None:
        mark.print_on(Press(pixels, "clean", lambda ink: ink, document.seed))
    return Typeset(
        pixels.tobytes(),
        _layout(document, placed, panel, picture.aspect) | _mark_layout(document, mark, picture.aspect),
        {line.role: _unit(block.box, picture.aspect) for line, block in placed},
        tuple(faults_of(Standing(document, tuple(placed), panel, mark, picture, faces))),
    )


# --- ink ----------------------------------------------------------------------------------------------------------------


def _print(
    pixels: Pixels, document: TypeDocument, placed: Sequence[tuple[TypeLine, Block]], panel: panels.Panel | None
) -> None:
    press = Press(pixels, document.finish, lambda _ink: document.second_colour, document.seed)
    if panel is not None:
        press.lay_panel(panel, next(line.colour for line, _ in placed if line.has_plate))
    for line, block in placed:
        press.print_type(block, line.colour)


def _mark_layout(document: TypeDocument, mark: ExplicitMark | None, aspect: float) -> dict[str, Any]:
    if mark is None:
        return {}
    return {"mark": {"corner": document.mark, "box": [round(value, 7) for value in _unit(mark.box, aspect)]}}


def _layout(
    document: TypeDocument, placed: Sequence[tuple[TypeLine, Block]], panel: panels.Panel | None, aspect: float
) -> dict[str, Any]:
    """As `report.describe` says it, so that whoever reads a cover's layout need not know who set it."""
    spread = spread_of(document.finish)
    title = document.line("title")
    by_role = {
        line.role: {
            "lines": list(block.lines), "box": [round(value, 7) for value in _unit(block.box.grown(spread), aspect)],
            "cap": round(block.cap, 7), "ink": line.colour, "typefaces": list(block.faces), "vertical": block.is_vertical,
            "align": line.align,
        }
        for line, block in placed
    }  # fmt: skip
    missing = {line.role: list(missing_of(line)) for line in document.shown}
    return {
        "voice": title.voice if title else document.lines[0].voice if document.lines else "grotesk",
        "finish": document.finish,
        **{role: by_role.get(role) for role in ("title", "artist")},
        "others": {role: block for role, block in by_role.items() if role not in ("title", "artist")},
        "panel": panel and {"kind": panel.kind, "box": [round(value, 7) for value in _unit(panel.box, aspect)], "colour": panel.colour},
        "missing": {role: missing.get(role, []) for role in ("title", "artist")},
        "cut": [],
    }  # fmt: skip


def _unit(box: Box, aspect: float) -> tuple[float, float, float, float]:
    return box.left / aspect, box.top, box.width / aspect, box.height


# --- from what was set --------------------------------------------------------------------------------------------------


def anchored(line: TypeLine, anchor: str, aspect: float, document: TypeDocument) -> TypeLine:
    """The line at one of nine places inside the margins. anchor: "top left", "middle center", "bottom right" …"""
    valign, align = anchor.split(" ")
    line = replace(line, align=align)
    block = block_of(line, aspect)
    if block is None:
        return line
    room = margins(document, aspect)
    x = {"left": room.left, "center": aspect / 2, "right": room.right}[align]
    top = {
        "top": room.top, "middle": (1.0 - block.box.height) / 2, "bottom": room.bottom - block.box.height
    }[valign]  # fmt: skip
    return replace(line, x=round(x / aspect, 7), y=round(line.y + top - block.box.top, 7))
