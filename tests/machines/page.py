"""What docs/machines.md tells an operator to write, as it stands there, with the names of a test's own servers in place of examples."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "machines.md"


def block(language: str, containing: str) -> str:
    """The first block of that language that has these words."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    return next(one for one in blocks if containing in one)


def filled_in(text: str, names: Mapping[str, str]) -> str:
    """The text with each of these examples replaced; all of them must be in it."""
    for example, real in names.items():
        assert example in text, f"{example} is not on the page any more"
        text = text.replace(example, real)
    return text


def settings(**real: str) -> dict[str, str]:
    """The lines of the settings block, with the values of those that name a server of a test's own."""
    lines = dict(line.split("=", 1) for line in block("sh", "SITE_URL=").splitlines())
    assert set(real) <= set(lines), f"not on the page: {set(real) - set(lines)}"
    return lines | real


def commands(containing: str) -> list[list[str]]:
    """The lines of a block of commands, as words."""
    return [line.split() for line in block("sh", containing).splitlines()]
