"""What every portrait treatment has in common: its sitters, its inks, where the person stands and where type may."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

import numpy as np
import skia

from covers.engine.poster.art import MARGIN, Art, Idea
from covers.engine.poster.color import at_lightness, distance, lch_of
from covers.engine.poster.geometry import circle, common, moved, rect
from covers.engine.poster.page import BLEED_MAX, BLEED_MIN, Page
from covers.engine.poster.portrait.filters import Floats
from covers.engine.poster.portrait.sitter import Sitter, SitterPlace, covering, standing
from covers.engine.poster.treatments import sunburst
from covers.lettering.title_contract import Zone

LOUD = frozenset(["joy", "dance", "anger", "swagger", "rebellion", "triumph", "summer", "freedom", "night", "hope"])
"""Moods of big type and hard shapes; all others are calm."""


class PortraitArt(Art):
    """A treatment of one or more photos. voices: of the type, for a calm and a loud mood. faces: heads, as they lie on the page."""

    voices: ClassVar[tuple[str, str]] = ("soft_serif", "grotesk")
    sizes: ClassVar[tuple[float, float]] = (0.085, 0.115)

    def __init__(self, page: Page, idea: Idea, seed: int, stage: Callable[[], None], sitters: Sequence[Sitter]) -> None:
        super().__init__(page, idea, seed, stage)
        self.sitters, self.faces = sitters, list[skia.Path]()
        self.sitter = sitters[0]
        self.is_loud = idea.mood in LOUD
        self.voice = self.voices[self.is_loud]
        self.title_scale = self.sizes[self.is_loud]

    # room

    def room_for_type(self, is_top: bool, align: str = "left") -> tuple[float, float]:
        """Keeps a band for type; the heights of the page between which the person may stand."""
        room, first = self.idea.room + 0.02 * bool(self.idea.room), 0.05
        if self.sitter.is_cropped:  # a flat head is seen nowhere but at the sheet's own edge
            is_top, first = False, self.page.visible.top()
        if not room:
            return first, 1.0
        if is_top:
            self.titles.append(Zone(MARGIN, 0.07, 1 - 2 * MARGIN, room - 0.05, align, "top"))
            return room + 0.055, 1.0
        self.titles.append(Zone(MARGIN, 0.96 - room, 1 - 2 * MARGIN, room - 0.025, align, "bottom"))
        return first, 0.935 - room

    def laid(self, ground: str, top_share: float) -> tuple[float, float]:
        """The ground stands, with the band for type at its head so often; the heights between which the person may stand."""
        self.page.ground(ground)
        top, bottom = self.room_for_type(self.rng.random() < top_share)
        self.stage()
        return top, bottom

    def stood(self, top: float, bottom: float, x: float = 0.5, size: float = 1.0) -> SitterPlace:
        """Places the sitter's head and shoulders; notes the head, which no type may cover."""
        seen = self.page.visible
        reach = self.page.visible.bottom() if bottom >= 1.0 else bottom
        place = standing(self.sitter, top, reach, x, seen.left(), seen.right(), size)
        self.keep_off(place)
        return place

    def covered(self, sitter: Sitter, frame: skia.Rect, share: float, x: float, eyes: float) -> SitterPlace:
        """The whole photo over a frame; see `sitter.covering`."""
        return covering(sitter, frame, share, x, eyes)

    def keep_off(self, place: SitterPlace) -> None:
        """No type may cover the head."""
        self.figures.append(place.head)
        self.note_face(place)

    def note_face(self, place: SitterPlace) -> None:
        self.faces.append(place.head)

    def body(self, place: SitterPlace, bottom: float | None = None) -> skia.Path:
        """The person's outline on the page; an arch around head and shoulders where the person cannot be cut out."""
        path = place.path(self.sitter.outline) if self.sitter.is_sound else self.window(place)
        if bottom is None:
            return path
        above = rect(BLEED_MIN, BLEED_MIN, BLEED_MAX - BLEED_MIN, bottom - BLEED_MIN)
        cut = common(path, above)
        is_cut = cut.getBounds().bottom() < bottom + 0.01  # where the solver gave up, the arch's few curves will do
        return cut if is_cut else common(self.window(place), above)

    def window(self, place: SitterPlace) -> skia.Path:
        """An arch that shows head and shoulders with what is around them."""
        face, edges = place.face, place.edges
        x = face.center[0]
        half = min(face.width * 1.45, max(face.width * 0.8, min(x - edges.left(), edges.right() - x)))
        top = max(edges.top(), place.y(place.sitter.crown) - 0.3 * face.height)
        left, right = max(edges.left(), x - half), min(edges.right(), x + half)
        path = skia.Path()
        path.addRoundRect(
            skia.Rect.MakeLTRB(left, top, right, edges.bottom()),
            [(right - left) / 2] * 4 + [0.0] * 4,
        )
        return path

    # inks

    def inks_for(self, ground: str) -> tuple[str, str]:
        """A dark and a light ink of the palette for the person on this ground; the light one stands off the ground."""
        colors = self.colors
        options = [colors.ink, colors.figure, colors.second, colors.ground]
        dark = next((color for color in options if lch_of(color)[0] < 0.4), colors.ink)
        if distance(dark, ground) < 0.05:
            dark = colors.ink
        lights = [colors.paper, at_lightness(colors.second, 0.9), at_lightness(colors.accent, 0.9, 0.7)]
        return dark, max(lights[:2], key=lambda color: distance(color, ground) + 0.1 * (color == colors.paper))

    def second_to(self, *taken: str) -> str:
        """The palette's liveliest colour that can be told from those taken."""
        colors = self.colors
        options = [colors.figure, colors.second, colors.accent]
        return max(options, key=lambda color: min(distance(color, other) for other in taken) + 0.5 * lch_of(color)[1])

    # drawing

    def lay(
        self, pixels: np.ndarray, place: SitterPlace, path: skia.Path, blend: skia.BlendMode = skia.BlendMode.kSrcOver
    ) -> None:
        """Draws the photo's pixels, (rows, columns, 3 or 4) uint8, where the sitter stands, within the path."""
        rgba = pixels if pixels.shape[2] == 4 else np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)])
        image = skia.Image.fromarray(
            np.ascontiguousarray(rgba), colorType=skia.kRGBA_8888_ColorType, alphaType=skia.kPremul_AlphaType
        )
        is_enlarged = place.scale * self.page.scale > 1
        sampling = (
            skia.SamplingOptions(skia.CubicResampler.Mitchell())
            if is_enlarged
            else skia.SamplingOptions(skia.FilterMode.kLinear, skia.MipmapMode.kLinear)
        )
        shader = image.makeShader(skia.TileMode.kClamp, skia.TileMode.kClamp, sampling, place.matrix)
        self.page.canvas.drawPath(path, skia.Paint(Shader=shader, AntiAlias=True, BlendMode=blend))

    def cut(self, pixels: np.ndarray) -> np.ndarray:
        """The photo's pixels with all but the person clear, hair and all: (rows, columns, 4), premultiplied."""
        alpha = self.sitter.separation.alpha[..., None]
        return np.rint(np.concatenate([pixels * alpha, 255 * alpha], axis=-1)).astype(np.uint8)

    def amount(self, place: SitterPlace, x: np.ndarray, y: np.ndarray, blur: float, is_light: bool) -> Floats:
        """0..1: how much ink a screen lays down at points of the page. is_light: whether the ink is the light one."""
        tone = place.sampled(x, y, blur, 0.0 if is_light else 1.0)
        return (tone if is_light else 1 - tone).astype(np.float32)

    def beside(self, place: SitterPlace, most: float) -> tuple[float, float, float] | None:
        """Middle and size of a motif where there is more room beside the head; None where there is hardly any."""
        face = place.face
        left, right = face.x - 0.2 * face.width, face.x + 1.2 * face.width
        low, high = (0.04, left) if left > 1 - right else (right, 0.96)
        size = min(most, 0.86 * (high - low))
        return ((low + high) / 2, place.y(place.sitter.eyes) + 0.1 * face.height, size) if size > 0.1 else None

    def disc_radius(self, place: SitterPlace) -> float:
        """Of a disc behind the head: as large as the type above and the sheet's edge allow."""
        zone = self.titles[0] if self.titles else None
        top = zone.y + zone.height + 0.01 if zone and zone.y < 0.3 else 0.03
        y = place.face.center[1]
        return max(0.9 * place.face.width, min(1.5 * place.face.width, y - top))

    def backdrop(self, place: SitterPlace, color: str, kind: str) -> skia.Path:
        """A large shape behind the head: "disc", "burst" or the song's "motif"."""
        x, y = place.face.center
        size = place.face.width
        if kind == "burst":
            shape = sunburst(x, y, 14, self.rng.uniform(0, 25))
        elif kind == "motif":
            side = -1 if x > 0.5 else 1
            shape = moved(self.motif.shape, 0.5 + side * 0.2, y - 0.08, 3.1 * size)
        else:
            shape = circle(x, y, self.disc_radius(place))
        self.page.fill(shape, color)
        return shape
