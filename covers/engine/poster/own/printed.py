"""The eight treatments of portraits, for a picture of anything."""

from __future__ import annotations

import skia

from covers.engine.poster.geometry import circle, of_rect, rect
from covers.engine.poster.own.art import lying
from covers.engine.poster.own.subject import OfAnything
from covers.engine.poster.portrait.collage import Collage
from covers.engine.poster.portrait.flats import ScreenPrint, Spot
from covers.engine.poster.portrait.screens import Engraving, Halftone
from covers.engine.poster.portrait.sitter import SitterPlace
from covers.engine.poster.portrait.tone import inked
from covers.engine.poster.portrait.tones import Bands, Contact, DuotonePrint, tone_ramp
from covers.engine.poster.treatments import sunburst


class OwnDuotone(OfAnything, DuotonePrint):
    """Two inks and a photograph."""

    layouts = ("bleed-full", "plate-plate", "field-full", "field-round")

    def field(self) -> None:
        """A field of colour for the type, the print beside it."""
        dark, light, middle = self._toning()
        top, bottom = self.laid(self.colors.ground, 0.5)
        place = self.stood(top, bottom)
        self.lay(inked(self.sitter.tone, tone_ramp(dark, light, middle)), place, self.body(place))
        self.inks = [self.colors.ink, self.colors.paper]


class OwnHalftone(OfAnything, Halftone):
    """Dots."""

    layouts = ("dots-full", "dots-round", "coarse-full", "dots-plate")

    def dots(self, pitch: float = 0.0108) -> None:
        ground = self.colors.ground
        dark, light = self.inks_for(ground)
        top, bottom = self.laid(ground, 0.4)
        place = self.stood(top, bottom)
        self._person(place, self.body(place), dark, light, pitch)

    def coarse(self) -> None:
        """So large that the picture shows from afar only."""
        self.dots(0.0165)


class OwnEngraving(OfAnything, Engraving):
    """Lines that swell with the tone."""

    layouts = ("relief-full", "rings-round", "slant-plate", "rings-full")

    def _sun(self, place: SitterPlace) -> None:
        """The picture fills its frame: nothing would show behind it."""


class OwnScreenPrint(OfAnything, ScreenPrint):
    """Four flat inks."""

    layouts = ("solo-full", "split-full", "solo-round", "solo-plate")

    def split(self) -> None:
        """Beside a seam the other inks of the palette."""
        ground = self.colors.ground
        top, bottom = self.laid(ground, 0.3)
        place = self.stood(top, bottom)
        body, inks = self.body(place), self._colors(ground)
        self._print(place, body, inks)
        bounds = body.getBounds()
        x = bounds.left() + bounds.width() * self.rng.choice((0.38, 0.5, 0.62))
        with self.page.clipped(rect(x, bounds.top(), bounds.right() - x, bounds.height())):
            self._print(place, body, self._across(inks))


class OwnSpot(OfAnything, Spot):
    """Two riso inks out of register."""

    layouts = ("overprint-full", "overprint-plate", "overprint-round")


class OwnCollage(OfAnything, Collage):
    """Cut out with scissors and laid on shapes of colour."""

    layouts = ("ringed-cut", "torn-cut", "echo-cut", "pasted-cut")

    def ringed(self) -> None:
        """A disc or a burst behind what is cut out."""
        place, body, _ = self._scene(0.5, self.rng.choice((0.44, 0.5, 0.56)))
        ground = self.colors.ground
        bounds = body.getBounds()
        radius = 0.36 * max(bounds.width(), bounds.height())
        with self.page.clipped(self._below_title()):
            color = self.second_to(ground, self.inks_for(ground)[1])
            if self.is_loud:
                self.page.fill(sunburst(bounds.centerX(), bounds.centerY(), 14, self.rng.uniform(0, 25)), color)
            else:
                self.page.fill(circle(bounds.centerX(), bounds.centerY(), radius + 0.06), color)
        self._paste(place, body)

    def pasted(self) -> None:
        """Half of the sheet in another colour, what is cut out across the seam."""
        place, body, limit = self._scene(0.4, self.rng.choice((0.42, 0.58)))
        ground = self.colors.ground
        seam = body.getBounds().centerX()
        half = skia.Rect.MakeLTRB(seam, self.page.visible.top(), self.page.visible.right() + 0.1, min(limit, 2.0))
        with self.page.clipped(self._below_title()):
            self.page.fill(of_rect(half), self.second_to(ground, self.colors.paper))
        self._paste(place, body)
        self._floor(limit)


class OwnBands(OfAnything, Bands):
    """Cut to bands and put together a little wrong."""

    layouts = ("upright-full", "level-full")


class OwnContact(OfAnything, Contact):
    """Several frames: all of it, and what is in it."""

    layouts = ("four-full", "strip-full", "nine-full")

    def nine(self) -> None:
        """Nine frames that wander over the picture, the whole of it in the middle one."""
        top, bottom = self.laid(self.colors.ground, 0.3)
        top, bottom = max(top, 0.06), min(bottom, 0.94)
        tall, wide = (bottom - top) / 3, min(0.9, 1.3 * (bottom - top)) / 3
        left = 0.5 - 1.5 * wide
        for index, inks in enumerate(self._colorings(9)):
            row, column = divmod(index, 3)
            frame = skia.Rect.MakeXYWH(left + column * wide, top + row * tall, wide - 0.007, tall - 0.007)
            focus = (0.2 + 0.3 * column, 0.2 + 0.3 * row) if index != 4 else self.seen.focus
            place = lying(frame, focus, 1.0 if index == 4 else 2.2)
            self.figures.append(of_rect(frame))
            stood = SitterPlace(self.sitter, place.size / self.sitter.columns, place.x, place.y)
            self.lay(inked(self.sitter.tone, tone_ramp(*inks)), stood, of_rect(frame))
