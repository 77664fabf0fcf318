"""Treatments in flat inks: a screen print in a few tones, two riso inks out of register."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import skia
from PIL import Image

from covers.engine.poster.color import argb, at_lightness, lch_of
from covers.engine.poster.geometry import circle, minus, moved, rect
from covers.engine.poster.page import BLEED_MAX, BLEED_MIN, Blend
from covers.engine.poster.portrait.art import PortraitArt
from covers.engine.poster.portrait.filters import Floats
from covers.engine.poster.portrait.screens import dot_screen
from covers.engine.poster.portrait.sitter import SitterPlace


@dataclass(frozen=True)
class ToneField:
    """tones: (rows, columns) on the page's pixels from (left, top). sharpness: 255 over their change from pixel to pixel."""

    tones: Floats
    sharpness: Floats
    left: int
    top: int


class FlatArt(PortraitArt):
    """Draws areas between tone limits, with edges that are sharp at any size."""

    def field(self, place: SitterPlace, within: skia.Rect) -> ToneField:
        """The simplified tones on the page's own pixels, where the photo lies within a part of the page."""
        page, values = self.page, place.sitter.simple
        scale = place.scale * page.scale
        shift_x, shift_y = (page.width - page.scale) / 2, (page.height - page.scale) / 2
        area = skia.Rect.MakeXYWH(place.dx, place.dy, values.shape[1] * place.scale, values.shape[0] * place.scale)
        if not (area.intersect(within) and area.intersect(page.visible)):
            area = skia.Rect.MakeXYWH(0, 0, 0, 0)
        left, top = math.ceil(area.left() * page.scale + shift_x), math.ceil(area.top() * page.scale + shift_y)
        columns = max(1, math.floor(area.right() * page.scale + shift_x) - left)
        rows = max(1, math.floor(area.bottom() * page.scale + shift_y) - top)
        x, y = left - shift_x - place.dx * page.scale, top - shift_y - place.dy * page.scale
        box = tuple(max(0.0, edge / scale) for edge in (x, y, x + columns, y + rows))
        box = (*box[:2], min(box[2], values.shape[1]), min(box[3], values.shape[0]))
        down, across = np.gradient(values)

        def enlarged(plane: Floats) -> Floats:
            picture = Image.fromarray(np.ascontiguousarray(plane, np.float32))
            return np.asarray(picture.resize((columns, rows), Image.Resampling.BICUBIC, box=box), np.float32)

        # enlarged before it is inverted: where tones are flat sharpness has spikes, and a cubic would swing below zero there
        slope = np.maximum(enlarged(np.hypot(down, across) / np.float32(scale)), 1e-4)
        return ToneField(enlarged(values), np.divide(255, slope, out=slope), left, top)

    def areas(self, place: SitterPlace, body: skia.Path, limits: list[float], colors: list[str]) -> None:
        """Paints the body in colors[0], and in colors[n + 1] where its tones are above limits[n]."""
        field = self.field(place, body.getBounds())
        with self.page.clipped(body):
            self.page.fill(body, colors[0])
            for limit, color in zip(limits, colors[1:], strict=True):
                self.stencil(field, limit, color)

    def stencil(self, field: ToneField, limit: float, color: str, is_below: bool = False) -> None:
        """Paints what is above (or below) a tone limit, its edge one pixel soft."""
        cover = (field.tones - np.float32(limit)) * field.sharpness
        if is_below:
            np.negative(cover, out=cover)
        cover += 127.5
        np.clip(cover, 0, 255, out=cover)
        mask = skia.Image.fromarray(cover.astype(np.uint8), colorType=skia.kAlpha_8_ColorType)
        canvas = self.page.canvas
        canvas.save()
        canvas.resetMatrix()
        canvas.drawImage(mask, field.left, field.top, skia.SamplingOptions(), skia.Paint(Color=argb(color)))
        canvas.restore()

    def limits(self, place: SitterPlace, shares: tuple[float, ...]) -> list[float]:
        """Tone limits that leave these shares of head and shoulders below them, kept near the tones they would have by
        themselves, so that a dark coat does not take the face's tones."""
        sitter, photo = place.sitter, place.sitter.photo
        left, right = int(max(0, photo.left - 0.5 * photo.width)), int(photo.left + 1.5 * photo.width)
        top, bottom = int(max(0, sitter.crown)), int(photo.top + 1.9 * photo.height)
        person = sitter.simple[top:bottom, left:right]
        return [0.5 * float(np.quantile(person, share)) + 0.5 * (0.12 + 0.72 * share) for share in shares]


class ScreenPrint(FlatArt):
    """Four flat colours from dark to light, pulled through a screen."""

    name, voices = "screenprint", ("grotesk", "poster_heavy")
    texture = "screen print"
    textures = (("paper", 0.2), ("grain", 0.14))
    compositions = ("solo", "split", "pair")

    def _colors(self, ground: str) -> list[str]:
        """Four inks from dark to light of the palette, clearly apart."""
        colors = self.colors
        dark = colors.ink
        vivid = self.second_to(ground, colors.paper)
        deep = at_lightness(vivid, 0.44, 1.05)
        mid = colors.accent if lch_of(colors.accent)[0] > 0.6 and colors.accent != vivid else vivid
        return [dark, deep, at_lightness(mid, max(0.7, lch_of(mid)[0])), colors.paper]

    def _across(self, inks: list[str]) -> list[str]:
        """The inks beside a seam."""
        ground = self.colors.ground
        return [inks[0], at_lightness(ground, 0.42, 1.1), at_lightness(ground, 0.76, 1.1), inks[3]]

    def _print(self, place: SitterPlace, body: skia.Path, colors: list[str]) -> None:
        self.areas(place, body, self.limits(place, (0.3, 0.52, 0.74)), colors)

    def solo(self) -> None:
        ground = self.colors.ground
        top, bottom = self.laid(ground, 0.5)
        place = self.stood(top, bottom, self.rng.choice((0.42, 0.5, 0.58)), 1.1)
        body = self.body(place, bottom if bottom < 1 else None)
        inks = self._colors(ground)
        self._print(place, body, inks)

    def split(self) -> None:
        """The ground in two colours that meet behind the face; the inks change sides with it."""
        page, ground = self.page, self.colors.ground
        top, bottom = self.laid(ground, 0.3)
        place = self.stood(top, bottom, 0.5, 1.1)
        x = place.face.center[0]
        body = self.body(place, bottom if bottom < 1 else None)
        inks = self._colors(ground)
        other = self.second_to(ground, inks[0])
        low = bottom if bottom < 1 else BLEED_MAX
        half = rect(x, top - 0.055, WIDE, low - top + 0.055) if top > 0.1 else rect(x, BLEED_MIN, WIDE, low - BLEED_MIN)
        page.fill(half, other)
        self._print(place, body, inks)
        with page.clipped(half):
            self._print(place, body, self._across(inks))

    def pair(self) -> None:
        """The person large, and once more as a shadow in one flat colour beside."""
        page, ground = self.page, self.colors.ground
        top, bottom = self.laid(ground, 0.5)
        side = self.rng.choice((-1, 1))
        place = self.stood(top, bottom, 0.5 - side * 0.07, 1.05)
        body = self.body(place, bottom if bottom < 1 else None)
        inks = self._colors(ground)
        with page.clipped(rect(BLEED_MIN, BLEED_MIN, WIDE, (bottom if bottom < 1 else BLEED_MAX) - BLEED_MIN)):
            page.fill(moved(body, side * 0.16, 0.0), self.second_to(ground, *inks[::3]))
        self._print(place, body, inks)


WIDE = BLEED_MAX - BLEED_MIN


class Spot(FlatArt):
    """Two riso inks on paper, a little out of register; where they cross a third colour appears."""

    name, voices, finish = "riso", ("riso", "riso"), "misregister"
    texture = "spot ink on paper"
    textures = (("paper", 0.2), ("grain", 0.14))
    compositions = ("overprint", "moon", "twins")

    def _inks(self) -> tuple[str, str, str]:
        """Paper, a deep ink and a bright one, both strong enough to be multiplied."""
        colors = self.colors
        lightness, chroma, _ = lch_of(colors.ground)
        paper = colors.ground if lightness > 0.82 and chroma < 0.045 else colors.paper
        by_chroma = sorted(
            (colors.figure, colors.second, colors.accent, colors.ground), key=lambda color: -lch_of(color)[1]
        )
        lightness, _, hue = lch_of(by_chroma[0])
        lowest, highest = (0.8, 0.86) if 60 < hue < 130 else (0.62, 0.74)
        bright = at_lightness(by_chroma[0], min(highest, max(lowest, lightness)), 1.15)
        others = [
            color for color in (*by_chroma[1:], colors.ink) if abs((lch_of(color)[2] - hue + 180) % 360 - 180) > 40
        ]
        wished = others[0] if others else colors.ink
        if 50 < lch_of(wished)[2] < 125:  # a deep yellow is mud
            wished = colors.ink
        deep = at_lightness(wished, 0.38, 1.25)
        return paper, deep, bright

    def _slip(self) -> tuple[float, float]:
        return self.rng.choice((-1, 1)) * self.rng.uniform(0.004, 0.008), self.rng.uniform(-0.004, 0.004)

    def _shadows(self, place: SitterPlace, body: skia.Path, ink: str, share: float) -> None:
        field = self.field(place, body.getBounds())
        with self.page.layer(Blend.kMultiply, around=body):
            with self.page.clipped(body):
                self.stencil(field, self.limits(place, (share,))[0], ink, is_below=True)
            self.page.wear("speckle", 2.3, self.rng)

    def _screened(self, place: SitterPlace, body: skia.Path, ink: str, turn: float) -> None:
        def amount(x: np.ndarray, y: np.ndarray) -> Floats:
            return np.clip(0.02 + self.amount(place, x, y, 0.009, False), 0, 1)

        with self.page.layer(Blend.kMultiply, around=body):
            with self.page.clipped(body):
                self.page.fill(dot_screen(body.getBounds(), 0.0088, turn, amount), ink)
            self.page.wear("speckle", 2.3, self.rng)

    def _sheet(self, top_share: float) -> tuple[float, float, str, str]:
        paper, deep, bright = self._inks()
        self.page.ground(paper)
        top, bottom = self.room_for_type(self.rng.random() < top_share)
        self.inks = [deep, self.colors.ink]
        self.stage()
        return top, bottom, deep, bright

    def _flat(self, path: skia.Path, ink: str) -> None:
        with self.page.layer(Blend.kMultiply, around=path):
            self.page.fill(path, ink)
            self.page.wear("speckle", 2.2, self.rng)

    def overprint(self) -> None:
        """The dots of one ink under the shadows of the other; the song's motif beside the head."""
        top, bottom, deep, bright = self._sheet(0.5)
        side = self.rng.choice((-1, 1))
        place = self.stood(top, bottom, 0.5 + side * 0.1, 1.0)
        body = self.body(place, bottom if bottom < 1 else None)
        slip = self._slip()
        where = self.beside(place, 0.34)
        if where is not None:
            self._flat(minus(moved(self.motif.shape, *where), body), bright)
        self._screened(
            SitterPlace(place.sitter, place.scale, place.dx + slip[0], place.dy + slip[1]),
            moved(body, *slip),
            bright,
            15,
        )
        self._shadows(place, body, deep, 0.46)

    def moon(self) -> None:
        """A disc of the bright ink behind the person in the deep one."""
        top, bottom, deep, bright = self._sheet(0.5)
        place = self.stood(top, bottom, self.rng.choice((0.44, 0.56)), 1.0)
        body = self.body(place, bottom if bottom < 1 else None)
        x, y = place.face.center
        disc = circle(x, y, self.disc_radius(place))
        limit = rect(BLEED_MIN, BLEED_MIN, WIDE, (bottom if bottom < 1 else BLEED_MAX) - BLEED_MIN)
        with self.page.clipped(limit):
            self._flat(minus(disc, moved(body, *self._slip())), bright)
        self._screened(place, body, deep, 75)

    def twins(self) -> None:
        """The person twice, once in each ink, side by side and over each other."""
        top, bottom, deep, bright = self._sheet(0.4)
        side = self.rng.choice((-1, 1))
        place = self.stood(top, bottom, 0.5 - side * 0.13, 0.95)
        body = self.body(place, bottom if bottom < 1 else None)
        apart = side * 0.26
        other = SitterPlace(place.sitter, place.scale, place.dx + apart, place.dy)
        self._screened(other, minus(moved(body, apart), body), bright, 15)
        self._screened(place, body, bright, 15)
        self._shadows(place, body, deep, 0.5)
