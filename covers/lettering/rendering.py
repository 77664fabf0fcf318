"""Sets a title and an artist in real type on a picture of any size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from covers.lettering.copy import prepare
from covers.lettering.drawing import Press
from covers.lettering.finishes import second_ink
from covers.lettering.inks import tinted_extremes
from covers.lettering.layout import lay_out
from covers.lettering.picture import look_at
from covers.lettering.placing import calm_zones, own_plan
from covers.lettering.report import describe
from covers.lettering.title_contract import TypePlan


@dataclass(frozen=True)
class Lettered:
    """A picture with its type. rgb: width * height * 3 bytes, rows from the top, sRGB. layout: JSON values, see `report`."""

    rgb: bytes
    width: int
    height: int
    layout: dict[str, object]


def render(
    rgb: bytes, width: int, height: int, *, title: str, artist: str, plan: TypePlan | None, seed: int
) -> Lettered:
    """Set a title and an artist on a picture.

    rgb: width * height * 3 bytes, rows from the top, sRGB. plan: an engine's wish, tested against the picture; with
    None, calm places, a voice (by the seed) and inks are found here. The same arguments give the same bytes; another
    size of the same picture gives the same layout. Raises ValueError when rgb has another length.
    """
    if len(rgb) != width * height * 3:
        raise ValueError(f"expected {width * height * 3} bytes of rgb, got {len(rgb)}")
    pixels = np.frombuffer(rgb, np.uint8).reshape(height, width, 3).copy()
    picture = look_at(pixels)
    copy = prepare(title, artist, plan or own_plan(picture, title, seed), picture.aspect)
    layout = lay_out(copy, picture, calm_zones(picture, seed))
    plan, extremes = copy.plan, tinted_extremes(picture)

    def second_of(ink: str) -> str:
        return second_ink(plan.finish, ink, plan.inks, extremes)

    Press(pixels, plan.finish, second_of, seed).draw(layout)
    return Lettered(pixels.tobytes(), width, height, describe(layout, copy, second_of(layout.title_ink)))
