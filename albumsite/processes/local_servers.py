"""This machine's own servers, for machines that have neither PostgreSQL nor Redis, and the folder var/ they live in.

Their data survives restarts. Everyone who needs them holds a shared file lock, so the last one out stops them; a killed
holder loses its lock with its process and leaves nothing behind for ever. Imported by settings, so it must not import Django.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import secrets
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from albumsite.processes import endings
from albumsite.processes.postgres_server import DATABASE_NAME, Postgres
from albumsite.processes.server_process import SILENT_SECONDS, Health, leaving
from albumsite.processes.valkey_server import Valkey
from albumsite.processes.waiting import FileLock, LocalError, say, turn, until

VAR_DIR = Path(os.environ.get("AIBUM_VAR_DIR") or Path(__file__).resolve().parents[2] / "var").absolute()
TURN_SECONDS = 120
"""Longer than any start or stop of both servers takes, but for a long recovery."""
PAGE_SECONDS = 3
PRIVATE_FOLDERS = (
    "private", "mails", "training", "learning", "class-images", "evaluations", "albums", "pocket", "models", "compiled"
)  # fmt: skip
"""What holds people's files or what was made of them."""


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

    environ.Env.read_env(Path(__file__).resolve().parents[2] / ".env")  # what the environment has already wins
    return bool(os.environ.get(name) or os.environ.get(f"{name}_FILE"))


def with_query(url: str, **values: str) -> str:
    """The URL with these query values added, those that it already has kept."""
    place, _mark, query = url.partition("?")
    return f"{place}?{urlencode(values | dict(parse_qsl(query)))}"


def origin(url: str) -> str:
    """scheme://host:port of a URL, or nothing."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def s3_client_config(checksums: str = "when_supported") -> Any:
    """Short time-outs: a page must not hang for minutes on a stopped object store.

    checksums: "when_required" sends and asks for those only that S3 itself demands, for stores that refuse the rest.
    """
    from botocore.config import Config

    return Config(
        connect_timeout=2,
        read_timeout=10,
        retries={"max_attempts": 2, "mode": "standard"},
        signature_version="s3v4",
        s3={"addressing_style": os.environ.get("AWS_S3_ADDRESSING_STYLE", "auto")},
        request_checksum_calculation=checksums,
        response_checksum_validation=checksums,
    )


started: dict[str, str] = {}
"""What `servers` runs in this process: DATABASE_URL, REDIS_URL or both, with their addresses."""


def _server_for() -> dict[str, Postgres | Valkey]:
    return {"DATABASE_URL": Postgres(VAR_DIR / "postgres"), "REDIS_URL": Valkey(VAR_DIR / "redis")}


def _turn() -> contextlib.AbstractContextManager[None]:
    return turn(VAR_DIR / "turn.lock", "is starting or stopping the built-in servers", TURN_SECONDS)


def revive() -> list[str]:
    """Look at what `servers` started here, and start again what is gone, stopping, or silent for SILENT_SECONDS.

    Returns the names of those; `started` has their addresses, which stay the same unless somebody took a port. Takes as
    long as looks and starts do, each under its deadline, and ends when `servers` does. Raises LocalError.
    """
    revived = []
    for name, server in _server_for().items():
        if name not in started or (health := _lasting_health(server)) in (Health.ANSWERS, Health.STARTING):
            continue
        with _turn():
            if leaving.is_set():
                break
            if health is Health.SILENT:
                server.kill()
            started[name] = server.start()
            _remember(started)
        revived.append("PostgreSQL" if name == "DATABASE_URL" else "Redis")
    return revived


def _lasting_health(server: Postgres | Valkey) -> Health:
    """What it says of itself; silent only if it kept silent in every look for SILENT_SECONDS."""
    deadline = time.monotonic() + SILENT_SECONDS
    while (health := server.health()) is Health.SILENT and time.monotonic() < deadline and not leaving.is_set():
        time.sleep(0.5)
    return health


@contextlib.contextmanager
def servers() -> Iterator[dict[str, str]]:
    """Run the servers that the environment does not name, for the length of the block.

    Yields the environment additions that a child process needs: DATABASE_URL and REDIS_URL; they are in this process's
    environment too. Whoever leaves last stops them. Two locks: one is held for a start or a stop only, the other is
    shared by all who use the servers, so that nobody waits for somebody's whole run. Raises LocalError.
    """
    tidy_folder()
    wanted = {name: server for name, server in _server_for().items() if not is_given(name)}
    users = FileLock(VAR_DIR / "servers.lock")
    found: dict[str, str] = {}
    has_begun = False
    try:
        with _turn():
            has_begun = True
            found |= {name: server.start() for name, server in wanted.items()}
            _remember(found)
            until(users.try_shared, 5)  # nobody has it alone but during a turn
        os.environ.update(found)
        started.update(found)
        yield found
    finally:
        with endings.undisturbed():
            leaving.set()
            _leave(users, list(reversed(wanted.values())) if has_begun else [])
            started.clear()
            leaving.clear()


def _leave(users: FileLock, ours: list[Postgres | Valkey]) -> None:
    """Stop our servers, unless others use them: those will stop them."""
    try:
        if ours:
            with _turn():
                for server in ours if users.try_exclusive() else []:
                    server.stop()
                users.close()  # before the next one's turn
    except LocalError as error:
        say(f"The built-in servers were left running: {error}")
    finally:
        users.close()


def tidy_folder() -> None:
    """var/ and what lies in it: everybody may pass to the public files, nobody but us may look at the rest."""
    VAR_DIR.mkdir(parents=True, exist_ok=True)
    for folder in (VAR_DIR, *(VAR_DIR / name for name in PRIVATE_FOLDERS)):
        with contextlib.suppress(FileNotFoundError, PermissionError):
            mode = stat.S_IMODE(folder.stat().st_mode)
            folder.chmod(mode & ~0o006 if folder == VAR_DIR else mode & ~0o007)


def private_folder(name: str) -> Path:
    """A folder under var/ that nobody else on this machine can enter; made if need be."""
    folder = VAR_DIR / name
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def mails_in_files() -> dict[str, str]:
    """Mail settings of a machine without a mail server. On the screen links and addresses would end up in logs."""
    folder = private_folder("mails")  # Django would let everybody on this machine read it
    return {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend", "EMAIL_FILE_PATH": str(folder)}


@dataclass(frozen=True)
class Site:
    """A site that runs in this folder."""

    pid: int
    address: str


@contextlib.contextmanager
def only_site() -> Iterator[None]:
    """Be the one site of this folder for the block. Raises LocalError that names the one that runs."""
    tidy_folder()
    lock = FileLock(_site_file())
    try:
        if not until(lock.try_exclusive, 0.5):  # who only looks holds it for an instant
            site = running_site()
            raise LocalError(f"the site already runs from this folder{_described(site)}")
        lock.write(json.dumps({"pid": os.getpid(), "address": ""}))
        yield
    finally:
        lock.close()


def _described(site: Site | None) -> str:
    if site is None:
        return "."
    if not site.address:
        return f"; it is just starting (process {site.pid})."
    if answers(site.address, timeout_seconds=PAGE_SECONDS, with_any_status=True):
        return f", at {site.address} (process {site.pid}; `kill {site.pid}` ends it)."
    return f", at {site.address}, but does not answer (process {site.pid}; `kill -9 {site.pid}` ends it)."


def tell_address(address: str) -> None:
    """Write down where our site answers. Only inside `only_site`."""
    fresh = json.dumps({"pid": os.getpid(), "address": address})
    _site_file().write_text(fresh)


def _site_file() -> Path:
    return VAR_DIR / "site.lock"


def answers(address: str, *, timeout_seconds: float, with_any_status: bool = False) -> bool:
    """Whether a page comes from there. A redirect to https, or a refusal of this host's name, is a page."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout_seconds)
    try:
        connection.request("GET", parts.path)
        return connection.getresponse().status < 500 or with_any_status
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def running_site() -> Site | None:
    """The site that runs in this folder now."""
    with contextlib.suppress(OSError):
        lock = FileLock(_site_file())
        try:
            if lock.try_shared():
                return None
            told = json.loads(lock.read())
            return Site(int(told["pid"]), str(told["address"]))
        except (ValueError, KeyError):
            return None
        finally:
            lock.close()
    return None


def _remember(found: dict[str, str]) -> None:
    path = VAR_DIR / "local.json"
    fresh = path.with_suffix(".new")
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(_addresses() | {name.lower(): url for name, url in found.items()}))
    fresh.replace(path)
