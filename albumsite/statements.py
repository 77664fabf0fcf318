"""What a person agrees to before something of theirs is used: in plain words, and provable by their hash."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True)
class Statement:
    """What is shown beside the box or button. points: what is used, how, for how long, how to take it back."""

    title: str
    points: tuple[str, ...]

    @property
    def sha256(self) -> str:
        """Of the very text: what a row keeps of it."""
        return hashlib.sha256("\n".join((self.title, *self.points)).encode()).hexdigest()
