"""A real S3-compatible server for tests, and the site with its two buckets there."""

from __future__ import annotations

import contextlib
import functools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages

from albumsite.processes import local_servers
from albumsite.processes.valkey_server import free_port
from tests.waiting import LONG_SECONDS

KEYS = {"access_key": "tester", "secret_key": "tester-secret-key"}


@pytest.fixture(scope="session")
def _services_read_once() -> Iterator[None]:
    """boto3 reads its descriptions of services for each session, a third of a second of work, and django-storages has a session
    for each thread and storage: here for each test several. They are read once.
    """
    from botocore import loaders

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.session.create_loader", functools.cache(loaders.create_loader))
        yield


@pytest.fixture(scope="session")
def s3_server(
    tmp_path_factory: pytest.TempPathFactory, _services_read_once: None
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    with started(tmp_path_factory.mktemp("s3")) as found:
        yield found


@contextlib.contextmanager
def started(folder: Path, port: int = 0) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The server with its two buckets, its files in this folder: its address and its process. port: 0 for any that is free."""
    port = port or free_port()
    environment = {**os.environ, "NANIO_ACCESS_KEY": KEYS["access_key"], "NANIO_SECRET_KEY": KEYS["secret_key"]}
    nanio = Path(sys.executable).with_name("nanio")
    command = [str(nanio), "serve", "--host", "127.0.0.1", "--port", str(port), "--data-dir", str(folder)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _make_buckets(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.send_signal(signal.SIGCONT)
        process.terminate()
        process.wait(LONG_SECONDS)


def _make_buckets(endpoint: str) -> None:
    import boto3

    client = boto3.client(
        "s3",
        endpoint_url=endpoint,
        aws_access_key_id=KEYS["access_key"],
        aws_secret_access_key=KEYS["secret_key"],
        region_name="us-east-1",
        config=local_servers.s3_client_config(),
    )
    deadline = time.monotonic() + LONG_SECONDS
    while True:
        try:
            for bucket in ("aibum-private", "aibum-public"):
                client.create_bucket(Bucket=bucket)
            return
        except Exception:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


@pytest.fixture
def on_s3(s3_server, settings, _own_files) -> tuple[str, subprocess.Popen[bytes]]:
    """The site with its two buckets there, as AWS_… variables would set it."""
    common: dict[str, Any] = {
        **KEYS,
        "endpoint_url": s3_server[0],
        "region_name": "us-east-1",
        "addressing_style": "path",
        "signature_version": "s3v4",
        "client_config": local_servers.s3_client_config(),
    }
    backend = "storages.backends.s3.S3Storage"
    told = {"CacheControl": settings.PUBLIC_CACHE_CONTROL}
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": backend, "OPTIONS": common | {"bucket_name": "aibum-private"}},
        "public": {"BACKEND": backend, "OPTIONS": common | {"bucket_name": "aibum-public", "object_parameters": told}},
    }
    forget_storages()
    return s3_server


def forget_storages() -> None:
    """Django keeps what it built from STORAGES; after a change it must build again."""
    storages._storages.clear()
    storages.__dict__.pop("backends", None)
