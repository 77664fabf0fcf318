"""Letters that were queued before the outbox moved to `albumsite.mail` name their task by this path. It may go with the release after."""

from albumsite.mail.outbox import send

__all__ = ["send"]
