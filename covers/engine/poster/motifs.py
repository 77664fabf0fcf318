"""Every motif as paths: its drawing with inner lines, and its silhouette."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import skia

from covers.engine.poster import forms_life, forms_nature, forms_things
from covers.engine.poster.geometry import contours, minus, outline, path_of, solid
from covers.engine.poster.traits import LINEAR

FORMS = {**forms_nature.FORMS, **forms_life.FORMS, **forms_things.FORMS}
DATA_FILE = Path(__file__).with_name("motifs.json")


@dataclass(frozen=True)
class Motif:
    """shape: the silhouette, holes filled. detail: what is drawn on it in another colour: its holes, or, where the
    drawing is an outline, the lines inside. ink: the drawing as it is. All are centred on the origin and fit a box of
    side 1 that the longer side fills. width, height: of that box."""

    key: str
    shape: skia.Path
    detail: skia.Path
    ink: skia.Path
    width: float
    height: float


@cache
def outlines() -> dict[str, str]:
    """Path data of all icon motifs (0.3 MB, read once)."""
    return json.loads(DATA_FILE.read_text(encoding="utf-8"))


@cache  # each picture is rehearsed, drawn small and drawn, and its motif is wanted every time: a dozen boolean operations
def motif(key: str) -> Motif:
    """The drawing of one motif; its paths are everybody's and stay as they are. Raises KeyError for what is not in the vocabulary."""
    if key in FORMS:
        raw = FORMS[key]()
    else:
        raw = path_of(outlines()[key])
        raw.setFillType(skia.PathFillType.kEvenOdd)
    box = raw.computeTightBounds()
    scale = 1 / max(box.width(), box.height())
    matrix = skia.Matrix().setScale(scale, scale)
    matrix.preTranslate(-box.centerX(), -box.centerY())
    ink, shape = skia.Path(), skia.Path()
    raw.transform(matrix, ink)
    (raw if key in LINEAR else solid(raw)).transform(matrix, shape)
    detail = skia.Path() if key in LINEAR else detail_of(shape, ink)
    return Motif(key, shape, detail, ink, box.width() * scale, box.height() * scale)


SPECK = 0.065
"""Pieces of detail smaller than this are left-overs of the contour."""

OUTLINE_WIDTH = 0.084
"""A little more than the line of the outlined icons, as a share of their box."""


def detail_of(shape: skia.Path, ink: skia.Path) -> skia.Path:
    """Holes of a filled drawing; of an outlined one (more hole than ink) the lines inside its contour."""
    holes = minus(shape, ink)
    if covered(holes) < 0.36 * covered(shape):
        return holes
    inner = minus(ink, outline(shape, 2 * OUTLINE_WIDTH))
    if covered(inner) > 0.5 * covered(shape):  # the solver gave up and returned the ink
        return holes
    detail = skia.Path()
    detail.setFillType(skia.PathFillType.kEvenOdd)
    for part in contours(inner):
        if max(part.getBounds().width(), part.getBounds().height()) > SPECK:
            detail.addPath(part)
    return detail


def covered(path: skia.Path) -> int:
    """Pixels that a path of the unit box covers at side 64."""
    surface = skia.Surface(64, 64)
    canvas = surface.getCanvas()
    canvas.clear(0)
    canvas.translate(32, 32)
    canvas.scale(64, 64)
    canvas.drawPath(path, skia.Paint(Color=0xFFFFFFFF))
    return int((surface.toarray()[..., 3] > 127).sum())
