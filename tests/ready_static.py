"""The static files as `serve` collects them, made once and kept in pytest's cache: to pack them takes longer than most tests."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path

from albumsite.processes import static_files

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".pytest_cache" / "d" / "static"
COLLECT = "from albumsite.processes import preparing; preparing.collect_static_files()"


def copy_to(folder: Path) -> None:
    """Let this be the folder of a site's static files. folder: not there yet. Several runs at once wait for the first."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not static_files.are_collected(CACHE / "static"):
            command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", COLLECT]
            subprocess.run(command, cwd=ROOT, env={**os.environ, "AIBUM_VAR_DIR": str(CACHE)}, check=True, timeout=600)
        subprocess.run(["cp", "-a", CACHE / "static", folder], check=True, timeout=120)
