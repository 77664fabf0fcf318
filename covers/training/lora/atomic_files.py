"""Files that are whole or not there, and locks that end with the process that holds them."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from safetensors.torch import save
from torch import Tensor

LOOK_AGAIN_SECONDS = 0.2


def write_atomically(path: Path, content: bytes) -> None:
    """Under its name only when all of it is on the disk: a kill leaves the old file, or none."""
    scratch = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with scratch.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)


def write_tensors(path: Path, tensors: Mapping[str, Tensor], metadata: Mapping[str, str]) -> None:
    """One safetensors file, whole or not at all."""
    on_cpu = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    write_atomically(path, save(on_cpu, {"format": "pt", **metadata}))


@contextmanager
def file_lock(path: Path, may_wait: Callable[[], bool]) -> Iterator[bool]:
    """Hold the lock of file `path`; False when `may_wait`, asked again and again, said no before it was free.

    The system lets go of it when the process ends, however that happens.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as stream:
        while True:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if not may_wait():
                    yield False
                    return
                time.sleep(LOOK_AGAIN_SECONDS)
        yield True
