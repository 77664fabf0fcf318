"""Who and what is in a scene: people and telling things at the spots that the scene offers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import skia

from covers.brief.scenery import NOBODY
from covers.engine.poster.color import blend
from covers.engine.poster.scenes.camera import Camera
from covers.engine.poster.scenes.figures import POSES, draw_person, look_of
from covers.engine.poster.scenes.figures import people as draw_people
from covers.engine.poster.scenes.shot import Shot
from covers.engine.poster.scenes.supports import AFLOAT, draw_support, support_of
from covers.engine.poster.scenes.things import THINGS, Thing, draw_thing

ADULT = 1.7
"""Metres."""
LEAST_SIZE, LOWEST_FOOT = 0.1, 0.95
"""How large a telling thing is at least, in pages, where it can be brought nearer; and how near that may be."""
EMPHASISED_SIZE = (1.0, 1.4, 1.9)
"""By how much more, by the shot's emphasis."""
SUPPORT_SIZE = 1.5
"""How large what a small thing stands on is at least, in LEAST_SIZE."""
SUPPORTED_WIDTH, SUPPORTED_HEIGHT = 0.9, 1.0
"""To what of its support's width and height a smaller thing is enlarged."""
LARGEST_SIZE, LARGE = 0.34, 2.2
"""How large a thing is at most, in pages; and the height in metres from which on it needs a spot for vehicles."""
COMPANY = 0.7
"""How often somebody is there whom the song does not name."""
STAND_ON: dict[str, tuple[str, ...]] = {
    "ground": ("ground", "vehicle", "table"), "table": ("table", "hot", "bed", "ground", "seat"), "wall": ("wall",),
    "water": ("water",), "sea": ("sea", "water"), "air": ("air", "sky", "sea"), "sky": ("sky", "air", "space"), "hand": ("ground", "table"),
}  # fmt: skip
"""Where a thing may go, by what it stands on, best first."""
PLACE_POSES: dict[str, tuple[str, ...]] = {
    "sitting": ("sit_chair_away", "sit_chair_turned", "sit_chair_side", "sit_bow_side"),
    "bust": ("stand_away", "stand_turned", "pockets_away"),
    "swing": ("swing_away", "swing_turned"),
    "swims": ("swim_side", "sink_turned"),
}
"""Poses that a place asks for."""


@dataclass(frozen=True)
class CastSpot:
    """A place for somebody or something. x, foot: page units, where it stands. metre: how large one metre is there, in pages.

    holds: of "people" and the kinds in STAND_ON, with spaces between. depth: of air before it, 0 to 1. facing: -1 left, 1 right.
    poses: of PLACE_POSES.
    """

    x: float
    foot: float
    metre: float
    holds: str = "people ground"
    depth: float = 0.0
    facing: int = 1
    poses: tuple[str, ...] = ()


def standing(
    camera: Camera,
    across: float,
    distance: float,
    holds: str = "people ground",
    depth: float = 0.0,
    center: float = 0.5,
) -> CastSpot:
    """On the ground, so far to the right of the line of sight and so far away, both in metres."""
    return CastSpot(camera.x(across, distance, center), camera.foot(distance), camera.size(1, distance), holds, depth)


def cast(shot: Shot, spots: Sequence[CastSpot], people: str = "", things: Sequence[str] = ()) -> None:
    """Put the concept's people and things in their spots, from back to front.

    people, things: the scene's own, for a song that names none. What was put somewhere is not put elsewhere; what finds no spot
    that holds it is left to a later call, and at last left out.
    """
    free, parts = list(spots), []
    kind = shot.concept.people or (people if shot.company < COMPANY else "")
    if (
        kind
        and kind != NOBODY
        and not shot.has_people
        and (spot := next((spot for spot in free if "people" in spot.holds), None))
    ):
        free.remove(spot)
        parts.append((spot, kind))
        shot.has_people, shot.who = True, kind
    for key in shot.concept.things or tuple(things)[:1]:
        if key not in THINGS or key in shot.placed or len(shot.placed) > 1:
            continue
        if key == "umbrella" and shot.has_people and shot.light.falls and shot.light.weather in ("rain", "snow"):
            shot.carried.add(key)
            continue  # somebody holds it over their head
        kinds = STAND_ON.get(THINGS[key].stands, ())
        if THINGS[key].stands == "ground" and THINGS[key].metres > LARGE:
            kinds = ("vehicle",)
        kind, spot = next(((kind, spot) for kind in kinds for spot in free if kind in spot.holds.split()), ("", None))
        if spot is not None:
            free.remove(spot)
            lies_low = THINGS[key].stands == "table" and kind == "ground" and shot.concept.scene not in AFLOAT
            parts.append((spot, f"raised {key}" if lies_low else f"thing {key}"))
            shot.placed.add(key)
    for spot, what in sorted(parts, key=lambda part: part[0].foot):
        how, _, key = what.partition(" ")
        if how == "raised":
            shot.told.append(draw_telling(shot, key, raised(shot, spot, THINGS[key])))
        elif how == "thing":
            near = within(enlarged(shot, nearer(shot, spot, THINGS[key].metres), THINGS[key].metres), THINGS[key])
            shot.told.append(draw_telling(shot, key, near))
        else:
            draw_somebody(shot, spot, what)


def within(spot: CastSpot, what: Thing) -> CastSpot:
    """The spot with a thing's size kept in bounds, and moved in from the edge that would cut it."""
    metre = min(spot.metre, LARGEST_SIZE / what.metres)
    half = 0.5 * metre * what.metres * what.wide + 0.03
    return replace(spot, metre=metre, x=min(max(spot.x, half), 1 - half) if half < 0.5 else 0.5)


def raised(shot: Shot, spot: CastSpot, what: Thing) -> CastSpot:
    """The spot on top of a stool or a crate, which is drawn here; a thing smaller than that is drawn as wide, at most."""
    width = what.metres * what.wide
    support = support_of(shot, width)
    spot = nearer(shot, spot, support.metres / SUPPORT_SIZE)
    if shot.light.is_dark:  # somebody's lamp is on it
        above = spot.foot - 2 * support.metres * spot.metre
        shot.lamps.append((spot.x - 0.1 * spot.facing, above, 0.4, shot.light.lamp, 0.8))
        shot.glow(spot.x, spot.foot - support.metres * spot.metre, 0.26, shot.light.lamp, 0.3)
    draw_support(shot, support, spot.x, spot.foot, spot.metre, depth=spot.depth, facing=spot.facing)
    wanted = LEAST_SIZE * EMPHASISED_SIZE[shot.emphasis] / what.metres
    most = min(SUPPORTED_WIDTH * support.wide / width, SUPPORTED_HEIGHT * support.metres / what.metres)
    metre = max(spot.metre, min(wanted, most * spot.metre))
    return replace(spot, foot=spot.foot - support.top * support.metres * spot.metre, metre=metre, holds="table")


def nearer(shot: Shot, spot: CastSpot, metres: float) -> CastSpot:
    """The spot brought towards the lens along its line of sight until a thing of this height can be recognised."""
    wanted = LEAST_SIZE * EMPHASISED_SIZE[shot.emphasis] / (metres * spot.metre)
    below = spot.foot - shot.camera.horizon
    if wanted <= 1 or below <= 0.01 or not set(spot.holds.split()) & {"ground", "water"}:
        return spot
    grow = min(wanted, (LOWEST_FOOT - shot.camera.horizon) / below)
    if grow <= 1:
        return spot
    return replace(
        spot, x=min(0.85, max(0.15, 0.5 + (spot.x - 0.5) * grow)), foot=shot.camera.horizon + below * grow, metre=spot.metre * grow,
        depth=spot.depth / grow,
    )  # fmt: skip


def enlarged(shot: Shot, spot: CastSpot, metres: float) -> CastSpot:
    """With emphasis a thing that cannot come nearer is drawn larger than it would be there."""
    if not shot.emphasis:
        return spot
    return replace(spot, metre=max(spot.metre, LEAST_SIZE * EMPHASISED_SIZE[shot.emphasis] / metres))


def draw_telling(shot: Shot, key: str, spot: CastSpot) -> skia.Path:
    """The thing in its spot, set off from what is behind it as the shot's emphasis says. Returns its outline."""
    size = THINGS[key].metres * spot.metre
    if shot.emphasis == 2:
        tone = blend(shot.light.horizon, shot.light.key, 0.4)
        shot.page.glow(spot.x, spot.foot - 0.5 * size, 0.9 * size * max(0.9, min(1.6, THINGS[key].wide)), tone, 0.5)
    rim = 0.5 if not shot.emphasis else 1.0
    depth = spot.depth if not shot.emphasis else 0.4 * spot.depth
    return draw_thing(shot, key, spot.x, spot.foot, metre=spot.metre, depth=depth, facing=spot.facing, rim=rim)


def draw_somebody(shot: Shot, spot: CastSpot, kind: str) -> None:
    height = ADULT * spot.metre
    if "bust" in spot.poses:  # behind something: the feet are below it
        pose = shot.rng.choice(PLACE_POSES["bust"])
        draw_person(
            shot, pose, spot.x, spot.foot + height * 0.7, height, facing=spot.facing, depth=spot.depth, shadow=False
        )
        return
    place = next((place for place in ("swing", "swims") if place in spot.holds.split()), "")
    if place or ("sitting" in spot.poses and kind in ("one", "sitting", "walking", "elder", "child")):
        look = look_of(shot.rng, shot.light, kind if kind in ("child", "elder") else "")
        pose = shot.rng.choice(PLACE_POSES[place or "sitting"])  # chairs come with who sits on them
        draw_person(shot, pose, spot.x, spot.foot, height, facing=spot.facing, depth=spot.depth, look=look)
        return
    poses = tuple(name for place in spot.poses for name in PLACE_POSES.get(place, ()) if name in POSES)
    draw_people(shot, kind, spot.x, spot.foot, height, facing=spot.facing, depth=spot.depth, poses=poses)
