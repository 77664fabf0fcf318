"""What the strict content policy would block must not be in a template."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings

TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))
BLOCKED = re.compile(r"<style|\sstyle\s*=|\son[a-z]+\s*=|<script(?![^>]*\ssrc=)|javascript:|https?://", re.IGNORECASE)
LITERAL = re.compile(r"#[0-9a-f]{3,8}\b|\brgba?\(|\b\d+px\b", re.IGNORECASE)


def test_templates_hold_nothing_inline_and_ask_no_third_party():
    found = {path.name: BLOCKED.findall(path.read_text(encoding="utf-8")) for path in TEMPLATES}
    assert len(found) > 30
    assert {name: words for name, words in found.items() if words} == {}


def test_colours_and_pixel_sizes_stand_in_the_tokens_only():
    found = {
        path.name: LITERAL.findall(_rules(path))
        for path in (settings.BASE_DIR / "static" / "css" / "components").glob("*.css")
    }
    assert len(found) > 10
    assert {name: words for name, words in found.items() if words} == {}


def _rules(path: Path) -> str:
    return re.sub(r"/\*.*?\*/|url\([^)]*\)", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
