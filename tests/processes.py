"""Looking at processes while they come and go."""

from __future__ import annotations

from collections.abc import Iterable

import psutil


def command_of(process: psutil.Process) -> list[str]:
    """Its command line; nothing of one that is gone, or a zombie that nobody has waited for."""
    try:
        return list(process.cmdline())
    except psutil.Error:
        return []


def with_argument(processes: Iterable[psutil.Process], argument: str) -> list[psutil.Process]:
    """Those that live and were started with the argument."""
    return [process for process in processes if argument in command_of(process)]
