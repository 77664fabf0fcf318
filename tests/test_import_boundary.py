"""Which way imports go: the web process never loads torch, engines know nothing of the site, contracts nothing at all."""

from __future__ import annotations

import ast
import functools
import os
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PROJECT = ("albumsite", "accounts", "covers", "personalize")
LEARNING_LIBRARIES = {"torch", "torchvision", "diffusers", "transformers", "peft", "accelerate", "safetensors"}
MAY_LEARN = ("covers/engine/sdxl/", "covers/training/", "personalize/dreambooth/")
CONTRACTS = {
    "covers.engine.engine_contract",
    "covers.brief.brief_contract",
    "covers.stored_fields",
    "covers.brief.family_contract",
    "covers.brief.vocabulary",
    "covers.brief.scenery",
    "covers.lettering.title_contract",
    "covers.training.lora_contract",
    "covers.training.training_contract",
    "personalize.dreambooth.face_contract",
}
WORDS = {"covers.brief.vocabulary", "covers.brief.scenery"}
"""Plain data beside a contract: what a motif key means, and which scenes there are."""

WEIGHTS = "covers.engine.weights"
"""Names and shapes of files of weights, for the registry and the engine alike."""

BUILT_ON = {
    "pocket": ("covers.engine.sdxl", "covers.engine.poster", "covers.lettering"),
    "poster": ("covers.lettering",),
}
"""Engines that draw with another one, or set letters into the picture itself."""

LOAD_THE_SITE = """
import sys, django
django.setup()
from importlib import import_module
from django.urls import URLPattern, get_resolver

def resolve(patterns):
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            assert callable(pattern.callback), pattern
            yield pattern
        else:
            yield from resolve(pattern.url_patterns)

resolver = get_resolver()
print(len(list(resolve(resolver.url_patterns))))
for status in (400, 403, 404, 500):
    resolver.resolve_error_handler(status)
import_module("albumsite.wsgi")
print(*{name.partition(".")[0] for name in sys.modules})
"""


def sources(folder: str = "") -> Iterator[tuple[str, Path]]:
    """The project's own source files, with their paths from the root."""
    for top in PROJECT:
        for file in sorted((ROOT / top).rglob("*.py")):
            name = file.relative_to(ROOT).as_posix()
            if name.startswith(folder):
                yield name, file


@functools.cache
def imports(file: Path) -> frozenset[str]:
    """Every module that a file imports, also inside functions: "covers.engine" for `from covers.engine import host`.

    Imports for type checkers only count, too: a reader follows them all the same. Relative ones are made absolute.
    """
    package = file.relative_to(ROOT).with_suffix("").parts
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: -node.level]) if node.level else ""
            found.add(".".join(filter(None, (base, node.module))))
    return frozenset(found)


def is_within(module: str, package: str) -> bool:
    return f"{module}.".startswith(f"{package}.")


def is_ours(module: str) -> bool:
    return module.partition(".")[0] in PROJECT


@pytest.fixture(scope="module")
def site_modules() -> tuple[int, set[str]]:
    """Number of URL patterns, and the top-level modules that a web process has loaded once it knows all its URLs."""
    result = subprocess.run(
        [sys.executable, "-c", LOAD_THE_SITE],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "albumsite.settings"},
    )
    assert result.returncode == 0, result.stderr
    count, names = result.stdout.strip().splitlines()[-2:]
    return int(count), set(names.split())


def test_a_web_process_that_knows_all_its_urls_has_not_loaded_torch(site_modules):
    url_count, modules = site_modules
    assert url_count > 20
    assert {"django", "covers"} <= modules
    assert not modules & LEARNING_LIBRARIES
    assert not modules & {"skia", "numpy", "openai", "dlib", "pi_heif"}, (
        "a page draws and writes nothing, so it need not pay for it"
    )


def test_only_three_folders_name_torch_and_its_friends():
    offenders = {
        name: sorted(found)
        for name, file in sources()
        if not name.startswith(MAY_LEARN)
        and (found := {module.partition(".")[0] for module in imports(file)} & LEARNING_LIBRARIES)
    }
    assert offenders == {}


def test_the_scan_sees_torch_where_it_is():
    engine = dict(sources("covers/engine/sdxl/"))["covers/engine/sdxl/engine.py"]
    assert {"torch", "diffusers"} <= {module.partition(".")[0] for module in imports(engine)}


def test_contracts_need_nothing_but_the_standard_library_and_each_other():
    contracts = [(name, file) for name, file in sources() if name.removesuffix(".py").replace("/", ".") in CONTRACTS]
    assert len(contracts) >= 3
    for name, file in contracts:
        foreign = {
            module for module in imports(file) if module.partition(".")[0] not in sys.stdlib_module_names
        } - CONTRACTS
        assert not foreign, f"{name} imports {foreign}"


def test_the_table_of_weights_needs_nothing_but_the_standard_library():
    files = list(sources("covers/engine/weights/"))
    assert len(files) >= 3
    for name, file in files:
        foreign = {
            one
            for one in imports(file)
            if one.partition(".")[0] not in sys.stdlib_module_names and not is_within(one, WEIGHTS)
        }
        assert not foreign, f"{name} imports {foreign}"


@pytest.mark.parametrize("engine", ["poster", "sdxl", "pocket"])
def test_an_engine_knows_only_contracts_errors_and_itself(engine):
    package = f"covers.engine.{engine}"
    files = list(sources(f"covers/engine/{engine}/"))
    assert files
    built_on = BUILT_ON.get(engine, ())
    for name, file in files:
        foreign = {
            module
            for module in imports(file)
            if (
                is_ours(module)
                and not any(is_within(module, own) for own in (package, *built_on))
                and module not in CONTRACTS
                and not is_within(module, WEIGHTS)
            )
            or is_within(module, "django")
        } - {"albumsite.errors", *WORDS}
        assert not foreign, f"{name} imports {foreign}"


def test_the_engine_process_and_its_supervisor_need_nothing_of_the_site():
    allowed = {
        "albumsite.errors",
        "albumsite.processes.endings",
        "albumsite.processes.importing",
        "covers.engine",
        "albumsite.processes.slots",
    } | CONTRACTS
    for name in ("__init__", "host", "host_process"):
        file = ROOT / "covers" / "engine" / f"{name}.py"
        assert {module for module in imports(file) if is_ours(module)} <= allowed
        assert not {module for module in imports(file) if is_within(module, "django") or is_within(module, "redis")}


@pytest.mark.parametrize("folder", ["covers/writing/", "covers/lettering/"])
def test_writing_and_lettering_know_neither_database_nor_settings(folder):
    for name, file in sources(folder):
        foreign = {
            module
            for module in imports(file)
            if module.partition(".")[0] in {"django", "accounts", "personalize", "redis", "rq"}
            or module in {"covers.models", "covers.services", "albumsite.settings", "albumsite.media.storage"}
        }
        assert not foreign, f"{name} imports {foreign}"


def dotted(name: str) -> str:
    return name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def arrows(depth: int) -> set[tuple[str, str]]:
    """Which package imports which, each named by so many parts of its path."""
    modules = {dotted(name) for name, _file in sources()}
    found = set()
    for name, file in sources():
        here = dotted(name)
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                there = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                full = [f"{node.module}.{alias.name}" for alias in node.names]
                there = [one if one in modules else node.module for one in full]
            else:
                continue
            found |= {(here, one) for one in there if one in modules}
    return {(a, b) for x, y in found if (a := ".".join(x.split(".")[:depth])) != (b := ".".join(y.split(".")[:depth]))}


@pytest.mark.parametrize("depth", [1, 2])
def test_packages_import_each_other_in_no_circle(depth):
    found = arrows(depth)
    assert len(found) > 5
    order = TopologicalSorter[str]()
    for a, b in found:
        order.add(a, b)
    order.prepare()  # raises CycleError with the packages of the circle
