"""What the chaos run attacks with: the site it starts leaves nothing behind, and its wire loses answers and puts itself away."""

from __future__ import annotations

import contextlib
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from bench.chaos.sites import ServedSite
from bench.chaos.wire import LOSING, SOCKET, wire

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(("checkout", "changes"), [("", {}), (str(ROOT), {"LEASE_SECONDS": "soon"})])
def test_a_site_that_does_not_start_leaves_nothing(tmp_path: Path, checkout: str, changes: dict[str, str]) -> None:
    site = ServedSite(Path(checkout) if checkout else tmp_path, **changes)
    with pytest.raises(SystemExit), site:
        pass
    assert not site.folder.exists()
    assert site.members() == {}


@pytest.mark.django_db(transaction=True)
def test_the_wire_loses_the_answer_and_not_the_commit() -> None:
    values = connection.get_connection_params()
    folder = Path(str(values["host"]))
    socket_before = (folder / SOCKET).stat().st_ino
    url = psycopg.conninfo.make_conninfo("", host=str(folder), user=str(values["user"]), dbname=str(values["dbname"]))
    with psycopg.connect(url, autocommit=True) as direct:
        direct.execute("CREATE TABLE chaos_wire (number int)")
        try:
            heard = 0
            with wire(folder, LOSING, seed=1) as lossy:
                for number in range(50):
                    with contextlib.suppress(psycopg.OperationalError), psycopg.connect(url) as over_the_wire:
                        over_the_wire.execute("INSERT INTO chaos_wire VALUES (%s)", [number])
                        over_the_wire.commit()
                        heard += 1
            row = direct.execute("SELECT count(*) FROM chaos_wire").fetchone()
            assert row == (50,)
            assert 0 < lossy.lost < 50
            assert heard == 50 - lossy.lost
            assert (folder / SOCKET).stat().st_ino == socket_before
            psycopg.connect(url).close()
        finally:
            direct.execute("DROP TABLE chaos_wire")
