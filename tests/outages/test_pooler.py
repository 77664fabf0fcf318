"""Behind PgBouncer in transaction mode no connection is anybody's: nothing may rest on the session of one."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection, connections
from django.test import Client

from accounts.person import Person
from albumsite.jobs import sweeper
from albumsite.jobs.states import State
from albumsite.processes.valkey_server import free_port
from covers import tasks
from covers.models import CoverRequest
from covers.services.requests import DrawOptions, request_covers
from covers.weekly.cron_scheduler import SchedulerTurn
from tests.factories import make_member, make_review, make_song
from tests.waiting import LONG_SECONDS, at_once, wait_until

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not shutil.which("pgbouncer"), reason="PgBouncer is not installed: apt-get install pgbouncer"),
]


@pytest.fixture
def pooler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One server connection for everybody who connects now, in threads of their own."""
    values, port = connection.get_connection_params(), free_port()
    folder = tmp_path_factory.mktemp("pooler")
    (folder / "pgbouncer.ini").write_text(
        f"[databases]\n* = host={values['host']} port={values.get('port') or 5432} user={values['user']}\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = any\n"
        "pool_mode = transaction\ndefault_pool_size = 2\nmax_client_conn = 100\n"
    )
    as_root = ["-u", pwd.getpwuid(Path(values["host"]).stat().st_uid).pw_name] if os.getuid() == 0 else []
    for path in (folder, folder.parent, folder.parent.parent):
        path.chmod(0o755)
    process = subprocess.Popen(["pgbouncer", "-q", *as_root, str(folder / "pgbouncer.ini")])
    with pytest.MonkeyPatch.context() as patch:
        settings: Any = connections.settings["default"]
        patch.setitem(settings, "HOST", "127.0.0.1")
        patch.setitem(settings, "PORT", str(port))
        patch.setitem(settings, "USER", values["user"])
        patch.setitem(settings, "OPTIONS", {**settings["OPTIONS"], "sslmode": "disable", "gssencmode": "disable"})
        try:
            _wait_for(port, values)
            yield
        finally:
            connections.close_all()
            process.terminate()
            process.wait(LONG_SECONDS)


def _wait_for(port: int, values: Any) -> None:
    def answers() -> bool:
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(host="127.0.0.1", port=port, user=values["user"], dbname=values["dbname"]).close()
            return True
        return False

    wait_until(answers)


def session_locks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
        return int(cursor.fetchone()[0])


@pytest.mark.usefixtures("pooler")
def test_a_song_becomes_covers_and_a_review() -> None:
    person = Person(user=make_member())

    def ask() -> CoverRequest:
        options = DrawOptions(count=1, size_pixels=128, engine="poster")
        return request_covers(owner=person, song=make_song(), options=options, submission=uuid.uuid4())

    rows = at_once(ask, ask, ask)
    at_once(*(lambda row=row: tasks.write_brief(str(row.pk)) for row in rows))
    for row in rows:  # an engine's host has one caller at a time
        at_once(lambda row=row: tasks.draw_covers(str(row.pk)))
    assert set(CoverRequest.objects.values_list("state", flat=True)) == {State.DONE}
    (page, _review) = at_once(lambda: Client().get("/").status_code, lambda: make_review(rows[0].covers.get(), person))
    assert page == 200
    assert session_locks() == 0


@pytest.mark.usefixtures("pooler")
def test_the_next_sweeper_and_scheduler_come_after_one_that_is_gone() -> None:
    assert all(swept is not None for swept in (at_once(sweeper.sweep)[0] for _ in range(3)))
    assert at_once(lambda: SchedulerTurn().is_held()) == [True]
    assert session_locks() == 0
