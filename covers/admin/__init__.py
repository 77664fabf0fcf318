"""The operator's pages, a module for each kind of row: what people made, what draws it, and what the week brought."""

from covers.admin import (
    albums,
    cover_requests,
    covers,
    datasets,
    evaluations,
    model_versions,
    moderation,
    promotions,
    prompt_arms,
    refusals,
    release_files,
    retrainings,
    weekly_reports,
    withdrawals,
    withheld_pictures,
    worker_health,
)

__all__ = [
    "albums",
    "cover_requests",
    "covers",
    "datasets",
    "evaluations",
    "model_versions",
    "moderation",
    "promotions",
    "prompt_arms",
    "refusals",
    "release_files",
    "retrainings",
    "weekly_reports",
    "withdrawals",
    "withheld_pictures",
    "worker_health",
]
