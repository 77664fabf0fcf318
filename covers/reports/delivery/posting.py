"""What is sent of a report, and the three ways in which sending may end badly.

What decides is whether the channel may show the report already. Only what certainly does not may be sent again by itself.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Message:
    """A report ready to be sent. sheet: None when no cover on the wall was rated."""

    week: str
    language: str
    title: str
    text: str
    url: str
    chart: bytes
    sheet: bytes | None


class PostingError(Exception):
    """`detail`: what the other side said, for the operator; never an address, a token or a webhook."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class PostLater(PostingError):
    """Certainly not posted, and another try may help. after_seconds: when the other side says so."""

    def __init__(self, detail: str, after_seconds: float | None = None) -> None:
        super().__init__(detail)
        self.after_seconds = after_seconds


class PostRefused(PostingError):
    """Certainly not posted, and another try would not help: a person has to change something."""


class PostUncertain(PostingError):
    """Perhaps posted: the other side fell silent, or broke, after it had all of it."""
