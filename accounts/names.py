"""Names that people choose, and what is shown where they chose none."""

from __future__ import annotations

import unicodedata

from accounts.masking import mask_addresses

NAME_MAX = 60


def clean_name(value: str) -> str:
    """One line of visible characters. An address in it is masked: a name is for everybody to read."""
    text = unicodedata.normalize("NFC", value)
    visible = "".join(
        char for char in text if char.isspace() or unicodedata.category(char)[0] != "C" or char == "\u200d"
    )
    return mask_addresses(" ".join(visible.split()))[:NAME_MAX].strip()
