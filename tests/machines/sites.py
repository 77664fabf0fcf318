"""Processes of the site, started from the settings that docs/machines.md has and from nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

from albumsite.processes.valkey_server import free_port
from tests.machines import page
from tests.machines.proxy import wait_for_port

KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "LD_LIBRARY_PATH", "OMP_NUM_THREADS", "HF_HUB_OFFLINE")
"""Of the environment that the tests run in: nothing that is a setting."""


def database_url(values: dict[str, str], name: str) -> str:
    """Of a database on the server that Django's connection parameters name."""
    who = f"{values['user']}:{quote(values.get('password') or '')}"
    if values["host"].startswith("/"):
        return f"postgresql://{who}@/{name}?host={quote(values['host'])}"
    return f"postgresql://{who}@{values['host']}:{values.get('port') or 5432}/{name}"


class Machine:
    """One machine: the lines of the page, a fresh folder, and what is started on it."""

    def __init__(self, var: Path, settings: dict[str, str]) -> None:
        self.var, self.log = var, var.with_suffix(".log")
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        self.environment = {**kept, "AIBUM_VAR_DIR": str(var), **settings}
        self.processes: list[subprocess.Popen[bytes]] = []

    def run(self, words: list[str]) -> None:
        """One command of the page, to its end."""
        done = subprocess.run(
            _command(words), cwd=page.ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-3000:]

    def start(self, words: list[str]) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            process = subprocess.Popen(_command(words), cwd=page.ROOT, env=self.environment, stdout=log, stderr=log)
        self.processes.append(process)
        return process

    def start_web(self) -> str:
        """The web process of the page. Returns host:port."""
        port = free_port()
        (words,) = (line for line in page.commands("albumsite.door") if "albumsite.door" in line)
        here = {"10.0.0.11": "127.0.0.1", "8000": str(port)}
        process = self.start([here.get(word, word) for word in words])
        wait_for_port(port, process)
        return f"127.0.0.1:{port}"

    def stop(self) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(60)


def _command(words: list[str]) -> list[str]:
    return [sys.executable, *words[1:]] if words[0] == "python" else [sys.executable, *words]
