"""What the strict content policy would block must not be in a template."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))
BLOCKED = re.compile(r"<style|\sstyle\s*=|\son[a-z]+\s*=|<script(?![^>]*\ssrc=)|javascript:|https?://", re.IGNORECASE)
LITERAL = re.compile(r"#[0-9a-f]{3,8}\b|\brgba?\(|\b\d+px\b", re.IGNORECASE)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(settings.BASE_DIR / "templates")))
def test_a_template_holds_nothing_inline_and_asks_no_third_party(path: Path):
    assert BLOCKED.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", sorted((settings.BASE_DIR / "static" / "css" / "components").glob("*.css")), ids=lambda path: path.name)
def test_colours_and_pixel_sizes_stand_in_the_tokens_only(path: Path):
    rules = re.sub(r"/\*.*?\*/|url\([^)]*\)", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert LITERAL.findall(rules) == []
