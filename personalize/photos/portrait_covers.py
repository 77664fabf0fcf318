"""Covers that `poster` has drawn of a face, for pages and letters."""

from __future__ import annotations

from covers import registry
from covers.models import Cover, CoverRequest
from personalize.models import Face

CARD_PORTRAITS, RECENT_REQUESTS = 4, 4
"""Pictures on a card of the list, and the newest requests that they are taken from."""


def portraits_of(face: Face, most: int = CARD_PORTRAITS) -> list[Cover]:
    """The newest pictures of this face that `poster` has drawn."""
    mine = CoverRequest.objects.filter(face=face, engine=registry.PORTRAITS_BY).order_by("-id")[:RECENT_REQUESTS]
    covers = Cover.objects.filter(request__in=list(mine)).select_related("request")
    return sorted(covers, key=lambda cover: (-cover.request_id.int, cover.position))[:most]
