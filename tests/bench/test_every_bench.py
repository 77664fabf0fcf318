"""Benchmarks run to their last line, in a form so small that its figures say nothing: none stops working unseen."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TINY = {
    "bandit": "--rounds 1 --reviews 5000",
    "contact_sheet": "--out {folder}/sheet.webp --songs 0:1 --count 1 --draw-side 64 --side 64",
    "g1": "--rounds 1",
    "g2": "--rounds 1",
    "g3": "--rounds 1 --steps 4",
    "import_albums": "--rows 2000 --rival-rows 50",
    "kill_promote": "--points 1",
    "m1": "--rounds 1 --side 256",
    "million": "--rows 2000 --rounds 1",
    "p1": "--rounds 1 --side 128",
    "picture_check": "",
    "q1": "--rounds 1",
    "r1": "--rounds 2",
}
"""Its arguments."""
UNTRIED = {
    "chaos.flood", "chaos.run", "chaos.silent", "chaos.votes", "checkpoint", "face_page", "g4", "g5", "gate", "kill_retrain",
    "private_files", "t1", "t2", "t3", "t4", "taste", "w1", "w2", "w3", "world_fonts",
}  # fmt: skip
"""They have no form of a few seconds, or want what is not here: they are only loaded."""
PRINTS_NO_RATIO = ("contact_sheet",)


def python(*arguments: str) -> str:
    """What it prints."""
    theirs = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "REDIS_URL")}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=theirs, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-3000:]
    return done.stdout


def test_each_has_its_place_here() -> None:
    files = [path for path in (ROOT / "bench").rglob("*.py") if 'if __name__ == "__main__":' in path.read_text()]
    names = {".".join(path.relative_to(ROOT / "bench").with_suffix("").parts) for path in files}
    assert names == {*TINY, *UNTRIED}


def test_the_others_can_be_loaded() -> None:
    """Before there are settings, as each of them is."""
    python("-c", "\n".join(f"import bench.{name}" for name in sorted(UNTRIED)))


@pytest.mark.parametrize("name", TINY)
def test_it_runs_to_its_last_line(name: str, tmp_path: Path) -> None:
    lines = python("-m", f"bench.{name}", *TINY[name].format(folder=tmp_path).split()).strip().splitlines()
    if name not in PRINTS_NO_RATIO:
        assert re.fullmatch(rf"{re.escape(name)} ratio=[\d.]+ target=[\d.]+", lines[-1]), lines[-1]
