"""What every benchmark shares: rounds in random order, a clock, the machine in words, ratios and the last line.

    works = {"ours": draw_ours, "rival": draw_rival}           each takes the number of the round
    times = run_rounds(works, rounds=5, clock=clock_of("cpu"), check=outputs_are_equal)
    print_times(times)
    print_result("g1", ratios(times, ours="ours", rival="rival"), target=1.6)

A ratio is seconds of the rival over seconds of ours, in the same round: larger is better, and what else the machine does
hits both.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

Clock = Callable[[], float]
Work = Callable[[int], object]
IS_TINY = bool(os.environ.get("BENCH_TINY"))
"""Whether it only has to come to its last line: models as small as they can be, few steps, figures that say nothing."""
SHOWN_PACKAGES = ("torch", "diffusers", "transformers", "peft", "pillow", "django", "rq")


def arguments(doc: str, *, rounds: int, has_device: bool = False) -> argparse.ArgumentParser:
    """A parser with --rounds, and for a benchmark of a model --device and --full. doc: the module's docstring."""
    parser = argparse.ArgumentParser(description=doc.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=rounds)
    if has_device:
        parser.add_argument("--device", default="cpu", help="cpu, or cuda")
        parser.add_argument("--full", action="store_true", help="SDXL's real sizes with random weights; wants a GPU")
    return parser


def one_thread() -> None:
    """Let torch count on one core, as process_time does: two threads on a busy machine wait for each other."""
    import torch

    torch.set_num_threads(1)


def clock_of(device: str) -> Clock:
    """Seconds: of this process on a "cpu" (other programs do not count), else of the wall, after what a GPU still does.

    "wall" is for works that wait for other processes.
    """
    if device == "cpu":
        return time.process_time
    if device == "wall":
        return time.perf_counter

    def after_the_card() -> float:
        import torch

        torch.cuda.synchronize()
        return time.perf_counter()

    return after_the_card


def warm_up(works: Mapping[str, Work]) -> None:
    """Each once, before they are timed; where no figure says anything, they run in their rounds only."""
    if not IS_TINY:
        for work in works.values():
            work(-1)


def run_rounds(
    works: Mapping[str, Work],
    *,
    rounds: int,
    clock: Clock,
    check: Callable[[Mapping[str, object]], None] | None = None,
    seed: int = 0,
) -> dict[str, list[float]]:
    """Seconds of each work in each round, the order drawn anew each time.

    check: given the outputs of one round, by name; raises SystemExit when they are not what they should be. Warm up
    before calling this.
    """
    order = random.Random(seed)
    times: dict[str, list[float]] = {name: [] for name in works}
    for number in range(rounds):
        outputs = {}
        for name in order.sample(list(works), len(works)):
            started = clock()
            outputs[name] = works[name](number)
            times[name].append(clock() - started)
        if check is not None:
            check(outputs)
        print(f"round {number}: " + ", ".join(f"{name} {times[name][-1]:.3f} s" for name in works), flush=True)
    return times


def ratios(times: Mapping[str, Sequence[float]], *, ours: str, rival: str) -> list[float]:
    """Seconds of the rival over ours, round by round."""
    return [theirs / mine for mine, theirs in zip(times[ours], times[rival], strict=True)]


def spread(values: Sequence[float]) -> str:
    return f"median {statistics.median(values):.3f}, min {min(values):.3f}, max {max(values):.3f}"


def print_times(times: Mapping[str, Sequence[float]]) -> None:
    for name, seconds in times.items():
        print(f"{name}: {spread(seconds)} s")


def print_result(bench_id: str, round_ratios: Sequence[float], *, target: float) -> None:
    """The spread of the ratios, and the last line that a program reads."""
    print(f"ratios: {spread(round_ratios)}")
    print(f"{bench_id} ratio={statistics.median(round_ratios):.3f} target={target}")


def print_machine(packages: Iterable[str] = SHOWN_PACKAGES) -> None:
    """One line: processor, cores, threads, load, card, versions."""
    load = os.getloadavg()[0]
    facts = [processor(), f"{os.cpu_count()} cores", f"load {load:.1f}", f"python {platform.python_version()}"]
    facts += torch_facts()
    facts += [f"{name} {number}" for name in packages if (number := installed(name))]
    print("machine: " + ", ".join(facts), flush=True)


def processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def torch_facts() -> list[str]:
    try:
        import torch
    except ModuleNotFoundError:
        return []
    card = [torch.cuda.get_device_name()] if torch.cuda.is_available() else []
    return [f"{torch.get_num_threads()} torch threads", *card]


def installed(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
