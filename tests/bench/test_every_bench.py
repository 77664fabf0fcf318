"""Benchmarks run to their last line, in a form so small that its figures say nothing: none stops working unseen."""

from __future__ import annotations

import contextlib
import json
import os
import re
import select
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from bench.chaos import run as chaos
from bench.chaos.sites import ServedSite
from tests import ready_static, ready_tables
from tests.machines.proxy import needs_nginx
from tests.servers import TEMPLATE
from tests.waiting import LONG_SECONDS

ROOT = Path(__file__).resolve().parents[2]
TINY = {
    "asked_colours": "--side 64 --styles swiss,waterside",
    "bandit": "--rounds 1 --others 1 --reviews 500",
    "checkpoint": "{folder}/checkpoint",
    "contact_sheet": "--out {folder}/sheet.webp --songs 0:1 --count 1 --draw-side 64 --side 64",
    "cropped": "--side 64 --styles swiss,waterside",
    "e1": "--rounds 1 --side 256 --looks 1",
    "face_page": "{folder}/page.webp --steps 2 --images 2",
    "g1": "--rounds 1",
    "g2": "--rounds 1",
    "g3": "--rounds 1 --steps 4 --subjects 1",
    "g4": "--rounds 1 --steps 2",
    "g5": "--rounds 1",
    "gate": "--seeds 1 --prompts 2 --albums 40 --reviewed 64 --steps 1 --processes 1",
    "import_albums": "--rows 300 --rival-rows 10",
    "kill_promote": "--points 1",
    "kill_retrain": "--kills 1 --steps 3 --whole 8",
    "letter_sheet": "--out {folder}/letters.webp --side 64 --styles type_light --songs 0:1",
    "m1": "--rounds 1 --side 256",
    "million": "--rows 400 --rounds 1",
    "own_pictures": "--out {folder}/own.webp --side 64 --pictures 0:1",
    "p1": "--rounds 1 --side 128",
    "p2": "--songs 1 --side 128 --file-side 800 --files 1",
    "picture_check": "--pictures 1",
    "private_files": "--rounds 1 --at-once 2 --covers 1",
    "q1": "--rounds 1",
    "r1": "--rounds 1",
    "read_back": "--songs 1 --side 128",
    "reading": "--songs 6",
    "repaint": "--rounds 1 --side 64",
    "reading_words": "",
    "sky_masks": "--seeds 1 --scenes pier",
    "t1": "--rounds 1 --steps 1",
    "t2": "--rounds 1",
    "t3": "--passes 4 --images 1",
    "t4": "--rounds 1 --images 1",
    "taste": "--share 0.04 --epochs 1 --no-control --pictures {folder}",
    "w1": "--rounds 1 --jobs 2 --forked 1",
    "w2": "--rounds 1 --requests 2 --kills 1",
    "w3": "--rounds 1 --jobs 2",
    # last: their site's processes look for work as long as it stands
    "chaos.run": "--requests 3 --faults 1 --seed 9",  # the first on the site of all attacks: it judges all that is there
    "chaos.flood": "--rounds 1 --posts 300 --requests 1 --headstart 0.5",
    "chaos.silent": "--pages 2 --silent 0,4",
    "chaos.votes": "--share 0.05",
}  # fmt: skip
"""Its arguments."""
SMALL = {
    "BENCH_TINY": "1", "OMP_NUM_THREADS": "1", "COVER_SIZE_PIXELS": "128", "RELEASE_SIZE_PIXELS": "800",
}  # fmt: skip
"""Environment of all."""
HAVE_TABLES = (
    "import_albums", "kill_promote", "kill_retrain", "million", "private_files", "q1", "r1", "taste", "w1", "w2", "w3",
)  # fmt: skip
"""They want a site's database: to make its tables takes longer than all else that they do here."""
HAVE_PAGES = ("million", "private_files", "r1")
"""They want the site's static files, whose packing takes seconds."""
UNTRIED = {"world_fonts"}
"""Only loaded: it wants Debian's packages of all Noto faces, a gigabyte that is not here."""
NEEDS = {
    "private_files": needs_nginx,
    "read_back": pytest.mark.skipif(not shutil.which("tesseract"), reason="wants tesseract"),
}
"""Programs that a machine may lack."""
PRINTS_NO_RATIO = (
    "asked_colours", "chaos.silent", "checkpoint", "contact_sheet", "cropped", "face_page", "letter_sheet", "own_pictures", "sky_masks",
)  # fmt: skip


def python(*arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=without_servers(), capture_output=True, text=True, timeout=600,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-3000:]


def without_servers() -> dict[str, str]:
    """The environment, and nothing of the servers of these tests."""
    return {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "REDIS_URL")}


class Stem:
    """See stem.py."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.stem"], cwd=ROOT, env=without_servers() | SMALL, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def run(self, name: str, arguments: list[str], folder: Path, environment: dict[str, str]) -> tuple[int, str]:
        """Its exit code and all that it said."""
        asked = {"name": name, "arguments": arguments, "environment": environment}
        files = {"input": folder / "prompts.json", "output": folder / "said"}
        files["input"].write_text('["a moon over the sea"]')
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps({**asked, **{key: str(path) for key, path in files.items()}}) + "\n")
        self.process.stdin.flush()
        ready, _, _ = select.select([self.process.stdout], [], [], LONG_SECONDS * 2)
        said = files["output"].read_text() if files["output"].exists() else ""
        assert ready, said[-5000:]
        return int(self.process.stdout.readline()), said

    def end(self) -> None:
        self.process.communicate()


@pytest.fixture(scope="module")
def stem() -> Iterator[Stem]:
    made = Stem()
    yield made
    made.end()


@pytest.fixture(scope="module")
def of_all(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that several have in common."""
    return tmp_path_factory.mktemp("bench")


@pytest.fixture(scope="module")
def static(of_all: Path) -> Path:
    """The site's static files, collected."""
    ready_static.copy_to(of_all / "static")
    return of_all / "static"


@pytest.fixture(scope="module")
def attacked_site(of_all: Path, static: Path) -> Iterator[ServedSite]:
    """One for all attacks: to start one, with all its processes, takes longer than they do."""
    ready_tables.copy_to(of_all / "postgres")
    settings = {**chaos.SETTINGS, "TRUSTED_PROXY_COUNT": "0"}
    with ServedSite(ROOT, begins_with=of_all, **settings) as site:
        yield site


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


@pytest.mark.parametrize("name", [pytest.param(one, marks=NEEDS.get(one, ())) for one in TINY])
def test_it_runs_to_its_last_line(
    name: str, stem: Stem, of_all: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    template = request.config.stash.get(TEMPLATE, None) if name in HAVE_TABLES else None
    with tables(template) as environment:
        environment["BENCH_CHECKPOINT"] = str(of_all / "checkpoint")
        if name in HAVE_PAGES:
            environment["BENCH_STATIC"] = str(request.getfixturevalue("static"))
        if name.startswith("chaos."):
            environment["BENCH_SITE"] = request.getfixturevalue("attacked_site").name
        code, said = stem.run(name, TINY[name].format(folder=tmp_path).split(), tmp_path, environment)
    assert code == 0, said[-5000:]
    if name not in PRINTS_NO_RATIO:
        last = said.strip().splitlines()[-1]
        assert re.fullmatch(rf"{re.escape(name)} ratio=[\d.]+ target=[\d.]+", last), said[-5000:]
