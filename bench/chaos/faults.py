"""What is done to a running site: each kind of fault is a function of the site and a source of chance, and puts back what it took.

None of them touches `serve` itself. A fault says in a few words whom it hit, or "" when there was nobody to hit.
"""

from __future__ import annotations

import contextlib
import os
import random
import resource
import signal
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import redis
from rq import Queue
from rq.serializers import JSONSerializer

from albumsite.processes import endings
from bench.chaos.sites import ServedSite
from bench.chaos.wire import LOSING, SILENT, wire

LEASE_SECONDS, STEP_TIMEOUT_SECONDS = 6, 5
"""Of the site that is attacked: the faults that last longer than these are still short."""
WORKERS = ("write", "draw-1", "draw-2", "finish", "mail", "train", "learn", "schedule", "sweeper")
Hit = Callable[[ServedSite, random.Random], str]


@dataclass(frozen=True)
class Kind:
    """weight: how often, among the others. holds: what it needs for itself while it lasts. leaves_files: whether a
    picture that was just being stored may stay without a row, because its process or the answer of its commit is gone."""

    name: str
    hit: Hit
    weight: int
    holds: str
    leaves_files: bool = False


KINDS: list[Kind] = []


def kind(name: str, weight: int, holds: str, *, leaves_files: bool = False) -> Callable[[Hit], Hit]:
    def add(hit: Hit) -> Hit:
        KINDS.append(Kind(name, hit, weight, holds, leaves_files))
        return hit

    return add


# --- processes ----------------------------------------------------------------------------------------------------


def send(site: ServedSite, name: str, signum: int) -> str:
    pid = site.main_of(name)
    if pid is None:
        return ""
    endings.send([pid], signum)
    return f"{name} {pid}"


def _adds_kill(name: str, members: tuple[str, ...], signum: int, weight: int, *, leaves_files: bool = False) -> None:
    @kind(name, weight, members[0], leaves_files=leaves_files)
    def hit(site: ServedSite, chance: random.Random) -> str:
        return send(site, chance.choice(members), signum)


DRAWERS = ("draw-1", "draw-2")
_adds_kill("draw worker: SIGKILL", DRAWERS, signal.SIGKILL, 30, leaves_files=True)
_adds_kill("draw worker: SIGTERM", DRAWERS, signal.SIGTERM, 12, leaves_files=True)
_adds_kill("write worker: SIGKILL", ("write",), signal.SIGKILL, 18)
_adds_kill("finish worker: SIGKILL", ("finish",), signal.SIGKILL, 16, leaves_files=True)
_adds_kill("sweeper: SIGKILL", ("sweeper",), signal.SIGKILL, 12)
_adds_kill("web server: SIGKILL", ("web",), signal.SIGKILL, 14)
_adds_kill("web server: SIGTERM", ("web",), signal.SIGTERM, 6)


def engines(site: ServedSite) -> list[int]:
    def is_engine(pid: int) -> bool:
        with contextlib.suppress(OSError):
            return b"covers.engine.host_process" in Path(f"/proc/{pid}/cmdline").read_bytes()
        return False

    members = site.members()
    return [pid for name in DRAWERS for pid in members.get(name, []) if is_engine(pid)]


@kind("engine process: SIGKILL", 24, "draw-1")
def kill_engine(site: ServedSite, chance: random.Random) -> str:
    found = engines(site)
    if not found:
        return ""
    pid = chance.choice(found)
    endings.send([pid], signal.SIGKILL)
    return f"engine {pid}"


@kind("all workers at once: SIGKILL", 5, "draw-1", leaves_files=True)
def kill_all_workers(site: ServedSite, chance: random.Random) -> str:
    members = site.members()
    pids = [pid for name in WORKERS for pid in members.get(name, [])]
    endings.send(pids, signal.SIGKILL)
    return f"{len(pids)} processes" if pids else ""


@contextlib.contextmanager
def frozen(pids: list[int]) -> Iterator[None]:
    endings.send(pids, signal.SIGSTOP)
    try:
        yield
    finally:
        endings.send(pids, signal.SIGCONT)


def _adds_freeze(name: str, members: tuple[str, ...], seconds: float, weight: int) -> None:
    @kind(name, weight, members[0])
    def hit(site: ServedSite, chance: random.Random) -> str:
        member = chance.choice(members)
        pid = site.main_of(member)
        if pid is None:
            return ""
        with frozen([pid]):
            time.sleep(seconds)
        return f"{member} {pid}"


_adds_freeze("draw worker: stopped for longer than its lease", DRAWERS, LEASE_SECONDS + 2, 10)
_adds_freeze("write worker: stopped for longer than its lease", ("write",), LEASE_SECONDS + 2, 6)
_adds_freeze("web server: stopped for 3 s", ("web",), 3, 5)


@kind("engine process: stopped for longer than its patience", 6, "draw-1")
def freeze_engine(site: ServedSite, chance: random.Random) -> str:
    found = engines(site)
    if not found:
        return ""
    with frozen([chance.choice(found)]):
        time.sleep(STEP_TIMEOUT_SECONDS + 2)
    return "engine"


@kind("draw worker: no more file descriptors for 3 s", 5, "draw-1")
def take_descriptors(site: ServedSite, chance: random.Random) -> str:
    return limit(
        site, chance.choice(DRAWERS), resource.RLIMIT_NOFILE, lambda pid: len(os.listdir(f"/proc/{pid}/fd")), 3
    )


def limit(site: ServedSite, name: str, which: int, value: Callable[[int], int], seconds: float) -> str:
    """A soft limit of one process, for a while."""
    pid = site.main_of(name)
    if pid is None:
        return ""
    with contextlib.suppress(ProcessLookupError, FileNotFoundError):
        soft, hard = resource.prlimit(pid, which)
        resource.prlimit(pid, which, (value(pid), hard))
        try:
            time.sleep(seconds)
        finally:
            resource.prlimit(pid, which, (soft, hard))
    return f"{name} {pid}"


# --- PostgreSQL ---------------------------------------------------------------------------------------------------


def postgres(site: ServedSite) -> list[int]:
    """The server and all that it has started, the server first."""
    folder = site.folder / "postgres"
    with contextlib.suppress(OSError, ValueError, IndexError):
        main = int((folder / "postmaster.pid").read_text().splitlines()[0])
        others = [pid for pid in endings.living(lambda pid: _parent(pid) == main) if pid != main]
        return [main, *others] if endings.living(lambda pid: pid == main) else []
    return []


def _parent(pid: int) -> int:
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return 0


def wait_until_it_answers(site: ServedSite) -> None:
    """So long the fault lasts: the server is started again, or reads its log."""
    time.sleep(1)
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        with contextlib.suppress(psycopg.Error), asking(site):
            return
        time.sleep(0.2)


def _adds_postgres(name: str, signum: int, weight: int) -> None:
    @kind(name, weight, "postgres", leaves_files=True)
    def hit(site: ServedSite, chance: random.Random) -> str:
        pids = postgres(site)[:1]
        endings.send(pids, signum)
        wait_until_it_answers(site)
        return f"postgres {pids[0]}" if pids else ""


_adds_postgres("PostgreSQL: SIGKILL", signal.SIGKILL, 8)
_adds_postgres("PostgreSQL: immediate shutdown", signal.SIGQUIT, 6)
_adds_postgres("PostgreSQL: fast shutdown", signal.SIGINT, 5)
_adds_postgres("PostgreSQL: SIGTERM", signal.SIGTERM, 4)


@kind("PostgreSQL: one backend SIGKILLed, all recover", 6, "postgres", leaves_files=True)
def kill_backend(site: ServedSite, chance: random.Random) -> str:
    pids = postgres(site)[1:]
    if not pids:
        return ""
    endings.send([chance.choice(pids)], signal.SIGKILL)
    wait_until_it_answers(site)
    return "backend"


@kind("PostgreSQL: stopped for 3 s", 5, "postgres")
def freeze_postgres(site: ServedSite, chance: random.Random) -> str:
    pids = postgres(site)
    with frozen(pids):
        time.sleep(3)
    return f"{len(pids)} processes" if pids else ""


@contextlib.contextmanager
def asking(site: ServedSite) -> Iterator[psycopg.Connection[Any]]:
    options = "-c statement_timeout=20s -c lock_timeout=10s -c application_name=chaos"
    with psycopg.connect(site.database_url, autocommit=True, connect_timeout=5, options=options) as connection:
        yield connection


END_SESSIONS = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND application_name <> 'chaos'
"""


def end_sessions(connection: psycopg.Connection[Any], more: str = "") -> int:
    row = connection.execute(f"{END_SESSIONS} {more}").fetchone()
    return int(row[0]) if row else 0


@kind("sessions ended in mid-transaction", 16, "postgres", leaves_files=True)
def end_transactions(site: ServedSite, chance: random.Random) -> str:
    """Looks often for a short while: most transactions are shorter than a look."""
    ended, deadline = 0, time.monotonic() + 2
    with asking(site) as connection:
        while time.monotonic() < deadline and ended < 3:
            ended += end_sessions(connection, "AND xact_start IS NOT NULL")
    return f"{ended} sessions" if ended else ""


@kind("all sessions ended", 8, "postgres", leaves_files=True)
def end_all_sessions(site: ServedSite, chance: random.Random) -> str:
    with asking(site) as connection:
        return f"{end_sessions(connection)} sessions"


@kind("rows locked for 4 s", 10, "postgres")
def lock_rows(site: ServedSite, chance: random.Random) -> str:
    with asking(site) as connection, connection.transaction():
        rows = connection.execute(
            "SELECT id FROM covers_coverrequest WHERE state IN ('queued', 'running') ORDER BY id LIMIT 20 FOR UPDATE"
        ).fetchall()
        time.sleep(4)
    return f"{len(rows)} rows" if rows else ""


@kind("tables locked for 3 s", 6, "postgres")
def lock_tables(site: ServedSite, chance: random.Random) -> str:
    with asking(site) as connection, connection.transaction():
        connection.execute("LOCK TABLE covers_coverrequest, covers_cover IN ACCESS EXCLUSIVE MODE")
        time.sleep(3)
    return "covers_coverrequest, covers_cover"


@kind("statements timed out after 15 ms, for 3 s", 6, "postgres", leaves_files=True)
def time_out_statements(site: ServedSite, chance: random.Random) -> str:
    with asking(site) as connection:
        connection.execute("ALTER DATABASE aibum SET statement_timeout = 15")
        try:
            end_sessions(connection)  # new ones have it
            time.sleep(3)
        finally:
            connection.execute("ALTER DATABASE aibum RESET statement_timeout")
            end_sessions(connection)
    return "15 ms"


def _adds_wire(name: str, way: str, seconds: float, weight: int) -> None:
    @kind(name, weight, "postgres", leaves_files=True)
    def hit(site: ServedSite, chance: random.Random) -> str:
        with asking(site) as connection, wire(site.folder / "postgres", way, chance.randrange(1 << 30)) as found:
            end_sessions(connection)  # they come back over the wire
            time.sleep(seconds)
        return f"{found.lost} answers lost" if way == LOSING else "silence"


_adds_wire("answers of commits lost, for 4 s", LOSING, 4, 14)
_adds_wire("network to PostgreSQL silent for 4 s", SILENT, 4, 6)


# --- Redis --------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def redis_client(site: ServedSite) -> Iterator[redis.Redis]:
    client = redis.Redis.from_url(site.redis_url, socket_timeout=5, socket_connect_timeout=5)
    try:
        yield client
    finally:
        client.close()


def valkey(site: ServedSite) -> list[int]:
    with redis_client(site) as client:
        return [int(client.info("server")["process_id"])]


@kind("Redis: SIGKILL", 8, "redis")
def kill_redis(site: ServedSite, chance: random.Random) -> str:
    pids = valkey(site)
    endings.send(pids, signal.SIGKILL)
    return f"valkey {pids[0]}"


@kind("Redis: stopped for 3 s", 6, "redis")
def freeze_redis(site: ServedSite, chance: random.Random) -> str:
    with frozen(valkey(site)):
        time.sleep(3)
    return "valkey"


@kind("Redis: wiped", 10, "redis")
def wipe_redis(site: ServedSite, chance: random.Random) -> str:
    with redis_client(site) as client:
        keys = client.dbsize()
        client.flushall()
    return f"{keys} keys"


@kind("Redis: jobs deleted", 10, "redis")
def delete_jobs(site: ServedSite, chance: random.Random) -> str:
    with redis_client(site) as client:
        keys = [key for name in ("rq:job:*", "rq:queue:*", "rq:wip:*") for key in client.scan_iter(name, count=1000)]
        if keys:
            client.delete(*keys)
    return f"{len(keys)} keys" if keys else ""


@kind("Redis: every job three times", 10, "redis")
def triple_jobs(site: ServedSite, chance: random.Random) -> str:
    """Also of what is drawn right now, and of what was drawn long ago."""
    with redis_client(site) as client, asking(site) as connection:
        rows = connection.execute(
            "SELECT id FROM covers_coverrequest WHERE state IN ('queued', 'running') LIMIT 50"
        ).fetchall()
        rows += connection.execute(
            "SELECT id FROM covers_coverrequest WHERE state = 'done' ORDER BY random() LIMIT 10"
        ).fetchall()
        for name, task in (("draw", "covers.tasks.draw_covers"), ("write", "covers.tasks.write_brief")):
            queue = Queue(name, connection=client, serializer=JSONSerializer)
            for (pk,) in rows * 2:
                queue.enqueue(task, str(pk), job_id=f"coverrequest-{pk}-{uuid.uuid4().hex[:8]}", job_timeout=-1)
    return f"{len(rows)} rows" if rows else ""


# --- files --------------------------------------------------------------------------------------------------------


@kind("folder of covers away for 4 s", 8, "store", leaves_files=True)
def take_store(site: ServedSite, chance: random.Random) -> str:
    folder, aside = site.folder / "private" / "covers", site.folder / "covers.aside"
    if not folder.is_dir():
        return ""
    folder.rename(aside)
    try:
        folder.touch()  # or it would be made anew
        time.sleep(4)
    finally:
        folder.unlink()
        aside.rename(folder)
    return "private/covers"


@kind("no room for files of a draw worker, for 4 s", 8, "store", leaves_files=True)
def take_room(site: ServedSite, chance: random.Random) -> str:
    return limit(site, chance.choice(DRAWERS), resource.RLIMIT_FSIZE, lambda _pid: 1000, 4)


@kind("no room for files of the finish worker, for 4 s", 4, "finish", leaves_files=True)
def take_room_of_finish(site: ServedSite, chance: random.Random) -> str:
    return limit(site, "finish", resource.RLIMIT_FSIZE, lambda _pid: 1000, 4)


# --- all of it ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Done:
    """One fault that was carried out. Seconds since 1970."""

    kind: Kind
    begun_at: float
    ended_at: float
    whom: str


class Attack:
    """Carries out faults one after the other, a few at a time; two that need the same thing wait for each other."""

    def __init__(self, site: ServedSite, number: int, chance: random.Random) -> None:
        self.site, self.chance = site, chance
        self.deck = deck(number, chance)
        self.number = len(self.deck)
        self.done: list[Done] = []
        self.missed = 0
        self._lock = threading.Lock()
        self._held = {holds: threading.Lock() for holds in {one.holds for one in KINDS}}

    @property
    def left(self) -> int:
        return self.number - len(self.done)

    def strike(self) -> Done | None:
        """The next one. None when nothing is left, or there was nobody to hit: it goes to the end of the deck."""
        with self._lock:
            if not self.deck:
                return None
            chosen = self.deck.pop(0)
            chance = random.Random(self.chance.randrange(1 << 30))
        with self._held[chosen.holds]:
            begun_at = time.time()
            try:
                whom = chosen.hit(self.site, chance)
            except (OSError, psycopg.Error, redis.RedisError):  # what it needs is just dead by another fault
                whom = ""
        with self._lock:
            if not whom:
                self.deck.insert(min(5, len(self.deck)), chosen)
                self.missed += 1
                return None
            self.done.append(Done(chosen, begun_at, time.time(), whom))
            return self.done[-1]


def deck(number: int, chance: random.Random) -> list[Kind]:
    """So many faults in random order, each kind by its weight and once at least if there is room."""
    weights = [one.weight for one in KINDS]
    chosen = chance.sample(KINDS, min(number, len(KINDS)))
    chosen += chance.choices(KINDS, weights, k=number - len(chosen))
    chance.shuffle(chosen)
    return chosen


__all__ = ["KINDS", "LEASE_SECONDS", "SILENT", "STEP_TIMEOUT_SECONDS", "Attack", "Done", "Kind", "deck"]
