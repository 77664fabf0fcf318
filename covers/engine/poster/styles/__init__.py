"""The style families, by name."""

from __future__ import annotations

from covers.engine.poster.art import Art
from covers.engine.poster.styles.blocks import Duotone, Monolith, Swiss
from covers.engine.poster.styles.skies import PaperCut, Sunset

STYLES: dict[str, type[Art]] = {style.name: style for style in (Swiss, Duotone, Monolith, Sunset, PaperCut)}
