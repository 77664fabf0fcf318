"""Every thing by its key of `covers.brief.scenery`, its true size and what it stands on; and setting one into a scene."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import skia

from covers.engine.poster.scenes.modelling import Pen
from covers.engine.poster.scenes.placing import cast_shadow, pen_of, place
from covers.engine.poster.scenes.shot import Shot

Draw = Callable[[Pen], None]


@dataclass(frozen=True)
class Thing:
    """metres: its height. stands: "ground", "table", "wall", "water", "air", "sky", "hand": what is below or behind it.
    glows: whether it gives light. wide: its width in heights."""

    key: str
    metres: float
    stands: str
    glows: bool
    wide: float
    draw: Draw


THINGS: dict[str, Thing] = {}


def thing(
    key: str, metres: float, stands: str = "ground", *, wide: float = 1.0, glows: bool = False
) -> Callable[[Draw], Draw]:
    """Registers a function that draws a thing: standing on (0, 0), 100 units high."""

    def register(draw: Draw) -> Draw:
        THINGS[key] = Thing(key, metres, stands, glows, wide, draw)
        return draw

    return register


def draw_thing(
    shot: Shot, key: str, x: float, foot: float, height: float | None = None, *, metre: float | None = None, depth: float = 0.0,
    facing: int = 1, rim: float = 0.5, shadow: bool = True,
) -> skia.Path:  # fmt: skip
    """A thing in the scene; returns its outline, which no type may touch.

    x, foot: the middle of where it stands, page units (its lower edge where it hangs or flies). height: on the page; None for its
    true size: by `metre`, how long a metre is there, or by the camera's distance of `foot`. depth: of air. facing: -1 mirrors.
    """
    own = THINGS[key]
    if height is None:
        height = own.metres * metre if metre is not None else shot.camera.size(own.metres, shot.camera.distance(foot))
    pen = pen_of(shot, height, facing)
    own.draw(pen)
    drawing = pen.done()
    if shadow and own.stands in ("ground", "table"):
        if own.stands == "ground":
            cast_shadow(shot, drawing, x, foot, height, facing=facing, depth=depth)
        else:
            left, right = (edge * height / 100 for edge in drawing.base)
            half = (right - left) / 2
            shot.shadow(
                x + facing * (left + right) / 2,
                foot,
                half * 1.05,
                max(0.002, half * 0.13),
                0.5 * (1 - depth),
            )
    return place(shot, drawing, x, foot, height, facing=facing, depth=depth, rim=rim)
