"""The person cut out with scissors and laid on flat paper, with the song's motif."""

from __future__ import annotations

import skia

from covers.engine.poster.color import at_lightness, mix
from covers.engine.poster.geometry import minus, moved, rect
from covers.engine.poster.page import BLEED_MAX, BLEED_MIN
from covers.engine.poster.portrait.art import PortraitArt
from covers.engine.poster.portrait.sitter import SitterPlace
from covers.engine.poster.portrait.tone import inked
from covers.engine.poster.portrait.tones import tone_ramp
from covers.engine.poster.treatments import torn_edge

WIDE = BLEED_MAX - BLEED_MIN


class Collage(PortraitArt):
    """A black-and-white photo with a paper edge on shapes of colour."""

    name, voices = "collage", ("folk", "riso")
    texture = "cut paper"
    textures = (("paper", 0.22), ("grain", 0.12))
    compositions = ("before", "torn", "echo")

    def _paste(self, place: SitterPlace, body: skia.Path) -> None:
        """The photo in near neutral tones, its paper edge and the shadow that it throws."""
        page, colors = self.page, self.colors
        border = 0.011
        page.blurred(moved(body, 0.01, 0.012), "#000000", 0.016, 0.4)
        self._grown(body, border, mix(colors.paper, "#ffffff", 0.4))
        dark = at_lightness(colors.ink, 0.17)
        print_ = inked(self.sitter.tone, tone_ramp(dark, mix(colors.paper, "#ffffff", 0.5)))
        self.lay(print_, place, body)

    def _grown(self, body: skia.Path, border: float, color: str) -> None:
        """The outline filled, and a border around it. Drawn, not computed: a hair's outline is too much for a path solver."""
        self.page.fill(body, color)
        self.page.line(body, color, 2 * border)

    def _scene(
        self, top_share: float, x: float, size: float = 1.0, air: float = 0.02
    ) -> tuple[SitterPlace, skia.Path, float]:
        top, bottom = self.laid(self.colors.ground, top_share)
        place = self.stood(top + air, bottom, x, size)
        return place, self.body(place), bottom if bottom < 1 else BLEED_MAX

    def _floor(self, limit: float) -> None:
        """The ground again below the picture, where the type stands: the lower edge of the collage is a cut one."""
        if limit < 1:
            self.page.fill(rect(BLEED_MIN, limit, WIDE, BLEED_MAX), self.colors.ground)

    def before(self) -> None:
        """A disc, a burst or the motif behind the head, a second motif in front of the shoulder."""
        rng = self.rng
        x = rng.choice((0.4, 0.6))
        kind = "burst" if self.is_loud and rng.random() < 0.5 else rng.choice(("disc", "motif"))
        place, body, limit = self._scene(0.5, x)
        ground = self.colors.ground
        light = self.inks_for(ground)[1]
        with self.page.clipped(rect(BLEED_MIN, BLEED_MIN, WIDE, limit - BLEED_MIN)):
            with self.page.clipped(self._below_title()):
                self.backdrop(place, self.second_to(ground, light), kind)
            if kind != "motif":
                self._ornament(place)
            self._paste(place, body)
        self._floor(limit)

    def _below_title(self) -> skia.Path:
        """The sheet without the band that a title at the top keeps."""
        zone = self.titles[0] if self.titles else None
        top = zone.y + zone.height + 0.02 if zone and zone.y < 0.3 else BLEED_MIN
        return rect(BLEED_MIN, top, WIDE, BLEED_MAX)

    def _ornament(self, place: SitterPlace) -> None:
        """The song's motif, small, where there is more room beside the head, with a cut shadow."""
        where = self.beside(place, 0.3)
        if where is None:
            return
        shape, detail = (moved(path, *where) for path in (self.motif.shape, self.motif.detail))
        self.page.blurred(moved(shape, 0.005, 0.007), "#000000", 0.006, 0.3)
        self.page.fill(minus(shape, detail), self.figure_color(self.colors.ground, self.colors.accent))

    def torn(self) -> None:
        """Torn strips of coloured paper, one behind the person, one across the chest."""
        page, rng, colors = self.page, self.rng, self.colors
        place, body, limit = self._scene(0.4, rng.choice((0.44, 0.56)))
        ground = colors.ground
        second = self.second_to(ground, colors.paper)
        eyes = place.face.center[1]
        lean = rng.choice((-0.05, 0.05))
        upper = torn_edge(rng, (BLEED_MIN, eyes - 0.12 - lean), (BLEED_MAX, eyes - 0.12 + lean), 0.014, (0, 3))
        lower = torn_edge(rng, (BLEED_MIN, eyes + 0.18 + lean), (BLEED_MAX, eyes + 0.18 - lean), 0.014, (0, 3))
        strip = minus(upper, lower)
        self._sheet_of_paper(strip, second)
        with page.clipped(rect(BLEED_MIN, BLEED_MIN, WIDE, limit - BLEED_MIN)):
            self._paste(place, body)
            foot = min(limit, 1.0) - 0.11
            front = torn_edge(rng, (BLEED_MIN, foot + lean), (BLEED_MAX, foot - lean), 0.012, (0, 3))
            self._sheet_of_paper(front, colors.accent if colors.accent != second else colors.figure)
        self._floor(limit)

    def _sheet_of_paper(self, shape: skia.Path, color: str) -> None:
        """A torn sheet: its white core shows along the tear."""
        page = self.page
        page.blurred(moved(shape, 0.0, -0.006), "#000000", 0.01, 0.3)
        page.fill(moved(shape, 0.0, -0.006), mix(self.colors.paper, "#ffffff", 0.5))
        page.fill(shape, color)

    def echo(self) -> None:
        """The outline again and again in the palette's colours, like the rings of a bell."""
        place, body, limit = self._scene(0.5, 0.5, 0.86, 0.13)
        colors = self.colors
        tints = [
            color for color in (colors.second, colors.figure, colors.accent, colors.paper) if color != colors.ground
        ]
        with (
            self.page.clipped(rect(BLEED_MIN, BLEED_MIN, WIDE, limit - BLEED_MIN)),
            self.page.clipped(self._below_title()),
        ):
            for index, color in reversed(list(enumerate(tints[:3], 1))):
                self._grown(body, 0.011 + 0.041 * index, color)
            self._paste(place, body)
        self._floor(limit)
