"""A site that has grown: so many requests and covers, made by PostgreSQL itself from one valid row of each."""

from __future__ import annotations

import uuid

from django.db import connection, models

from accounts.models import User
from accounts.person import Person
from covers.models import CoverRequest, ReleaseFile
from tests.factories import BRIEF, make_finished_request, make_member, make_request, make_review

SECONDS_AGO = "now() - make_interval(secs => n)"
VISITOR = "('00000000-0000-4000-8000-' || lpad(to_hex(n % 200000), 12, '0'))::uuid"


def multiply(template: models.Model, count: int, **columns: str) -> None:
    """Copy a row `count` times. columns: SQL by column for what must differ; `n` is the copy's number, from 1, `t` the row."""
    table = template._meta.db_table
    names = [field.column for field in template._meta.concrete_fields]
    chosen = ", ".join(columns.get(name, f't."{name}"') for name in names)
    quoted = ", ".join(f'"{name}"' for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{table}" ({quoted}) SELECT {chosen} FROM "{table}" AS t, '  # noqa: S608  our own words
            f"generate_series(1, {count}) AS n WHERE t.id = '{template.pk}'"
        )


def numbered(table: int) -> str:
    """SQL for a primary key that two tables can agree on, as good as a UUIDv7 of last summer; the higher n, the older."""
    time = "lpad(to_hex((16777216 - n) / 256), 4, '0')"
    return f"('019a{table:04x}-' || {time} || '-7000-8000-' || lpad(to_hex(16777216 - n), 12, '0'))::uuid"


def grow(*, requests: int, waiting: int) -> User:
    """Fill the tables: `requests` finished requests with a cover, a review and a release file each, and `waiting` others.

    Returns a member who made and rated a hundredth of them. All of it by other people's visitors and one busy member.
    """
    member = make_member("busy@example.com")
    maker = Person(visitor=uuid.uuid4())
    request = make_finished_request(maker, brief=BRIEF)
    CoverRequest.objects.filter(pk=request.pk).update(draw_started_at=request.finished_at, attempt=1)
    request.refresh_from_db()
    cover = request.covers.get()
    review = make_review(cover, maker)
    release = ReleaseFile.objects.get(cover=cover)
    mine = f"CASE WHEN n % 100 = 0 THEN '{member.pk}'::uuid END"
    theirs = f"CASE WHEN n % 100 > 0 THEN {VISITOR} END"
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # foreign keys are right by construction
    multiply(
        request, requests, id=numbered(1), submission="gen_random_uuid()", visitor=theirs, owner_id=mine,
        title="'Song ' || n", artist="'Band ' || n % 50000", created_at=SECONDS_AGO, queued_at=SECONDS_AGO,
        draw_started_at=SECONDS_AGO, finished_at="now() - make_interval(secs => n - 1)",
    )  # fmt: skip
    multiply(
        cover, requests, id=numbered(2), request_id=numbered(1), rating_score="1 + n % 90 / 10.0", created_at=SECONDS_AGO,
        visibility="CASE WHEN n % 10 = 0 THEN 'public' ELSE 'private' END",
        wish="CASE WHEN n % 10 = 0 THEN 'public' ELSE 'private' END",
    )  # fmt: skip
    multiply(
        review, requests, id=numbered(3), cover_id=numbered(2), visitor=theirs, owner_id=mine, created_at=SECONDS_AGO,
        half_stars="1 + n % 10", comment="'Number ' || n", network="md5((n / 20)::text)",
        standing="CASE WHEN n % 100 = 0 THEN 'counts' ELSE 'unverified' END",
    )  # fmt: skip
    multiply(
        release, requests, id=numbered(4), cover_id=numbered(2), state="'done'", storage_key="'x/' || n",
        created_at=SECONDS_AGO, finished_at=SECONDS_AGO,
    )  # fmt: skip
    one = make_request(Person(visitor=uuid.uuid4()))
    multiply(
        one, waiting, id="uuidv7(make_interval(secs => -n))", submission="gen_random_uuid()", visitor=VISITOR,
        created_at=SECONDS_AGO, queued_at=SECONDS_AGO,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("ANALYZE")
    return member


def empty() -> None:
    """As before: DELETE, which small tests use, would take a minute."""
    kept = {"django_migrations", "django_content_type", "auth_permission"}
    with connection.cursor() as cursor:
        names = sorted(set(connection.introspection.table_names(cursor)) - kept)
        cursor.execute("TRUNCATE " + ", ".join(f'"{name}"' for name in names))
