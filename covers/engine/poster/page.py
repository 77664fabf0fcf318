"""A sheet to draw on in unit coordinates: (0, 0) is the top left of the picture's central square, (1, 1) its bottom right.

A picture that is not square shows more of the sheet beyond the square on two sides, so grounds and landscapes are drawn
from BLEED_MIN to BLEED_MAX.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import skia

from covers.engine.poster.color import argb
from covers.engine.poster.geometry import rect
from covers.engine.poster.textures import speck_paint, surface_paint

BLEED_MIN, BLEED_MAX = -1.6, 2.6
Blend = skia.BlendMode


class Page:
    """One picture in the making. width, height: pixels. is_smooth: it takes no surface."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.scale, self.is_smooth = min(width, height), False
        self._is_turned = False  # drawn as it will be seen from the other side
        self._seen = 0.0, 0.0, 1.0  # left, top and side of what is seen while it is drawn nearer
        self.surface = skia.Surface(width, height)
        self.canvas = self.surface.getCanvas()
        self.canvas.translate((width - self.scale) / 2, (height - self.scale) / 2)
        self.canvas.scale(self.scale, self.scale)

    def ground(self, color: str) -> None:
        self.canvas.clear(argb(color))

    def central(self, side: int) -> np.ndarray:
        """(side, side, 3) uint8 of the central square."""
        wide, tall = round(side * self.width / self.scale), round(side * self.height / self.scale)
        left, top = (wide - side) // 2, (tall - side) // 2
        return self.pixels(wide, tall)[top : top + side, left : left + side]

    def fill(self, path: skia.Path, color: str, alpha: float = 1.0, blend: skia.BlendMode = Blend.kSrcOver) -> None:
        self.canvas.drawPath(path, skia.Paint(Color=argb(color, alpha), AntiAlias=True, BlendMode=blend))

    def line(self, path: skia.Path, color: str, width: float, alpha: float = 1.0, is_round: bool = True) -> None:
        cap = skia.Paint.kRound_Cap if is_round else skia.Paint.kButt_Cap
        join = skia.Paint.kRound_Join if is_round else skia.Paint.kMiter_Join
        paint = skia.Paint(
            Color=argb(color, alpha),
            AntiAlias=True,
            Style=skia.Paint.kStroke_Style,
            StrokeWidth=width,
            StrokeCap=cap,
            StrokeJoin=join,
        )
        self.canvas.drawPath(path, paint)

    def blurred(
        self, path: skia.Path, color: str, sigma: float, alpha: float = 1.0, blend: skia.BlendMode = Blend.kSrcOver
    ) -> None:
        """The path out of focus; sigma in units of the page."""
        soft = skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, sigma)
        self.canvas.drawPath(
            path, skia.Paint(Color=argb(color, alpha), AntiAlias=True, MaskFilter=soft, BlendMode=blend)
        )

    def gradient(
        self,
        path: skia.Path,
        start: tuple[float, float],
        end: tuple[float, float],
        colors: Sequence[str],
        alpha: float = 1.0,
    ) -> None:
        """A linear gradient through the colours; give enough of them (color.ramp) that it follows OKLCH."""
        shader = skia.GradientShader.MakeLinear(
            [skia.Point(*start), skia.Point(*end)], [argb(color) for color in colors]
        )
        self.canvas.drawPath(path, skia.Paint(Shader=shader, AntiAlias=True, Alphaf=alpha, Dither=True))

    def fade(self, path: skia.Path, start: tuple[float, float], end: tuple[float, float], color: str) -> None:
        """The path in the colour, opaque at the start and clear at the end."""
        stops = [argb(color, alpha) for alpha in (1.0, 0.85, 0.4, 0.0)]
        shader = skia.GradientShader.MakeLinear([skia.Point(*start), skia.Point(*end)], stops)
        self.canvas.drawPath(path, skia.Paint(Shader=shader, AntiAlias=True, Dither=True))

    def glow(
        self, x: float, y: float, radius: float, color: str, alpha: float = 1.0, blend: skia.BlendMode = Blend.kScreen
    ) -> None:
        colors = [argb(color, alpha * share) for share in (1.0, 0.55, 0.2, 0.05, 0.0)]
        shader = skia.GradientShader.MakeRadial(skia.Point(x, y), radius, colors, [0.0, 0.25, 0.5, 0.75, 1.0])
        self.canvas.drawCircle(x, y, radius, skia.Paint(Shader=shader, BlendMode=blend, Dither=True))

    @property
    def visible(self) -> skia.Rect:
        """What of the sheet the picture shows, in unit coordinates: the unit square, and more where it is not square."""
        wide, tall = (pixels / min(self.width, self.height) for pixels in (self.width, self.height))
        return skia.Rect.MakeXYWH((1 - wide) / 2, (1 - tall) / 2, wide, tall)

    @property
    def on_surface(self) -> skia.Rect:
        """What of that there are pixels of: less than all while it is drawn from nearer."""
        (x, y, side), all_ = self._seen, self.visible
        return skia.Rect.MakeXYWH(
            x + side * all_.left(), y + side * all_.top(), side * all_.width(), side * all_.height()
        )

    @contextmanager
    def from_the_other_side(self, x: float, y: float, side: float) -> Iterator[None]:
        """What is drawn inside is seen from nearer, the square of this side from (x, y) as large as the whole; in the end left and right
        change sides."""
        far, self._seen, self.scale = self.scale, (x, y, side), round(self.scale / side)
        self.canvas.save()
        self.canvas.scale(self.scale / far, self.scale / far)
        self.canvas.translate(-x, -y)
        self._is_turned = True
        try:
            yield
        finally:
            self.canvas.restore()
            self.scale, self._seen, self._is_turned = far, (0.0, 0.0, 1.0), False
        image = self.surface.makeImageSnapshot()
        self.canvas.save()
        self.canvas.setMatrix(skia.Matrix.Scale(-1, 1).postTranslate(self.width, 0))
        self.canvas.drawImage(image, 0, 0, skia.SamplingOptions(), skia.Paint(BlendMode=Blend.kSrc))
        self.canvas.restore()

    @property
    def everything(self) -> skia.Path:
        return rect(BLEED_MIN, BLEED_MIN, BLEED_MAX - BLEED_MIN, BLEED_MAX - BLEED_MIN)

    @contextmanager
    def clipped(self, path: skia.Path, is_outside: bool = False) -> Iterator[None]:
        self.canvas.save()
        self.canvas.clipPath(path, skia.ClipOp.kDifference if is_outside else skia.ClipOp.kIntersect, True)
        try:
            yield
        finally:
            self.canvas.restore()

    @contextmanager
    def layer(
        self, blend: skia.BlendMode = Blend.kSrcOver, alpha: float = 1.0, around: skia.Path | None = None
    ) -> Iterator[None]:
        """What is drawn inside is laid down as one sheet with the blend mode; `around` limits it to a path's box."""
        self.canvas.save()
        box = None
        if around is not None:
            box = around.getBounds().makeOutset(0.02, 0.02)
            self.canvas.clipRect(box)
        self.canvas.saveLayer(box, skia.Paint(BlendMode=blend, Alphaf=alpha))
        try:
            yield
        finally:
            self.canvas.restore()
            self.canvas.restore()

    def texture(self, kind: str, strength: float, rng: random.Random, scale: float = 1.0) -> None:
        """A surface over everything so far; above 1600 pixels a finer pass keeps it sharp. On a smooth page only the chance is used up."""
        paints = [surface_paint(kind, strength, rng, scale)]
        if self.scale > 1600:
            paints.append(surface_paint(kind, strength * 0.6, rng, scale * 0.41))
        for paint in paints if not self.is_smooth else ():
            self.canvas.drawPath(self.everything, paint)

    def wear(self, kind: str, threshold: float, rng: random.Random, scale: float = 1.0) -> None:
        """Holes in the current layer where the specks are."""
        paint = speck_paint(kind, threshold, rng, scale)
        paint.setBlendMode(Blend.kDstOut)
        self.canvas.drawPath(self.everything, paint)

    def specks(
        self, color: str, kind: str, threshold: float, rng: random.Random, alpha: float = 1.0, scale: float = 1.0
    ) -> None:
        """Specks of a colour over everything so far."""
        paint = speck_paint(kind, threshold, rng, scale)
        paint.setColorFilter(skia.ColorFilters.Blend(argb(color), Blend.kSrcIn))
        paint.setAlphaf(alpha)
        if not self.is_smooth:
            self.canvas.drawPath(self.everything, paint)

    def pixels(self, width: int, height: int) -> np.ndarray:
        """What is drawn so far, scaled to (height, width, 3), uint8."""
        image = self.surface.makeImageSnapshot()
        target = np.empty((height, width, 4), np.uint8)
        if (width, height) != (self.width, self.height):
            sampling = skia.SamplingOptions(skia.FilterMode.kLinear, skia.MipmapMode.kLinear)
            image = image.resize(width, height, sampling)
        details = skia.ImageInfo.Make(width, height, skia.kRGBA_8888_ColorType, skia.kPremul_AlphaType)
        image.readPixels(details, target, width * 4, 0, 0)
        return target[:, ::-1, :3] if self._is_turned else target[..., :3]
