"""What a review teaches the arms that drew its cover, and how old reviews are forgotten."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Now
from django.utils import timezone

from albumsite.ids import first_id_since
from albumsite.locks import hold
from covers.bandit import policy
from covers.bandit.arm_keys import COVER_FIELDS, PHRASING, STYLE, ArmKey, tallies_by_arm
from covers.bandit.policy import Tally
from covers.models import PromptArm, Review

COUNTED_MOST = 20
"""Reviews that one person teaches with in seven days: a site of few people must not become the taste of its busiest."""


def lock() -> None:
    """Hold all arms to the end of the transaction; taken before any row of a cover, so nobody waits in a circle.

    One lock for all: a person's deletion touches many arms in any order, and a review holds it for milliseconds.
    """
    hold("covers-arms")


def learn(*, review: Review) -> bool:
    """Count a member's review, in the transaction that lets it count. Answers whether it teaches: `Review.is_counted`."""
    cover = review.cover
    if not (cover.style_arm or cover.phrasing_arm):
        return False
    lock()
    week = timedelta(days=7)
    near = Q(created_at__gt=review.created_at - week, created_at__lt=review.created_at + week)
    near &= Q(pk__gte=first_id_since((review.created_at - week).timestamp()))
    if (
        Review.objects.filter(near, owner=review.owner_id, is_counted=True).exclude(pk=review.pk).count()
        >= COUNTED_MOST
    ):
        return False
    reward = policy.reward_of(review.half_stars)
    for place in _places(cover.request.engine, cover.request.genre, cover.style_arm, cover.phrasing_arm):
        PromptArm.objects.bulk_create([PromptArm(**place._asdict())], ignore_conflicts=True)
        _row(place).filter(_counts_since(review.created_at)).update(
            reviews=F("reviews") + 1, reward_sum=F("reward_sum") + reward, updated_at=Now()
        )
    return True


def unlearn(*, review_pk: Any) -> None:
    """A review is about to be deleted, or counts no more: take back what it taught. Once, whoever else deletes it at the same time."""
    lock()
    found = (
        Review.objects.filter(pk=review_pk, is_counted=True)
        .values_list(
            "half_stars",
            "created_at",
            "cover__request__engine",
            "cover__request__genre",
            "cover__style_arm",
            "cover__phrasing_arm",
        )
        .first()
    )
    if found is None:
        return
    half_stars, created_at, *where = found
    for place in _places(*where):
        _row(place).filter(_counts_since(created_at), reviews__gt=0).update(
            reviews=F("reviews") - 1, reward_sum=F("reward_sum") - policy.reward_of(half_stars), updated_at=Now()
        )


def _counts_since(created_at: datetime) -> Q:
    """Arms whose counts reach back to this moment; what is older was forgotten by a recount."""
    return Q(counted_from=None) | Q(counted_from__lte=created_at)


def _places(engine: str, genre: str, style: str, phrasing: str) -> list[ArmKey]:
    return [ArmKey(engine, genre, kind, arm) for kind, arm in ((STYLE, style), (PHRASING, phrasing)) if arm]


def _row(place: ArmKey) -> Any:
    return PromptArm.objects.filter(**place._asdict())


@transaction.atomic
def recount() -> int:
    """Count all arms anew from the reviews of the last PROMPT_BANDIT_WEEKS weeks, and forget older ones. Answers how many
    arms had other counts. All or nothing; readers see the old counts until it is done, reviews wait for it.

    A window that slides: Trovò et al. 2020, "Sliding-Window Thompson Sampling for Non-Stationary Settings", JAIR 68.
    """
    lock()
    since = timezone.now() - timedelta(weeks=settings.PROMPT_BANDIT_WEEKS)
    before = dict(tallies_by_arm())
    rows = [
        PromptArm(**place._asdict(), reviews=tally.reviews, reward_sum=tally.reward_sum, counted_from=since)
        for kind in COVER_FIELDS
        for place, tally in _from_reviews(kind, since)
    ]
    PromptArm.objects.all().delete()
    PromptArm.objects.bulk_create(rows)
    after = dict(tallies_by_arm())
    changed = [arm for arm in before.keys() | after if not _is_alike(before.get(arm, Tally()), after.get(arm, Tally()))]
    return len(changed)


def _from_reviews(kind: str, since: datetime) -> Iterable[tuple[ArmKey, Tally]]:
    """Arms that were ever rated; those only before `since` with nothing, so that deleting such a review takes nothing away."""
    field, recent = f"cover__{COVER_FIELDS[kind]}", Q(created_at__gte=since)
    rows = (
        Review.objects.filter(is_counted=True)
        .exclude(**{field: ""})
        .values_list("cover__request__engine", "cover__request__genre", field)
        .annotate(number=Count("pk", filter=recent), total=Sum("half_stars", filter=recent))
    )
    for engine, genre, arm, number, total in rows:
        reward_sum = number * policy.reward_of(total / number) if number else 0.0
        yield ArmKey(engine, genre, kind, arm), Tally(number, reward_sum)


def _is_alike(one: Tally, other: Tally) -> bool:
    return one.reviews == other.reviews and abs(one.reward_sum - other.reward_sum) < 1e-6
