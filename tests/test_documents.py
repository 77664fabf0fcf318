"""What README and docs/ name is there: files, commands and their options, benchmarks, settings, targets of make."""

from __future__ import annotations

import importlib.util
import os
import re
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.management import get_commands, load_command_class

from tests.scheduling import LONG

ROOT = Path(settings.BASE_DIR)
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), ROOT / "bench" / "NOTES.md")
ROOMS = "albumsite|accounts|covers|personalize|templates|static|tests|bench|docs|locale"
IN_TICKS = re.compile(r"`([^`\n]+)`")
EXAMPLE = re.compile(r"```python\n(.*?)```", re.DOTALL)
FENCED = re.compile(r"```.*?```", re.DOTALL)
PATH = re.compile(rf"(?:{ROOMS})/[\w./-]+")
SOURCE_FILE = re.compile(r"[\w-]+\.(?:py|html|css|js)")
COMMAND = re.compile(r"manage\.py ([a-z]\w+)((?: +[^`\n|;]*)?)")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z0-9-]*")
SETTING = re.compile(r"[A-Z][A-Z0-9]*_[A-Z0-9_]+")
OF_OTHERS = {"train_text_to_image_lora_sdxl.py"}
"""Files of the projects that a page compares ours with."""


@cache
def _names() -> frozenset[str]:
    skipped = {".git", ".venv", "var", "__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache"}
    names = set[str]()
    for _folder, folders, files in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in skipped]
        names.update(files)
    return frozenset(names)


@cache
def _code() -> str:
    """Everything that could read a setting."""
    files = [
        path
        for room in ("albumsite", "accounts", "covers", "personalize", "bench", "tests")
        for path in (ROOT / room).rglob("*.py")
    ]
    files += [ROOT / ".env.example", ROOT / "constraints.txt", ROOT / ".github" / "workflows" / "ci.yml"]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def _said(pattern: re.Pattern[str], *, is_fenced: bool = False) -> list[tuple[str, re.Match[str]]]:
    """What the pages say in backticks, and in their blocks of commands where asked: name of the page, match."""
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        words = IN_TICKS.findall(FENCED.sub("", text))
        if is_fenced:
            words += [line for block in FENCED.findall(text) for line in block.splitlines()]
        found += [(page.name, match) for word in words for match in pattern.finditer(word)]
    return found


def test_paths_that_are_named_exist() -> None:
    said = [(page, match[0].rstrip("./")) for page, match in _said(PATH) if match[0] == match.string]
    missing = [
        (page, path)
        for page, path in said
        if "_name." not in path and not any((ROOT / start / path).exists() for start in ("", "covers", "docs"))
    ]
    assert len(said) > 100
    assert missing == []


def test_source_files_that_are_named_exist() -> None:
    said = [(page, match[0]) for page, match in _said(SOURCE_FILE) if match.string == match[0]]
    assert len(said) > 30
    assert [(page, name) for page, name in said if name not in _names() | OF_OTHERS] == []


def test_commands_and_their_options_exist() -> None:
    known = get_commands()
    said = _said(COMMAND, is_fenced=True)
    assert len(said) > 30
    assert [(page, match[1]) for page, match in said if match[1] not in known] == []
    wrong = []
    for page, match in said:
        command = known[match[1]]
        made = load_command_class(command, match[1]) if isinstance(command, str) else command
        options = made.create_parser("manage.py", match[1])._option_string_actions
        wrong += [
            (page, match[1], option) for option in OPTION.findall(match[2].split(" #")[0]) if option not in options
        ]
    assert wrong == []


def test_benchmarks_that_are_named_exist() -> None:
    said = _said(re.compile(r"-m (bench\.[a-z0-9_.]+)(?![A-Z])"), is_fenced=True)
    assert len(said) > 20
    assert [(page, match[1]) for page, match in said if importlib.util.find_spec(match[1]) is None] == []


def test_settings_that_are_named_are_read_somewhere() -> None:
    said = [(page, match[0]) for page, match in _said(SETTING) if match[0] == match.string.split("=")[0]]
    assert len(said) > 100
    assert (
        sorted({(page, name) for page, name in said if not re.search(rf"\b{name.removesuffix('_FILE')}\b", _code())})
        == []
    )


def test_targets_of_make_that_are_named_exist() -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    said = _said(re.compile(r"^(?:[A-Z]+=\S+ )?make ([\w-]+)"), is_fenced=True)
    assert {match[1] for _page, match in said} >= {"run", "test"}
    assert [(page, match[1]) for page, match in said if match[1] not in targets] == []


def test_what_the_tests_call_long_exists() -> None:
    assert [place for place in LONG if not (ROOT / place).exists()] == []


def test_examples_stand_in_the_code_as_they_are_told() -> None:
    """Each begins with the path of its file. Blanks and line ends do not count: a part of a class stands further to the left here."""
    found = [(page.name, text) for page in PAGES for text in EXAMPLE.findall(page.read_text(encoding="utf-8"))]
    assert len(found) >= 10
    for name, example in found:
        first, _, lines = example.partition("\n")
        assert first.startswith("# "), f"{name}: {first}"
        code = (ROOT / first.removeprefix("# ")).read_text(encoding="utf-8")
        assert "".join(lines.split()) in "".join(code.split()), f"{name}: {lines}"
