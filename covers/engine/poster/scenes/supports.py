"""What a small thing stands on where a place has no table: a stool in a room, a wooden crate out of doors.

A ring, a book, an apple are a few centimetres high. Laid on the ground and brought nearer until they can be recognised, they would
be as large as whoever sits beside them; on something of a known size they are a still life inside the scene.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from covers.brief.scenery import PLACES
from covers.engine.poster.geometry import oval
from covers.engine.poster.scenes.modelling import Pen, tone
from covers.engine.poster.scenes.placing import cast_shadow, pen_of, place
from covers.engine.poster.scenes.shot import Shot

WOODS = ("#8a6242", "#6b4a34", "#a8845c", "#7c6a58")
AFLOAT = frozenset({"under_water", "planet_rim"})
"""Places where nothing stands on anything."""
PAINTS = ("#5f7a74", "#b25b45", "#c9a45a", "#46586b", *WOODS)


@dataclass(frozen=True)
class Support:
    """metres, wide: height and width in metres. top: where the middle of its upper side is, as a share of its height."""

    metres: float
    wide: float
    top: float
    draw: Callable[[Pen], None]


def _stool(pen: Pen) -> None:
    wood = pen.pick(*PAINTS)
    for x, foot in ((-26, -7), (27, -8)):
        pen.rod([(x * 0.8, -84), (x, foot)], tone(wood, -0.1), 6)
    for x, foot in ((-37, 0), (36, -1)):
        pen.rod([(x * 0.8, -84), (x, foot)], tone(wood, -0.02), 6.6)
    pen.rod([(-35, -34), (34, -35)], tone(wood, -0.08), 4)
    pen.form(oval(0, -85, 44, 9), tone(wood, -0.12))
    pen.form(oval(0, -90, 44, 9), tone(wood, 0.05), 0.5)


def _crate(pen: Pen) -> None:
    wood = pen.pick(*WOODS)
    pen.plane("-78,-86 78,-86 66,-100 -66,-100", tone(wood, 0.07), 0.6)
    for low, high in ((0, -25), (-30, -55), (-60, -86)):
        pen.plane([(-78, low), (78, low), (78, high), (-78, high)], tone(wood, -0.02 if high != -55 else 0.01), 0.6)
        pen.line([(-60, high + 9), (54, high + 10)], tone(wood, -0.07), 1.2)
    for x in (-72, 72):
        pen.plane([(x - 6, 0), (x + 6, 0), (x + 6, -86), (x - 6, -86)], tone(wood, -0.08))


STOOL = Support(0.5, 0.44, 0.9, _stool)
CRATE = Support(0.38, 0.6, 0.93, _crate)


def support_of(shot: Shot, width: float) -> Support:
    """For a thing of this width in metres."""
    return STOOL if shot.concept.scene in PLACES["indoors"] and width < STOOL.wide else CRATE


def draw_support(
    shot: Shot, support: Support, x: float, foot: float, metre: float, *, depth: float, facing: int
) -> None:
    """x, foot: page units, where it stands. metre: how long one metre is there, in pages."""
    height = support.metres * metre
    pen = pen_of(shot, height, facing)
    support.draw(pen)
    drawing = pen.done()
    cast_shadow(shot, drawing, x, foot, height, facing=facing, depth=depth)
    place(shot, drawing, x, foot, height, facing=facing, depth=depth, rim=0.5)
