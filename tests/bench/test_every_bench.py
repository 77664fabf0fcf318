"""Benchmarks run to their last line, in a form so small that its figures say nothing: none stops working unseen."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from tests.servers import TEMPLATE

ROOT = Path(__file__).resolve().parents[2]
TINY = {
    "bandit": "--rounds 1 --others 1 --reviews 500",
    "contact_sheet": "--out {folder}/sheet.webp --songs 0:1 --count 1 --draw-side 64 --side 64",
    "g1": "--rounds 1",
    "g2": "--rounds 1",
    "g3": "--rounds 1 --steps 4",
    "import_albums": "--rows 300 --rival-rows 10",
    "kill_promote": "--points 1",
    "letter_sheet": "--out {folder}/letters.webp --side 64 --styles type_light --songs 0:1",
    "m1": "--rounds 1 --side 256",
    "million": "--rows 400 --rounds 1",
    "own_pictures": "--out {folder}/own.webp --side 64 --pictures 0:1",
    "p1": "--rounds 1 --side 128",
    "p2": "--songs 1 --side 128 --file-side 800 --files 1",
    "picture_check": "",
    "q1": "--rounds 1",
    "r1": "--rounds 1",
    "reading": "--songs 6",
    "reading_words": "",
}
"""Its arguments."""
HAVE_TABLES = ("import_albums", "kill_promote", "million", "q1", "r1")
"""They want a site's database: to make its tables takes longer than all else that they do here."""
UNTRIED = {
    "chaos.flood", "chaos.run", "chaos.silent", "chaos.votes", "checkpoint", "face_page", "g4", "g5", "gate", "kill_retrain",
    "private_files", "t1", "t2", "t3", "t4", "taste", "w1", "w2", "w3", "world_fonts",
}  # fmt: skip
"""They have no form of a few seconds, or want what is not here: they are only loaded."""
PRINTS_NO_RATIO = ("contact_sheet", "letter_sheet", "own_pictures")


def python(*arguments: str, **environment: str) -> str:
    """What it prints."""
    theirs = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "REDIS_URL")} | environment
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


@contextlib.contextmanager
def tables(template: str | None) -> Iterator[dict[str, str]]:
    """The address of an empty database with all tables; none where the server is not our own."""
    if template is None:
        yield {}
        return
    address = urlsplit(os.environ["DATABASE_URL"])
    with psycopg.connect(address.geturl(), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "bench" TEMPLATE "{template}"')
        try:
            yield {"DATABASE_URL": urlunsplit(address._replace(path="/bench"))}
        finally:
            connection.execute('DROP DATABASE "bench" WITH (FORCE)')


@pytest.mark.parametrize("name", TINY)
def test_it_runs_to_its_last_line(name: str, tmp_path: Path, pytestconfig: pytest.Config) -> None:
    template = pytestconfig.stash.get(TEMPLATE, None) if name in HAVE_TABLES else None
    with tables(template) as environment:
        printed = python("-m", f"bench.{name}", *TINY[name].format(folder=tmp_path).split(), **environment)
    lines = printed.strip().splitlines()
    if name not in PRINTS_NO_RATIO:
        assert re.fullmatch(rf"{re.escape(name)} ratio=[\d.]+ target=[\d.]+", lines[-1]), lines[-1]
