"""p1: seconds for four 1024 x 1024 covers with the `poster` engine kept loaded, against a fresh process for each request.

    python -m bench.p1 [--rounds 5] [--side 1024]

The rival is what RQ's own default worker does: a process per job, which imports the engine, draws the same four covers
and ends. Rounds are interleaved in random order; the pixels of both must be the same bytes. The last line is the result.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

from bench.posters import specs_of
from bench.songs import SONGS
from covers.engine.poster import PosterEngine

TARGET = 2.0


def drawn(engine: PosterEngine, number: int, side: int) -> str:
    """Draw the four pictures of one song of bench/songs.py and give the hash of their pixels."""
    pixels = hashlib.sha256()
    for picture in engine.draw(specs_of(*SONGS[number % len(SONGS)], number, side), lambda _step: True):
        pixels.update(picture.rgb)
    return pixels.hexdigest()


def in_fresh_process(number: int, side: int) -> str:
    code = f"from bench import p1; print(p1.drawn(p1.PosterEngine(), {number}, {side}))"
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip()


def seconds_of(work: Callable[..., str], *arguments: object) -> tuple[float, str]:
    started = time.perf_counter()
    result = work(*arguments)
    return time.perf_counter() - started, result


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--side", type=int, default=1024)
    options = parser.parse_args(arguments)
    engine = PosterEngine()
    drawn(engine, 0, options.side)  # the worker has drawn before
    ours, rivals = [], []
    for number in range(options.rounds):
        turns = ["ours", "rival"]
        random.shuffle(turns)
        results = {}
        for turn in turns:
            if turn == "ours":
                seconds, results[turn] = seconds_of(drawn, engine, number, options.side)
                ours.append(seconds)
            else:
                seconds, results[turn] = seconds_of(in_fresh_process, number, options.side)
                rivals.append(seconds)
        if results["ours"] != results["rival"]:
            raise SystemExit(f"round {number}: the two drew different pixels")
        print(f"round {number}: kept loaded {ours[-1]:.2f} s, fresh process {rivals[-1]:.2f} s")
    print(f"four covers of {options.side} px: median {statistics.median(ours):.2f} s, worst {max(ours):.2f} s")
    ratio = statistics.median(rival / mine for mine, rival in zip(ours, rivals, strict=True))
    print(f"p1 ratio={ratio:.2f} target={TARGET}")


if __name__ == "__main__":
    main()
