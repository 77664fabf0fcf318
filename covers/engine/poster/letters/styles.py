"""The styles whose picture is the title."""

from __future__ import annotations

from covers.engine.poster.letters.carved import Carved
from covers.engine.poster.letters.curved import Curved
from covers.engine.poster.letters.cutout import Cutout
from covers.engine.poster.letters.field import LetterField
from covers.engine.poster.letters.glowing import Glowing
from covers.engine.poster.letters.huge import Huge
from covers.engine.poster.letters.letter_art import LetterArt
from covers.engine.poster.letters.melted import Melted
from covers.engine.poster.letters.stretched import Stretched

LETTER_STYLES: tuple[type[LetterArt], ...] = (Stretched, Melted, Huge, Cutout, LetterField, Glowing, Carved, Curved)
