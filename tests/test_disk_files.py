"""A bucket on a disk behaves as a bucket: two who write one key at once are no error, and nobody reads half of a file."""

from __future__ import annotations

import errno
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from albumsite.media import storage

KEY = "covers/one/0.webp"


def test_many_writers_and_a_reader(tmp_path: Path) -> None:
    bucket = storage.DiskFiles(tmp_path)
    whole = {bytes([letter]) * 300_000 for letter in range(8)}
    storage.save_all(bucket, {KEY: b"\0" * 300_000})
    is_over = threading.Event()
    seen: set[bytes] = set()

    def read() -> None:
        while not is_over.is_set():
            seen.add(storage.read(bucket, KEY))

    with ThreadPoolExecutor(9) as pool:
        reader = pool.submit(read)
        for written in [pool.submit(storage.save_all, bucket, {KEY: content}) for content in whole for _ in range(20)]:
            written.result()
        is_over.set()
        reader.result()
    assert seen <= whole
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["0.webp"]


def test_a_folder_that_is_deleted_meanwhile(tmp_path: Path) -> None:
    bucket = storage.DiskFiles(tmp_path)
    with ThreadPoolExecutor(2) as pool:
        for _ in range(300):
            works = [
                pool.submit(storage.save_all, bucket, {KEY: b"x"}),
                pool.submit(storage.delete_below, bucket, "covers/one/"),
            ]
            for work in works:
                work.result()
    storage.delete_below(bucket, "covers/one/")
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_what_could_not_be_written_leaves_nothing(tmp_path: Path) -> None:
    class Broken(ContentFile):  # type: ignore[type-arg]
        def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
            yield b"half of it"
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        storage.DiskFiles(tmp_path).save(KEY, Broken(b""))
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
