"""What pictures of letters have in common: a voice that bears being large, the title in it, a calm strip for the artist's name."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import skia

from covers.brief.brief_contract import Concept, letters_bear
from covers.engine.poster.art import ArtBox, Idea
from covers.engine.poster.color import at_lightness, blend, lch_of
from covers.engine.poster.letters.block import LetterBlock, filled
from covers.engine.poster.page import Page
from covers.engine.poster.room import title_weight
from covers.engine.poster.scenes.lit_art import GENRE_VOICES, LitArt
from covers.lettering.outlines import Title, title_in
from covers.lettering.title_contract import Zone

PARTNERS: dict[str, str] = {
    "poster_heavy": "grotesk", "gala": "rounded", "riso": "grotesk", "slab": "slab", "grotesk": "grotesk", "rounded": "rounded",
    "geometric": "geometric", "soft_serif": "soft_serif", "folk": "soft_serif", "thin_serif": "soft_serif", "brush": "folk",
    "wide_tiny": "wide_tiny",
}  # fmt: skip
"""The voice of the artist's name beside letters of a voice."""
EDGE = 0.06
STRIP, NAME = 0.1, 0.055
"""Height of the strip that is kept for the artist's name, and of the name's place in it."""
PLAIN = 0.04
"""How much higher both are where the title is said once more."""


def bears(style: str, title: str) -> bool:
    """Whether a style can make a picture of this title: it is short enough, and no letter of it is missing."""
    return letters_bear(style, title) and title_in(title, "grotesk") is not None


class LetterArt(LitArt):
    """Subclasses list their `voices`, and say with `show` where the title stands whole: that is `block`.

    said_plainly: compositions whose letters are hard to read by their nature: there the title stands once more, small and in plain type,
    with the artist. has_capitals: Latin letters are set as capitals. must_fill: a voice in which the title covers little of the page gives
    way.
    """

    voices: ClassVar[tuple[str, ...]] = ("poster_heavy", "gala", "slab", "riso", "grotesk")
    said_plainly: ClassVar[frozenset[str]] = frozenset()
    has_capitals: ClassVar[bool] = False
    must_fill: ClassVar[bool] = False
    texture = "print"
    voice = "grotesk"
    title_scale = 0.034

    def __init__(self, page: Page, idea: Idea, seed: int, stage: Callable[[], None]) -> None:
        super().__init__(page, idea, seed, stage)
        self.seed, self.block = seed, LetterBlock(())
        wished = [name for name in GENRE_VOICES.get(idea.genre, ()) if name in self.voices]
        chosen = self.chance.choice((*self.voices, *wished, *wished))
        if idea.family is not None and idea.family.voice:
            chosen = next((face for face in self.voices if PARTNERS[face] == idea.family.voice), chosen)
        self.face = self._face_for(idea.title, chosen)
        self.title = self._title_in(idea.title, self.face)
        self.weight = title_weight(self.title.text)
        self.voice = PARTNERS[self.face]
        self.scene = Concept("matter", self.name)
        colors = self.colors
        self.dark, self.pale = at_lightness(colors.ink, 0.13), at_lightness(colors.paper, 0.95)
        self.shade, self.haze = self.dark, self.pale
        self.vivid = max((colors.figure, colors.second, colors.accent, colors.ground), key=lambda one: lch_of(one)[1])
        self.other = next(
            (one for one in (colors.second, colors.figure, colors.accent) if one not in (self.vivid, colors.ground)),
            colors.accent,
        )
        self.inks = [self.pale, self.dark, colors.paper, colors.ink, "#ffffff", "#0d0d10"]

    def _title_in(self, text: str, face: str) -> Title:
        title = title_in(text, face, in_capitals=self.has_capitals)
        if title is None:
            raise ValueError("a title that no typeface has: see bears()")
        return title

    def _face_for(self, text: str, chosen: str) -> str:
        """The chosen voice, unless another one covers the page so much better that a title of one long word is no picture in it."""
        if not self.must_fill:
            return chosen
        page = ArtBox(0, 0, 1, 0.85)
        covers = {face: filled(self._title_in(text, face), page).box.height() for face in self.voices}
        best = max(covers, key=lambda face: covers[face])
        return chosen if covers[chosen] > 0.82 * min(0.8, covers[best]) else best

    # --- room --------------------------------------------------------------------------------------------------------

    def room(self, margin: float = EDGE, *, at_top: bool | None = None) -> ArtBox:
        """The page but for the artist's strip, at its foot or head by chance; without an artist nothing is kept."""
        top = self.rng.random() < 0.3 if at_top is None else at_top
        align = self.rng.choice(("left", "left", "center", "right"))
        more = PLAIN if self.is_said_plainly else 0.0
        y = 0.045 if top else 1 - 0.045 - NAME - more
        self.artists.append(Zone(EDGE, y, 1 - 2 * EDGE, NAME + more, align, "top" if top else "bottom"))
        strip = STRIP + more
        return ArtBox(margin, margin + strip * top, 1 - 2 * margin, 1 - 2 * margin - strip)

    @property
    def is_said_plainly(self) -> bool:
        return self.idea.composition in self.said_plainly

    def show(self, block: LetterBlock, *more: skia.Path) -> None:
        """The title stands here: no type on it, nor on what is more."""
        self.block = block
        self.figures += [block.path, *more]

    # --- colours -----------------------------------------------------------------------------------------------------

    @property
    def ground(self) -> str:
        return self.colors.ground

    def letter_color(self, ground: str) -> str:
        """A colour that letters are read in on the ground, the palette's own where it can be."""
        return self.figure_color(ground, self.vivid, self.colors.figure)

    def between(self, share: float) -> str:
        """From the ground towards the letters' colour."""
        return blend(self.ground, self.letter_color(self.ground), share)
