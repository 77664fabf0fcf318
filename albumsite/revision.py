"""Which code runs: kept with every set and every model, so that either can be made again."""

from __future__ import annotations

import subprocess
from functools import cache

from django.conf import settings


@cache
def code_revision() -> str:
    """The commit that this process runs, where it runs out of a checkout; else nothing."""
    try:
        found = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=settings.BASE_DIR, capture_output=True, text=True, check=False, timeout=10
        )
    except (OSError, subprocess.TimeoutExpired):  # no git here, or a file system that does not answer
        return ""
    return found.stdout.strip()[:64] if found.returncode == 0 else ""
