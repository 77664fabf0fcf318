"""Several draw workers on one machine: which card and how many processor threads each one's engine gets."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

SLOT = "AIBUM_DRAW_SLOT"
"""Environment variable "k/n": this is the k-th of n draw workers on this machine, counted from 1."""
CARDS_FOLDER = Path("/proc/driver/nvidia/gpus")


def slot_of(environment: Mapping[str, str]) -> tuple[int, int]:
    """(k, n); (1, 1) for a worker that is told nothing. Raises ValueError for what makes no sense."""
    k, _, n = environment.get(SLOT, "1/1").partition("/")
    if not 1 <= int(k) <= int(n):
        raise ValueError(f"{SLOT} is {environment[SLOT]!r}; accepted: k/n with 1 <= k <= n")
    return int(k), int(n)


def cards(environment: Mapping[str, str]) -> list[str]:
    """The NVIDIA cards that this machine offers, as CUDA_VISIBLE_DEVICES names them. Asks no driver: torch stays out."""
    named = environment.get("CUDA_VISIBLE_DEVICES")
    if named is not None:
        return [name.strip() for name in named.split(",") if name.strip()]
    return [str(number) for number in range(len(list(CARDS_FOLDER.iterdir())))] if CARDS_FOLDER.is_dir() else []


def engine_share(environment: Mapping[str, str]) -> dict[str, str]:
    """Variables for the engine process of this worker: its card, taken in turns, and its part of the cores.

    AIBUM_TORCH_THREADS sets the threads; without it (and without OMP_NUM_THREADS) all cores but one, which is left for
    the site, are shared out: on a shared machine torch's threads otherwise spin against each other and everything else.
    """
    k, n = slot_of(environment)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    own = max(1, (cores - 1) // n)
    threads = environment.get("AIBUM_TORCH_THREADS") or environment.get("OMP_NUM_THREADS") or str(own)
    share = {"OMP_NUM_THREADS": threads, "MKL_NUM_THREADS": threads}
    known = cards(environment)
    if n > 1 and known:
        share["CUDA_VISIBLE_DEVICES"] = known[(k - 1) % len(known)]
    return share
