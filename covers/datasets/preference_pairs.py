"""Which of two pictures of one request people preferred. By the same consent as pictures; each two of them at most once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, groupby
from typing import Any, NamedTuple

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from covers.datasets.selection import PictureCandidate, SelectionRules, by_lot, candidate_of, drawn_covers, quota
from covers.models import CoverRequest, Download, Review, ReviewStanding

HALF_STARS_APART = 2
"""One star: what lies closer says more about the raters than about the pictures."""
REQUESTS_AT_ONCE = 200


@dataclass(frozen=True)
class Preference:
    """because: "favourite", "download" or "ratings"."""

    chosen: PictureCandidate
    rejected: PictureCandidate
    because: str


class CoverFeedback(NamedTuple):
    """One cover of a request, with what its people did with it."""

    candidate: PictureCandidate
    is_favourite: bool
    was_downloaded: bool
    mean: float | None


def preferences(rules: SelectionRules) -> Iterator[Preference]:
    """Pairs of requests that somebody dealt with in the week, then a sample of earlier ones, as for pictures."""
    requests = _requests_with_feedback(rules)
    of_the_week = Q(created_at__gte=rules.starts_at) | Exists(_reviews(rules).filter(created_at__gte=rules.starts_at))
    count = 0
    for preference in _first(_pairs_of(requests.filter(of_the_week), rules, "new"), rules.images_max):
        count += 1
        yield preference
    most = quota(count, rules.replay_share, rules.images_max)
    yield from _first(_pairs_of(requests.exclude(of_the_week), rules, "replay"), most)


def _reviews(rules: SelectionRules) -> QuerySet[Review]:
    return Review.objects.filter(
        standing=ReviewStanding.COUNTS, cover__request=OuterRef("pk"), created_at__lt=rules.ends_at
    )


def _downloads(rules: SelectionRules) -> QuerySet[Download]:
    """What makers took for themselves, up to the end of the week."""
    return Download.objects.filter(created_at__lt=rules.ends_at, owner=F("cover__request__owner"))


def _requests_with_feedback(rules: SelectionRules) -> QuerySet[CoverRequest]:
    """Of which something is known that could tell two covers apart."""
    taken = _downloads(rules).filter(cover__request=OuterRef("pk"))
    is_told = Q(favourite__isnull=False) | Exists(taken) | Exists(_reviews(rules))
    rows = CoverRequest.objects.filter(is_told, owner__isnull=False, created_at__lt=rules.ends_at)
    return rows.annotate(drawn=Count("covers")).filter(drawn__gte=2)


def _first(found: Iterator[Preference], most: int) -> Iterator[Preference]:
    for _number, preference in zip(range(most), found, strict=False):
        yield preference


def _pairs_of(requests: QuerySet[CoverRequest], rules: SelectionRules, origin: str) -> Iterator[Preference]:
    batch: list[CoverRequest] = []
    for request in by_lot(requests.only("pk"), rules.seed):
        batch.append(request)
        if len(batch) == REQUESTS_AT_ONCE:
            yield from _pairs_in(batch, rules, origin)
            batch = []
    yield from _pairs_in(batch, rules, origin)


def _pairs_in(requests: list[CoverRequest], rules: SelectionRules, origin: str) -> Iterator[Preference]:
    """In the order of the requests, so that what is cut off is decided by lot as well."""
    taken = Exists(_downloads(rules).filter(cover=OuterRef("pk")))
    covers = drawn_covers(rules).filter(request__in=requests).annotate(taken=taken).order_by("request", "position")
    by_request = {pk: list(group) for pk, group in groupby(covers, lambda cover: cover.request_id)}
    for request in requests:
        seen = [_seen(cover, origin) for cover in by_request.get(request.pk, ())]
        for first, second in combinations(seen, 2):
            if preference := preference_of(first, second):
                yield preference


def _seen(cover: Any, origin: str) -> CoverFeedback:
    is_favourite = cover.request.favourite_id == cover.pk
    return CoverFeedback(candidate_of(cover, origin), is_favourite, cover.taken, cover.mean)


def preference_of(first: CoverFeedback, second: CoverFeedback) -> Preference | None:
    """The strongest word decides: the favourite; else what its maker took away; else ratings a whole star apart."""
    if first.is_favourite or second.is_favourite:
        return _preference(first, second, first.is_favourite, "favourite")
    if first.was_downloaded != second.was_downloaded:
        return _preference(first, second, first.was_downloaded, "download")
    if first.mean is None or second.mean is None or abs(first.mean - second.mean) < HALF_STARS_APART:
        return None
    return _preference(first, second, first.mean > second.mean, "ratings")


def _preference(first: CoverFeedback, second: CoverFeedback, is_first: bool, because: str) -> Preference:
    chosen, rejected = (first, second) if is_first else (second, first)
    return Preference(chosen.candidate, rejected.candidate, because)
