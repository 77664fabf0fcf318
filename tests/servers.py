"""Real servers for the tests, started before Django reads its settings: PostgreSQL, Valkey, an S3-compatible store.

Each run has its own, in a temporary folder, so that runs do not disturb each other; with pytest-xdist each worker has.
Servers that the environment names (DATABASE_URL, REDIS_URL) are used instead. Of those, too, each worker has its part:
a PostgreSQL database with its name at the end (pytest-django sees to that), and the Redis database of its number.
"""

from __future__ import annotations

import atexit
import fcntl
import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import psycopg
import pytest
from redis.connection import parse_url

from albumsite.processes import local_servers
from albumsite.processes.postgres_server import Postgres
from albumsite.processes.valkey_server import Valkey
from tests import ready_tables

TEMPLATE = pytest.StashKey[str]()
"""The database that has all tables already, where the server is our own."""


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, object, object]:
    """Before pytest-django reads the settings."""
    sys.dont_write_bytecode = False  # nor do tests change from one run to the next
    gc.disable()  # until all is imported (conftest.py): a fifth of what a worker does before its first test
    if worker := os.environ.get("PYTEST_XDIST_WORKER"):
        _start_for_worker(worker, early_config)
    else:
        folder = _make_folder()
        if not _leaves_tests_to_workers(early_config):
            _start(folder, early_config)
    return (yield)


def _leaves_tests_to_workers(config: pytest.Config) -> bool:
    options = config.known_args_namespace
    workers = getattr(options, "numprocesses", None) or getattr(options, "tx", None)
    return bool(workers) and not options.usepdb and not options.collectonly


def _make_folder() -> Path:
    """The folder of this run, and what all its processes have in common. At the end nothing of it is left."""
    folder = Path(tempfile.mkdtemp(prefix="aibum-test-"))
    folder.chmod(0o755)  # PostgreSQL refuses to run as root; its own user must reach the folder
    atexit.register(_stop_all, folder, os.getpid())
    _settle_in(folder)
    os.environ.setdefault("SECRET_KEY", "tests-only")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("EMAIL_URL", "memorymail://")
    os.environ.setdefault("SWEEP_EVERY_SECONDS", "2")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # hundreds of processes would each compile the product anew
    return folder


def _start_for_worker(worker: str, config: pytest.Config) -> None:
    folder = Path(os.environ["AIBUM_VAR_DIR"]) / worker
    folder.mkdir(mode=0o755)
    atexit.register(_stop_all, folder, os.getpid())
    _settle_in(folder)
    if url := os.environ.get("REDIS_URL"):
        os.environ["REDIS_URL"] = _with_database(url, int(parse_url(url).get("db", 0)) + int(worker.lstrip("gw")))
    with (folder.parent / "starting.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the first one on a machine makes PostgreSQL's user there
        _start(folder, config)


def _settle_in(folder: Path) -> None:
    os.environ["AIBUM_VAR_DIR"] = str(folder)
    local_servers.VAR_DIR = folder


def _start(folder: Path, config: pytest.Config) -> None:
    if not os.environ.get("DATABASE_URL"):
        ready_tables.copy_to(folder / "postgres")
        os.environ["DATABASE_URL"] = url = Postgres(folder / "postgres").start()
        config.stash[TEMPLATE] = ready_tables.TEMPLATE_NAME
        _trust_memory(url)
    if not os.environ.get("REDIS_URL"):
        os.environ["REDIS_URL"] = Valkey(folder / "redis", append_only=False).start()


def _trust_memory(url: str) -> None:
    """Nobody needs these rows after a power cut, and writing through to the disk takes most of a small test's time."""
    with psycopg.connect(url, autocommit=True) as connection:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {name} = off")
        connection.execute("SELECT pg_reload_conf()")


def _stop_all(folder: Path, owner: int) -> None:
    """The first process does it for its workers once more: they have little time to end, or crash."""
    if os.getpid() != owner:  # a fork that leaves by its end
        return
    for place in (folder, *(path for path in folder.iterdir() if path.is_dir())):
        Valkey(place / "redis").stop()
        Postgres(place / "postgres").stop()
    shutil.rmtree(folder, ignore_errors=True)


def _with_database(url: str, number: int) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query=urlencode(dict(parse_qsl(parts.query)) | {"db": str(number)})))
