"""Locks by name, to the end of a transaction: PostgreSQL's advisory ones, which hold also behind a pooler in transaction mode.

What one process at a time may do for longer than a transaction is a turn (`albumsite.jobs.turns`).
"""

from __future__ import annotations

from django.db import connection


def hold(name: str) -> None:
    """Wait until nobody else holds that name, and hold it to the end of the transaction: of two who count or choose at once, the
    second sees what the first did. Call it before rows are locked, or two may wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
