"""Scenes with a tiled house, and one with a bridge on fire."""

from __future__ import annotations

import skia

from covers.engine.poster.color import at_lightness, blend
from covers.engine.poster.geometry import polygon, rect, smooth, union
from covers.engine.poster.page import BLEED_MAX, BLEED_MIN
from covers.engine.poster.scenes import nature, town
from covers.engine.poster.scenes.camera import Camera
from covers.engine.poster.scenes.cast import CastSpot, cast
from covers.engine.poster.scenes.depth import far_is_drawn
from covers.engine.poster.scenes.registry import scene
from covers.engine.poster.scenes.shot import Shot


def _papered_doors(shot: Shot, x: float, base: float, width: float, lit: tuple[int, ...], depth: float) -> None:
    """Five bays of lattice and paper, between posts. lit: by their number."""
    light, page, height = shot.light, shot.page, width * 0.30
    bays = 5
    bay = width * 0.72 / bays
    for index in range(bays):
        left = x - width * 0.36 + bay * index
        door = rect(left + bay * 0.1, base - height * 0.84, bay * 0.8, height * 0.76)
        shines = index in lit
        paper = "#ffcf86" if shines else light.lit("#c9b794", 0.15)
        page.gradient(
            door,
            (0, base - height * 0.84),
            (0, base),
            [at_lightness(paper, 0.9 if shines else 0.42), blend(paper, light.dark, 0.12 if shines else 0.4)],
        )
        lattice = skia.Path()
        for k in range(1, 5):
            lattice.addRect(
                skia.Rect.MakeXYWH(
                    left + bay * (0.1 + 0.16 * k) - bay * 0.012, base - height * 0.84, bay * 0.024, height * 0.76
                )
            )
        for k in range(1, 6):
            lattice.addRect(
                skia.Rect.MakeXYWH(left + bay * 0.1, base - height * (0.84 - 0.127 * k), bay * 0.8, bay * 0.022)
            )
        shot.flat(lattice, "#3a2a1e", depth, 0.85)
        if shines:
            shot.glow(left + bay / 2, base - height * 0.45, bay * 1.7, "#ffb95e", 0.4)
        shot.flat(rect(left - bay * 0.05, base - height, bay * 0.1, height), light.lit("#4a3324", 0.2), depth)


def _tiled_roof(shot: Shot, x: float, base: float, width: float, snowy: bool, depth: float) -> skia.Path:
    """Its eaves lift at the ends. Returns its outline."""
    light, page, height = shot.light, shot.page, width * 0.30
    eave, ridge_y, lift = base - height * 0.96, base - height * 2.0, height * 0.26
    roof = skia.Path()
    roof.moveTo(x - width * 0.56, eave - lift)
    roof.quadTo(x - width * 0.38, eave + lift * 0.1, x, eave + lift * 0.12)
    roof.quadTo(x + width * 0.38, eave + lift * 0.1, x + width * 0.56, eave - lift)
    roof.quadTo(x + width * 0.36, eave - lift * 1.2, x + width * 0.3, ridge_y)
    roof.quadTo(x, ridge_y + lift * 0.2, x - width * 0.3, ridge_y)
    roof.quadTo(x - width * 0.36, eave - lift * 1.2, x - width * 0.56, eave - lift)
    roof.close()
    tile = blend(light.lit("#3c4146", 0.3), light.dark, 0.35)
    shot.graded(
        roof,
        (0, ridge_y),
        (0, eave),
        [light.far(blend(tile, light.haze, 0.15), depth), light.far(tile, depth), light.far(light.dark, depth)],
    )
    with page.clipped(roof):
        rows = skia.Path()
        for k in range(-22, 23):
            rows.moveTo(x + width * 0.0128 * k, ridge_y)
            rows.quadTo(x + width * 0.0165 * k, (ridge_y + eave) / 2, x + width * 0.0255 * k, eave + lift * 0.3)
        page.line(rows, light.far(blend(tile, light.haze, 0.35), depth), width * 0.004, 0.6)
        if snowy:
            cap = skia.Path(roof)
            cap.offset(0, -height * 0.2)
            page.fill(cap, blend("#eef2f8", light.fill, 0.3), 0.95)
    under = skia.Path()
    under.moveTo(x - width * 0.5, eave - lift * 0.62)
    under.quadTo(x, eave + lift * 0.55, x + width * 0.5, eave - lift * 0.62)
    under.quadTo(x, eave + lift * 0.2, x - width * 0.5, eave - lift * 0.62)
    shot.flat(under, light.dark, depth)
    ridge = smooth(
        [
            (x - width * 0.33, ridge_y - height * 0.1),
            (x - width * 0.2, ridge_y + height * 0.02),
            (x, ridge_y + height * 0.04),
            (x + width * 0.2, ridge_y + height * 0.02),
            (x + width * 0.33, ridge_y - height * 0.1),
        ]
    )
    page.line(ridge, light.far(blend("#eef2f8", light.fill, 0.3) if snowy else light.dark, depth), height * 0.11)
    return roof


def hanok(
    shot: Shot,
    x: float,
    base: float,
    width: float,
    *,
    lit: tuple[int, ...] = (1, 2),
    snowy: bool = False,
    depth: float = 0.0,
) -> None:
    """A tiled house from the front: raised floor, papered doors, a roof whose eaves lift at the ends."""
    light, height = shot.light, width * 0.30
    wall = rect(x - width * 0.36, base - height, width * 0.72, height)
    shot.graded(
        wall,
        (0, base - height),
        (0, base),
        [light.far(light.lit("#8d7a63", 0.25), depth), light.far(light.lit("#6a5745", 0.4), depth)],
    )
    _papered_doors(shot, x, base, width, lit, depth)
    shot.flat(
        rect(x - width * 0.4, base - height * 0.07, width * 0.8, height * 0.13), light.lit("#4f3d2e", 0.25), depth
    )
    shot.flat(rect(x - width * 0.4, base + height * 0.06, width * 0.8, height * 0.16), light.lit("#77736c", 0.2), depth)
    roof = _tiled_roof(shot, x, base, width, snowy, depth)
    shot.keep_off(union(rect(x - width * 0.36, base - height, width * 0.72, height), roof))


@scene("hanok_rain", hours="evening night dusk morning", weathers="rain cloudy fog storm")
def hanok_rain(shot: Shot) -> None:
    """A tiled house in the rain, one door lit."""
    shot.camera = Camera(0.7, 1.6)
    light, rng = shot.light, shot.rng
    shot.sky(0.75)
    nature.hills(shot, 0.72, 0.2, blend(light.dark, light.foliage, 0.3), 0.55, pitch=0.16, foot=0.75)
    nature.hills(shot, 0.76, 0.1, blend(light.dark, light.foliage, 0.3), 0.35, pitch=0.1, foot=0.8)
    shot.fog(0.55, 0.82, 0.5)
    far_is_drawn(shot)
    x = rng.choice((0.42, 0.5, 0.6))
    nature.tree(shot, x + rng.choice((-0.36, 0.36)), 0.83, 0.42, depth=0.15)
    town.asphalt(shot, 0.82, wet=0.0)
    hanok(shot, x, 0.81, 0.74, lit=(rng.randrange(1, 4),))
    shot.stage()
    shot.mirror(0.835, ripple=0.18, depth=0.25, dry=0.34, deep=light.dark)
    cast(
        shot,
        [
            CastSpot(x - 0.12, 0.855, 0.083, "people ground"),
            CastSpot(x + 0.24, 0.86, 0.083, "ground"),
            CastSpot(x, 0.815, 0.083, "ledge"),
        ],
    )
    shot.calm(0.08, 0.07, 0.84, 0.24)


@scene("temple_snow", hours="morning dusk evening night dawn", weathers="snow cloudy clear fog", seasons="winter")
def temple_snow(shot: Shot) -> None:
    """A court under snow, one door lit, footprints that lead there."""
    shot.set_light(shot.light.hour, "winter", shot.light.weather)
    shot.camera = Camera(0.62, 1.7)
    light, rng = shot.light, shot.rng
    shot.sky()
    nature.hills(shot, 0.64, 0.24, blend(light.dark, "#5d6a78", 0.4), 0.6, pitch=0.15, foot=0.68)
    x = -0.3
    while x < 1.3:
        nature.triangle_fir(shot, x, 0.67, shot.number(0.1, 0.2), 0.4, snowy=True)
        x += shot.number(0.05, 0.13)
    shot.fog(0.5, 0.72, 0.4)
    far_is_drawn(shot)
    nature.snow_ground(shot, 0.68, 0.008)
    x = rng.choice((0.4, 0.5, 0.58))
    hanok(shot, x, 0.7, 0.66, lit=(2,), snowy=True)
    shot.stage()
    steps = skia.Path()
    for index in range(16):
        share = index / 16
        y = 0.75 + 0.3 * share**1.4
        size, left = (
            0.004 + 0.011 * share,
            x + 0.02 + 0.16 * share**1.5 + (0.012 + 0.02 * share) * (1 if index % 2 else -1),
        )
        steps.addOval(skia.Rect.MakeLTRB(left - size * 0.6, y - size * 0.5, left + size * 0.6, y + size * 0.5))
    shot.page.blurred(steps, blend(light.fill, light.dark, 0.45), 0.0012, 0.75)
    cast(shot, [CastSpot(x + 0.1, 0.815, 0.09, "people ground"), CastSpot(x - 0.3, 0.8, 0.09, "ground")])
    shot.calm(0.08, 0.06, 0.84, 0.22)


@scene("burning_bridge", hours="night evening dusk", weathers="clear cloudy storm wind")
def burning_bridge(shot: Shot) -> None:
    """A bridge on fire over a river, seen from the bank."""
    shot.camera = Camera(0.6, 4)
    light, rng = shot.light, shot.rng
    fire = "#ff9a3c"
    shot.sky(0.7, stars=False, has_sun=False)
    burns = shot.number(0.4, 0.62)
    shot.glow(burns, 0.46, 0.75, fire, 0.5)
    nature.hills(shot, 0.6, 0.09, light.dark, 0.3, foot=0.62)
    deck = 0.5
    bridge = skia.Path()
    bridge.addRect(skia.Rect.MakeXYWH(-0.6, deck, 2.2, 0.02))
    for k in range(-4, 12):
        left = -0.2 + k * 0.14
        bridge.addPath(
            polygon([(left, deck), (left + 0.012, deck), (left + 0.078, deck - 0.1), (left + 0.066, deck - 0.1)])
        )
        bridge.addPath(
            polygon([(left + 0.14, deck), (left + 0.128, deck), (left + 0.062, deck - 0.1), (left + 0.074, deck - 0.1)])
        )
    bridge.addRect(skia.Rect.MakeXYWH(-0.6, deck - 0.106, 2.2, 0.012))
    for x in (-0.12, 0.2, 0.52, 0.84, 1.16):
        bridge.addPath(polygon([(x, deck + 0.02), (x + 0.035, deck + 0.02), (x + 0.05, 0.66), (x - 0.015, 0.66)]))
    shot.page.fill(bridge, blend(light.dark, "#2a1208", 0.4))
    shot.wash(
        FLAMES,
        {"center": burns, "deck": deck, "shift": (rng.random(), rng.random()), "reach": shot.number(0.2, 0.3)},
        side=1100,
        blend=skia.BlendMode.kScreen,
    )
    shot.stage()
    shot.mirror(0.62, ripple=0.5, depth=0.3, deep=light.dark, sheen=0.0)
    sparks = skia.Path()
    for _ in range(120):
        high = rng.random() ** 1.6
        sparks.addCircle(burns + rng.gauss(0, 0.1 + high * 0.16), deck - high * 0.42, rng.uniform(0.0008, 0.0024))
    shot.page.fill(sparks, "#ffc46b", 0.9)
    bank = nature.mound(
        [(BLEED_MIN, 0.9), (0.0, 0.86), (0.25, 0.9), (0.6, 0.95), (1.0, 0.93), (BLEED_MAX, 0.97)], BLEED_MAX
    )
    shot.flat(bank, light.dark)
    nature.grass(shot, 0.9, 0.08, blend(light.dark, "#5a3a20", 0.35), count=500, bottom=1.08)
    cast(
        shot,
        [CastSpot(shot.number(0.12, 0.3), 0.9, 0.1, "people ground"), CastSpot(0.75, 0.95, 0.1, "ground")],
        people="one",
    )
    shot.calm(0.08, 0.06, 0.84, 0.2)
    shot.calm(0.08, 0.66, 0.84, 0.2)


FLAMES = """
uniform float center; uniform float deck; uniform float2 shift; uniform float reach;
half4 main(float2 u) {
  float h = (deck + .015 - u.y) / reach;
  float wide = (.20 - .11 * clamp(h, 0., 1.));
  float m = exp(-pow((u.x - center) / wide, 2.)) * step(0., h);
  float2 p = float2(u.x * 1.9, u.y * .9 + shift.y) + shift;
  float d = ridged(swirl(p, .16)) * .65 + soft(p * 2.7) * .35;
  float f = clamp(m * 1.25 + d * .75 - .62 - h * .68, 0., 1.);
  float a = smoothstep(.02, .5, f) * step(0., h);
  float3 c = mix(float3(.85, .12, .02), float3(1., .55, .12), smoothstep(.05, .4, f));
  c = mix(c, float3(1., .93, .66), smoothstep(.34, .75, f));
  return light(c, a);
}"""
