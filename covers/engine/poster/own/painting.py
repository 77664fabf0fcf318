"""The picture painted over: strokes that follow its lines, large ones first, small ones where there is something to tell."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import skia

from covers.engine.poster.geometry import of_rect
from covers.engine.poster.own.art import Lying, OwnArt
from covers.engine.poster.page import Page
from covers.engine.poster.portrait.filters import LUMA, Floats, resized, soft

SIDE = 224
"""Pixels of the copy that is painted from, at every size of the cover: so all sizes have the same strokes."""
BRUSHES = (0.085, 0.045, 0.024, 0.0125, 0.0072)
"""Widths in shares of the square; the last one for what stands out alone."""
STANDS_OUT = 0.42
"""How much a place draws the eye that the finest brush goes to."""
STEPS = 7
"""Points along a stroke."""
ENOUGH = 0.035
"""Difference from what is painted already (of 0..1) that a smaller brush leaves alone."""
VARIANTS, LONG, WIDE = 6, 384, 96
MOST_RELIEF = 1536
"""Pixels along the page that the paint's height is drawn at, at most."""
CHUNK = 4000
"""Strokes of one mesh: its indices have 16 bits."""

RELIEF = """
uniform shader S; uniform shader H; uniform float reach; uniform float depth;
half4 main(float2 u) {
  float dx = float(H.eval(u + float2(reach, 0.)).r) - float(H.eval(u - float2(reach, 0.)).r);
  float dy = float(H.eval(u + float2(0., reach)).r) - float(H.eval(u - float2(0., reach)).r);
  float lit = clamp((dx + dy) * depth, -.5, .5);
  float3 c = float3(S.eval(u).rgb);
  c = lit > 0. ? mix(c, float3(1.), lit * .5) : c * (1. + lit);
  return opaque(c);
}"""


@dataclass(frozen=True)
class Strokes:
    """x, y: (count, STEPS) in shares of the square. half: (count,) half widths. colors: (count, 3) 0..1. variant: (count,) bristles."""

    x: Floats
    y: Floats
    half: Floats
    colors: Floats
    variant: np.ndarray


class Painted(OwnArt):
    """Oil on canvas, after the picture."""

    name = "painted"
    texture = "brush strokes on canvas"
    grain = 0.06
    layouts = ("bleed", "detail", "inset", "band")

    def lay(self, place: Lying) -> None:
        self.note(place)
        page, most = self.page, min(1.0, MOST_RELIEF / self.page.scale)
        height = Page(round(page.width * most), round(page.height * most))
        area, meshes = of_rect(place.frame), self.meshes(place)
        with page.clipped(area), height.clipped(area):
            page.canvas.drawPath(area, skia.Paint(Shader=self.blurred(place, 0.02)))
            height.canvas.clear(0xFF808080)
            for mesh in meshes:
                page.canvas.drawVertices(mesh.colors, brush(0), skia.BlendMode.kModulate)
                height.canvas.drawVertices(mesh.heights, brush(1), skia.BlendMode.kModulate)
        self.light(height, place)

    def meshes(self, place: Lying) -> list[Mesh]:
        """All strokes, in the order in which they are laid. They are the same at every size, and so are kept for the next."""
        key = self.idea.composition, self.rng.getrandbits(32), place.x, place.y, place.size
        if key not in self.brought.drafts:
            strokes = painted_over(self.brought.pixels(SIDE), self.seen.found, key[1])
            self.brought.drafts = {key: [mesh for layer in strokes for mesh in meshes_of(layer, place, key[1])]}
        meshes: list[Mesh] = self.brought.drafts[key]
        return meshes

    def light(self, height: Page, place: Lying) -> None:
        """The paint's own relief, lit from the upper left."""
        page = self.page
        children = {"S": whole(page), "H": whole(height)}
        self.shade_in(of_rect(place.frame), RELIEF, {"reach": 0.0016, "depth": 0.8}, children)

    def surface(self) -> None:
        self.page.texture("fibre", 0.1, self.rng, 0.6)
        self.page.texture("grain", 0.08, self.rng)


def whole(page: Page) -> skia.Shader:
    """What is drawn on a page, as a shader in page units."""
    image, visible = page.surface.makeImageSnapshot(), page.visible
    matrix = skia.Matrix().setScale(visible.width() / image.width(), visible.height() / image.height())
    matrix.postTranslate(visible.left(), visible.top())
    sampling = skia.SamplingOptions(skia.FilterMode.kLinear)
    return image.makeShader(skia.TileMode.kClamp, skia.TileMode.kClamp, sampling, matrix)


def painted_over(pixels: np.ndarray, found: Floats, seed: int) -> list[Strokes]:
    """The strokes of each brush, widest first."""
    rgb = resized(pixels.astype(np.float32) / 255, SIDE, SIDE)
    chance = np.random.default_rng(seed)
    flow = directions(np.asarray(rgb @ LUMA, np.float32))
    matters = resized(found, SIDE, SIDE)
    so_far = soft(rgb, SIDE * 0.06)
    layers = []
    for index, width in enumerate(BRUSHES):
        aim = soft(rgb, SIDE * width * 0.28)
        spacing = width * (0.55 if index < 2 else 0.62)
        count = int(1.0 / spacing) + 1
        y, x = (np.mgrid[0:count, 0:count].reshape(2, -1) + chance.uniform(0, 1, (2, count * count))) * spacing
        if index:
            error = np.abs(aim - so_far).max(-1)
            wanted = sampled(soft(error, 1.0), x, y) * (0.75 + 0.9 * sampled(matters, x, y))
            keep = wanted > ENOUGH * (1.0, 1.0, 1.25, 1.7, 1.3)[index]
            if index == len(BRUSHES) - 1:
                keep &= sampled(matters, x, y) > STANDS_OUT
            x, y = x[keep], y[keep]
        order = chance.permutation(len(x))
        layers.append(traced(x[order], y[order], width, aim, flow, chance))
        so_far = aim
    return layers


def directions(light: Floats) -> tuple[Floats, Floats]:
    """(rows, columns) x and y of the way along the picture's lines: the structure tensor's minor axis, from near and from afar."""
    light = soft(light, 1.0)
    down, across = np.gradient(light)
    tensor = np.stack([across * across, across * down, down * down], axis=-1)
    near = soft(tensor, SIDE * 0.012)
    size = near[..., 0] + near[..., 2] + 1e-6
    wide = soft(tensor, SIDE * 0.07)
    calm = np.array([2e-6, 6e-7, 4e-6], np.float32)  # where there is nothing to follow the brush goes a little slanting
    xx, xy, yy = np.moveaxis(near / size[..., None] * np.minimum(size, 2e-3)[..., None] + 0.35 * wide + calm, -1, 0)
    angle = 0.5 * np.arctan2(2 * xy, xx - yy) + np.pi / 2
    return np.cos(angle).astype(np.float32), np.sin(angle).astype(np.float32)


def sampled(field: Floats, x: Floats, y: Floats) -> Floats:
    rows, columns = field.shape[:2]
    return field[np.clip((y * rows).astype(int), 0, rows - 1), np.clip((x * columns).astype(int), 0, columns - 1)]


def traced(
    x: Floats, y: Floats, width: float, aim: Floats, flow: tuple[Floats, Floats], chance: np.random.Generator
) -> Strokes:
    """Pulls each stroke both ways along the picture's lines, until its colour would no longer be the picture's."""
    count = len(x)
    colors = sampled(aim, x, y)
    length = width * chance.uniform(0.38, 0.85, count)
    half = STEPS // 2
    ways = []
    for sign in (-1.0, 1.0):
        px, py = x.copy(), y.copy()
        dx, dy = sampled(flow[0], px, py) * sign, sampled(flow[1], px, py) * sign
        alive = np.ones(count, bool)
        points = []
        for _ in range(half):
            nx, ny = sampled(flow[0], px, py), sampled(flow[1], px, py)
            turn = np.where(nx * dx + ny * dy < 0, -1.0, 1.0)
            dx, dy = 0.4 * dx + 0.6 * nx * turn, 0.4 * dy + 0.6 * ny * turn
            norm = np.hypot(dx, dy) + 1e-6
            dx, dy = dx / norm, dy / norm
            tx, ty = px + dx * length, py + dy * length
            alive &= np.abs(sampled(aim, tx, ty) - colors).max(-1) < 0.13
            px, py = np.where(alive, tx, px + dx * length * 0.12), np.where(alive, ty, py + dy * length * 0.12)
            points.append((px, py))
        ways.append(points)
    path = [*reversed(ways[0]), (x, y), *ways[1]]
    jitter = chance.normal(0, 0.022, (count, 1)) + chance.normal(0, 0.011, (count, 3))
    return Strokes(
        np.stack([point[0] for point in path], 1), np.stack([point[1] for point in path], 1),
        width * 0.5 * chance.uniform(0.75, 1.15, count), np.clip(colors + jitter, 0, 1), chance.integers(0, VARIANTS, count),
    )  # fmt: skip


@cache
def bristles() -> tuple[skia.Image, skia.Image]:
    """Marks of a loaded brush, one below the other: white with streaks, clear where the bristles leave the canvas; and their height."""
    chance = np.random.default_rng(73)
    marks, heights = [], []
    along, across = np.linspace(0, 1, LONG)[None, :], np.linspace(-1, 1, WIDE)[:, None]
    for _ in range(VARIANTS):
        load = np.convolve(chance.normal(0, 1, WIDE + 8), np.ones(3) / 3, "same")[4:-4, None]
        drift = np.cumsum(chance.normal(0, 0.02, (1, LONG)), 1)
        streak = load + 0.25 * chance.normal(0, 1, (WIDE, 1)) + drift
        start, end = (
            0.04 + 0.05 * np.abs(load) * chance.random((WIDE, 1)),
            0.9 - 0.16 * np.clip(load, 0, 1.6) * chance.random((WIDE, 1)),
        )
        body = np.clip((along - start) / 0.03, 0, 1) * np.clip((end - along) / 0.06, 0, 1)
        edge = np.clip((1 - np.abs(across) - 0.05 * chance.random((WIDE, 1))) / 0.14, 0, 1)
        alpha = body * edge * np.clip(1.25 + 0.3 * streak, 0.2, 1)
        grey = np.clip(0.955 + 0.045 * streak, 0.8, 1)
        marks.append(np.stack([grey * alpha] * 3 + [alpha], -1))
        rise = np.clip(0.55 + 0.22 * streak + 0.25 * (np.abs(across) > 0.78), 0, 1)
        heights.append(np.stack([rise * alpha] * 3 + [alpha], -1))

    def image(rows: list[np.ndarray]) -> skia.Image:
        values = np.rint(np.concatenate(rows) * 255).astype(np.uint8)
        return skia.Image.fromarray(
            np.ascontiguousarray(values), colorType=skia.kRGBA_8888_ColorType, alphaType=skia.kPremul_AlphaType
        )

    return image(marks), image(heights)


@dataclass(frozen=True)
class Mesh:
    """Up to CHUNK strokes as triangles in page units, with the paint's colours and with its height."""

    colors: skia.Vertices
    heights: skia.Vertices


def brush(which: int) -> skia.Paint:
    """0: its marks; 1: how high they stand."""
    sampling = skia.SamplingOptions(skia.FilterMode.kLinear, skia.MipmapMode.kLinear)
    clamp = skia.TileMode.kClamp
    return skia.Paint(Shader=bristles()[which].makeShader(clamp, clamp, sampling), AntiAlias=True)


def meshes_of(strokes: Strokes, place: Lying, seed: int) -> list[Mesh]:
    x, y = place.x + strokes.x * place.size, place.y + strokes.y * place.size
    dx, dy = np.gradient(x, axis=1), np.gradient(y, axis=1)
    norm = np.hypot(dx, dy) + 1e-9
    half = (strokes.half * place.size)[:, None]
    ox, oy = -dy / norm * half, dx / norm * half
    points = np.stack([np.stack([x + ox, y + oy], -1), np.stack([x - ox, y - oy], -1)], 2)  # (count, STEPS, 2, 2)
    u = np.broadcast_to(np.linspace(0, LONG, STEPS)[None, :, None], points.shape[:3])
    v = (strokes.variant[:, None, None] * WIDE + np.array([1.0, WIDE - 1.0])) + np.zeros(points.shape[:3])
    marks = np.stack([u, v], -1)
    grey = np.random.default_rng(seed + 1).integers(150, 255, (len(x), 1))
    tints = [coded(np.rint(strokes.colors * 255).astype(np.int64)), coded(np.repeat(grey, 3, 1))]
    step = np.arange(STEPS - 1)[:, None] * 2
    quads = (step + np.array([0, 1, 2, 1, 3, 2])).ravel()
    found = []
    for start in range(0, len(x), CHUNK):
        part = slice(start, min(start + CHUNK, len(x)))
        corners, textures = (
            [skia.Point(*one) for one in values[part].reshape(-1, 2).tolist()] for values in (points, marks)
        )
        indices = (np.arange(part.stop - start)[:, None] * 2 * STEPS + quads).ravel().tolist()
        sides = [
            skia.Vertices(skia.Vertices.kTriangles_VertexMode, corners, textures, tint[part].ravel().tolist(), indices)
            for tint in tints
        ]
        found.append(Mesh(*sides))
    return found


def coded(tint: np.ndarray) -> np.ndarray:
    """(count, 3) of 0..255 as (count, 2 * STEPS) colours, one for each corner of a stroke."""
    codes = 0xFF000000 | tint[:, 0] << 16 | tint[:, 1] << 8 | tint[:, 2]
    return codes[:, None].repeat(2 * STEPS, 1)
