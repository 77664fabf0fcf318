"""What stands around a still life: paper that bends up behind it, a table, a pedestal, the light of a spot."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import skia

from covers.engine.poster.color import luminance, rgb_of
from covers.engine.poster.geometry import oval, polygon, rect
from covers.engine.poster.page import BLEED_MAX, BLEED_MIN, Page
from covers.engine.poster.scenes.shot import Shot

LUMA = (0.213, 0.715, 0.072)

SWEEP = """
uniform float3 bright; uniform float3 shade; uniform float edge; uniform float2 lamp; uniform float2 shift;
half4 main(float2 u) {
  float d = length((u - lamp) * float2(.8, .9));
  float t = 1.08 - d * .62;
  float bend = smoothstep(edge - .16, edge + .05, u.y);
  t = mix(t, t * .86 + .20, bend) - .10 * exp(-pow((u.y - edge + .05) / .07, 2.));
  t += (soft(u * .6 + shift) - .5) * .05;
  return opaque(mix(shade, bright, clamp(t, 0., 1.)));
}"""

CONE = """
uniform float2 at; uniform float2 foot; uniform float wide; uniform float3 color; uniform float2 shift;
half4 main(float2 u) {
  float along = clamp((u.y - at.y) / (foot.y - at.y), 0., 1.2);
  float off = abs(u.x - mix(at.x, foot.x, along)) / (.03 + wide * along);
  float air = (1. - smoothstep(.45, 1.2, off)) * (.46 - .24 * along) * (.75 + .5 * soft(u * float2(1.2, .5) + shift));
  air *= 1. - smoothstep(foot.y - .04, foot.y + .10, u.y);
  float2 q = (u - foot - float2(0., .012)) / float2(wide * 1.1, wide * .30);
  float pool = exp(-dot(q, q) * 1.5) * smoothstep(foot.y - .07, foot.y + .01, u.y);
  return light(color, air + pool * .62);
}"""


def table(shot: Shot, edge: float, color: str) -> None:
    light = shot.light
    shot.floor(edge, [light.lit(color, 0.95), light.lit(color, 0.55)], 1.05)
    shot.page.line(
        polygon([(BLEED_MIN, edge), (BLEED_MAX, edge), (BLEED_MAX, edge + 0.0001)]),
        light.lit(color, 1.0),
        0.003,
        0.7,
    )


def pedestal(shot: Shot, x: float, top: float, half: float, high: float, color: str) -> None:
    light = shot.light
    side = -1 if light.side < 0 else 1
    shot.shadow(x - side * half * 0.3, top + high + half * 0.1, half * 1.35, half * 0.2, 0.4)
    body = rect(x - half, top, 2 * half, high)
    body.addPath(oval(x, top + high, half, half * 0.22))
    ends = [light.lit(color, share) for share in (0.05, 0.4, 0.95, 0.8)]
    shot.graded(body, (x - side * half, 0), (x + side * half, 0), ends)
    shot.page.fill(oval(x, top, half, half * 0.22), light.lit(color, 1.0))


@contextmanager
def muted(page: Page, tone: str) -> Iterator[None]:
    """What is drawn inside takes the ground's colour, by its lightness."""
    lift = 0.25 if luminance(tone) > 0.2 else 0.5
    rows = [[part / 255 * weight * 1.1 for weight in LUMA] + [0.0, lift * part / 255] for part in rgb_of(tone)]
    tint = skia.ColorFilters.Matrix([*rows[0], *rows[1], *rows[2], 0.0, 0.0, 0.0, 1.0, 0.0])
    page.canvas.saveLayer(None, skia.Paint(ColorFilter=tint))
    try:
        yield
    finally:
        page.canvas.restore()
