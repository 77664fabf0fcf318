"""Primary keys are UUIDs of version 7, which begin with the time they were made (RFC 9562, 5.7)."""

from __future__ import annotations

import uuid


def first_id_since(timestamp: float) -> uuid.UUID:
    """The smallest UUIDv7 of that moment, in seconds since 1970: rows made later have greater ones, in every table."""
    return uuid.UUID(int=int(timestamp * 1000) << 80)
