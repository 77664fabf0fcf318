"""The weekly models: which one is laid over a new request, and who is drawn for with the one on trial."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from accounts.person import Person
from covers.models import Kind, ModelState, ModelVersion, TrialAssignment


@dataclass(frozen=True)
class TrialSide:
    """On which side of a trial somebody is. version: on trial; is_tried: whether it draws for them."""

    version: ModelVersion
    is_tried: bool


def side_of(person: Person, base_key: str) -> TrialSide | None:
    """The side of this person in the trial of a model made for that base; None while there is none.

    Decided once and kept: call it in the transaction of a request, with the person locked.
    """
    on_trial = ModelVersion.objects.permitted().filter(kind=Kind.ADAPTER, state=ModelState.TRIAL, base_key=base_key)
    version = on_trial.first()
    if version is None:
        return None
    side = TrialAssignment.objects.filter(person.owns(), version=version).first()
    if side is None:
        side = TrialAssignment.objects.create(
            **person.owner_fields(),
            version=version,
            is_tried=_lot(version, person) < (version.trial_percent or 0) / 100,
        )
    return TrialSide(version, side.is_tried)


def _lot(version: ModelVersion, person: Person) -> float:
    """From 0 up to 1: the same for a version and a person whenever it is drawn, and fair over people."""
    key = person.user.pk if person.user else person.visitor
    digest = hashlib.sha256(f"{version.pk}:{key}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def hand_over_sides(*, visitor: Person, member: Person) -> None:
    """A visitor has signed in: they stay on their side of a trial, unless the member is on one already."""
    theirs = TrialAssignment.objects.filter(visitor.owns())
    known = TrialAssignment.objects.filter(member.owns()).values("version")
    theirs.exclude(version__in=known).update(owner=member.user, visitor=None)
    theirs.delete()
