"""Type that is data, put on a picture: what the maker of a cover has set, exactly there, with what is wrong with it told beside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations
from math import cos, inf, pi, radians, sin
from typing import Any

import numpy as np
import skia

from albumsite.letters import clusters
from covers.lettering import blocks, explicit_mark, judging, on_faces, panels
from covers.lettering.blocks import Block, Draft
from covers.lettering.boxes import Box, around
from covers.lettering.copy import MARGIN, gap_under, in_one_hand
from covers.lettering.coverage import clean
from covers.lettering.drawing import Pixels, Press
from covers.lettering.explicit_mark import ExplicitMark
from covers.lettering.finishes import spread_of
from covers.lettering.inks import PUREST, contrast, tinted_extremes, worst_decile
from covers.lettering.on_faces import Faces
from covers.lettering.picture import PictureGrid, look_at
from covers.lettering.shaping import Line, Setting, cap_of, drawable, in_voice, runs_down, shape, shape_columns
from covers.lettering.type_document import SIZES, TypeDocument, TypeLine
from covers.lettering.voices import VOICE_TABLE

LEAST_CONTRAST = judging.SMALL_CONTRAST
"""Of any type that a person sets: what stores and screens ask of small type."""

APART = 0.004
"""Clear space below which two lines count as one over the other, in height units."""


SLACK = 0.0005
"""By how much type may stand outside its margins: what nobody sees."""

SAMPLED = (0.05, 0.5, 0.95)
"""Where a row is looked at, across and down, to tell what it stands on."""


@dataclass(frozen=True)
class Fault:
    """What is wrong with a line. kind: "contrast", "margin", "letters", "overlap", "columns", "face", "mark". mended: the line as it
    would be well, where that can be done for the person. figure: the contrast that is reached. letters: that no typeface has."""

    kind: str
    role: str
    mended: TypeLine | None = None
    figure: float = 0.0
    letters: tuple[str, ...] = ()


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
    panel = _panel(document, placed, picture.aspect)
    mark = _mark(document, placed, picture.aspect, faces)
    _print(pixels, document, placed, panel)
    if mark is not None:
        mark.print_on(Press(pixels, "clean", lambda ink: ink, document.seed))
    return Typeset(
        pixels.tobytes(),
        _layout(document, placed, panel, picture.aspect) | _mark_layout(document, mark, picture.aspect),
        {line.role: _unit(block.box, picture.aspect) for line, block in placed},
        (
            *_faults(document, placed, panel, picture),
            *_faults_on_faces(document, placed, picture.aspect, faces),
            *_faults_under(mark, placed),
        ),
    )


# --- one line -----------------------------------------------------------------------------------------------------------


def setting_of(line: TypeLine, text: str) -> Setting:
    """The faces and spaces of a line: a title's as its voice has them, all others as the voice sets what is small."""
    voice = in_one_hand(text, VOICE_TABLE[line.voice])
    spaces = (voice.tracking, voice.hangul_tracking)
    if line.role != "title":
        spaces = (voice.artist_tracking, max(0.0, voice.artist_tracking / 2))
    voice = replace(voice, leading=voice.leading * line.leading)
    return Setting(voice, spaces[0] + line.tracking, spaces[1] + line.tracking)


def _rows(line: TypeLine) -> list[str]:
    """What is set of each row, in the wished case, without letters that no face has."""
    voice = VOICE_TABLE[line.voice]
    rows = [_cased(clean(row), line.case) for row in line.rows]
    voice = in_one_hand("".join(rows), voice)
    return [row for row in (drawable(row, voice) for row in rows) if row.strip()]


def _cased(text: str, case: str) -> str:
    return text.upper() if case == "upper" else text.lower() if case == "lower" else text


def block_of(line: TypeLine, aspect: float) -> Block | None:
    """A line in its place; None where nothing of it can be drawn. aspect: width over height of the picture."""
    rows = _rows(line)
    setting = setting_of(line, "".join(rows))
    is_vertical = line.is_vertical and all(runs_down(row) for row in rows)
    shaped = _shaped(tuple(rows), setting, is_vertical)
    if not shaped:
        return None
    cap_em = cap_of(setting.voice)
    one = Draft(shaped, blocks.baselines(shaped, setting), line.size / cap_em, cap_em, is_vertical)
    if line.curve and not is_vertical:
        return _bent(line, tuple(rows), setting, one, aspect)
    at = line.x * aspect
    left = {"left": at, "center": at - one.width / 2, "right": at - one.width}[line.align]
    top = line.y if is_vertical else line.y + one.top
    return blocks.place(one, Box(left, top, left + one.width, top + one.height), line.align, "top")


@lru_cache(maxsize=512)
def _shaped(rows: tuple[str, ...], setting: Setting, is_vertical: bool) -> tuple[Line, ...]:
    if not rows:
        return ()
    lines = (shape_columns(rows, setting),) if is_vertical else tuple(shape(row, setting) for row in rows)
    return tuple(line for line in lines if not line.path.isEmpty())


def _bent(line: TypeLine, rows: tuple[str, ...], setting: Setting, one: Draft, aspect: float) -> Block | None:
    """Rows on arcs of one centre, letter by letter, so that none is deformed; the widest row spans `line.curve` degrees."""
    angle = radians(abs(line.curve))
    bow = 1.0 if line.curve > 0 else -1.0
    radius = one.width / angle
    path, boxes = skia.Path(), []
    for row, base in zip(one.lines, one.baselines, strict=True):
        bent = skia.Path()
        # below the first row the circle is smaller where it bows up, larger where it bows down
        around_at = max(radius - bow * base * one.size, one.size)
        for letter, middle in _letters(row.text, setting):
            turn = bow * ((middle - row.width / 2) * one.size) / around_at
            matrix = skia.Matrix.Translate(-middle, 0.0).postScale(one.size, one.size)
            matrix.postConcat(skia.Matrix.RotateDeg(turn * 180 / pi))
            matrix.postTranslate(bow * around_at * sin(turn), bow * (radius - around_at * cos(turn)))
            bent.addPath(letter, matrix)
        if bent.isEmpty():
            continue
        box = bent.computeTightBounds()
        boxes.append(Box(box.fLeft, box.fTop, box.fRight, box.fBottom))
        path.addPath(bent)
    if not boxes:
        return None
    whole = around(boxes)
    at = line.x * aspect
    across = {"left": at - whole.left, "center": at - (whole.left + whole.right) / 2, "right": at - whole.right}[
        line.align
    ]
    down = line.y - whole.top
    path.transform(skia.Matrix.Translate(across, down))
    boxes = [box.moved(across, down) for box in boxes]
    faces = tuple(dict.fromkeys(name for row in one.lines for name in row.faces))
    return Block(path, around(boxes), one.cap, rows, tuple(boxes), faces, False, line.align)


def _letters(text: str, setting: Setting) -> Iterator[tuple[skia.Path, float]]:
    """Each letter's outline where it stands in its row, in em, and the middle of its body. Scripts that join are not parted."""
    so_far = ""
    for cluster in clusters(text):
        so_far += cluster
        alone = shape(cluster, setting)
        start = shape(so_far, setting).width - alone.width
        if not alone.path.isEmpty():
            moved = skia.Path()
            moved.addPath(alone.path, skia.Matrix.Translate(start, 0.0))
            yield moved, start + alone.width / 2


# --- ink ----------------------------------------------------------------------------------------------------------------


def _print(
    pixels: Pixels, document: TypeDocument, placed: Sequence[tuple[TypeLine, Block]], panel: panels.Panel | None
) -> None:
    press = Press(pixels, document.finish, lambda _ink: document.second_colour, document.seed)
    if panel is not None:
        press.lay_panel(panel, next(line.colour for line, _ in placed if line.has_plate))
    for line, block in placed:
        press.print_type(block, line.colour)


def _mark(
    document: TypeDocument, placed: Sequence[tuple[TypeLine, Block]], aspect: float, faces: Faces
) -> ExplicitMark | None:
    """It keeps off type and, where there is room, off faces."""
    if not document.mark:
        return None
    type_boxes = [box.grown(APART) for _, block in placed for box in block.line_boxes]
    on = [Box(x * aspect, y, (x + width) * aspect, y + height) for x, y, width, height in faces]
    best = explicit_mark.placed(document.mark, aspect, [*type_boxes, *on], lambda line: block_of(line, aspect))
    if best is None or best.is_free or not on:
        return best
    return explicit_mark.placed(document.mark, aspect, type_boxes, lambda line: block_of(line, aspect))


def _mark_layout(document: TypeDocument, mark: ExplicitMark | None, aspect: float) -> dict[str, Any]:
    if mark is None:
        return {}
    return {"mark": {"corner": document.mark, "box": [round(value, 7) for value in _unit(mark.box, aspect)]}}


def _panel(document: TypeDocument, placed: Sequence[tuple[TypeLine, Block]], aspect: float) -> panels.Panel | None:
    on_it = [block for line, block in placed if line.has_plate]
    if not (document.plate and on_it):
        return None
    on_it.sort(key=lambda block: -block.cap)
    return panels.under(document.plate, document.plate_colour, on_it, aspect, document.seed)


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


# --- what is wrong ------------------------------------------------------------------------------------------------------


def missing_of(line: TypeLine) -> tuple[str, ...]:
    """Letters of a line that no face has, each once."""
    text = " ".join(_cased(clean(row), line.case) for row in line.rows)
    return in_voice(text, in_one_hand(text, VOICE_TABLE[line.voice])).missing


def _faults(
    document: TypeDocument, placed: Sequence[tuple[TypeLine, Block]], panel: panels.Panel | None, picture: PictureGrid
) -> Iterator[Fault]:
    for line in document.shown:
        if letters := missing_of(line):
            yield Fault("letters", line.role, letters=letters)
        if line.is_vertical and not all(runs_down(row) for row in _rows(line)):
            yield Fault("columns", line.role, mended=replace(line, is_vertical=False))
    for line, block in placed:
        reached = _contrast(line, block, panel, picture)
        if reached < LEAST_CONTRAST:
            yield Fault("contrast", line.role, _readable(line, block, panel, picture), round(reached, 2))
        if not block.box.is_inside(_margins(document, picture.aspect).grown(SLACK)):
            yield Fault("margin", line.role, _inside(line, block, document, picture.aspect))
    for one, other in combinations(placed, 2):
        if any(a.grown(APART).meets(b) for a in one[1].line_boxes for b in other[1].line_boxes):
            (_, larger), (line, smaller) = sorted((one, other), key=lambda pair: pair[0].role != "title")
            yield Fault("overlap", line.role, _beside(line, smaller, larger, _margins(document, picture.aspect)))


def _faults_on_faces(
    document: TypeDocument, placed: Sequence[tuple[TypeLine, Block]], aspect: float, faces: Faces
) -> Iterator[Fault]:
    ovals = on_faces.ovals(faces, aspect)
    for line, block in placed:
        if any(oval.meets(box) for oval in ovals for box in block.line_boxes):
            others = tuple(box.grown(APART) for one, other in placed if one is not line for box in other.line_boxes)
            room = on_faces.FreePlace(_margins(document, aspect), ovals, others, aspect)
            yield Fault("face", line.role, on_faces.off(line, lambda moved: block_of(moved, aspect), room))


def _faults_under(mark: ExplicitMark | None, placed: Sequence[tuple[TypeLine, Block]]) -> Iterator[Fault]:
    """Lines that the mark leaves no room to stand beside."""
    if mark is None or mark.is_free:
        return
    for line, block in placed:
        if any(mark.box.meets(box.grown(APART)) for box in block.line_boxes):
            yield Fault("mark", line.role)


def _margins(document: TypeDocument, aspect: float) -> Box:
    across, down = MARGIN * aspect, MARGIN
    spread = spread_of(document.finish)
    return Box(across, down, aspect - across, 1.0 - down).grown(-spread)


def _contrast(line: TypeLine, block: Block, panel: panels.Panel | None, picture: PictureGrid) -> float:
    """With all that it stands on: picture, the block of colour, or both where a line that is not set on the block reaches into it."""
    share = 0.0 if panel is None else 1.0 if line.has_plate else _share_on(panel, block)
    on_panel = contrast(line.colour, panel.colour) if panel and share else inf
    return on_panel if share == 1.0 else min(on_panel, worst_decile(line.colour, judging.ground_under(picture, block)))


def _share_on(panel: panels.Panel, block: Block) -> float:
    """How much of a line stands on the block of colour, by points of its rows."""
    points = [
        (box.left + across * box.width, box.top + down * box.height)
        for box in block.line_boxes for across in SAMPLED for down in SAMPLED
    ]  # fmt: skip
    return sum(panel.shape.contains(x, y) for x, y in points) / len(points)


def _readable(line: TypeLine, block: Block, panel: panels.Panel | None, picture: PictureGrid) -> TypeLine | None:
    """The line in the nearest ink that can be read there: tinted by the picture first, then pure; None where no ink can."""
    reached = {
        ink: _contrast(replace(line, colour=ink), block, panel, picture)
        for ink in (*tinted_extremes(picture), *PUREST)
    }  # fmt: skip
    wanted = sorted(reached, key=lambda ink: (ink in PUREST, -reached[ink]))
    return next((replace(line, colour=ink) for ink in wanted if reached[ink] >= LEAST_CONTRAST), None)


def _beside(line: TypeLine, block: Block, other: Block, room: Box) -> TypeLine | None:
    """Moved under the other block, or over it where that leaves the margins; None where there is room for neither."""
    gap = gap_under(other.cap)
    under, over = other.box.bottom + gap - block.box.top, other.box.top - gap - block.box.bottom
    fitting = (
        down for down in (under, over) if room.top <= block.box.top + down and block.box.bottom + down <= room.bottom
    )
    down = next(fitting, None)
    return None if down is None else replace(line, y=round(line.y + down, 7))


def _inside(line: TypeLine, block: Block, document: TypeDocument, aspect: float) -> TypeLine | None:
    """Moved inside the margins; first made small enough where it is wider or taller than they are."""
    room = _margins(document, aspect)
    share = min(1.0, 0.995 * room.width / block.box.width, 0.995 * room.height / block.box.height)
    smaller = replace(line, size=round(line.size * share, 7)) if share < 1.0 else line
    if smaller.size < SIZES[0]:
        return None
    now = block_of(smaller, aspect)
    if now is None:
        return None
    across = max(room.left - now.box.left, 0.0) + min(room.right - now.box.right, 0.0)
    down = max(room.top - now.box.top, 0.0) + min(room.bottom - now.box.bottom, 0.0)
    return replace(smaller, x=round(smaller.x + across / aspect, 7), y=round(smaller.y + down, 7))


# --- from what was set --------------------------------------------------------------------------------------------------


def anchored(line: TypeLine, anchor: str, aspect: float, document: TypeDocument) -> TypeLine:
    """The line at one of nine places inside the margins. anchor: "top left", "middle center", "bottom right" …"""
    valign, align = anchor.split(" ")
    line = replace(line, align=align)
    block = block_of(line, aspect)
    if block is None:
        return line
    room = _margins(document, aspect)
    x = {"left": room.left, "center": aspect / 2, "right": room.right}[align]
    top = {
        "top": room.top, "middle": (1.0 - block.box.height) / 2, "bottom": room.bottom - block.box.height
    }[valign]  # fmt: skip
    return replace(line, x=round(x / aspect, 7), y=round(line.y + top - block.box.top, 7))
