"""What covers do when something happens elsewhere."""

from __future__ import annotations

from typing import Any

from accounts.person import Person


def take_over(visitor: Person, member: Person, **_: Any) -> None:
    """A visitor has signed in: what they made is the member's now."""
    from covers.services import hand_over  # not while apps load: services bring the whole drawing library

    hand_over(visitor=visitor, member=member)
