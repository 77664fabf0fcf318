"""Real servers for the tests, started before Django reads its settings: PostgreSQL, Valkey, an S3-compatible store.

Each run has its own, in a temporary folder, so that runs do not disturb each other. Servers that the environment names
(DATABASE_URL, REDIS_URL) are used instead.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from albumsite import local


def _start() -> None:
    folder = Path(tempfile.mkdtemp(prefix="aibum-test-"))
    folder.chmod(0o755)  # PostgreSQL refuses to run as root; its own user must reach the folder
    os.environ["AIBUM_VAR_DIR"] = str(folder)
    local.VAR_DIR = folder
    postgres, valkey = local.Postgres(folder / "postgres"), local.Valkey(folder / "redis", append_only=False)

    def stop() -> None:
        valkey.stop()
        postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    if not os.environ.get("DATABASE_URL"):
        os.environ["DATABASE_URL"] = postgres.start()
    if not os.environ.get("REDIS_URL"):
        os.environ["REDIS_URL"] = valkey.start()
    os.environ.setdefault("SECRET_KEY", "tests-only")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("EMAIL_URL", "memorymail://")
    os.environ.setdefault("SWEEP_EVERY_SECONDS", "2")


_start()
