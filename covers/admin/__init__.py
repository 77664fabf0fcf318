"""The operator's pages: what people made, and what draws it."""

from covers.admin import (
    albums,
    arms,
    changes,
    evaluations,
    models,
    moderation,
    records,
    refusals,
    reports,
    retrainings,
    sets,
    withdrawals,
    withheld,
    workers,
)

__all__ = [
    "albums",
    "arms",
    "changes",
    "evaluations",
    "models",
    "moderation",
    "records",
    "refusals",
    "reports",
    "retrainings",
    "sets",
    "withdrawals",
    "withheld",
    "workers",
]
