"""Memory of the device that draws: how much is free, giving it back, and whether an error says that it ran out."""

from __future__ import annotations

import gc
import os
from dataclasses import dataclass
from pathlib import Path

import torch

CUDA_RESERVED_BYTES = 1_000_000_000
"""What a card keeps for itself, for CUDA's context, and for the workspaces of cuDNN and cuBLAS."""
CPU_RESERVED_BYTES = 300_000_000
"""What torch itself takes of main memory while it draws on a CPU."""
CGROUP = Path("/sys/fs/cgroup")


@dataclass(frozen=True)
class DeviceMemory:
    """device_type: "cuda", "mps" or "cpu". free_bytes: before the checkpoint is loaded."""

    device_type: str
    free_bytes: int
    has_bfloat16: bool = True

    @property
    def usable_bytes(self) -> int:
        return self.free_bytes - (CUDA_RESERVED_BYTES if self.device_type == "cuda" else CPU_RESERVED_BYTES)


def memory_of(device: torch.device) -> DeviceMemory:
    if device.type != "cuda":
        return DeviceMemory(device.type, free_main_memory())
    free, _total = torch.cuda.mem_get_info(device)
    return DeviceMemory("cuda", free, torch.cuda.get_device_capability(device) >= (8, 0))


def free_main_memory() -> int:
    """Bytes that can be had without swapping, within the limit of a container if there is one."""
    limit, used = first_number(CGROUP / "memory.max"), first_number(CGROUP / "memory.current")
    if limit is None or used is None:
        return available_bytes()
    cached = first_number(CGROUP / "memory.stat", "inactive_file ") or 0  # counted as used, and given back when needed
    return max(0, min(available_bytes(), limit - used + cached))


def available_bytes() -> int:
    """Linux says it, caches included; elsewhere this is all that is built in."""
    kilobytes = first_number(Path("/proc/meminfo"), "MemAvailable:")
    return kilobytes * 1024 if kilobytes is not None else os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def first_number(file: Path, line_start: str = "") -> int | None:
    """The number in the line that starts so; None where there is none, as in a container without a limit ("max")."""
    try:
        lines = file.read_text().splitlines()
        return next(int(line.removeprefix(line_start).split()[0]) for line in lines if line.startswith(line_start))
    except (OSError, ValueError, StopIteration):
        return None


def release_memory() -> None:
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def is_out_of_memory(error: BaseException) -> bool:
    """CUDA has a class for it; the CPU's allocator, and drivers that fail elsewhere, only say so in words."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    message = str(error).lower()
    return "out of memory" in message or "can't allocate" in message
