"""What the ground floor lets go when it is old: counts, limits, mails in files, logs. Sweepers of `albumsite.retention`."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from albumsite import admission
from albumsite.jobs.rounds import BATCH
from albumsite.processes import log_files

ENDED_LIMITS = """
DELETE FROM {table} WHERE cache_key IN (SELECT cache_key FROM {table} WHERE expires < now() ORDER BY expires LIMIT {most})
"""


def sweep_counts(before: datetime) -> int:
    """Counts whose window has ended, and the salts of earlier days."""
    admission.sweep()
    return 0


def delete_ended_limits(before: datetime) -> int:
    """Sign-in limits that have ended: the cache's own clean-up waits until it is full."""
    table = connection.ops.quote_name(str(settings.CACHES["default"]["LOCATION"]))
    with connection.cursor() as cursor:
        cursor.execute(ENDED_LIMITS.format(table=table, most=BATCH))
        return int(cursor.rowcount)


def delete_old_mails(before: datetime) -> int:
    """Mails that were written into files, where there is no mail server."""
    folder = getattr(settings, "EMAIL_FILE_PATH", None)
    if not folder or not Path(folder).is_dir():
        return 0
    count = 0
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_file(follow_symlinks=False) and entry.stat(follow_symlinks=False).st_mtime < before.timestamp():
                Path(entry.path).unlink(missing_ok=True)
                count += 1
    return count


def bound_logs(before: datetime) -> int:
    """The logs of the built-in servers."""
    return sum(log_files.bound(settings.VAR_DIR / name / "log") for name in ("postgres", "redis"))
