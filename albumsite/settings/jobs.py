"""Jobs: leases, tries, the sweeper."""

from __future__ import annotations

from albumsite.environment import number

DISK_FREE_PERCENT_MIN = number("DISK_FREE_PERCENT_MIN", 10, 0, 90)  # below that no work is taken
LEASE_SECONDS = number("LEASE_SECONDS", 60, 2, 3600)
JOB_ATTEMPTS_MAX = number("JOB_ATTEMPTS_MAX", 3, 1, 20)
SWEEP_EVERY_SECONDS = number("SWEEP_EVERY_SECONDS", 15, 1, 600)
ENGINE_STEP_TIMEOUT_SECONDS = number("ENGINE_STEP_TIMEOUT_SECONDS", 120, 1, 3600)
DRAW_WORKERS = number("AIBUM_DRAW_WORKERS", 1, 1, 64)  # on this machine, one engine process each
DRAW_TOGETHER_MAX = number(
    "DRAW_TOGETHER_MAX", 0, 0, 64
)  # pictures of several people in one call; 0: the engine's limit
DRAW_GATHER_MILLISECONDS = number("DRAW_GATHER_MILLISECONDS", 30, 0, 1000)
