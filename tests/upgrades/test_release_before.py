"""A site that is full is upgraded: every row of the release before is still there, and its pages open.

`release_before.json` was written by that release's own code (its commit is in the file): what people, operators and the weekly loop had
made, table by table, as PostgreSQL tells rows as JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from psycopg import sql

from tests.databases import database_url

pytestmark = pytest.mark.slow
ROOT = Path(settings.BASE_DIR)
BEFORE: dict[str, Any] = json.loads((Path(__file__).with_name("release_before.json")).read_text(encoding="utf-8"))

VISIT = """
import django; django.setup()
from django.conf import settings
plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}  # nobody has collected static files here
from django.test import Client
from accounts.models import User
from covers.models import Cover, CoverRequest
from django.urls import reverse
statuses = {}
def get(who, client, address):
    statuses[f"{who} {address}"] = client.get(address).status_code
visitor, member, root = (Client(headers={"host": "localhost"}) for _ in range(3))
owner = CoverRequest.objects.filter(owner__isnull=False, covers__isnull=False).first().owner
member.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
root.force_login(User.objects.get(is_superuser=True), backend="django.contrib.auth.backends.ModelBackend")
for address in ("/", "/create/", "/learning/", "/privacy/"):
    get("visitor", visitor, address)
for address in (reverse("covers:my_page"), reverse("faces:index")):
    get("member", member, address)
for row in CoverRequest.objects.filter(owner=owner):
    get("member", member, row.get_absolute_url())
for cover in Cover.objects.filter(request__owner=owner):
    get("member", member, cover.get_absolute_url())
for cover in Cover.objects.public():
    get("visitor", visitor, cover.get_absolute_url())
from django.contrib import admin
for model in admin.site._registry:
    get("root", root, reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"))
import json
print(json.dumps(statuses))
"""


@pytest.fixture(scope="module")
def url(django_db_setup: None) -> Iterator[str]:
    """Of the database of the release before, upgraded, on the server of the tests."""
    name = f"upgrade_{uuid.uuid4().hex[:8]}"
    server = database_url()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        upgraded = _named(server, name)
        migrate_to(upgraded, BEFORE["migrations"])
        fill(upgraded, BEFORE["tables"])
        python(upgraded, "manage.py", "migrate", "--no-input")
        yield upgraded
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _named(server: str, name: str) -> str:
    before, question, after = server.partition("?")
    return f"{before.rpartition('/')[0]}/{name}{question}{after}"


def python(url: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "albumsite.settings"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def migrate_to(url: str, names: dict[str, str]) -> None:
    """The last migrations of each app, in one process."""
    code = (
        "import django; django.setup()\n"
        "from django.db import connection\n"
        "from django.db.migrations.executor import MigrationExecutor\n"
        f"MigrationExecutor(connection).migrate({sorted(names.items())!r})\n"
    )
    python(url, "-c", code)


def fill(url: str, tables: dict[str, list[dict[str, Any]]]) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(
            "SET session_replication_role = replica"
        )  # in any order; each was legal where it was written
        for table, rows in tables.items():
            connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
            connection.execute(
                sql.SQL("INSERT INTO {0} SELECT * FROM json_populate_recordset(NULL::{0}, %s)").format(
                    sql.Identifier(table)
                ),
                [json.dumps(rows)],
            )


def keys_of(url: str, table: str) -> set[str]:
    with psycopg.connect(url) as connection:
        found = connection.execute(sql.SQL("SELECT id::text FROM {}").format(sql.Identifier(table)))
        return {key for (key,) in found}


def test_a_filled_database_of_the_release_before_keeps_its_rows_and_its_pages_open(url: str) -> None:
    for table, rows in BEFORE["tables"].items():
        assert {str(row["id"]) for row in rows} <= keys_of(url, table), table
    statuses = json.loads(python(url, "-c", VISIT).splitlines()[-1])
    assert len(statuses) > 30
    assert {address: status for address, status in statuses.items() if status != 200} == {}


def test_what_the_release_before_left_public_against_its_makers_wish_is_taken_down(url: str) -> None:
    against = [
        row["id"]
        for row in BEFORE["tables"]["covers_cover"]
        if (row["visibility"], row["wish"]) == ("public", "private")
    ]
    assert against
    with psycopg.connect(url) as connection:
        shown = connection.execute("SELECT visibility FROM covers_cover WHERE id = ANY(%s)", [against]).fetchall()
        assert shown == [("private",)] * len(against)
        asked = connection.execute("SELECT count(*) FROM covers_withdrawal").fetchone()
        assert asked is not None
        assert asked[0] >= len(against)
