"""chaos: people ask for covers while everything under the site is killed, stopped, filled, cut off and wiped.

    python -m bench.chaos.run                                   2,000 requests, 500 faults, half an hour
    python -m bench.chaos.run --requests 40 --faults 20         a small one, two minutes

`serve` runs from a copy of the code with its own PostgreSQL, Valkey, two draw workers and all else in a scratch folder, and is
not touched: all that dies under it, it must put right itself. Visitors and members of many networks send forms, press twice,
break off, cancel, try again, review and download. Faults are spread over the whole run; the seed is printed and repeats their order.
Then everybody waits for quiet, whoever's request failed presses Try again, and PostgreSQL and the folder of files are asked:
what was accepted and is lost, what was done twice, what is stuck, rows without their files, files without a row.
Ends with 1 when anything is wrong. Last line: `chaos.run ratio=X target=1.0`, what ended as it should over what was accepted.
"""

from __future__ import annotations

import argparse
import math
import random
import secrets
import statistics
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import psycopg

from albumsite.processes import endings
from bench.chaos import oracle
from bench.chaos.faults import KINDS, LEASE_SECONDS, STEP_TIMEOUT_SECONDS, Attack
from bench.chaos.people import CLIENT_KINDS, Crowd, Person, wishes_of
from bench.chaos.sites import ServedSite
from bench.harness import print_machine

ROOT = Path(__file__).resolve().parents[2]
CLIENT_SHARE = 0.3
"""Of the faults: those that people do to themselves."""
COME_TO_NOTHING = 1.2
"""Some of them do: a cancel that comes after the end is none."""
PEOPLE_AT_ONCE, FAULTS_AT_ONCE = 10, 3
QUIET_SECONDS = 300
SETTINGS = {
    "TRUSTED_PROXY_COUNT": "1",
    "AIBUM_DRAW_WORKERS": "2",
    "COVER_ENGINE": "poster",
    "COVER_ENGINES_OFFERED": "poster",
    "COVER_SIZE_PIXELS": "128",
    "RELEASE_SIZE_PIXELS": "256",
    "LEASE_SECONDS": str(LEASE_SECONDS),
    "SWEEP_EVERY_SECONDS": "2",
    "ENGINE_STEP_TIMEOUT_SECONDS": str(STEP_TIMEOUT_SECONDS),
    "EMAIL_URL": "memorymail://",
    "ACCOUNT_EMAIL_VERIFICATION": "none",
    "OMP_NUM_THREADS": "1",
    "HF_HUB_OFFLINE": "1",
    "LOG_LEVEL": "INFO",
}


class Run:
    """Keeps requests and faults in step: of each, the same share is done at any time."""

    def __init__(self, site: ServedSite, requests: int, faults: int, seed: int, minutes: float) -> None:
        chance = random.Random(seed)
        of_clients = round(faults * CLIENT_SHARE)
        self.site, self.requests = site, requests
        self.attack = Attack(site, faults - of_clients, chance)
        people = max(10, requests // 10)
        persons = [Person(site.port, k, network=k * 3 // 4, is_member=k % 5 == 0) for k in range(people)]
        self.crowd = Crowd(
            site.port, wishes_of(requests, math.ceil(of_clients * COME_TO_NOTHING), chance), persons, chance
        )
        self.begun, self.ends_at = 0, time.monotonic() + minutes * 60
        self.is_over = threading.Event()

    def go(self) -> None:
        strikers = [threading.Thread(target=self._strike) for _ in range(FAULTS_AT_ONCE)]
        teller = threading.Thread(target=self._tell, daemon=True)
        for thread in (*strikers, teller):
            thread.start()
        try:
            self.crowd.run(PEOPLE_AT_ONCE, self._pace)
        finally:
            self.is_over.set()  # what is left of the faults comes at once
            for thread in strikers:
                thread.join()

    def _pace(self, number: int) -> None:
        """No request runs ahead of the faults by more than a few."""
        per_fault = self.requests / max(1, self.attack.number)
        while (
            number > (len(self.attack.done) + 4) * per_fault + PEOPLE_AT_ONCE
            and self.attack.left
            and time.monotonic() < self.ends_at
        ):
            time.sleep(0.1)
        self.begun = max(self.begun, number + 1)

    def _strike(self) -> None:
        while self.attack.left and time.monotonic() < self.ends_at + QUIET_SECONDS:
            is_due = len(self.attack.done) * self.requests <= self.begun * self.attack.number
            if not (is_due or self.is_over.is_set()):
                time.sleep(0.05)
            elif self.attack.strike() is None:
                time.sleep(0.2)

    def _tell(self) -> None:
        began = time.monotonic()
        while not self.is_over.wait(30):
            print(
                f"{time.monotonic() - began:5.0f} s: {self.crowd.accepted} accepted, {len(self.attack.done)} faults",
                flush=True,
            )

    def wait_for_quiet(self) -> float | None:
        """Seconds until nothing waited or ran any more; None if that never was."""
        began = time.monotonic()
        while time.monotonic() - began < QUIET_SECONDS:
            try:
                if not oracle.active(self.site):
                    return time.monotonic() - began
            except (psycopg.Error, OSError):
                pass
            time.sleep(0.5)
        return None

    def try_failed_again(self) -> int:
        """As people do. Returns how many."""
        people = {person.number: person for person in self.crowd.people}
        by_pk = {wish.pk: wish for wish in self.crowd.wishes if wish.pk}
        tried = 0
        for pk in oracle.failed(self.site):
            if wish := by_pk.get(pk):
                tried += self.crowd.try_again(people[wish.owner], wish)
        return tried


def print_faults(run: Run) -> int:
    """The table; how many faults of how many kinds there were."""
    struck = Counter(one.kind.name for one in run.attack.done)
    for name in (one.name for one in KINDS):
        print(f"{struck[name]:5d}  {name}")
    for name in CLIENT_KINDS:
        print(f"{run.crowd.client_faults[name]:5d}  {name}")
    total = len(run.attack.done) + run.crowd.client_faults.total()
    kinds = len([number for number in (*struck.values(), *run.crowd.client_faults.values()) if number])
    print(f"{total:5d}  faults of {kinds} kinds ({run.attack.missed} found nobody to hit, and were tried again)")
    return total


def print_answers(crowd: Crowd) -> None:
    print("answers: " + ", ".join(f"{what} {number}" for what, number in sorted(crowd.answers.items())))
    waits = [seconds for seconds in crowd.refused.elements() if seconds >= 0]
    print(
        f"told to come back: {crowd.refused.total()}, {crowd.refused[-1]} of them not when; longest wait told {max(waits, default=0)} s"
    )
    print(f"{crowd.reviews} reviews, {crowd.downloads} downloads, {crowd.retries} tried again")


def print_verdict(verdict: oracle.Verdict, accepted: int) -> None:
    seconds = verdict.told.pop("seconds")
    assert isinstance(seconds, list)
    for name, value in verdict.told.items():
        print(f"{name}: {value}")
    if len(seconds) > 1:
        cuts = statistics.quantiles(seconds, n=20)
        print(
            f"from row to end: median {statistics.median(seconds):.1f} s, 95th percentile {cuts[18]:.1f} s, worst {max(seconds):.1f} s"
        )
    for name in ("lost", "twice", "stuck", "rows_without_file", "files_without_row"):
        found = getattr(verdict, name)
        print(f"{name.replace('_', ' ')}: {len(found)} of {accepted}")
        for line in found[:20]:
            print(f"    {line}")


def main() -> None:
    endings.end_in_order()  # a SIGTERM, of `timeout` for instance, ends the site as well
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--checkout", type=Path, default=ROOT)
    parser.add_argument("--requests", type=int, default=2000)
    parser.add_argument("--faults", type=int, default=500)
    parser.add_argument("--minutes", type=float, default=60, help="no new request after so long")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1 << 30))
    parser.add_argument("--keep-log", type=Path, help="where to copy what `serve` said")
    options = parser.parse_args()
    print_machine()
    print(f"seed {options.seed}", flush=True)
    with ServedSite(options.checkout, **SETTINGS) as site:
        try:
            sys.exit(attack(site, options))
        finally:
            if options.keep_log:
                options.keep_log.write_bytes(site.log.read_bytes())


def attack(site: ServedSite, options: argparse.Namespace) -> int:
    """1 when anything is wrong."""
    run, began = Run(site, options.requests, options.faults, options.seed, options.minutes), time.monotonic()
    run.go()
    print(f"load and faults: {time.monotonic() - began:.0f} s", flush=True)
    quiet = run.wait_for_quiet()
    print(f"quiet after {quiet:.1f} s" if quiet is not None else f"not quiet after {QUIET_SECONDS} s", flush=True)
    failed = oracle.failed(site)
    tried = run.try_failed_again()
    print(f"failed with a reason: {len(failed)} {dict(Counter(failed.values()))}; tried again by their people: {tried}")
    if tried:
        run.wait_for_quiet()
    is_alive = site.is_alive
    print(f"`serve` {'is the process that it was' if is_alive else 'HAS ENDED'}; health {health(site)}")
    verdict = oracle.judge(site, run.crowd.wishes, run.attack.done)
    print_faults(run)
    print_answers(run.crowd)
    accepted = run.crowd.accepted
    print(f"accepted {accepted}, given up {len(run.crowd.given_up)}")
    print_verdict(verdict, accepted)
    print(f"chaos.run ratio={max(0, accepted - verdict.wrong) / max(1, accepted):.4f} target=1.0")
    return int(bool(verdict.wrong) or not is_alive or not accepted)


def health(site: ServedSite) -> str:
    from bench.chaos.sites import Browser

    try:
        status, page, _where = Browser(site.port).ask("GET", "/healthz/")
        return f"{status} {page[:200]}"
    except OSError as error:
        return repr(error)


if __name__ == "__main__":
    main()
