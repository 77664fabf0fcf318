"""What machines are told about the site is true."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.test import Client
from django.utils import timezone
from whitenoise.storage import CompressedManifestStaticFilesStorage

from albumsite import probes
from covers.registry.health import NEEDED
from tests.factories import make_worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def all_workers() -> None:
    for pid, queue in enumerate(NEEDED, 100):
        make_worker(queue=queue, pid=pid)


def asked(path: str, **headers: str) -> tuple[int, dict[str, str]]:
    response = Client().get(path, headers=headers)
    return response.status_code, response.json()


@pytest.mark.usefixtures("all_workers")
@pytest.mark.parametrize("path", ["/livez", "/livez/", "/readyz", "/healthz", "/healthz/"])
def test_a_site_that_works_says_so(path: str) -> None:
    status, said = asked(path)
    assert (status, set(said.values())) == (200, {"ok"})


@pytest.mark.usefixtures("all_workers")
def test_it_is_told_by_address_and_by_http_behind_a_proxy(settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert Client().get("/").status_code == 301
    for host in ("10.0.0.5", "10.0.0.5:8000", "[fd00::1]", "nobody-knows.example"):
        for path in ("/livez", "/readyz", "/healthz/"):
            assert asked(path, host=host)[0] == 200


def test_a_kind_of_worker_that_is_missing_is_named() -> None:
    for pid, queue in enumerate(set(NEEDED) - {"finish"}, 100):
        make_worker(queue=queue, pid=pid)
    make_worker(queue="finish", pid=99, seen_at=timezone.now() - timedelta(minutes=3))
    status, said = asked("/healthz/")
    assert (status, said["workers"]) == (503, "none heard of: finish")
    assert asked("/readyz")[0] == 200  # pages are as good as ever


@pytest.mark.usefixtures("all_workers")
def test_redis_away_is_told_and_pages_go_on(settings: Any) -> None:
    settings.REDIS_URL_WITH_TIMEOUTS = "redis://127.0.0.1:1/0"
    status, said = asked("/healthz/")
    assert (status, said["redis"]) == (503, "away")
    assert asked("/readyz")[0] == 200


@pytest.mark.usefixtures("all_workers")
def test_pages_without_static_files_are_not_ready(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.STATIC_ROOT = tmp_path / "never-collected"
    monkeypatch.setattr(probes, "staticfiles_storage", CompressedManifestStaticFilesStorage())
    status, said = asked("/readyz")
    assert (status, said["static_files"]) == (503, "no manifest: manage.py collectstatic")


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_is_told_at_once() -> None:
    settings: Any = connections.settings["default"]
    with pytest.MonkeyPatch.context() as patch:
        connection.close()
        patch.setitem(settings, "HOST", "127.0.0.1")
        patch.setitem(settings, "PORT", "1")
        status, said = asked("/readyz")
        assert (status, said["database"]) == (503, "no database")
        assert asked("/livez")[0] == 200
        connection.close()
    assert asked("/readyz")[0] == 200


@pytest.mark.django_db(transaction=True)
def test_a_database_older_than_the_code_is_told() -> None:
    probes._migrations_known.cache_clear()
    call_command("migrate", "covers", "0010", verbosity=0)
    try:
        status, said = asked("/readyz")
        assert (status, said["migrations"]) == (503, "the database is older than the code: manage.py migrate")
    finally:
        call_command("migrate", verbosity=0)
    assert asked("/readyz")[0] == 200


@pytest.mark.usefixtures("all_workers")
def test_probes_change_nothing_and_tell_no_secret(settings: Any) -> None:
    assert Client().post("/healthz/").status_code == 405
    settings.REDIS_URL_WITH_TIMEOUTS = "redis://:hunter2@127.0.0.1:1/0"
    assert "hunter2" not in Client().get("/healthz/").content.decode()
