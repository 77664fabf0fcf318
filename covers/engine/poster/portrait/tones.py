"""Treatments that keep the photo's own tones: duotone, shifted bands, a contact sheet."""

from __future__ import annotations

import cmath
import itertools
import math

import skia

from covers.engine.poster.art import MARGIN
from covers.engine.poster.color import at_lightness, lch_of, oklch
from covers.engine.poster.geometry import moved, of_rect, rect
from covers.engine.poster.page import BLEED_MAX, BLEED_MIN
from covers.engine.poster.portrait.art import PortraitArt
from covers.engine.poster.portrait.sitter import Sitter, SitterPlace
from covers.engine.poster.portrait.tone import inked
from covers.lettering.title_contract import Zone

WIDE = BLEED_MAX - BLEED_MIN


def tone_ramp(dark: str, light: str, middle: str | None = None) -> list[str]:
    """Dark to light, through a third ink if there is one; the ends are held a little so that ink and paper stay clean."""
    stops = [dark, light] if middle is None else [dark, middle, light]
    steps = [straight(*pair, index / 8) for pair in itertools.pairwise(stops) for index in range(8)]
    return [dark, *steps, light, light]


def straight(first: str, second: str, share: float) -> str:
    """Between two inks as they mix on paper: straight through OKLab, without the hues that lie between theirs."""
    (l1, c1, h1), (l2, c2, h2) = lch_of(first), lch_of(second)
    a = complex(c1 * math.cos(math.radians(h1)), c1 * math.sin(math.radians(h1)))
    b = complex(c2 * math.cos(math.radians(h2)), c2 * math.sin(math.radians(h2)))
    mixed = a + (b - a) * share
    return oklch(l1 + (l2 - l1) * share, abs(mixed), math.degrees(cmath.phase(mixed)))


class DuotonePrint(PortraitArt):
    """Two inks and a photograph, as the great jazz labels printed them."""

    name, voices = "duotone", ("soft_serif", "poster_heavy")
    texture = "duotone print"
    textures = (("grain", 0.2), ("paper", 0.1))
    compositions = ("rising", "bleed", "plate")

    def _toning(self) -> tuple[str, str, str | None]:
        """Dark and light end of the print, and a colour that its middle passes through."""
        colors = self.colors
        dark = min((colors.ink, colors.figure, colors.ground), key=lambda color: abs(lch_of(color)[0] - 0.24))
        light = colors.paper
        vivid = max((colors.figure, colors.second, colors.accent), key=lambda color: lch_of(color)[1])
        middle = at_lightness(vivid, min(0.68, max(0.52, lch_of(vivid)[0])))
        return dark, light, middle if colors.key in ("dark", "mid") else None

    def rising(self) -> None:
        """A field of colour for the type, a photo below, and the head rising out of the photo into the field."""
        if self.sitter.is_cropped:
            self.bleed()
            return
        page, colors = self.page, self.colors
        dark, light, middle = self._toning()
        field = colors.ground
        page.ground(field)
        top, _ = self.room_for_type(True)
        self.stage()
        place = self.stood(top if self.idea.room else 0.08, 1.0, self.rng.choice((0.42, 0.5, 0.58)))
        print_ = inked(self.sitter.tone, tone_ramp(dark, light, middle))
        head = place.y(self.sitter.crown)
        edge = place.y(self.sitter.eyes) - 0.1 * place.face.height if self.sitter.is_sound else head
        backing = self.second_to(field, light)
        frame = rect(BLEED_MIN, edge, WIDE, BLEED_MAX)
        page.fill(frame, backing)
        if self.sitter.is_sound:
            self.lay(self.cut(print_), place, of_rect(place.edges))
        else:
            self.lay(print_, place, self.window(place))
        self.inks = [colors.ink, colors.paper]

    def bleed(self) -> None:
        """The photo over the whole sheet, sinking into its own dark ink where the type stands."""
        page = self.page
        dark, light, middle = self._toning()
        page.ground(dark)
        room = self.idea.room
        seen = page.visible
        if room:
            self.titles.append(Zone(MARGIN, 0.955 - room, 1 - 2 * MARGIN, room - 0.02, "left", "bottom"))
        self.stage()
        frame = skia.Rect.MakeLTRB(seen.left(), seen.top(), seen.right(), seen.bottom() - max(0.0, room - 0.12))
        place = self.covered(self.sitter, frame, 0.34, self.rng.choice((0.42, 0.5, 0.58)), 0.4)
        self.keep_off(place)
        self.lay(inked(self.sitter.tone, tone_ramp(dark, light, middle)), place, page.everything)
        if room:
            floor = 0.94 - room
            page.fill(rect(BLEED_MIN, floor, WIDE, BLEED_MAX), dark)
            page.fade(rect(BLEED_MIN, floor - 0.3, WIDE, 0.301), (0, floor), (0, floor - 0.3), dark)
        self.inks = [light, self.colors.accent]

    def plate(self) -> None:
        """A photo with a wide margin, like a print on a wall; a bar of the accent beside it."""
        page, colors = self.page, self.colors
        dark, light, middle = self._toning()
        top, bottom = self.laid(colors.ground, 0.4)
        side = self.rng.choice((-1, 1))
        height = (0.92 if bottom >= 1 else bottom) - max(top, MARGIN)
        width = min(1 - 2 * MARGIN, height * 1.12)
        left = MARGIN if side < 0 else 1 - MARGIN - width
        frame = skia.Rect.MakeXYWH(left, max(top, MARGIN), width, height)
        place = self.covered(self.sitter, frame, 0.4, 0.5, 0.42)
        self.keep_off(place)
        self.lay(inked(self.sitter.tone, tone_ramp(dark, light, middle)), place, rect(left, frame.top(), width, height))
        gap = 1 - 2 * MARGIN - width
        if gap > 0.04:
            bar = frame.right() + 0.02 if side < 0 else frame.left() - gap
            page.fill(rect(bar, frame.top(), gap - 0.02, height), self.second_to(colors.ground, dark))


class Bands(PortraitArt):
    """The photo cut to bands and put together a little wrong; every second one in other inks or from another photo."""

    name, voices, sizes = "bands", ("wide_tiny", "grotesk"), (0.06, 0.1)
    texture = "cut print"
    textures = (("grain", 0.16), ("paper", 0.14))
    compositions = ("upright", "level")

    def _prints(self) -> list[tuple[str, str]]:
        colors = self.colors
        dark, light = self.inks_for(colors.ground)
        second = self.second_to(colors.ground, light)
        if lch_of(second)[0] > 0.6:
            return [(dark, light), (dark, second)]
        return [(dark, light), (second, light)]

    def _band(self, frame: skia.Rect, index: int, area: skia.Path, shift: tuple[float, float]) -> None:
        sitter = self.sitters[index % min(2, len(self.sitters))]
        place = self.covered(sitter, frame, 0.36, 0.5, 0.42)
        self.keep_off(place)
        placed = SitterPlace(sitter, place.scale, place.dx + shift[0], place.dy + shift[1])
        dark, light = self._prints()[index % 2]
        self.lay(inked(sitter.tone, tone_ramp(dark, light)), placed, moved(area, *shift))

    def upright(self) -> None:
        rng = self.rng
        top, bottom = self.laid(self.colors.ground, 0.35)
        top, bottom = max(top, 0.09), min(bottom, 0.91)
        frame = skia.Rect.MakeLTRB(MARGIN, top, 1 - MARGIN, bottom)
        count = 7
        step = frame.width() / count
        for index in range(count):
            band = rect(frame.left() + index * step, top, step - 0.006, bottom - top)
            reach = 0.035 if index % 2 else -0.035
            self._band(frame, index, band, (0.0, reach * rng.uniform(0.5, 1.0) * (0.4 if index == count // 2 else 1)))

    def level(self) -> None:
        page, rng = self.page, self.rng
        top, bottom = self.laid(self.colors.ground, 0.35)
        seen = page.visible
        frame = skia.Rect.MakeLTRB(seen.left() + 0.05, max(top, 0.0), seen.right() - 0.05, bottom)
        count = 6
        step = frame.height() / count
        for index in range(count):
            band = rect(frame.left() - 0.2, top + index * step, frame.width() + 0.4, step + 0.0005)
            reach = rng.uniform(0.014, 0.036) * (1 if index % 2 else -1)
            self._band(frame, index, band, (reach, 0.0))


class Contact(PortraitArt):
    """Several frames: a photo booth's strip, a contact sheet, one face in four colourings."""

    name, voices, sizes = "contact", ("mono_small", "slab"), (0.055, 0.095)
    texture = "print"
    textures = (("grain", 0.2),)
    compositions = ("four", "strip")

    def _colorings(self, count: int) -> list[tuple[str, str]]:
        """Dark and light inks, each frame's its own, in the palette."""
        colors = self.colors
        darks = [colors.ink, at_lightness(colors.figure, min(0.36, lch_of(colors.figure)[0]))]
        lights = [colors.paper, colors.second, colors.accent, colors.figure]
        lights = [color if lch_of(color)[0] > 0.62 else at_lightness(color, 0.72) for color in dict.fromkeys(lights)]
        pairs = [(darks[0], light) for light in lights] + [(darks[1], lights[0])]
        start = self.rng.randrange(len(pairs))
        return [pairs[(start + index) % len(pairs)] for index in range(count)]

    def _frame(self, frame: skia.Rect, index: int, inks: tuple[str, str], share: float) -> None:
        sitter: Sitter = self.sitters[index % len(self.sitters)]
        place = self.covered(sitter, frame, share, 0.5, 0.43)
        self.figures.append(of_rect(frame))
        self.note_face(place)
        self.lay(inked(sitter.tone, tone_ramp(*inks)), place, of_rect(frame))

    def four(self) -> None:
        """Two by two, the same face or four of them."""
        top, bottom = self.laid(self.colors.ground, 0.3)
        top, bottom = max(top, 0.06), min(bottom, 0.94)
        height = bottom - top
        width = min(1 - 1.2 * MARGIN, height * 1.2)
        left = (1 - width) / 2 if width > 0.8 else MARGIN
        for index, inks in enumerate(self._colorings(4)):
            x, y = left + index % 2 * width / 2, top + index // 2 * height / 2
            self._frame(skia.Rect.MakeXYWH(x, y, width / 2 - 0.008, height / 2 - 0.008), index, inks, 0.42)

    def strip(self) -> None:
        """Three or four frames side by side on a strip of paper, each nearer than the last when there is one photo."""
        page = self.page
        top, bottom = self.laid(self.colors.ground, 0.5)
        count = 3
        height = min(0.46, (bottom if bottom < 1 else 0.93) - max(top, 0.07) - 0.03)
        middle = (max(top, 0.07) + min(bottom, 0.93)) / 2
        paper = rect(BLEED_MIN, middle - height / 2 - 0.028, WIDE, height + 0.056)
        page.fill(paper, self.colors.paper if lch_of(self.colors.ground)[0] < 0.8 else self.colors.ink)
        width = (1 - 0.056 - 0.014 * (count - 1)) / count
        inks = self._colorings(count)
        for index in range(count):
            frame = skia.Rect.MakeXYWH(0.028 + index * (width + 0.014), middle - height / 2, width, height)
            self._frame(frame, index, inks[index], 0.5 + (0.18 * index if len(self.sitters) == 1 else 0))
