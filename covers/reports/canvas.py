"""Paper, ink and type for the pictures of a report: the site's colours and typefaces, in pixels from the top left."""

from __future__ import annotations

from functools import lru_cache

import skia

from covers.lettering.inks import contrast, parse, written
from covers.lettering.shaping import Line, Setting, drawable, shape
from covers.lettering.voices import Voice

PAPER, INK, MUTED, RULE, FAINT = "#f7f4ee", "#1b1815", "#655e55", "#dcd5c9", "#e6dfd3"
"""Of static/css/tokens.css, light; FAINT lies between its line and its paper."""

READABLE = 4.5

_SANS, _BOLD = "aibum-sans-500.otf", "Pretendard-Bold.otf"
PLAIN = Setting(Voice((_SANS, _BOLD), (_SANS, _BOLD)), 0.0, 0.0)
STRONG = Setting(Voice((_BOLD,), (_BOLD,)), -0.005, 0.0)
DISPLAY = Setting(Voice(("hahmlet-800-korean.ttf",), ("hahmlet-800-korean.ttf",)), -0.01, -0.02)


@lru_cache(maxsize=1024)
def set_line(text: str, setting: Setting) -> Line:
    """One line of type in em; letters that no typeface has are left out."""
    return shape(drawable(text, setting.voice), setting)


def fitted(text: str, size: float, width: float, setting: Setting = PLAIN) -> str:
    """The text, cut with an ellipsis where it is wider than `width` pixels."""
    if set_line(text, setting).width * size <= width:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        cut = f"{text[:middle].rstrip()}…"
        low, high = (middle, high) if set_line(cut, setting).width * size <= width else (low, middle - 1)
    return f"{text[:low].rstrip()}…"


def readable(colour: str) -> str:
    """The colour, moved towards black until it reaches 4.5 on paper: as static/js/accent.js does for pages."""
    try:
        channels = parse(colour)
    except ValueError:
        return INK
    for step in range(51):
        share = 1 - step / 50
        red, green, blue = (round(channel * share) for channel in channels)
        mixed = written((red, green, blue))
        if contrast(mixed, PAPER) >= READABLE:
            return mixed
    return INK


class Canvas:
    """One picture in the making."""

    def __init__(self, width: int, height: int, ground: str = PAPER) -> None:
        self.width, self.height = width, height
        self._surface = skia.Surface(width, height)
        self._canvas = self._surface.getCanvas()
        self._canvas.clear(_colour(ground))

    def text(
        self, text: str, x: float, y: float, size: float, *, ink: str = INK, setting: Setting = PLAIN, align: str = "left",
        width: float = 0,
    ) -> float:  # fmt: skip
        """Set one line with its baseline at y; answers how wide it is. align: "left", "center" or "right" of x.

        width: of the room there is; what does not fit is cut. 0: as much as it takes.
        """
        line = set_line(fitted(text, size, width, setting) if width else text, setting)
        wide = line.width * size
        left = x - {"left": 0.0, "center": wide / 2, "right": wide}[align]
        matrix = skia.Matrix.Scale(size, size)
        matrix.postTranslate(left, y)
        path = skia.Path(line.path)
        path.transform(matrix)
        self._canvas.drawPath(path, _paint(ink))
        return wide

    def box(self, left: float, top: float, right: float, bottom: float, ink: str, radius: float = 0) -> None:
        rectangle = skia.Rect.MakeLTRB(left, top, right, bottom)
        self._canvas.drawRoundRect(rectangle, radius, radius, _paint(ink))

    def line(self, x0: float, y0: float, x1: float, y1: float, ink: str, thickness: float = 1) -> None:
        paint = _paint(ink)
        paint.setStyle(skia.Paint.kStroke_Style)
        paint.setStrokeWidth(thickness)
        paint.setStrokeCap(skia.Paint.kRound_Cap if thickness > 2 else skia.Paint.kButt_Cap)
        self._canvas.drawLine(x0, y0, x1, y1, paint)

    def dot(self, x: float, y: float, radius: float, ink: str) -> None:
        self._canvas.drawCircle(x, y, radius, _paint(ink))

    def picture(self, content: bytes, left: float, top: float, side: float) -> bool:
        """Lay a square picture down. False when its bytes are none."""
        image = skia.Image.MakeFromEncoded(skia.Data.MakeWithCopy(content))
        if image is None:
            return False
        target = skia.Rect.MakeXYWH(left, top, side, side)
        self._canvas.drawImageRect(image, target, skia.SamplingOptions(skia.CubicResampler.Mitchell()))
        return True

    def png(self) -> bytes:
        return self._encoded(skia.EncodedImageFormat.kPNG, 100)

    def jpeg(self, quality: int = 88) -> bytes:
        return self._encoded(skia.EncodedImageFormat.kJPEG, quality)

    def _encoded(self, file_format: skia.EncodedImageFormat, quality: int) -> bytes:
        return bytes(self._surface.makeImageSnapshot().encodeToData(file_format, quality))


def _paint(ink: str) -> skia.Paint:
    return skia.Paint(Color=_colour(ink), AntiAlias=True)


def _colour(ink: str) -> int:
    return int(skia.Color(*parse(ink)))
