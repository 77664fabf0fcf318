"""The treatments of portraits for a picture of anything: the picture, or what stands out in it, takes the sitter's place."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np
import skia

from covers.engine.poster.art import MARGIN, Idea
from covers.engine.poster.geometry import circle, oval
from covers.engine.poster.own.art import BroughtArt, Lying, lying, of_rect
from covers.engine.poster.own.brought import Brought
from covers.engine.poster.page import Page
from covers.engine.poster.portrait.art import PortraitArt
from covers.engine.poster.portrait.filters import Floats
from covers.engine.poster.portrait.layers import Developed
from covers.engine.poster.portrait.separation import Separation
from covers.engine.poster.portrait.sitter import Sitter, SitterPlace
from covers.engine.poster.portrait.tone import inked, simplified
from covers.engine.poster.portrait.tones import DuotonePrint, tone_ramp
from covers.lettering.title_contract import Zone

MOST_TONES = 1800
"""Pixels of the tones along the square: inks and screens show no more of it, and grain is the page's own."""


class Subject(Sitter):
    """A picture in a sitter's place. Its "face" is the box of what stands out, or of the middle."""

    def __init__(self, brought: Brought, side: float) -> None:
        self.brought = brought
        tone = brought.tone(min(side, MOST_TONES))
        pixels = tone.shape[0]
        left, top, width, height = brought.seen.subject or (0.25, 0.25, 0.5, 0.5)
        box = left * pixels, top * pixels, width * pixels, height * pixels
        nothing = np.zeros((2, 2), np.float32)
        super().__init__(Developed(tone, Separation(nothing, nothing, 0.0), *box))

    @cached_property
    def simple(self) -> Floats:
        return simplified(self.tone, 0.2 * self.columns)

    @property
    def is_sound(self) -> bool:
        return False

    @property
    def is_cropped(self) -> bool:
        return False


class OfAnything(BroughtArt, PortraitArt):
    """Mixed into a portrait treatment. A composition's name is the treatment's own, a dash, and the shape that the picture has on the
    sheet: "full" from edge to edge, "plate" with a margin, "round"."""

    def __init__(self, page: Page, idea: Idea, seed: int, stage: Callable[[], None], brought: Brought) -> None:
        PortraitArt.__init__(self, page, idea, seed, stage, [Subject(brought, page.scale)])
        self.brought = brought
        self.faces = []
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
        self.shown = self.frame(top, bottom)
        place = self.over(self.shown, 1.0)
        self.keep_off(place)
        return place

    def over(self, frame: skia.Rect, zoom: float) -> SitterPlace:
        place: Lying = lying(frame, self.seen.focus, zoom)
        return SitterPlace(self.sitter, place.size / self.sitter.columns, place.x, place.y)

    def covered(self, sitter: Sitter, frame: skia.Rect, share: float, x: float, eyes: float) -> SitterPlace:
        return self.over(frame, max(1.0, share / 0.42))

    def keep_off(self, place: SitterPlace) -> None:
        size = place.scale * self.sitter.columns
        for left, top, width, height in self.seen.faces:
            head = oval(
                place.dx + (left + width / 2) * size, place.dy + (top + 0.45 * height) * size,
                0.72 * width * size, 0.86 * height * size,
            )  # fmt: skip
            self.faces.append(head)
            self.figures.append(head)
        if self.seen.subject and not self.seen.faces:
            left, top, width, height = self.seen.subject
            self.figures.append(oval(
                place.dx + (left + width / 2) * size, place.dy + (top + height / 2) * size, 0.42 * width * size, 0.42 * height * size
            ))  # fmt: skip

    def body(self, place: SitterPlace, bottom: float | None = None) -> skia.Path:
        if self.shape == "round":
            return circle(self.shown.centerX(), self.shown.centerY(), self.shown.height() / 2)
        return of_rect(self.shown)

    def window(self, place: SitterPlace) -> skia.Path:
        return self.body(place)


class OwnDuotone(OfAnything, DuotonePrint):
    """Two inks and a photograph."""

    layouts = ("bleed-full", "plate-plate", "field-full", "field-round")

    def field(self) -> None:
        """A field of colour for the type, the print beside it."""
        dark, light, middle = self._toning()
        self.page.ground(self.colors.ground)
        top, bottom = self.room_for_type(self.rng.random() < 0.5)
        self.stage()
        place = self.stood(top, bottom)
        self.lay(inked(self.sitter.tone, tone_ramp(dark, light, middle)), place, self.body(place))
        self.inks = [self.colors.ink, self.colors.paper]
