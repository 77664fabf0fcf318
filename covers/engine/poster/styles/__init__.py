"""The style families, by name."""

from __future__ import annotations

from covers.engine.poster.art import Art
from covers.engine.poster.letters.styles import LETTER_STYLES
from covers.engine.poster.printed_place import PrintedPlace
from covers.engine.poster.scenes.matter import MATTER_STYLES
from covers.engine.poster.scenes.still_life import StillLifeArt
from covers.engine.poster.scenes.styles import SCENE_STYLES
from covers.engine.poster.styles.blocks import Duotone, Monolith, Swiss
from covers.engine.poster.styles.festive import Bauhaus, Gala
from covers.engine.poster.styles.hand import Brush, Folk
from covers.engine.poster.styles.night import NightSky
from covers.engine.poster.styles.optical import Glitch, Lines, OpRings
from covers.engine.poster.styles.plate import Botanical
from covers.engine.poster.styles.prints import Photocopy, Riso
from covers.engine.poster.styles.skies import PaperCut, Sunset

PRINTS: tuple[type[Art], ...] = (
    Swiss, Duotone, Sunset, Riso, NightSky, Photocopy, OpRings, Brush,
    PaperCut, Lines, Botanical, Bauhaus, Glitch, Gala, Folk, Monolith,
)  # fmt: skip

_ALL: tuple[type[Art], ...] = (*PRINTS, *SCENE_STYLES, StillLifeArt, PrintedPlace, *MATTER_STYLES, *LETTER_STYLES)
STYLES: dict[str, type[Art]] = {style.name: style for style in _ALL}
