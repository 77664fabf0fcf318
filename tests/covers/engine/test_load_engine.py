from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from albumsite.errors import EngineError
from covers.engine import ENGINES, load_engine

ROOT = Path(__file__).resolve().parents[3]


def test_it_builds_an_engine_by_dotted_path_with_its_options():
    engine = load_engine("tests.covers.engine.small_engines.Plain", step_seconds=0.25)
    assert engine.name == "plain"
    assert engine.step_seconds == 0.25


@pytest.mark.parametrize(
    "name",
    ["", "nosuch", "covers.engine.nosuch.Engine", "tests.covers.engine.small_engines.NoSuch",
     "tests.covers.engine.small_engines.plain", "..", "no such"],
)  # fmt: skip
def test_it_calls_an_engine_that_does_not_exist_unknown(name):
    with pytest.raises(EngineError) as caught:
        load_engine(name)
    assert caught.value.message_id == "engine:unknown"


def test_it_tells_a_missing_library_from_a_missing_engine(tmp_path, monkeypatch):
    (tmp_path / "engine_without_its_library.py").write_text("import a_library_that_nobody_has\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(EngineError) as caught:
        load_engine("engine_without_its_library.Engine")
    assert caught.value.message_id == "engine:not-installed"
    assert "a_library_that_nobody_has" in caught.value.detail


def test_it_passes_on_what_the_engine_says_when_it_cannot_be_built():
    with pytest.raises(EngineError) as caught:
        load_engine("tests.covers.engine.small_engines.Unbuildable")
    assert caught.value.message_id == "engine:model-missing"


def test_asking_which_engines_there_are_loads_none_of_them():
    code = "import sys, covers.engine, covers.engine.host; print(*sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    loaded = set(result.stdout.split())
    assert not loaded & {"torch", "diffusers", "django.db", "covers.engine.poster", "covers.engine.sdxl"}
    assert set(ENGINES) == {"poster", "sdxl", "pocket"}
