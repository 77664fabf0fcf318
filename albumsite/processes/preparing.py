"""Bringing the database up to date before a command or the site uses it: one process of this machine at a time."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from albumsite.processes import static_files
from albumsite.processes.supervisor import manage
from albumsite.processes.waiting import telling, turn

MIGRATE_SECONDS = 3600
"""A migration of a large table takes long, and must not be ended in the middle."""
STATIC_FILES_SECONDS = 300


def migrate() -> None:
    """For a command in a terminal. Raises LocalError when another process is at it for longer than MIGRATE_SECONDS."""
    with _turn():
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", verbosity=0)
        call_command(
            "createcachetable", verbosity=0
        )  # no migration makes it, and the sweeper that comes along empties it


def prepare_site() -> None:
    """Tables, the cache's table and static files that changed. In a child process each: nothing of it stays in this one."""
    with _turn():
        _run(MIGRATE_SECONDS, "migrate", "-v", "0")
        _run(MIGRATE_SECONDS, "createcachetable", "-v", "0")
    collect_static_files()


def collect_static_files() -> None:
    """Unless they are as they would be made now."""
    root = Path(settings.STATIC_ROOT)
    if static_files.are_collected(root):
        return
    with telling("Collecting the static files …"):
        sources = static_files.fingerprint()
        _run(STATIC_FILES_SECONDS, "collectstatic", "--noinput", "-v", "0")
        static_files.note_sources(root, sources)


@contextlib.contextmanager
def _turn() -> Iterator[None]:
    with (
        turn(settings.VAR_DIR / "prepare.lock", "is bringing the database up to date", MIGRATE_SECONDS),
        telling("Bringing the database up to date …"),
    ):
        yield


def _run(timeout_seconds: float, *arguments: str) -> None:
    try:
        done = subprocess.run(manage(*arguments), stdin=subprocess.DEVNULL, timeout=timeout_seconds, check=False)
    except subprocess.TimeoutExpired as error:
        raise CommandError(f"manage.py {arguments[0]} did not end in {timeout_seconds:.0f} s") from error
    if done.returncode:
        raise CommandError(f"manage.py {arguments[0]} failed; see above")
