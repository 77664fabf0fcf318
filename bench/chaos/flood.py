"""flood: how long covers take for an honest visitor and a member while one address sends 2,000 posts a minute.

    python -m bench.chaos.flood [--rounds 4] [--posts 2000] [--requests 3] [--headstart 10]
    python -m bench.chaos.flood --checkout ../old        another one, for a figure before

The attacker changes cookies with every post, brings tokens of its own making, and asks for covers (eight at a time), tries again,
reviews, and uploads; each round from another network, so that its first burst counts in each. The visitor is of other networks.
Quiet and flood take turns in the same run, on default settings: 1024 px, one draw worker. Seconds are from the form's page until
all four covers are ready. After each burst the same network goes on, and by then all that it asks for is refused. Told beside it:
what the attacker was answered, the waits it was told, and how the disk grew.
Last line: `chaos.flood ratio=X target=0.5`, the usual time over the time in the flood, of visitor or member, whoever suffers more.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import secrets
import statistics
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from albumsite.processes import endings
from bench.chaos.faults import asking, postgres
from bench.chaos.people import COVER_ADDRESS, PASSWORD, REQUEST_ADDRESS
from bench.chaos.sites import Browser, ServedSite
from bench.harness import print_machine

TARGET = 0.5
ROOT = Path(__file__).resolve().parents[2]
SENDERS = 40
REQUESTS = 3
"""Of each of the two, in every phase."""
READY_SECONDS = 240
LOOK_SECONDS = 0.1
HEADSTART_SECONDS = 10.0
"""Of the flood: its first requests wait already when the honest ones come."""
UPLOAD_BYTES = 900_000
SONG = {"title": "비 오는 날의 편지", "artist": "하람", "genre": "ballad", "count": "4", "with_lettering": "on"}
SETTINGS = {
    "EMAIL_URL": "memorymail://",
    "ACCOUNT_EMAIL_VERIFICATION": "none",
    "HF_HUB_OFFLINE": "1",
    "LOG_LEVEL": "WARNING",
}


@dataclass
class Flood:
    """`with Flood(site, number, posts_a_minute):` sends until the end of the block. number: of its network."""

    site: ServedSite
    number: int
    posts_a_minute: float
    answers: Counter[str] = field(default_factory=Counter)
    waits: list[int] = field(default_factory=list)
    seconds: float = 0.0

    def __enter__(self) -> Flood:
        self._is_over = threading.Event()
        self._chance = random.Random(self.number)
        self._accepted: list[tuple[str, str]] = []
        self._pool = ThreadPoolExecutor(SENDERS)
        self._thread = threading.Thread(target=self._keep_sending)
        self._began = time.monotonic()
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._is_over.set()
        self._thread.join()
        self._pool.shutdown(cancel_futures=True)
        self.seconds = time.monotonic() - self._began

    def _keep_sending(self) -> None:
        """By the clock, whatever becomes of those before; only where all senders wait does it fall behind."""
        room = threading.Semaphore(SENDERS)
        sent = 0
        while not self._is_over.is_set():
            due = int((time.monotonic() - self._began) * self.posts_a_minute / 60)
            if sent >= due:
                self._is_over.wait(0.005)
            elif room.acquire(timeout=0.1):
                sent += 1
                self._pool.submit(self._send, random.Random(self._chance.random())).add_done_callback(
                    lambda _done: room.release()
                )

    def _send(self, chance: random.Random) -> None:
        """One post, as a browser that nobody knows; what needs a session takes one of those that a request was accepted with."""
        what = chance.choices(("create", "retry", "review", "upload"), (50, 15, 15, 20))[0]
        one = Browser(self.site.port, f"127.7.{self.number}.{chance.randrange(1, 250)}")
        known = chance.choice(self._accepted) if self._accepted and what in ("retry", "review") else None
        one.cookies = {"csrftoken": secrets.token_hex(16), **({"sessionid": known[1]} if known else {})}
        path, fields, body = "/create/", {}, b""
        try:
            if what == "create":
                fields = {**SONG, "title": f"Flood {chance.random()}", "count": "8", "lyrics": "la la\n" * 300}
            elif what == "retry" and known:
                path = f"/requests/{known[0]}/{chance.choice(('cancel', 'retry'))}/"
            elif what == "review" and known:
                covers = COVER_ADDRESS.findall(one.ask("GET", f"/requests/{known[0]}/status/")[1])
                path = f"/covers/{chance.choice(covers)}/review/" if covers else path
                fields = {"half_stars": "1", "comment": "flood"}
            elif what == "upload":
                path, body = chance.choice(("/create/", "/faces/new/")), upload(one.cookies["csrftoken"])
            status, _page, where = (
                one.ask("POST", path, body=body, content_type=UPLOAD) if body else one.press(path, **fields)
            )
        except OSError:
            self.answers[f"{what}: cut off"] += 1
            return
        self.answers[f"{what}: {status}"] += 1
        if wait := one.headers.get("retry-after"):
            self.waits.append(int(wait))
        if what == "create" and (found := REQUEST_ADDRESS.search(where)):
            self._accepted.append((found[1], one.cookies["sessionid"]))


UPLOAD = "multipart/form-data; boundary=flood"


def upload(token: str) -> bytes:
    """A form with a photo that is none."""
    head = f'--flood\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token}\r\n--flood\r\n'
    head += 'Content-Disposition: form-data; name="photos"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    return head.encode() + b"\xff" * UPLOAD_BYTES + b"\r\n--flood--\r\n"


def seconds_to_covers(site: ServedSite, person: Browser) -> float:
    """From the form's page to four covers, as the page says it. Tells of which parts it consists."""
    began = time.monotonic()
    status, page, where = person.send_form("/create/", **SONG)
    if status != 302:
        raise SystemExit(f"an honest person was refused: {status} {page[:2000]}")
    accepted_after = time.monotonic() - began
    address, _, key = where.partition("?")
    while time.monotonic() - began < READY_SECONDS:
        time.sleep(LOOK_SECONDS)
        status, page, _where = person.ask("GET", f"{address}status/?{key}")
        if status == 200 and person.headers["x-active"] == "0":
            if page.count("data-ready") < 4:
                raise SystemExit("an honest request did not end with four covers")
            seconds = time.monotonic() - began
            print(f"    {seconds:.1f} s: accepted after {accepted_after:.1f}, {parts_of(site, address)}", flush=True)
            return seconds
    return float(READY_SECONDS)


def parts_of(site: ServedSite, address: str) -> str:
    """From PostgreSQL's clock: until drawing began, and from there to the end."""
    with asking(site) as connection:
        row = connection.execute(
            "SELECT extract(epoch FROM draw_started_at - created_at)::float, extract(epoch FROM finished_at - draw_started_at)::float"
            " FROM covers_coverrequest WHERE id = %s", [address.strip("/").rpartition("/")[2]]
        ).fetchone()  # fmt: skip
    return f"{row[0]:.1f} in the queue, {row[1]:.1f} drawn and stored" if row else ""


def member_at(site: ServedSite, source: str) -> Browser:
    person = Browser(site.port, source)
    status, _page, _where = person.send_form(
        "/accounts/signup/", email=f"{secrets.token_hex(4)}@example.com", password1=PASSWORD
    )
    if status != 302:
        raise SystemExit(f"nobody can sign up: {status}")
    return person


def wait_for_quiet(site: ServedSite) -> None:
    """What the attacker still has in the queue is taken out, or the next usual times would be none."""
    deadline = time.monotonic() + 600
    while time.monotonic() < deadline:
        with asking(site) as connection:
            connection.execute(
                "UPDATE covers_coverrequest SET state = 'cancelled', finished_at = now() WHERE state = 'queued' AND title LIKE 'Flood %'"
            )
            row = connection.execute(
                "SELECT count(*) FROM covers_coverrequest WHERE state IN ('queued', 'running')"
            ).fetchone()
        if row and not row[0]:
            return
        time.sleep(0.5)


def rows_of(site: ServedSite, table: str) -> int:
    with asking(site) as connection:
        row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 our own names
    return int(row[0]) if row else 0


def bytes_on_disk(site: ServedSite) -> int:
    return sum(
        path.stat().st_blocks * 512
        for path in site.folder.rglob("*")
        if path.is_file() and "code" not in path.parts[:4]
    )


def cpu_seconds(site: ServedSite) -> Counter[str]:
    """Of each part of the site, with all that it has started, so far."""
    spent: Counter[str] = Counter()
    for name, pids in [*site.members().items(), ("PostgreSQL", postgres(site))]:
        for pid in pids:
            with contextlib.suppress(psutil.Error):
                times = psutil.Process(pid).cpu_times()
                spent[name] += times.user + times.system  # type: ignore[assignment]
    return spent


def phase(site: ServedSite, number: int, member: Browser, requests: int) -> tuple[list[float], list[float]]:
    """Seconds of visitors, each of another network, and of the member; in turns."""
    visitors, members = [], []
    for place in range(requests):
        visitors.append(seconds_to_covers(site, Browser(site.port, f"127.1.{number * requests + place}.1")))
        members.append(seconds_to_covers(site, member))
    return visitors, members


def main() -> None:
    endings.end_in_order()  # a SIGTERM, of `timeout` for instance, ends the site as well
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--checkout", type=Path, default=ROOT)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--posts", type=float, default=2000, help="a minute")
    parser.add_argument("--requests", type=int, default=REQUESTS, help="of each of the two, in every phase")
    parser.add_argument("--headstart", type=float, default=HEADSTART_SECONDS, help="seconds")
    options = parser.parse_args()
    print_machine()
    with ServedSite(options.checkout, **SETTINGS) as site:
        measure(site, options)


def measure(site: ServedSite, options: argparse.Namespace) -> None:
    rounds, posts, requests = options.rounds, options.posts, options.requests
    member = member_at(site, "127.2.2.2")
    phase(site, 80, member, requests)  # the first ones compile templates and load the engine
    quiet: dict[str, list[float]] = {"visitor": [], "member": []}
    flooded: dict[str, list[float]] = {"visitor": [], "member": []}
    later: dict[str, list[float]] = {"visitor": [], "member": []}
    answers: Counter[str] = Counter()
    waits: list[int] = []
    spent: Counter[str] = Counter()
    seconds = grown = 0.0
    sessions = rows_of(site, "django_session")
    for number in range(rounds):
        usual = phase(site, 2 * number, member, requests)
        before, spent_before = bytes_on_disk(site), cpu_seconds(site)
        with Flood(site, number, posts) as flood:
            time.sleep(options.headstart)
            under = phase(site, 2 * number + 1, member, requests)
        grown += bytes_on_disk(site) - before
        spent.update({name: value - spent_before[name] for name, value in cpu_seconds(site).items()})
        for name, found, more in zip(("visitor", "member"), usual, under, strict=True):
            quiet[name] += found
            flooded[name] += more
        answers += flood.answers
        waits += flood.waits
        seconds += flood.seconds
        print(f"round {number}: {flood.answers.total() / flood.seconds * 60:.0f} posts a minute for {flood.seconds:.0f} s; "
              + ", ".join(f"{name} {statistics.median(a):.1f} s, in the flood {statistics.median(b):.1f} s (worst {max(b):.1f})"
                          for name, a, b in zip(("visitor", "member"), usual, under, strict=True)), flush=True)  # fmt: skip
        wait_for_quiet(site)
        with Flood(site, number, posts) as refused:  # its network has had what it may have for ten minutes
            later["visitor"], later["member"] = map(
                list.__add__, later.values(), phase(site, 2 * (rounds + number) + 1, member, requests)
            )
        print(
            f"round {number}, refused: {refused.answers.total() / refused.seconds * 60:.0f} posts a minute", flush=True
        )
    print(f"attacker: {answers.total()} posts in {seconds:.0f} s, {answers.total() / seconds * 60:.0f} a minute: "
          + ", ".join(f"{what} {count}" for what, count in sorted(answers.items())))  # fmt: skip
    if waits:
        print(f"waits told: {len(waits)}, from {min(waits)} to {max(waits)} s, median {statistics.median(waits):.0f}")
    print(f"disk: {grown / seconds * 60 / 1e6:.1f} MB a minute of flood, the honest ones' covers included; "
          f"{rows_of(site, 'django_session') - sessions} sessions more")  # fmt: skip
    print("processor seconds of the site in a second of flood: "
          + ", ".join(f"{name} {value / seconds:.2f}" for name, value in spent.most_common(5))
          + f"; web server {spent['web'] / max(1, answers.total()) * 1000:.1f} ms a post")  # fmt: skip
    ratios = {}
    for name in quiet:
        ratios[name] = statistics.median(quiet[name]) / statistics.median(flooded[name])
        print(f"{name}: usual {statistics.median(quiet[name]):.2f} s (worst {max(quiet[name]):.2f}), in the flood "
              f"{statistics.median(flooded[name]):.2f} s (worst {max(flooded[name]):.2f}): {1 / ratios[name]:.2f} times; "
              f"once all of it is refused {statistics.median(later[name]):.2f} s (worst {max(later[name]):.2f}): "
              f"{statistics.median(later[name]) / statistics.median(quiet[name]):.2f} times")  # fmt: skip
    print(f"chaos.flood ratio={min(ratios.values()):.3f} target={TARGET}")


if __name__ == "__main__":
    main()
