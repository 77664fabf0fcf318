"""The treatments of portraits for a picture of anything: the picture, or what stands out in it, takes the sitter's place."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from functools import cached_property

import numpy as np
import skia

from covers.engine.poster.art import MARGIN, Idea
from covers.engine.poster.geometry import circle, common, of_rect, polygon, rect
from covers.engine.poster.own.art import CLOSEST, BroughtArt, Lying, lying
from covers.engine.poster.own.brought import Brought
from covers.engine.poster.own.cutting import NONE, cut_out
from covers.engine.poster.page import BLEED_MAX, BLEED_MIN, Page
from covers.engine.poster.portrait.art import PortraitArt
from covers.engine.poster.portrait.filters import Floats
from covers.engine.poster.portrait.layers import Developed
from covers.engine.poster.portrait.separation import Separation
from covers.engine.poster.portrait.sitter import Sitter, SitterPlace
from covers.engine.poster.portrait.tone import simplified
from covers.lettering.title_contract import Zone

MOST_TONES = 1800
"""Pixels of the tones along the square: inks and screens show no more of it, and grain is the page's own."""


class PictureSubject(Sitter):
    """A picture in a sitter's place. Its "face" is the box of what stands out, or of the middle."""

    def __init__(self, brought: Brought, side: float) -> None:
        self.brought, self.seen = brought, brought.seen
        tone = brought.tone(min(side, MOST_TONES))
        pixels = tone.shape[0]
        left, top, width, height = brought.seen.subject or (0.25, 0.25, 0.5, 0.5)
        box = left * pixels, top * pixels, width * pixels, height * pixels
        super().__init__(Developed(tone, NONE, *box))

    @cached_property
    def simple(self) -> Floats:
        return simplified(self.tone, 0.2 * self.columns)

    @cached_property
    def separation(self) -> Separation:
        """Where the subject ends; the matte as large as the tones."""
        return cut_out(self.seen, self.brought.pixels(self.columns))

    @property
    def is_cropped(self) -> bool:
        return False


class OfAnything(BroughtArt, PortraitArt):
    """Mixed into a portrait treatment. A composition's name is the treatment's own, a dash, and the shape that the picture has on the
    sheet: "full" from edge to edge, "plate" with a margin, "round", "cut" for the subject alone, cut out with scissors."""

    def __init__(self, page: Page, idea: Idea, seed: int, stage: Callable[[], None], brought: Brought) -> None:
        PortraitArt.__init__(self, page, idea, seed, stage, [PictureSubject(brought, page.scale)])
        self.take(brought)
        self.shade, self.haze = self.colors.ink, self.colors.paper
        self.own_composition, _, self.shape = idea.composition.partition("-")

    def paint(self) -> None:
        getattr(self, self.own_composition)()
        self.stage()
        self.surface()

    def room_for_type(self, is_top: bool, align: str = "left") -> tuple[float, float]:
        """Keeps a band for type; the heights of the page between which the picture may lie."""
        room = self.idea.room
        if not room:
            return (0.05, 0.95) if self.shape != "full" else (0.0, 1.0)
        if is_top:
            self.titles.append(Zone(MARGIN, 0.06, 1 - 2 * MARGIN, room - 0.02, align, "top"))
            return room + 0.065, 1.0
        self.titles.append(Zone(MARGIN, 0.955 - room, 1 - 2 * MARGIN, room - 0.015, align, "bottom"))
        return 0.0, 0.93 - room

    def frame(self, top: float, bottom: float) -> skia.Rect:
        """Where the picture lies between two heights of the page, by its shape."""
        seen = self.page.visible
        top = seen.top() if top <= 0.0 else top
        bottom = seen.bottom() if bottom >= 1.0 else bottom
        if self.shape == "full":
            return skia.Rect.MakeLTRB(seen.left(), top, seen.right(), bottom)
        top, bottom = max(top, 0.075 + min(0.0, seen.top())), min(bottom, 0.925)
        tall = bottom - top
        if self.shape == "round":
            return skia.Rect.MakeXYWH(0.5 - tall / 2, top, tall, tall)
        wide = min(1 - 2 * MARGIN, 1.24 * tall)
        return skia.Rect.MakeXYWH(MARGIN, top, wide, tall)

    def stood(self, top: float, bottom: float, x: float = 0.5, size: float = 1.0) -> SitterPlace:
        if self.shape == "cut":
            return self.stood_out(top, bottom, x)
        place = self.over(self.frame(top, bottom), 1.0)
        self.keep_off(place)
        return place

    def stood_out(self, top: float, bottom: float, x: float) -> SitterPlace:
        """What is cut out, as large as fits between the heights; what the picture's edge cuts is moved to the sheet's."""
        seen, sitter = self.page.visible, self.sitter
        outline = sitter.outline.getBounds() if sitter.is_sound else self.scissored().getBounds()
        pixels = sitter.columns
        is_cut_below = sitter.is_sound and outline.bottom() > pixels * 0.985
        low = bottom if bottom < 1 else (seen.bottom() if is_cut_below else 0.94)
        top = max(top, 0.07)
        scale = min((low - top) / outline.height(), 0.86 / outline.width(), CLOSEST / pixels)
        middle = min(max(x, outline.width() * scale / 2 + 0.03), 1 - outline.width() * scale / 2 - 0.03)
        y = low - outline.bottom() * scale if is_cut_below else (top + low) / 2 - outline.centerY() * scale
        place = SitterPlace(sitter, scale, middle - outline.centerX() * scale, y)
        self.shown = skia.Rect.MakeLTRB(seen.left(), seen.top(), seen.right(), bottom if bottom < 1 else seen.bottom())
        self.keep_off(place)
        return place

    def scissored(self) -> skia.Path:
        """Around what stands out, as quick scissors go: a few straight cuts, in the picture's pixels."""
        left, top, width, height = self.seen.subject or (0.16, 0.16, 0.68, 0.68)
        rng, pixels = random.Random(f"{self.idea.composition}:scissors"), self.sitter.columns
        points = []
        for index in range(9):
            angle = math.tau * (index + rng.uniform(-0.22, 0.22)) / 9
            reach = rng.uniform(0.66, 0.8)
            x = left + width / 2 + reach * max(width, 0.34) * math.cos(angle)
            y = top + height / 2 + reach * max(height, 0.34) * math.sin(angle)
            points.append((min(max(x, 0.0), 1.0) * pixels, min(max(y, 0.0), 1.0) * pixels))
        return polygon(points)

    def over(self, frame: skia.Rect, zoom: float) -> SitterPlace:
        self.shown = frame
        place = lying(frame, self.seen.focus, zoom)
        return SitterPlace(self.sitter, place.size / self.sitter.columns, place.x, place.y)

    def covered(self, sitter: Sitter, frame: skia.Rect, share: float, x: float, eyes: float) -> SitterPlace:
        return self.over(frame, max(1.0, share / 0.42))

    def keep_off(self, place: SitterPlace) -> None:
        self.note(self.lies(place))

    def note_face(self, place: SitterPlace) -> None:
        self.faces += self.faces_at(self.lies(place))

    def lies(self, place: SitterPlace) -> Lying:
        return Lying(place.dx, place.dy, place.scale * self.sitter.columns, self.shown)

    def body(self, place: SitterPlace, bottom: float | None = None) -> skia.Path:
        if self.shape == "cut":
            path = place.path(self.sitter.outline if self.sitter.is_sound else self.scissored())
            return (
                path
                if bottom is None
                else common(path, rect(BLEED_MIN, BLEED_MIN, BLEED_MAX - BLEED_MIN, bottom - BLEED_MIN))
            )
        if self.shape == "round":
            return circle(self.shown.centerX(), self.shown.centerY(), self.shown.height() / 2)
        return of_rect(self.shown)

    def window(self, place: SitterPlace) -> skia.Path:
        return self.body(place)

    def limits(self, place: SitterPlace, shares: tuple[float, ...]) -> list[float]:
        """Tone limits that leave these shares of the whole picture below them, kept near the tones they would have by themselves."""
        simple = self.sitter.simple
        simple = simple[:: max(1, simple.shape[0] // 200), :: max(1, simple.shape[1] // 200)]
        return [0.5 * float(np.quantile(simple, share)) + 0.5 * (0.12 + 0.72 * share) for share in shares]

    def beside(self, place: SitterPlace, most: float) -> tuple[float, float, float] | None:
        """No motif of the song stands beside what somebody brought."""
        return None
