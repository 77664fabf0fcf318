"""private_files: private pictures of one maker, sent by the proxy after the site said yes, against sent by the site itself.

    python -m bench.private_files [--rounds 7] [--store bucket|disk] [--at-once 12] [--covers 4]

The whole site as docs/machines.md has it: two web processes on one PostgreSQL and Redis, each behind an nginx of its own with
the page's configuration, one with PRIVATE_FILES_BY=site, one with x-accel. A signed-in maker asks both for the same pictures by
https, many at once, in turns: every page size of four covers of 1024 px, and their store files of 3000 px, whose look records a
download. Both ask who looks at each look; a stranger must get 404 and the bytes must be equal, or the script stops. The bucket
is in the S3 server of the tests, on this machine; disk is var/private.
Told beside it: CPU of the web process for each picture. Last line: pictures a second by the proxy over by the site.
"""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import itertools
import os
import socket
import ssl
import statistics
import subprocess
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from bench import harness, site

if TYPE_CHECKING:
    from tests.machines.proxy import Proxy
    from tests.machines.sites import Machine

TARGETS = {"bucket": 1.3, "disk": 1.0}
"""From what was measured: on a disk the look at who asks is nearly all that a picture costs, whoever sends it."""
COVERS = 4
REPEATS = {"page sizes": 6, "store files": 6}
"""How often a round asks for each picture."""
SITE, PROXY = WAYS = "site", "x-accel"
BUCKETS = {
    "AWS_STORAGE_BUCKET_NAME": "aibum-private", "AWS_PUBLIC_BUCKET_NAME": "aibum-public",
    "AWS_ACCESS_KEY_ID": "tester", "AWS_SECRET_ACCESS_KEY": "tester-secret-key",
}  # fmt: skip
"""As tests/s3.py has them."""


@dataclass
class Way:
    """One of the two, running. cpu: seconds that the web process counted for each part, by round."""

    name: str
    machine: Machine
    proxy: Proxy
    cpu: dict[str, list[float]] = field(default_factory=dict)

    @property
    def web_seconds(self) -> float:
        times = psutil.Process(self.machine.processes[0].pid).cpu_times()
        return float(times.user + times.system)

    def stop(self) -> None:
        self.proxy.stop()
        self.machine.stop()


@dataclass(frozen=True)
class Looks:
    """session: of whoever looks, or "". at_once: connections, each kept open for all that it fetches."""

    way: Way
    session: str
    at_once: int

    def fetch(self, paths: Sequence[str]) -> dict[str, str]:
        """The SHA-256 of each picture. Raises SystemExit for any other answer than 200."""
        shares = [list(paths[number :: self.at_once]) for number in range(self.at_once)]
        with ThreadPoolExecutor(self.at_once) as pool:
            found = list(itertools.chain.from_iterable(pool.map(self._share, shares)))
        for path, status, _content in found:
            if status != 200:
                raise SystemExit(f"{self.way.name} answered {status} for {path}")
        return {path: hashlib.sha256(content).hexdigest() for path, _status, content in found}

    def _share(self, paths: Sequence[str]) -> list[tuple[str, int, bytes]]:
        with contextlib.closing(self._connection()) as connection:
            return [(path, *self._one(connection, path)) for path in paths]

    def status_of(self, path: str) -> int:
        with contextlib.closing(self._connection()) as connection:
            return self._one(connection, path)[0]

    def _connection(self) -> http.client.HTTPSConnection:
        context = ssl.create_default_context(cafile=str(self.way.proxy.folder / "fullchain.pem"))
        context.check_hostname = False  # it is 127.0.0.1 here
        return http.client.HTTPSConnection("127.0.0.1", self.way.proxy.port, context=context, timeout=60)

    def _one(self, connection: http.client.HTTPSConnection, path: str) -> tuple[int, bytes]:
        from tests.machines.proxy import HOST

        cookie = {"Cookie": f"sessionid={self.session}"} if self.session else {}
        connection.request("GET", path, headers={"Host": HOST, "User-Agent": "Mozilla/5.0", **cookie})
        answer = connection.getresponse()
        return answer.status, answer.read()


def make_covers(count: int) -> tuple[dict[str, list[str]], str]:
    """What is asked for, by part, and the session of the member who made it. Drawn, reviewed and enlarged by the site's own jobs."""
    from django.test import Client
    from django.urls import reverse

    from accounts.person import Person
    from albumsite.media.encoding import DERIVATIVES
    from covers import tasks
    from covers.models import ReleaseFile
    from covers.services import reviews
    from tests.factories import make_briefed_request, make_member

    member = make_member()
    row = make_briefed_request(Person(user=member), count=count, width=1024, height=1024)
    tasks.draw_covers(str(row.pk))
    covers = list(row.covers.order_by("position"))
    for cover in covers:
        reviews.add_review(cover=cover, author=Person(user=member), half_stars=9, comment="Yes")
        tasks.make_release(str(ReleaseFile.objects.get(cover=cover).pk))
    client = Client()
    client.force_login(member)
    pages = [reverse("covers:image", args=[cover.pk, name]) for cover in covers for name in DERIVATIVES]
    files = [reverse("covers:download", args=[cover.pk, "release.jpg"]) for cover in covers]
    return {"page sizes": pages, "store files": files}, client.cookies["sessionid"].value


def start(folder: Path, name: str, static: Path, store: dict[str, str]) -> Way:
    from tests.machines import page
    from tests.machines.proxy import Proxy, private_block
    from tests.machines.sites import Machine

    found = page.settings(
        SECRET_KEY=os.environ["SECRET_KEY"], DATABASE_URL=os.environ["DATABASE_URL"], REDIS_URL=os.environ["REDIS_URL"],
        EMAIL_URL="memorymail://", PRIVATE_FILES_BY=name,
    )  # fmt: skip
    kept = {key: value for key, value in found.items() if not key.startswith("AWS_")}
    machine = Machine(folder, kept | store | {"LOG_LEVEL": "WARNING"})
    machine.log = static.parent / f"{name}.log"
    private = private_block(s3=store["AWS_S3_ENDPOINT_URL"]) if store else private_block(var=folder)
    proxy = Proxy(static.parent / name, machine.start_web(), folder, private)
    proxy.start()
    return Way(name, machine, proxy)


@contextlib.contextmanager
def both(folder: Path, store: dict[str, str]) -> Iterator[dict[str, Way]]:
    """The site twice, on the same database and files."""
    from tests.machines import page

    site.collect_static_files()
    (folder / "private").mkdir(mode=0o750, exist_ok=True)
    if os.getuid() == 0:
        for words in page.commands("chgrp"):
            subprocess.run([word.replace("var/private", str(folder / "private")) for word in words], check=True)
    ways: dict[str, Way] = {}
    try:
        for name in WAYS:
            ways[name] = start(folder, name, folder / "static", store)
        yield ways
    finally:
        for way in ways.values():
            way.stop()


def check(looks: dict[str, Looks], parts: dict[str, list[str]], at_once: int) -> None:
    """Raises SystemExit unless both give the maker the same bytes, and a stranger nothing. Warms both up."""
    for paths in parts.values():
        found = [one.fetch(paths * 2) for one in looks.values()]
        if found[0] != found[1]:
            raise SystemExit("the two sent different bytes")
        for one in looks.values():
            if (status := Looks(one.way, "", at_once).status_of(paths[0])) != 404:
                raise SystemExit(f"{one.way.name} answered {status} to a stranger")


def work_of(look: Looks, part: str, paths: Sequence[str]) -> Callable[[int], dict[str, str]]:
    asked = list(paths) * REPEATS[part]

    def work(_number: int) -> dict[str, str]:
        before = look.way.web_seconds
        found = look.fetch(asked)
        look.way.cpu.setdefault(part, []).append((look.way.web_seconds - before) / len(asked))
        return found

    return work


def measure(ways: dict[str, Way], rounds: int, at_once: int, covers: int) -> list[float]:
    """Ratios, round by round, of all pictures together; the parts are told."""
    parts, session = make_covers(covers)
    looks = {name: Looks(way, session, at_once) for name, way in ways.items()}
    check(looks, parts, at_once)
    works = {f"{part} by {name}": work_of(looks[name], part, paths) for part, paths in parts.items() for name in WAYS}

    def same_bytes(outputs: Any) -> None:
        for part in parts:
            if outputs[f"{part} by {SITE}"] != outputs[f"{part} by {PROXY}"]:
                raise SystemExit(f"the two sent different bytes: {part}")

    times = harness.run_rounds(works, rounds=rounds, clock=harness.clock_of("wall"), check=same_bytes)
    harness.print_times(times)
    for part, paths in parts.items():
        asked = len(paths) * REPEATS[part]
        faster = harness.ratios(times, ours=f"{part} by {PROXY}", rival=f"{part} by {SITE}")
        told = [
            f"by {name} {asked / statistics.median(times[f'{part} by {name}']):.0f} a second,"
            f" {1000 * statistics.median(ways[name].cpu[part]):.1f} ms CPU of the web process each"
            for name in WAYS
        ]
        print(f"{part} ({asked}): {'; '.join(told)}; ratio {harness.spread(faster)}")
    sums = {
        name: [sum(seconds) for seconds in zip(*(times[f"{part} by {name}"] for part in parts), strict=True)]
        for name in WAYS
    }
    return harness.ratios(sums, ours=PROXY, rival=SITE)


def settings_of(store: str) -> dict[str, str]:
    """Of the S3 server that `serving` starts, known before anything of the site may be imported; none for the disk."""
    if store == "disk":
        return {}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return BUCKETS | {"AWS_S3_ENDPOINT_URL": f"http://127.0.0.1:{port}"}


@contextlib.contextmanager
def serving(folder: Path, store: dict[str, str]) -> Iterator[None]:
    from tests import s3

    with s3.started(folder, int(store["AWS_S3_ENDPOINT_URL"].rpartition(":")[2])):
        yield


def main() -> None:
    parser = harness.arguments(__doc__ or "", rounds=7)
    parser.add_argument("--store", choices=sorted(TARGETS), default="bucket")
    parser.add_argument("--at-once", type=int, default=12)
    parser.add_argument("--covers", type=int, default=COVERS)
    options = parser.parse_args()
    harness.print_machine(("django", "uvicorn"))
    store = settings_of(options.store)
    with site.own_site(PRIVATE_FILES_BY="x-accel", **store) as folder, contextlib.ExitStack() as stack:
        if store:
            stack.enter_context(serving(folder / "bucket", store))
        found = measure(stack.enter_context(both(folder, store)), options.rounds, options.at_once, options.covers)
    harness.print_result("private_files", found, target=TARGETS[options.store])


if __name__ == "__main__":
    main()
