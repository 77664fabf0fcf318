"""Lines of type that are data, as outlines in their places, with the block of colour and the mark that stand beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from math import cos, pi, radians, sin

import skia

from albumsite.letters import clusters
from covers.lettering import blocks, explicit_mark, panels
from covers.lettering.blocks import Block, Draft
from covers.lettering.boxes import Box, around
from covers.lettering.copy import MARGIN, in_one_hand
from covers.lettering.coverage import clean
from covers.lettering.explicit_mark import ExplicitMark
from covers.lettering.finishes import spread_of
from covers.lettering.on_faces import Faces
from covers.lettering.shaping import Line, Setting, cap_of, drawable, runs_down, shape, shape_columns
from covers.lettering.type_document import TypeDocument, TypeLine
from covers.lettering.voices import VOICE_TABLE

APART = 0.004
"""Clear space below which two lines count as one over the other, in height units."""


def setting_of(line: TypeLine, text: str) -> Setting:
    """The faces and spaces of a line: a title's as its voice has them, all others as the voice sets what is small."""
    voice = in_one_hand(text, VOICE_TABLE[line.voice])
    spaces = (voice.tracking, voice.hangul_tracking)
    if line.role != "title":
        spaces = (voice.artist_tracking, max(0.0, voice.artist_tracking / 2))
    voice = replace(voice, leading=voice.leading * line.leading)
    return Setting(voice, spaces[0] + line.tracking, spaces[1] + line.tracking)


def rows_of(line: TypeLine) -> list[str]:
    """What is set of each row, in the wished case, without letters that no face has."""
    voice = VOICE_TABLE[line.voice]
    rows = [cased(clean(row), line.case) for row in line.rows]
    voice = in_one_hand("".join(rows), voice)
    return [row for row in (drawable(row, voice) for row in rows) if row.strip()]


def cased(text: str, case: str) -> str:
    return text.upper() if case == "upper" else text.lower() if case == "lower" else text


def block_of(line: TypeLine, aspect: float) -> Block | None:
    """A line in its place; None where nothing of it can be drawn. aspect: width over height of the picture."""
    rows = rows_of(line)
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


# --- with the others -----------------------------------------------------------------------------------------------------


def margins(document: TypeDocument, aspect: float) -> Box:
    """Inside which type stands, whatever stores and players cut."""
    across, down = MARGIN * aspect, MARGIN
    spread = spread_of(document.finish)
    return Box(across, down, aspect - across, 1.0 - down).grown(-spread)


def panel_of(document: TypeDocument, placed: Sequence[tuple[TypeLine, Block]], aspect: float) -> panels.Panel | None:
    """The block of colour under the lines that stand on it, if any do."""
    on_it = [block for line, block in placed if line.has_plate]
    if not (document.plate and on_it):
        return None
    on_it.sort(key=lambda block: -block.cap)
    return panels.under(document.plate, document.plate_colour, on_it, aspect, document.seed)


def mark_of(
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
