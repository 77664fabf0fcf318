"""What PostgreSQL really reads for a page: each statement is tried under EXPLAIN ANALYZE first, and its plan looked at."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

READ_MAX = 12_000
"""Rows of one table that one statement may read: those that wait, and some. A page that reads more grows slower with the site."""
LOOKED_AT = ("SELECT", "WITH", "UPDATE", "DELETE")


class Readings:
    """Rows that each statement read of each table, the most of all times that it was sent."""

    def __init__(self) -> None:
        self.rows: dict[str, int] = {}
        self._is_explaining = False

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """For `connection.execute_wrapper`."""
        if not self._is_explaining and sql.lstrip().startswith(LOOKED_AT):
            self._is_explaining = True
            try:
                self._note(sql, params)
            finally:
                self._is_explaining = False
        return execute(sql, params, many, context)

    def _note(self, sql: str, params: Any) -> None:
        for node in _nodes(_plan(sql, params)):
            if rows := _rows_read(node):
                line = f"{node['Node Type']} of {node['Relation Name']}: {sql}"
                self.rows[line] = max(rows, self.rows.get(line, 0))

    @property
    def greedy(self) -> list[str]:
        """A line for each statement that read more than READ_MAX rows of a table, the most first."""
        found = sorted(self.rows.items(), key=lambda item: -item[1])
        return [f"{rows} rows, {line}" for line, rows in found if rows > READ_MAX]


@contextmanager
def readings() -> Iterator[Readings]:
    """Within a transaction: what the statements do while they are looked at is taken back before they are carried out."""
    noted = Readings()
    with connection.execute_wrapper(noted):
        yield noted


def _plan(sql: str, params: Any) -> dict[str, Any]:
    point = transaction.savepoint()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", params)
        (plan,) = cursor.fetchone()
    transaction.savepoint_rollback(point)
    return (plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"]


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)


def _rows_read(node: dict[str, Any]) -> int:
    """Rows that this node took from its table, those that its filters threw away among them."""
    if "Relation Name" not in node or "Scan" not in node["Node Type"]:
        return 0
    thrown = sum(node.get(f"Rows Removed by {what}", 0) for what in ("Filter", "Index Recheck"))
    return round((node["Actual Rows"] + thrown) * node["Actual Loops"])
