"""A person is a member or a visitor: whoever may own requests and reviews."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db.models import CheckConstraint, Q

from accounts.models import User
from albumsite.locks import hold


def of_one_person(name: str) -> CheckConstraint:
    """A row has a member or a visitor, never both and never neither."""
    member, visitor = Q(owner__isnull=False, visitor__isnull=True), Q(owner__isnull=True, visitor__isnull=False)
    return CheckConstraint(condition=member | visitor, name=name)


class Owned(Protocol):
    """A row with an owner: a member's id, or a visitor's."""

    pk: Any
    owner_id: Any
    visitor: Any


@dataclass(frozen=True)
class Person:
    """Exactly one of `user` and `visitor` is set. opened: requests whose secret address this browser has opened.

    network: where the browser asks from, as `albumsite.admission` names it today; "" of a command or a worker.
    """

    user: User | None = None
    visitor: uuid.UUID | None = None
    opened: Collection[uuid.UUID] = field(default_factory=frozenset)
    network: str = ""

    def owner_fields(self) -> dict[str, Any]:
        """The columns of a row that this person makes."""
        return {"owner": self.user, "visitor": None if self.user else self.visitor}

    def owns(self, prefix: str = "") -> Q:
        """Rows of this person; `prefix` is the path to the owned row, such as "request__"."""
        if self.user is not None:
            return Q(**{f"{prefix}owner": self.user})
        return Q(**{f"{prefix}visitor": self.visitor, f"{prefix}owner": None})

    def made(self, row: Owned) -> bool:
        """Whether a loaded row is this person's: what `owns` asks the database."""
        if self.user is not None:
            return row.owner_id == self.user.pk
        return row.owner_id is None and row.visitor == self.visitor

    def may_take(self, row: Owned) -> bool:
        """Whether the files of what was made for this row are theirs to have: they made it, or hold its secret address."""
        return self.made(row) or row.pk in self.opened

    @property
    def turn(self) -> str:
        """Whose turns in the queue this person shares: a member has their own, visitors of one network have them together,
        or whoever throws away a cookie would have as many as they like."""
        return str(self.user.pk) if self.user else self.network or str(self.visitor)

    def lock(self) -> None:
        """Hold this person to the end of the transaction: two open tabs must not both take the last slot."""
        hold(f"person-{self.user.pk if self.user else self.visitor}")
