"""Who is in a scene, by the keys of `covers.brief.scenery.PEOPLE`: one person, a pair, a band, a crowd."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import skia

from covers.engine.poster.geometry import oval, rect, union
from covers.engine.poster.scenes.figures.person import draw_person, record
from covers.engine.poster.scenes.figures.poses import POSES
from covers.engine.poster.scenes.figures.wardrobe import Look, dancer_look, hanbok_look, look_of
from covers.engine.poster.scenes.modelling import Pen, tone
from covers.engine.poster.scenes.placing import cast_shadow, pen_of, place
from covers.engine.poster.scenes.shot import Shot

ONE = ("stand_away", "pockets_away", "stand_turned", "look_up_away", "pockets_turned", "look_up_turned")
SITTING = ("sit_knees_away", "sit_knees_turned", "sit_knees_side", "sit_lean_back_away")
WALKING = ("walk_away", "walk_turned", "walk_pockets_away", "walk_side", "walk_pockets_side", "trolley_walk_away")
IN_RAIN = ("umbrella_away", "umbrella_turned", "umbrella_walk_away")
DANCER = ("dance_arabesque", "dance_leap", "dance_turn", "dance_sway")
OLD_PLACES = ("temple_snow", "hanok_rain")
"""Where a woman may wear hanbok."""
ELDER = ("elder_side", "elder_away", "elder_hands_back")


def people(
    shot: Shot, kind: str, x: float, foot: float, height: float, *, facing: int = 1, depth: float = 0.0, rim: float = 0.6,
    poses: Sequence[str] = (),
) -> skia.Path | None:  # fmt: skip
    """Who the concept names, standing about (x, foot); returns their outline, None for an empty or unknown kind.

    height: of a standing adult there, in pages. poses: instead of those that fit the kind and the weather.
    """
    rng = shot.rng
    is_wet = shot.light.falls and shot.light.weather in ("rain", "snow")
    draw = partial(draw_person, facing=facing, depth=depth, rim=rim)

    def one(names: Sequence[str], build: str = "", dx: float = 0.0, face: int = facing) -> skia.Path:
        look = look_of(rng, shot.light, build)
        if look.build == "woman" and shot.concept.scene in OLD_PLACES and rng.random() < 0.45:
            look = hanbok_look(rng)
        return draw_person(
            shot,
            rng.choice(poses or names),
            x + dx * height,
            foot,
            height,
            facing=face,
            depth=depth,
            rim=rim,
            look=look,
        )

    if kind == "one":
        return one(IN_RAIN if is_wet else ONE)
    if kind == "sitting":
        return one(SITTING)
    if kind == "walking":
        return one(("umbrella_walk_away", "umbrella_walk_side") if is_wet else WALKING)
    if kind == "child":
        return one(("stand_away", "balloon_away", "walk_away", "look_up_away"), "child")
    if kind == "elder":
        return one(ELDER, "elder")
    if kind == "dancer":
        pose = rng.choice(poses or DANCER)
        look = dancer_look(rng, is_wide=pose in ("dance_leap", "dance_arabesque"))
        return draw(shot, pose, x, foot, height, look=look)
    if kind == "pair":
        return _pair(shot, x, foot, height, facing, depth, rim)
    if kind == "parent_child":
        adult = draw(shot, "stand_hand_right", x - 0.1 * height * facing, foot, height, look=look_of(rng, shot.light))
        child = draw(
            shot,
            "child_hand_left",
            x + 0.175 * height * facing,
            foot + 0.004 * height,
            height,
            look=look_of(rng, shot.light, "child"),
        )
        return union(adult, child)
    if kind == "band":
        return band(shot, x, foot, height, depth=depth, rim=rim)
    if kind == "crowd":
        return crowd(shot, foot, height, rim=rim, x=x)
    return None


def _pair(shot: Shot, x: float, foot: float, height: float, facing: int, depth: float, rim: float) -> skia.Path:
    rng = shot.rng
    how = rng.choice(("walk", "walk", "embrace", "apart", "away", "sit"))
    first, second = look_of(rng, shot.light, "man"), look_of(rng, shot.light, "woman")

    def draw(pose: str, dx: float, look: Look, face: int = facing, turn: float = 0.0) -> skia.Path:
        return draw_person(
            shot, pose, x + dx * height * facing, foot, height, facing=face, depth=depth, rim=rim, look=look, turn=turn
        )

    if how == "walk":
        return union(draw("hand_in_hand_right", -0.145, first), draw("hand_in_hand_left", 0.135, second))
    if how == "embrace":
        return union(draw("embraced_side", 0.105, second, -facing), draw("embrace_side", -0.09, first))
    if how == "apart":
        return union(draw("pockets_side", 0.28, first, facing), draw("stand_side", -0.28, second, -facing))
    if how == "sit":
        return union(draw("sit_knees_away", -0.16, first), draw("sit_knees_away", 0.15, second))
    return union(draw("stand_away", -0.14, first), draw("pockets_away", 0.14, second))


# --- a band --------------------------------------------------------------------------------------------------------------


def _kit(pen: Pen) -> None:
    """A drum kit from the front, standing on (0, 0), in the units of a person."""
    shell = pen.pick("#7a2430", "#23304a", "#d8cfbd", "#2a2a2e")
    for x, high, tilt in ((-36.0, 66.0, -8.0), (34, 72, 9), (44, 52, 6)):
        pen.line([(x * 0.86, 0), (x, -high)], "#8b8d94", 0.9)
        with pen.moved(x, -high, tilt):
            pen.form(oval(0, 0, 12.5, 1.7), "#c9a24e")
    for x in (-27.0, 26.0):
        pen.form(rect(x - 10, -31, 20, 22 if x > 0 else 12), tone(shell, -0.03))
        pen.flat(oval(x, -31, 10, 1.9), "#e6e1d6")
    pen.line([(-27, -18), (-31, 0)], "#8b8d94", 1.0)
    pen.line([(-27, -18), (-22, 0)], "#8b8d94", 1.0)
    for x in (-10.5, 10.5):
        pen.form(rect(x - 8.6, -52, 17.2, 13), shell)
        pen.flat(oval(x, -52, 8.6, 1.6), "#e6e1d6")
    pen.form(oval(0, -19.5, 19.5, 19.5), tone(shell, -0.08))
    pen.ball(oval(0, -19.5, 17.2, 17.2), "#d9d4c8", 0.6)
    with pen.detail():
        pen.flat(oval(5, -14, 3.4, 3.4), "#1a1a1d")


def band(shot: Shot, x: float, foot: float, height: float, *, depth: float = 0.0, rim: float = 0.8) -> skia.Path:
    """Drummer behind, singer in the middle, guitar and bass at the sides; about 2.4 heights wide."""
    rng = shot.rng
    back = height * 0.9
    looks = [
        look_of(rng, shot.light, build)
        for build in ("man", rng.choice(("woman", "man")), "man", rng.choice(("man", "woman")))
    ]
    parts = [
        draw_person(
            shot, "drum_toward", x + 0.05 * height, foot - 0.12 * height, back, depth=depth, rim=rim, look=looks[0]
        )
    ]
    pen = pen_of(shot, back)
    _kit(pen)
    kit = pen.done()
    cast_shadow(shot, kit, x + 0.05 * height, foot - 0.09 * height, back, depth=depth)
    parts.append(place(shot, kit, x + 0.05 * height, foot - 0.09 * height, back, depth=depth, rim=rim))
    for pose, dx, drop, look in (
        ("guitar_toward", -0.72, -0.02, looks[2]),
        ("bass_toward", 0.82, -0.03, looks[3]),
        ("sing_toward", -0.1, 0.04, looks[1]),
    ):
        parts.append(
            draw_person(shot, pose, x + dx * height, foot + drop * height, height, depth=depth, rim=rim, look=look)
        )
    return union(*parts)


# --- a crowd -------------------------------------------------------------------------------------------------------------

CROWD = (
    "arms_up_away",
    "stand_away",
    "wave_away",
    "stand_turned",
    "look_up_away",
    "arms_up_away",
    "dance_sway",
    "wave_turned",
)


def crowd(
    shot: Shot, foot: float, height: float, *, rows: int = 4, rim: float = 0.6, x: float = 0.5, width: float = 2.0
) -> skia.Path:
    """Backs, heads and raised arms against what they look at. foot: of the furthest row, whose people are `height` high; the rows
    before it stand lower and larger, out of the picture. Returns the outline of the furthest row's heads."""
    rng, visible = shot.rng, shot.page.visible
    recorded = []
    for name in CROWD:
        pen = pen_of(shot, height, 1)
        recorded.append((record(pen, POSES[name], look_of(pen.rng, shot.light)), name))
    outline = skia.Path()
    for row in range(rows):
        tall = height * (1 + 0.55 * row)
        bottom = foot + height * 0.42 * row * (1 + 0.2 * row)
        at = max(visible.left(), x - width / 2) - tall * 0.2
        order: list[tuple[float, int, int, float]] = []
        while at < min(visible.right(), x + width / 2) + tall * 0.2:
            order.append((at, rng.randrange(len(recorded)), rng.choice((-1, 1)), rng.uniform(0.92, 1.06)))
            at += tall * rng.uniform(0.19, 0.3)
        rng.shuffle(order)
        for place_x, index, face, size in order:
            path = place(
                shot,
                recorded[index][0],
                place_x,
                bottom + tall * rng.uniform(-0.02, 0.05),
                tall * size,
                facing=face,
                rim=rim,
                depth=max(0.0, 0.16 - 0.06 * row),
                shade=0.3 + 0.5 * row / max(1, rows - 1),
                keep_off=False,
            )
            if row == 0:
                outline.addPath(path)
    shot.keep_off(outline)
    return outline
