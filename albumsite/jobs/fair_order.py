"""Whose row is worked on next: round-robin between people, as in Nagle's fair queueing (RFC 970), in one statement.

Each person's first row comes before anybody's second; whoever has rows at work already is counted as many rounds behind. Within a
round it goes by when each person's turn is. By people first, then by their rows: an index scan for each person who waits,
however much there is in the table.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection

from albumsite.jobs.columns import JobColumns

ORDER = """
WITH waiting AS (
    SELECT id, queued_at, {people}, {columns}, {person} AS person
    FROM (
        SELECT queued.* FROM unnest(%(stages)s::text[]) AS wanted CROSS JOIN LATERAL (
            SELECT * FROM {table} WHERE state = 'queued' AND stage = wanted AND queued_at <= statement_timestamp()
            ORDER BY id LIMIT %(looked_at)s
        ) AS queued
        UNION ALL
        SELECT * FROM {table}
        WHERE state = 'running' AND stage = ANY(%(stages)s) AND (lease_until < statement_timestamp() OR {waits_though_running})
    ) AS candidates
    WHERE attempt < %(attempts)s
), people AS (
    SELECT person, {person_values}, min(queued_at) AS since
    FROM waiting GROUP BY person, {groups}
), turns AS (
    SELECT person, running, {turn_at} AS turn_at
    FROM people CROSS JOIN LATERAL (
        SELECT max({served_at}) AS served_at,
               count(*) FILTER (WHERE stage = {work} AND state = 'running' AND lease_until >= statement_timestamp()) AS running
        FROM ({theirs}) AS theirs
    ) AS served
)
SELECT id, person, running + row_number() OVER (PARTITION BY person ORDER BY id) AS round, {columns}
FROM waiting JOIN turns USING (person)
ORDER BY round, turn_at, id
LIMIT %(limit)s
"""
THEIRS = (
    "SELECT {served_at}, stage, state, lease_until FROM {table} AS theirs WHERE {match} AND theirs.id > %(made_after)s"
)

BEFORE_ALL = uuid.UUID(int=0)


@dataclass(frozen=True)
class FairQueue:
    """What is fair among the rows of one model, in fragments of SQL that the programmer writes: never of anybody's input.

    person: text that names whose a row is. people: column of `waiting` → how `people` has it, for `matches`, each of which finds a
    person's rows as `theirs`, by an index. columns: further ones to give back. served_at: the column that says when a row was begun.
    turn_at: of `served_at`, the newest of that person's, and `since`, from when the first of what waits is. work: the stage
    that counts as being at work. waits_though_running: rows that are put in order all the same.
    """

    model: type[JobColumns]
    work: str
    person: str
    people: dict[str, str]
    matches: tuple[str, ...]
    columns: tuple[str, ...]
    served_at: str
    turn_at: str
    waits_though_running: str = "false"

    def order(
        self, stages: Sequence[str], *, limit: int, looked_at: int, made_after: uuid.UUID = BEFORE_ALL
    ) -> list[tuple[Any, ...]]:
        """(primary key, person, round, *columns) of what may be begun now, the fairest first.

        limit: rows at most. looked_at: of each stage, the oldest. made_after: primary key after which a person's rows are looked at.
        """
        values: dict[str, Any] = {
            "stages": list(stages),
            "attempts": settings.JOB_ATTEMPTS_MAX,
            "limit": limit,
            "looked_at": looked_at,
            "made_after": made_after,
        }
        with connection.cursor() as cursor:
            cursor.execute(self._statement(), values)
            return list(cursor.fetchall())

    def _statement(self) -> str:
        table = self.model._meta.db_table
        theirs = (THEIRS.format(served_at=self.served_at, table=table, match=match) for match in self.matches)
        return ORDER.format(
            table=table,
            work=f"'{self.work}'",
            person=self.person,
            people=", ".join(self.people),
            person_values=", ".join(f"{value} AS {name}" for name, value in self.people.items()),
            groups=", ".join(self.people.values()),
            columns=", ".join(self.columns),
            served_at=self.served_at,
            turn_at=self.turn_at,
            theirs=" UNION ALL ".join(theirs),
            waits_though_running=self.waits_though_running,
        )
