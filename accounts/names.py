"""Names that people choose, and what is shown where they chose none."""

from __future__ import annotations

import unicodedata

from accounts.masking import mask_addresses
from albumsite.letters import compose, has_ink, is_hidden, is_invisible, without_stray_tags

NAME_MAX = 60


def clean_name(value: str) -> str:
    """One line of visible characters, or nothing. An address in it is masked: a name is for everybody to read.

    Letters that show nothing do not hide one: an address that stands there without them is masked as well.
    """
    visible = without_stray_tags("".join(char for char in compose(value) if char.isspace() or not is_hidden(char)))
    name = " ".join(visible.split())
    read = "".join(char for char in name if not is_invisible(char) and unicodedata.category(char) != "Co")
    masked = mask_addresses(read)
    name = (name if masked == read else masked)[:NAME_MAX].strip()
    return name if has_ink(name) else ""
