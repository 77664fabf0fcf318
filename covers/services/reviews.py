"""Reviews: who said what of a cover, whose stars count, and for what.

Stars *count* when a verified member gives them, not in a burst, and no moderator has hidden the review: only then may
anything be learnt from them (arms of the bandit, training sets, the judgement of a weekly model). They *lift* a cover on the
wall when, besides, somebody else made it. Everybody else's stars open the download and are shown; no more.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from accounts.masking import mask_personal
from accounts.models import User
from accounts.person import Person
from accounts.verification import is_verified
from albumsite.ids import first_id_since
from albumsite.locks import hold
from covers.bandit.learning import learn, unlearn
from covers.errors import AlreadyReviewed
from covers.models import Cover, Review, ReviewStanding
from covers.models.wall_score import WALL_PRIOR_HALF_STARS, WALL_PRIOR_WEIGHT
from covers.services.releases import has_release, prepare_release

logger = logging.getLogger(__name__)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NETWORK_RATERS_PER_HOUR = 8
NETWORK_RATERS_PER_COVER = 3
MEMBER_REVIEWS_PER_HOUR = 40
"""More verified people than this of one network in an hour, or of one cover in a day, or more covers of others by one person in
an hour: a burst. Its stars wait for a moderator. A home or a rehearsal room stays below; a bought batch of accounts does not."""


def add_review(*, cover: Cover, author: Person, half_stars: int, comment: str) -> Review:
    """One review per person and cover. For whoever may have its files it opens the download and asks for the release file.

    Addresses and numbers in the comment are masked before it is stored. Raises AlreadyReviewed.
    """
    try:
        with transaction.atomic():
            review = Review.objects.create(
                cover=cover,
                **author.owner_fields(),
                network=author.network,
                half_stars=half_stars,
                comment=mask_personal(comment),
            )
            if is_verified(author.user):
                _weigh([review])
            if author.may_take(cover.request) and has_release(cover):
                prepare_release(cover=cover)
    except IntegrityError as error:
        raise AlreadyReviewed from error
    logger.info("cover reviewed cover=%s half_stars=%d", cover.pk, half_stars)
    return review


def rescore(*, cover: Cover) -> None:
    """Count other people's stars again, and the score that the wall sorts by (half stars, 1 to 10)."""
    held = (
        Cover.objects.select_for_update(of=("self",)).select_related("request").get(pk=cover.pk)
    )  # two at once count each other
    others = Review.objects.filter(cover=held, standing=ReviewStanding.COUNTS)
    if held.request.owner_id:
        others = others.exclude(owner=held.request.owner_id)
    ratings = list(others.values_list("half_stars", flat=True))
    total = sum(ratings) + WALL_PRIOR_HALF_STARS * WALL_PRIOR_WEIGHT
    Cover.objects.filter(pk=held.pk).update(
        rating_sum=sum(ratings), rating_count=len(ratings), rating_score=total / (len(ratings) + WALL_PRIOR_WEIGHT)
    )


@transaction.atomic
def weigh_again(*, member: User) -> None:
    """A member has proven who they are, or does not any more: their stars count from now on, or no longer."""
    theirs = Review.objects.filter(owner=member).select_related("cover__request").order_by("id")
    if is_verified(member):
        _weigh(list(theirs.filter(standing=ReviewStanding.UNVERIFIED)))
    else:
        _stand(theirs.filter(standing__in=(ReviewStanding.COUNTS, ReviewStanding.WAITING)), ReviewStanding.UNVERIFIED)


@transaction.atomic
def hide_reviews(reviews: QuerySet[Review]) -> int:
    """A moderator takes them away from everybody but who wrote them; their stars count no more. Answers how many."""
    return _stand(reviews.exclude(standing=ReviewStanding.HIDDEN), ReviewStanding.HIDDEN)


@transaction.atomic
def clear_reviews(reviews: QuerySet[Review]) -> int:
    """A moderator has looked at them: they are shown, and count if who wrote them is verified. Answers how many."""
    pks = list(
        reviews.filter(standing__in=(ReviewStanding.HIDDEN, ReviewStanding.WAITING)).values_list("pk", flat=True)
    )
    Review.objects.filter(pk__in=pks).update(is_cleared=True)
    for review in Review.objects.filter(pk__in=pks).select_related("owner", "cover__request"):
        standing = ReviewStanding.COUNTS if is_verified(review.owner) else ReviewStanding.UNVERIFIED
        _stand(Review.objects.filter(pk=review.pk), standing)
    return len(pks)


@transaction.atomic
def delete_reviews(reviews: QuerySet[Review]) -> None:
    """With what they taught; the covers are counted again."""
    covers = list(Cover.objects.filter(reviews__in=reviews).distinct().order_by("pk"))
    reviews.delete()
    for cover in covers:
        rescore(cover=cover)


def hand_over_reviews(*, visitor: Person, member: User) -> None:
    """What a visitor said is the member's now. A second review of the same cover is dropped."""
    theirs = Review.objects.filter(visitor.owns())
    doubled = theirs.filter(cover__reviews__owner=member)
    Review.objects.filter(pk__in=list(doubled.values_list("pk", flat=True))).delete()
    theirs.update(owner=member, visitor=None)
    weigh_again(member=member)
    for cover in Cover.objects.filter(request__owner=member, rating_count__gt=0).order_by("pk"):
        rescore(cover=cover)  # who rated it may just have become who made it


# --- standing ---------------------------------------------------------------------------------------------------------


def _weigh(reviews: Iterable[Review]) -> None:
    """Reviews of a verified member: they count, or wait, and with them whoever came in the same burst."""
    for review in reviews:
        _lock_network(review.network)
        burst = _burst_with(review)
        _stand(
            Review.objects.filter(pk=review.pk), ReviewStanding.WAITING if burst is not None else ReviewStanding.COUNTS
        )
        if burst is not None:
            logger.warning("burst of reviews cover=%s network=%s", review.cover_id, review.network[:8] or "-")
            _stand(burst.filter(standing=ReviewStanding.COUNTS, is_cleared=False), ReviewStanding.WAITING)
        review.refresh_from_db(fields=["standing", "is_counted"])


def _burst_with(review: Review) -> QuerySet[Review] | None:
    """The other reviews of the burst that this one is part of, or None. What a moderator has cleared makes no burst."""
    rated = Review.objects.filter(
        standing__in=(ReviewStanding.COUNTS, ReviewStanding.WAITING), is_cleared=False
    ).exclude(pk=review.pk)

    def within(span: timedelta) -> Q:
        return Q(created_at__gt=review.created_at - span, created_at__lt=review.created_at + span)

    if not review.by_maker:
        newest = Q(pk__gte=first_id_since((review.created_at - HOUR).timestamp()))
        lately = rated.filter(newest & within(HOUR), owner=review.owner_id)
        lately = lately.exclude(cover__request__owner=review.owner_id)
        if lately.count() >= MEMBER_REVIEWS_PER_HOUR:
            return lately
    if not review.network:
        return None
    neighbours = rated.filter(network=review.network)
    for found, most in (
        (neighbours.filter(within(HOUR)), NETWORK_RATERS_PER_HOUR),
        (neighbours.filter(within(DAY), cover=review.cover_id), NETWORK_RATERS_PER_COVER),
    ):
        if found.exclude(owner=review.owner_id).values("owner").distinct().count() >= most:
            return found
    return None


def _lock_network(network: str) -> None:
    """Reviews that come from one network at the same moment see each other."""
    if network:
        hold(f"reviews-{network}")


def _stand(reviews: QuerySet[Review], standing: ReviewStanding) -> int:
    """Change their standing, with all that follows: what arms have learnt, and the covers' stars. Answers how many changed."""
    changed = 0
    touched: dict[uuid.UUID, Cover] = {}
    for review in (
        reviews.exclude(standing=standing).select_related("cover__request", "owner").order_by("cover_id", "pk")
    ):
        if standing == ReviewStanding.COUNTS:
            review.is_counted = learn(review=review)
        elif review.is_counted:
            unlearn(review_pk=review.pk)
            review.is_counted = False
        review.standing = standing
        review.save(update_fields=["standing", "is_counted"])
        touched[review.cover_id] = review.cover
        changed += 1
    for cover in touched.values():
        rescore(cover=cover)
    return changed
