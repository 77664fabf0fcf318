"""A PostgreSQL data folder that has the site's tables already: made once for a state of the migrations, then copied.

Making one and migrating takes longer than most files of tests; copying takes a moment. It lies in pytest's cache, so that
`pytest --cache-clear` forgets it, and is made anew when a migration, a model, a setting or a package changes.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.metadata
import os
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg

from albumsite.processes.postgres_server import DATABASE_NAME, Postgres

TEMPLATE_NAME = "ready"
"""The database that nobody connects to, so that others can be made after it; the site's own has the same tables."""
ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".pytest_cache" / "d" / "postgres"
PARTS = ("constraints.txt", "albumsite/processes/postgres_server.py", "tests/ready_tables.py")
PACKAGES = ("django", "django-allauth", "psycopg")


def copy_to(folder: Path) -> None:
    """Let this be a data folder that PostgreSQL can start with, its databases migrated. folder: not there yet.

    Several runs at once wait for the first that makes it.
    """
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ready = CACHE / _name()
        if not ready.exists():
            _make(folder.with_name(f"{folder.name}-ready"), ready)
        _copy(ready, folder)


def _name() -> str:
    """Tells one state of all that decides about the tables from another."""
    apps = [path.parent for path in ROOT.glob("*/apps.py")]
    files = sorted(
        path
        for app in apps
        for path in app.rglob("*.py")
        if not {"migrations", "models", "models.py"}.isdisjoint(path.parts)
    )
    files += sorted((ROOT / "albumsite" / "settings").glob("*.py"))
    told = hashlib.sha256()
    for file in [*files, *(ROOT / part for part in PARTS)]:
        told.update(f"{file.relative_to(ROOT)}\0".encode() + file.read_bytes() + b"\0")
    told.update(repr([importlib.metadata.version(package) for package in PACKAGES]).encode())
    return told.hexdigest()[:20]


def _make(workplace: Path, ready: Path) -> None:
    server = Postgres(workplace)
    try:
        environment = {**os.environ, "DATABASE_URL": server.start(), "REDIS_URL": "redis://127.0.0.1:1/0"}
        for command in ("migrate", "createcachetable"):
            subprocess.run(
                [sys.executable, "manage.py", command, "-v", "0"], cwd=ROOT, env=environment, check=True, timeout=600
            )
        with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{TEMPLATE_NAME}" TEMPLATE "{DATABASE_NAME}"')
    finally:
        server.stop()
    for old in [path for path in ready.parent.iterdir() if path.is_dir()]:
        shutil.rmtree(old)
    (workplace / "log").unlink()
    unfinished = ready.with_suffix(".new")
    _copy(workplace, unfinished)
    unfinished.rename(ready)
    shutil.rmtree(workplace)


def _copy(source: Path, target: Path) -> None:
    """With the owners: where we are root, PostgreSQL runs as a user of its own."""
    subprocess.run(["cp", "-a", source, target], check=True, timeout=120)
