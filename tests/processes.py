"""Starting workers as processes of their own, and looking at processes while they come and go."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import psutil

from tests.databases import database_url

ROOT = Path(__file__).resolve().parent.parent


def start_worker(worker_class: str, queue: str, log: Path, **settings: str) -> subprocess.Popen[bytes]:
    """On the test's database. settings: variables beside the test's own."""
    with log.open("ab") as file:
        return subprocess.Popen(
            [sys.executable, "manage.py", "rqworker", "--serializer", "rq.serializers.JSONSerializer", "-v", "0",
             "--worker-class", worker_class, queue],
            cwd=ROOT, env={**os.environ, "DATABASE_URL": database_url(), **settings},
            stdin=subprocess.DEVNULL, stdout=file, stderr=file,
        )  # fmt: skip


def of_folder(folder: Path, module: str) -> list[psutil.Process]:
    """Those that live, run the module and work in that folder, whoever started them."""
    found = []
    for process in psutil.process_iter():
        try:
            is_ours = process.environ().get("AIBUM_VAR_DIR") == str(folder) and module in process.cmdline()
            if is_ours and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


def command_of(process: psutil.Process) -> list[str]:
    """Its command line; nothing of one that is gone, or a zombie that nobody has waited for."""
    try:
        return list(process.cmdline())
    except psutil.Error:
        return []


def with_argument(processes: Iterable[psutil.Process], argument: str) -> list[psutil.Process]:
    """Those that live and were started with the argument."""
    return [process for process in processes if argument in command_of(process)]
