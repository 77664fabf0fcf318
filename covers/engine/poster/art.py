"""What every style has in common: its place in the set, where the figure stands, where it keeps room for type."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import skia

from covers.brief.brief_contract import Concept
from covers.brief.family_contract import Family
from covers.engine.poster.color import are_apart, at_lightness, lch_of
from covers.engine.poster.geometry import moved
from covers.engine.poster.motifs import Motif, motif
from covers.engine.poster.page import Page
from covers.engine.poster.palettes import Palette
from covers.engine.poster.traits import UPRIGHT
from covers.lettering.title_contract import Zone

MARGIN = 1 / 12
"""Distance of type and small things from the edge: one unit of the 12-unit grid."""


@dataclass(frozen=True)
class Idea:
    """One planned picture: a style's composition, the motif it shows, what may support it, its colours.

    support: further motif keys, best first, perhaps none. room: share of the height that type needs, 0 without lettering.
    genre: of the song, or empty. concept: what the brief says of this very picture; None in briefs of former releases.
    title: what a picture of letters shows; empty for all others. emphasis: how hard what tells the song is set off from its ground:
    0 as the style likes it, 1 and 2 two other ways (`rehearsal.py`). family: whose look it has; turn: which other chance of the same
    idea is taken, so that the type has its room where the family has it (`relations.py`).
    """

    style: str
    composition: str
    motif: str
    support: tuple[str, ...]
    palette: Palette
    mood: str
    room: float
    genre: str = ""
    concept: Concept | None = None
    title: str = ""
    emphasis: int = 0
    family: Family | None = None
    turn: int = 0


@dataclass(frozen=True)
class ArtBox:
    """A rectangle in unit coordinates."""

    x: float
    y: float
    width: float
    height: float

    @property
    def center(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2


class Art:
    """A style drawing one picture. Subclasses list their compositions (method names) and draw the surface.

    A composition draws with `self.page`, calls `self.stage()` when its ground stands, and notes in `self.titles` and
    `self.artists` where it left room, best first.
    """

    name: ClassVar[str]
    voice: str
    finish: ClassVar[str] = "clean"
    texture: ClassVar[str] = "paper"
    """In words, for the recipe."""
    textures: ClassVar[tuple[tuple[str, float], ...]] = (("paper", 0.16), ("grain", 0.10))
    """What lies over everything, and how strong."""
    uppercase: ClassVar[bool] = False
    title_scale: float = 0.09
    compositions: ClassVar[tuple[str, ...]] = ()
    standing: ClassVar[frozenset[str]] = frozenset()
    """Compositions that set the motif on the ground: only for motifs that stand."""
    floating: ClassVar[frozenset[str]] = frozenset()
    """Compositions that let the motif float: rather for motifs that do not stand."""
    massive: ClassVar[frozenset[str]] = frozenset()
    """Compositions that need a broad silhouette: not for motifs made of lines."""
    afloat: ClassVar[frozenset[str]] = frozenset()
    """Compositions that set the motif on water."""
    keys: ClassVar[tuple[str, ...]] = ("light", "dark", "mid", "tint")

    def __init__(self, page: Page, idea: Idea, seed: int, stage: Callable[[], None]) -> None:
        self.page, self.idea, self.colors, self.stage = page, idea, idea.palette, stage
        self.rng = random.Random(f"{seed}:{idea.style}:{idea.composition}")
        self.motif: Motif = motif(idea.motif)
        self.titles: list[Zone] = []
        self.artists: list[Zone] = []
        self.inks: list[str] = [self.colors.ink, self.colors.paper]
        self.panel: str | None = None
        self.figures: list[skia.Path] = []
        self.telling: list[skia.Path] = self.figures  # what tells the song: see glance.py
        self.scene: Concept | None = None

    @classmethod
    def speaks_against(cls, composition: str, mood: str, place: str) -> bool:
        """Whether a composition of this style does not fit songs of a mood, or the place that it would show (a scene's key or empty)."""
        return False

    def played_with(self) -> dict[str, object]:
        """What else the recipe says of a picture of this kind, once it is drawn; JSON values."""
        return {}

    def paint(self) -> None:
        """Draws everything; a composition reports its ground, this the figure, the engine the surface."""
        getattr(self, self.idea.composition)()
        self.stage()
        self.surface()

    def grounded(self) -> tuple[Page, Palette, random.Random]:
        """What a composition draws with, on the palette's ground."""
        self.page.ground(self.colors.ground)
        return self.page, self.colors, self.rng

    def begun(self) -> tuple[Page, Palette, random.Random]:
        """The same where nothing else belongs to the ground: it stands."""
        tools = self.grounded()
        self.stage()
        return tools

    def veil(self, zone: Zone) -> Callable[[Page], None] | None:
        """Quieten a picture with light in it where the title will stand, where that is needed; answers how another page of the same
        picture is quietened alike."""
        return None

    def surface(self) -> None:
        """The material, over everything."""
        for kind, strength in self.textures:
            self.page.texture(kind, strength, self.rng)

    def placed(
        self, path: skia.Path, x: float, y: float, size: float, turn: float = 0.0, flip: bool = False
    ) -> skia.Path:
        """A path of the motif's unit box, its longer side `size`, centred on (x, y)."""
        return moved(path, x, y, size, turn, flip)

    def fitted(self, box: ArtBox, fill: float = 1.0) -> float:
        """The size at which the motif fills the box."""
        return fill * min(box.width / max(self.motif.width, 0.05), box.height / max(self.motif.height, 0.05))

    def both(
        self, x: float, y: float, size: float, turn: float = 0.0, flip: bool = False
    ) -> tuple[skia.Path, skia.Path]:
        """Silhouette and detail of the motif at a place. What must stand upright is not turned."""
        turn = 0.0 if self.idea.motif in UPRIGHT else turn
        shape = self.placed(self.motif.shape, x, y, size, turn, flip)
        self.figures.append(shape)
        return shape, self.placed(self.motif.detail, x, y, size, turn, flip)

    def room_above(self) -> ArtBox:
        """Keeps a band at the top for type; the figure's box below it."""
        room = self.idea.room
        if room:
            self.titles.append(Zone(MARGIN, 0.07, 1 - 2 * MARGIN, room - 0.04, "left", "top"))
            self.artists.append(Zone(MARGIN, 0.905, 1 - 2 * MARGIN, 0.05, "left", "bottom"))
        return ArtBox(MARGIN, room + 0.06, 1 - 2 * MARGIN, 0.82 - room if room else 0.88)

    def room_below(self) -> ArtBox:
        """Keeps a band at the bottom for type; the figure's box above it."""
        room = self.idea.room
        if room:
            self.titles.append(Zone(MARGIN, 0.945 - room, 1 - 2 * MARGIN, room, "left", "bottom"))
        return ArtBox(MARGIN, 0.06, 1 - 2 * MARGIN, 0.88 - room)

    def figure_color(self, ground: str, *wishes: str) -> str:
        """The first wish that stands clear of the ground, else the palette's paper or ink, whichever is further away."""
        for wish in (*wishes, self.colors.figure):
            if are_apart(ground, wish):
                return wish
        lightness = lch_of(ground)[0]
        return self.colors.ink if lightness > 0.55 else self.colors.paper

    def deeper(self, color: str, amount: float = 0.1) -> str:
        return at_lightness(color, max(0.08, lch_of(color)[0] - amount), 1.05)

    def paler(self, color: str, amount: float = 0.1) -> str:
        return at_lightness(color, min(0.97, lch_of(color)[0] + amount), 0.9)
