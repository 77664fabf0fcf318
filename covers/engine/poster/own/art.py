"""What every treatment of a brought picture has in common: where it lies on the page, its own light, where type may stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import skia

from covers.engine.poster.art import MARGIN, Art, Idea
from covers.engine.poster.color import at_lightness, lch_of
from covers.engine.poster.geometry import oval
from covers.engine.poster.own.brought import Brought
from covers.engine.poster.own.saliency import Box
from covers.engine.poster.own.seen import Seen
from covers.engine.poster.page import Page
from covers.engine.poster.portrait.filters import Floats, resized, soft
from covers.engine.poster.room import GRID
from covers.engine.poster.scenes import shaders
from covers.engine.poster.scenes.lit_art import GENRE_VOICES
from covers.lettering.title_contract import Zone

CLOSEST = 1.9
"""How much closer than its square a detail may go."""
SHARP = 0.72
"""Pixels of the picture for each of a small preview's, at least, in a detail: fewer would be a blur even there."""


@dataclass(frozen=True)
class Lying:
    """Where the square of a picture lies on the page: page = share of the square * size + (x, y). frame: what of it shows."""

    x: float
    y: float
    size: float
    frame: skia.Rect

    def box(self, box: Box) -> Box:
        """A box of the square on the page."""
        left, top, width, height = box
        return self.x + left * self.size, self.y + top * self.size, width * self.size, height * self.size

    def matrix(self, pixels: int) -> skia.Matrix:
        matrix = skia.Matrix().setScale(self.size / pixels, self.size / pixels)
        matrix.postTranslate(self.x, self.y)
        return matrix


def lying(
    frame: skia.Rect, focus: tuple[float, float], zoom: float = 1.0, aim: tuple[float, float] = (0.5, 0.5)
) -> Lying:
    """The square over a frame, as large as it takes to fill it and `zoom` times that, its focus as near to the aim (a share of the
    frame) as the picture reaches."""
    size = max(frame.width(), frame.height()) * zoom
    x = frame.left() + aim[0] * frame.width() - focus[0] * size
    y = frame.top() + aim[1] * frame.height() - focus[1] * size
    return Lying(
        min(frame.left(), max(x, frame.right() - size)), min(frame.top(), max(y, frame.bottom() - size)), size, frame
    )  # fmt: skip


class BroughtArt(Art):
    """A treatment of a brought picture.

    layouts: its compositions. figures, faces: the faces, on which no type ever lies. drawing_eyes: (GRID, GRID) 0..1 over the page's
    square, where what stands out came to lie. shade, haze: the darkest and the palest tone of its own light, for a veil below the type.
    veiled: where such a veil may lie; None: anywhere.
    """

    layouts: ClassVar[tuple[str, ...]]
    shade: str
    haze: str
    brought: Brought
    drawing_eyes: Floats
    faces: list[skia.Path]
    veiled: skia.Path | None = None

    def __init__(self, page: Page, idea: Idea, seed: int, stage: Callable[[], None], brought: Brought) -> None:
        super().__init__(page, idea, seed, stage)
        self.take(brought)

    def take(self, brought: Brought) -> None:
        self.faces = []
        self.brought, self.drawing_eyes = brought, np.zeros((GRID, GRID), np.float32)

    @property
    def seen(self) -> Seen:
        return self.brought.seen

    def note(self, place: Lying) -> None:
        """Where faces and what else stands out have come to lie, for the type."""
        faces = self.faces_at(place)
        self.faces += faces
        self.figures += faces
        cells = (np.arange(GRID) + 0.5) / GRID
        x, y = (cells - place.x) / place.size, (cells - place.y) / place.size
        side, frame = self.seen.found.shape[0], place.frame
        found = self.seen.found[
            np.ix_(np.clip((y * side).astype(int), 0, side - 1), np.clip((x * side).astype(int), 0, side - 1))
        ]
        shows = np.outer(
            (cells > frame.top()) & (cells < frame.bottom()), (cells > frame.left()) & (cells < frame.right())
        )
        self.drawing_eyes = np.maximum(self.drawing_eyes, np.where(shows, found, 0))

    def faces_at(self, place: Lying) -> list[skia.Path]:
        found = []
        for box in self.seen.faces:
            left, top, width, height = place.box(box)
            found.append(oval(left + width / 2, top + 0.45 * height, 0.72 * width, 0.86 * height))
        return found


class OwnArt(BroughtArt):
    """Layouts draw with `lay` and note in `titles` where they kept room; type is planned on what is drawn."""

    layouts: ClassVar[tuple[str, ...]] = ("bleed", "detail", "inset", "band")
    title_scale = 0.085
    texture = "film grain"
    grain: ClassVar[float] = 0.1

    def __init__(self, page: Page, idea: Idea, seed: int, stage: Callable[[], None], brought: Brought) -> None:
        super().__init__(page, idea, seed, stage, brought)
        voices = GENRE_VOICES.get(idea.genre, GENRE_VOICES[""])
        self.voice = self.rng.choice((voices[0], *voices))
        self.shade, self.haze = self.seen.tint(0.13, 0.05), self.seen.tint(0.96, 0.02)
        self.inks = [
            self.seen.tint(0.97, 0.02),
            self.seen.tint(0.88, 0.12),
            self.seen.tint(0.17, 0.04),
            "#ffffff",
            "#0b0b0d",
        ]
        self.least_grain = 0.0

    # compositions

    def bleed(self) -> None:
        """The picture over the whole sheet."""
        self.stage()
        self.lay(lying(self.page.visible, self.seen.focus))

    def detail(self) -> None:
        """Closer, until the subject fills the sheet."""
        self.stage()
        aim = self.rng.choice((0.42, 0.5, 0.58)), self.rng.choice((0.42, 0.5, 0.58))
        self.lay(lying(self.page.visible, self.seen.focus, self.closer(), aim))

    def inset(self) -> None:
        """A print on a ground of the picture's own colour, with room for the type above or below."""
        seen, room, rng = self.page.visible, self.idea.room, self.rng
        self.page.ground(self.colors.ground)
        self.stage()
        margin = MARGIN * rng.choice((0.8, 1.0, 1.25))
        is_top = rng.random() < 0.35
        gap = room + 0.015 if room else 0.0
        top = seen.top() + margin + (gap if is_top else 0.0)
        bottom = seen.bottom() - margin - (0.0 if is_top else gap)
        tall = bottom - top
        wide = min(seen.width() - 2 * margin, tall * rng.choice((1.0, 1.16, 1.3)))
        left = seen.left() + margin if rng.random() < 0.6 else seen.centerX() - wide / 2
        self.lay(lying(skia.Rect.MakeXYWH(left, top, wide, tall), self.seen.focus))
        self.keep_band(is_top, margin, "left" if left < seen.centerX() - wide / 2 - 1e-6 else "center")

    def band(self) -> None:
        """The picture over the sheet but for a band of colour in which the type stands."""
        seen, room = self.page.visible, self.idea.room or 0.16
        self.page.ground(self.colors.ground)
        self.stage()
        is_top = self.rng.random() < 0.4
        height = room + 0.05
        frame = skia.Rect.MakeLTRB(
            seen.left(), seen.top() + (height if is_top else 0), seen.right(), seen.bottom() - (0 if is_top else height)
        )
        self.lay(lying(frame, self.seen.focus))
        self.keep_band(is_top, MARGIN, "left")

    # help for them

    def keep_band(self, is_top: bool, margin: float, align: str) -> None:
        room = self.idea.room
        if not room:
            return
        y = 0.052 if is_top else 0.962 - room
        self.titles.append(Zone(margin, y, 1 - 2 * margin, room - 0.014, align, "top" if is_top else "bottom"))
        colors = self.colors
        self.inks = [colors.ink, colors.paper, colors.accent, *self.inks]

    def closer(self) -> float:
        """How far a detail goes in: until the subject takes most of the sheet, and never beyond what the picture holds."""
        box = self.seen.subject or (0.2, 0.2, 0.6, 0.6)
        wished = 0.72 / max(box[2], box[3], 0.3)
        return max(1.0, min(max(wished, 1.22), CLOSEST, self.brought.native / (SHARP * 512)))

    def lay(self, place: Lying) -> None:
        """Draws the picture as this treatment makes it, within the place's frame."""
        raise NotImplementedError

    def picture(self, place: Lying) -> skia.Shader:
        """The picture's own colours as a shader in page units."""
        image = self.brought.image(place.size * self.page.scale)
        self.note_enlargement(image.width(), place)
        return image_shader(image, place.matrix(image.width()), place.size * self.page.scale)

    def note_enlargement(self, pixels: int, place: Lying) -> None:
        """What is enlarged gets a grain of its own, so that it does not look like plastic."""
        times = place.size * 3000 / max(1, self.brought.native)
        self.least_grain = max(self.least_grain, min(0.26, 0.07 * max(0.0, times - 1)))

    def blurred(self, place: Lying, sigma: float, above: float = 0.0) -> skia.Shader:
        """The picture out of focus, for glow and the like; sigma in shares of the square. above: only what is brighter."""
        small = resized(self.brought.pixels(256).astype(np.float32) / 255, 128, 128)
        if above:
            light = small.max(-1, keepdims=True)
            small = small * np.clip((light - above) / (1 - above), 0, 1) ** 1.5
        small = np.clip(soft(small, 128 * sigma), 0, 1)
        rgba = np.dstack([np.rint(small * 255).astype(np.uint8), np.full((128, 128), 255, np.uint8)])
        image = skia.Image.fromarray(rgba, colorType=skia.kRGBA_8888_ColorType, alphaType=skia.kOpaque_AlphaType)
        return image_shader(image, place.matrix(128), 1e9)

    def shade_in(
        self, area: skia.Path, source: str, uniforms: Mapping[str, shaders.Uniform], children: Mapping[str, skia.Shader]
    ) -> None:
        paint = skia.Paint(Shader=shaders.shader(source, uniforms, children), AntiAlias=True, Dither=True)
        self.page.canvas.drawPath(area, paint)

    def surface(self) -> None:
        self.page.texture("grain", max(self.grain, self.least_grain), self.rng)

    def two_tints(self) -> tuple[str, str]:
        """The darkest and the lightest ink of the palette."""
        colors = self.colors
        dark = colors.ink if lch_of(colors.ink)[0] < 0.32 else at_lightness(colors.ink, 0.2)
        return dark, colors.paper


def image_shader(image: skia.Image, matrix: skia.Matrix, drawn: float) -> skia.Shader:
    """An image on the page. drawn: pixels that its width takes there."""
    clamp = skia.TileMode.kClamp
    if drawn > image.width():
        sampling = skia.SamplingOptions(skia.CubicResampler.Mitchell())
    else:
        sampling = skia.SamplingOptions(skia.FilterMode.kLinear, skia.MipmapMode.kLinear)
    return image.makeShader(clamp, clamp, sampling, matrix)
