"""Exact counts of what was used of a limit, each in one statement: no lock outlives it, nothing evicts it, no cache forgets it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from albumsite.models import AdmissionCount

TAKE = """
INSERT INTO {table} AS kept (action, scope, subject, period_seconds, used, until)
SELECT %(action)s, %(scope)s, %(subject)s, %(period)s, %(amount)s, statement_timestamp() + make_interval(secs => %(period)s)
WHERE %(amount)s <= %(most)s
ON CONFLICT (action, scope, subject, period_seconds) DO UPDATE SET
    used = CASE WHEN kept.until <= statement_timestamp() THEN 0 ELSE kept.used END + excluded.used,
    until = CASE WHEN kept.until <= statement_timestamp() THEN excluded.until ELSE kept.until END
WHERE CASE WHEN kept.until <= statement_timestamp() THEN 0 ELSE kept.used END + excluded.used <= %(most)s
RETURNING used
"""  # a window begins with the first use after the last one has ended

WAIT = """
SELECT extract(epoch FROM until - statement_timestamp())::float FROM {table}
WHERE action = %(action)s AND scope = %(scope)s AND subject = %(subject)s AND period_seconds = %(period)s
  AND until > statement_timestamp() AND used + %(amount)s > %(most)s
"""

GIVE_BACK = """
UPDATE {table} SET used = greatest(0, used - %(amount)s)
WHERE action = %(action)s AND scope = %(scope)s AND subject = %(subject)s AND period_seconds = %(period)s
  AND until > statement_timestamp()
"""

SWEEP_BATCH = 10_000


@dataclass(frozen=True)
class Bound:
    """At most `most` of `action` in `period_seconds` for one subject of a scope."""

    action: str
    scope: str
    subject: str
    most: int
    period_seconds: int

    def take(self, amount: int = 1) -> bool:
        """Count `amount`, unless that would be too many."""
        return self._run(TAKE, amount) is not None

    def seconds_to_wait(self, amount: int = 1) -> float:
        """Until `amount` fits again: 0 if it does now."""
        row = self._run(WAIT, amount)
        return float(row[0]) if row else 0.0

    def give_back(self, amount: int = 1) -> None:
        """What was counted did not happen."""
        self._run(GIVE_BACK, amount)

    def _run(self, statement: str, amount: int) -> tuple[float, ...] | None:
        values: dict[str, str | int] = {
            "action": self.action,
            "scope": self.scope,
            "subject": self.subject,
            "period": self.period_seconds,
            "amount": amount,
            "most": self.most,
        }
        with connection.cursor() as cursor:
            cursor.execute(statement.format(table=AdmissionCount._meta.db_table), values)
            row: tuple[float, ...] | None = cursor.fetchone() if cursor.description else None
            return row


def sweep_counts() -> None:
    """Windows that have ended count for nothing any more."""
    table = AdmissionCount._meta.db_table
    ended = f"SELECT id FROM {table} WHERE until <= statement_timestamp() ORDER BY until LIMIT {SWEEP_BATCH}"  # noqa: S608 our own table
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE id IN ({ended}) AND until <= statement_timestamp()")  # noqa: S608
