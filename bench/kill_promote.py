"""kill_promote: kill -9 at random points of `promote_model` and `rollback_model`, run again, and look at what is left.

A watcher process asks all the time how many adapters are active: one, never two, never none. Each killed command is run
again to its end: the model that should draw does, with one line in the log of changes. The commands run in forked
processes, so that the kills fall into their work and not into Python's start. Usage: python -m bench.kill_promote [--points 20]
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import os
import random
import signal
import statistics
import tempfile
import time
from collections import Counter
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from pathlib import Path

from bench.site import own_site

TARGET = 1.0
DRY_RUNS = 3
PAST_THE_END = 1.25
"""Kills fall evenly on a command's whole time and a little after: also between its commit and its last word."""
FORK = multiprocessing.get_context("fork")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=20, help="kills of each command")
    parser.add_argument("--seed", type=int, default=48)
    options = parser.parse_args()
    with own_site():
        right, total = Trials(random.Random(options.seed)).run(options.points)
    print(f"kill_promote ratio={right / total:.3f} target={TARGET}")


class Trials:
    """One model follows the other, with a kill in each change."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._count = 0
        self._current = self._candidate()
        self._undisturbed("promote_model", self._current, "--force", "--reason", "the first")

    def run(self, points: int) -> tuple[int, int]:
        """Right ends, and all."""
        with Watcher() as watcher:
            seconds = self._measure()
            print(
                f"undisturbed: promote {1000 * seconds[0]:.0f} ms, roll back {1000 * seconds[1]:.0f} ms; {points} kills of each"
            )
            print(
                f"{'point':>5}  {'command':<15} {'killed at':>9}  {'left behind':<14} {'run again':<12} {'log':>4}  right"
            )
            rows = [self._pair_of_kills(point, seconds) for point in range(points)]
        ends = [end for row in rows for end in row]
        print(f"active adapters seen by the watcher: {dict(sorted(watcher.seen.items()))} in {watcher.looks} looks")
        is_one = set(watcher.seen) == {1}
        return (sum(ends) if is_one else 0), len(ends)

    def _measure(self) -> tuple[float, float]:
        """Median seconds of each command from fork to end."""
        times: tuple[list[float], list[float]] = ([], [])
        for _run in range(DRY_RUNS):
            key = self._candidate(against=self._current)
            times[0].append(self._undisturbed("promote_model", key))
            times[1].append(self._undisturbed("rollback_model"))
        return statistics.median(times[0]), statistics.median(times[1])

    def _pair_of_kills(self, point: int, seconds: tuple[float, float]) -> tuple[bool, bool]:
        key = self._candidate(against=self._current)
        promoted = self._killed(point, ["promote_model", key], seconds[0], key, {key: "promoted"})
        back = self._killed(point, ["rollback_model"], seconds[1], self._current, {key: "rolled-back"})
        return promoted, back

    def _killed(self, point: int, command: list[str], seconds: float, wanted: str, line: dict[str, str]) -> bool:
        """Kill it somewhere, run it again; whether `wanted` draws then, with one line of this kind in the log."""
        from covers.models import Promotion

        delay = self._rng.uniform(0, PAST_THE_END * seconds)
        process = FORK.Process(target=_call, args=command)
        process.start()
        time.sleep(delay)
        if process.pid and process.is_alive():
            os.kill(process.pid, signal.SIGKILL)
        process.join()
        left = "killed" if process.exitcode == -signal.SIGKILL else "had ended"
        left = f"{left}: {'new' if _active() == [wanted] else 'old'}"
        self._undisturbed(*command)
        ((key, change),) = line.items()
        rows = Promotion.objects.filter(change=change)
        lines = (rows.filter(version__key=key) if change == "promoted" else rows.filter(before__key=key)).count()
        is_right = _active() == [wanted] and lines == 1 and not _half_done()
        print(
            f"{point + 1:>5}  {command[0]:<15} {delay * 1000:>6.0f} ms  {left:<14} {_active()[0]:<12} {lines:>4}  {is_right}"
        )
        return is_right

    def _undisturbed(self, *command: str) -> float:
        """Seconds. Raises RuntimeError when it does not end well."""
        started_at = time.monotonic()
        process = FORK.Process(target=_call, args=command)
        process.start()
        process.join()
        if process.exitcode != 0:
            raise RuntimeError(f"{command} ended with {process.exitcode}")
        return time.monotonic() - started_at

    def _candidate(self, against: str = "") -> str:
        """A new weekly model of pocket in the private bucket, found better than `against`. Returns its key."""
        from django.utils import timezone

        from albumsite.media import storage
        from covers.models import Evaluation, ModelVersion
        from tests.covers.small_models import write_adapter
        from tests.factories import make_smoke_test

        self._count += 1
        key = f"week-{self._count:03d}"
        with tempfile.TemporaryDirectory() as folder:
            content = write_adapter(Path(folder) / "a.safetensors", fill=self._count % 256).read_bytes()
        sha256 = hashlib.sha256(content).hexdigest()
        storage.save_all(storage.private(), {f"models/{key}.safetensors": content})
        version = ModelVersion.objects.create(
            key=key, kind="adapter", engine="pocket", source_kind="storage", source=f"models/{key}.safetensors",
            sha256=sha256, size_bytes=len(content), files=[{"name": "", "size_bytes": len(content), "sha256": sha256}],
            licence="MIT", allows_commercial_use=True, base_key="pocket", week="2026-W48", state="candidate",
            verified_at=timezone.now(),
        )  # fmt: skip
        make_smoke_test(version)  # has drawn a test picture already: only the change itself is killed
        Evaluation.objects.create(
            version=version, against=ModelVersion.objects.filter(key=against).first(), base_key="pocket", prompt_set="p",
            seed=1, state="done", finished_at=timezone.now(), verdict="better", rule="bench",
        )  # fmt: skip
        return key


class Watcher:
    """A process that counts the active adapters, as fast as the database answers."""

    def __enter__(self) -> Watcher:
        self._stop, (self._mouth, ear) = FORK.Event(), FORK.Pipe(duplex=False)
        self._process = FORK.Process(target=_watch, args=(self._stop, ear))
        self._process.start()
        self.seen: Counter[int] = Counter()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        self.seen = self._mouth.recv()
        self._process.join()

    @property
    def looks(self) -> int:
        return sum(self.seen.values())


def _watch(stop: Event, ear: Connection) -> None:
    _own_connection()
    seen: Counter[int] = Counter()
    while not stop.is_set():
        seen[len(_active())] += 1
    ear.send(seen)


def _call(*command: str) -> None:
    """In a forked process: the command, on a connection of its own."""
    from django.core.management import call_command

    _own_connection()
    with Path(os.devnull).open("w") as nowhere:
        call_command(*command, stdout=nowhere)


def _own_connection() -> None:
    """Forget the parent's connection without a goodbye, which would end it for the parent too."""
    from django.db import connection

    connection.connection = None


def _active() -> list[str]:
    from covers.models import ModelVersion

    return list(ModelVersion.objects.filter(kind="adapter", state="active").values_list("key", flat=True))


def _half_done() -> bool:
    """Whether a model draws without an approval, or was approved and is a candidate still."""
    from covers.models import ModelVersion

    drawing = ModelVersion.objects.filter(state="active", approved_at=None)
    waiting = ModelVersion.objects.filter(state__in=("candidate", "trial"), approved_at__isnull=False)
    return drawing.exists() or waiting.exists()


if __name__ == "__main__":
    main()
