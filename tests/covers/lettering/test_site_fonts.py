"""The typefaces of the pages: every rule of fonts.css has its file, and together they hold the letters of both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CSS = Path(__file__).parents[3] / "static" / "css" / "fonts.css"
RULES = re.findall(r'@font-face\{font-family:"([^"]+)".*?url\("([^"]+)"\).*?unicode-range:([^}]+)\}', CSS.read_text())


def holds(unicode_range: str, letter: str) -> bool:
    for part in unicode_range.split(","):
        first, _, last = part.removeprefix("U+").partition("-")
        if int(first, 16) <= ord(letter) <= int(last or first, 16):
            return True
    return False


def test_every_rule_has_its_file_and_every_file_its_rule():
    named = {(CSS.parent / url).resolve() for _, url, _ in RULES}
    stored = set((CSS.parents[1] / "fonts").resolve().rglob("*.woff2"))
    assert named == stored


@pytest.mark.parametrize("family", ["Pretendard Variable", "Hahmlet"])
def test_both_languages_are_covered(family):
    ranges = [unicode_range for name, _, unicode_range in RULES if name == family]
    for letter in "AazZ09é.,!?’“가나한글표지앨범노래뷁":
        assert any(holds(one, letter) for one in ranges), letter


def test_the_page_waits_for_no_font():
    assert CSS.read_text().count("font-display:swap") == len(RULES)
