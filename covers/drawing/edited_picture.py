"""A picture of `poster` as its maker has changed it: drawn, cut to the part that is seen, turned."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from PIL import Image

from covers.edits.picture_edit import PictureEdit
from covers.engine.engine_contract import CoverEngine, Drawn, DrawSpec
from covers.lettering.title_contract import TypePlan, Zone

LEAST_KEPT = 0.6
"""Of a zone's width and height: what is left of it is a place for type still."""
USUAL_ZONES = (Zone(0.07, 0.07, 0.86, 0.24), Zone(0.07, 0.68, 0.86, 0.25, valign="bottom"))
"""Where none of the engine's own is left; the lettering tests each of them."""


def draw_edited(engine: CoverEngine, spec: DrawSpec, edit: PictureEdit) -> Drawn:
    """spec: with what is changed in it, at the size that is wanted. The part that is seen is drawn so large: it is as sharp as all of it.

    Raises EngineError.
    """
    large = replace(spec, width=_enlarged(spec.width, edit), height=_enlarged(spec.height, edit))
    drawn = next(iter(engine.draw([large], on_step=lambda _step: True)))
    return _mirrored(_cut(drawn, spec.width, spec.height, edit), edit)


def _enlarged(side: int, edit: PictureEdit) -> int:
    return round(side * (100 + edit.zoom) / 100)


def _cut(drawn: Drawn, width: int, height: int, edit: PictureEdit) -> Drawn:
    if not edit.zoom:
        return drawn
    left = round((drawn.width - width) * (100 + edit.across) / 200)
    top = round((drawn.height - height) * (100 + edit.down) / 200)
    image = Image.frombytes("RGB", (drawn.width, drawn.height), drawn.rgb).crop((left, top, left + width, top + height))
    window = left / drawn.width, top / drawn.height, width / drawn.width, height / drawn.height
    plan = drawn.type_plan and _plan_within(drawn.type_plan, window)
    return replace(drawn, rgb=image.tobytes(), width=width, height=height, type_plan=plan)


def _plan_within(plan: TypePlan, window: tuple[float, float, float, float]) -> TypePlan:
    titles, artists = (tuple(_zones_within(zones, window)) for zones in (plan.title_zones, plan.artist_zones))
    return replace(plan, title_zones=titles or USUAL_ZONES, artist_zones=artists)


def _zones_within(zones: Iterable[Zone], window: tuple[float, float, float, float]) -> Iterable[Zone]:
    """As the part that is seen has them, with a margin; those of which too little is left are no zones any more."""
    left, top, width, height = window
    for zone in zones:
        x, y = (zone.x - left) / width, (zone.y - top) / height
        right, bottom = min(0.95, x + zone.width / width), min(0.95, y + zone.height / height)
        x, y = max(0.05, x), max(0.05, y)
        if right - x >= LEAST_KEPT * zone.width and bottom - y >= LEAST_KEPT * zone.height:
            yield replace(zone, x=x, y=y, width=right - x, height=bottom - y)


def _mirrored(drawn: Drawn, edit: PictureEdit) -> Drawn:
    """As it is seen in a mirror, with the places for its type, where that is wished."""
    if not edit.is_mirrored:
        return drawn
    image = Image.frombytes("RGB", (drawn.width, drawn.height), drawn.rgb).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    return replace(drawn, rgb=image.tobytes(), type_plan=drawn.type_plan and _mirrored_plan(drawn.type_plan))


def _mirrored_plan(plan: TypePlan) -> TypePlan:
    def turned(zone: Zone) -> Zone:
        align = {"left": "right", "right": "left"}.get(zone.align, zone.align)
        return replace(zone, x=1.0 - zone.x - zone.width, align=align)

    titles, artists = tuple(map(turned, plan.title_zones)), tuple(map(turned, plan.artist_zones))
    return replace(plan, title_zones=titles, artist_zones=artists)
