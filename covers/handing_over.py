"""What a visitor made before signing in becomes the member's."""

from __future__ import annotations

from django.db import transaction

from accounts.person import Person
from covers import registry
from covers.models import CoverRequest, Download
from covers.reviewing import hand_over_reviews


@transaction.atomic
def hand_over(*, visitor: Person, member: Person) -> None:
    """Requests, reviews, downloads and the side of a trial. A second review of the same cover is dropped."""
    if visitor.visitor is None or member.user is None:
        return
    CoverRequest.objects.filter(visitor.owns()).update(owner=member.user, visitor=None, network="")
    registry.hand_over_sides(visitor=visitor, member=member)
    hand_over_reviews(visitor=visitor, member=member.user)
    Download.objects.filter(visitor.owns()).update(owner=member.user, visitor=None)
