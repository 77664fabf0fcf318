"""One word for one thing: a class name stands once in the product, and a module's name says what it is about."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
APPS = ("albumsite", "accounts", "covers", "personalize")
ANYTHING = {
    "base.py",
    "common.py",
    "contract.py",
    "files.py",
    "helpers.py",
    "misc.py",
    "rules.py",
    "tools.py",
    "utils.py",
}
"""Names of modules that say nothing of their subject."""
OF_DJANGO = {"Command", "Media", "Meta"}
"""Found by their name."""


def modules() -> list[Path]:
    found = [path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts]
    assert len(found) > 400
    return found


def test_a_class_name_stands_once() -> None:
    places = defaultdict(list)
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and node.name not in OF_DJANGO:
                places[node.name].append(path.relative_to(ROOT).as_posix())
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_a_module_says_what_it_is_about() -> None:
    assert [path.relative_to(ROOT).as_posix() for path in modules() if path.name in ANYTHING] == []
