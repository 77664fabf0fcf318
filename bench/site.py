"""The site for a benchmark: its own PostgreSQL and Redis in a temporary folder, Django set up, all tables there."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def own_site(**environment: str) -> Iterator[Path]:
    """Servers and settings for the length of the block; yields the folder with all data, which is gone afterwards.

    environment: settings for this process and for the workers that it starts. Import nothing of the site before.
    """
    folder = Path(tempfile.mkdtemp(prefix="aibum-bench-"))
    folder.chmod(0o755)  # PostgreSQL refuses to run as root; its own user must reach the folder
    os.environ.update(AIBUM_VAR_DIR=str(folder), DJANGO_SETTINGS_MODULE="albumsite.settings", SECRET_KEY="bench-only")  # noqa: S106
    os.environ.update(ALLOWED_HOSTS="testserver", EMAIL_URL="memorymail://", LOG_LEVEL="WARNING", **environment)
    from albumsite.processes import local_servers

    try:
        with local_servers.servers() as addresses:
            os.environ.update(addresses)
            _set_up()
            yield folder
            _close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _set_up() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    logging.disable(logging.INFO)
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)


def collect_static_files() -> None:
    """For pages. With BENCH_STATIC in the environment they are a copy of that folder: packing them takes seconds."""
    from django.conf import settings
    from django.core.management import call_command

    if ready := os.environ.get("BENCH_STATIC"):
        shutil.copytree(ready, settings.STATIC_ROOT)
    else:
        call_command("collectstatic", verbosity=0, interactive=False)


def _close() -> None:
    from django.db import connections

    connections.close_all()
