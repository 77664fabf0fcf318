"""The rows of the bandit: which arms a request gets, what a review teaches, and what has been learnt. See docs/prompt-bandit.md."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Now
from django.utils import timezone

from albumsite.ids import first_id_since
from albumsite.locks import hold
from covers.bandit import policy
from covers.bandit.policy import Tally
from covers.brief_contract import MOODS, STYLES, Brief
from covers.models import Cover, CoverRequest, PromptArm, Review
from covers.writing.prompts import PHRASINGS, SCENE

STYLE, PHRASING = PromptArm.Kind.STYLE, PromptArm.Kind.PHRASING
KINDS_OF: Mapping[str, frozenset[str]] = MappingProxyType(
    {"poster": frozenset({STYLE}), "sdxl": frozenset({STYLE, PHRASING})}
)
"""What an engine's pictures can be told to be. Pocket says everything in its own few words; it has neither."""

COVER_FIELDS: Mapping[str, str] = MappingProxyType({STYLE: "style_arm", PHRASING: "phrasing_arm"})
COUNTED_MOST = 20
"""Reviews that one person teaches with in seven days: a site of few people must not become the taste of its busiest."""
RECENT = timedelta(days=28)
"""How far back the share of pictures looks."""


class ArmKey(NamedTuple):
    """Where an arm's reviews are counted."""

    engine: str
    genre: str
    kind: str
    arm: str


# --- choosing ---------------------------------------------------------------------------------------------------


def chosen_for(row: CoverRequest, brief: Brief) -> tuple[Brief, list[dict[str, Any]]]:
    """The brief with a style for each picture, and what CoverRequest.arms keeps: style, phrasing and whether by chance.

    A style that the person or the song asks for stays, and no arm learns from it: who asks for a style likes it. Covers
    with a face take no part. The same row, brief and counts give the same arms. One query; none where there is no choice.
    """
    kinds = KINDS_OF.get(row.engine, frozenset())
    if not settings.PROMPT_BANDIT or row.shows_face or not kinds:
        return brief, []
    tallies = tallies_of(row.engine, row.genre)
    rng = random.Random(f"arms:{row.seed}")
    explored = policy.explore(row.count, settings.PROMPT_BANDIT_EXPLORATION, rng)
    styles = _styles(brief, row.genre, tallies[STYLE], explored, rng) if not brief.style else [""] * row.count
    phrasings = _phrasings(brief, tallies[PHRASING], explored, rng) if PHRASING in kinds else [""] * row.count
    kept = [
        {"style": style, "phrasing": phrasing, "explored": by_chance}
        for style, phrasing, by_chance in zip(styles, phrasings, explored, strict=True)
    ]
    return replace(brief, styles=() if brief.style else tuple(styles)), kept


def tallies_of(engine: str, genre: str) -> dict[str, dict[str, Tally]]:
    """kind → arm → how it was rated."""
    found: dict[str, dict[str, Tally]] = {STYLE: {}, PHRASING: {}}
    rows = PromptArm.objects.filter(engine=engine, genre=genre)
    for kind, arm, reviews, reward_sum in rows.values_list("kind", "arm", "reviews", "reward_sum"):
        found[kind][arm] = Tally(reviews, reward_sum)
    return found


def _styles(
    brief: Brief, genre: str, tallies: Mapping[str, Tally], explored: list[bool], rng: random.Random
) -> list[str]:
    from covers.engine.poster.plan import style_weights  # not while the site loads: it brings the drawing library

    taste = style_weights(brief.mood if brief.mood in MOODS else "quiet", genre)
    unsuited = [name for name in STYLES if name not in taste]
    return policy.choose(taste, tallies, explored, rng, last_resort=unsuited)


def _phrasings(brief: Brief, tallies: Mapping[str, Tally], explored: list[bool], rng: random.Random) -> list[str]:
    """The first picture shows the scene as it was written; the others see its motifs in a way of their own."""
    taste = dict.fromkeys(PHRASINGS, 1.0)
    scene = [SCENE] if brief.scene else []
    return scene + policy.choose(taste, tallies, explored[len(scene) :], rng)


def phrasing_of(row: CoverRequest, position: int) -> str:
    """How the prompt of one picture is phrased; empty: by its position."""
    return str(row.arms[position]["phrasing"]) if position < len(row.arms) else ""


def cover_values(row: CoverRequest, position: int) -> dict[str, str]:
    """The columns of a Cover that say which arms drew it."""
    if position >= len(row.arms):
        return {}
    return {field: str(row.arms[position][kind]) for kind, field in COVER_FIELDS.items()}


# --- learning ---------------------------------------------------------------------------------------------------


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
    before = dict(_counts())
    rows = [
        PromptArm(**place._asdict(), reviews=tally.reviews, reward_sum=tally.reward_sum, counted_from=since)
        for kind in COVER_FIELDS
        for place, tally in _from_reviews(kind, since)
    ]
    PromptArm.objects.all().delete()
    PromptArm.objects.bulk_create(rows)
    after = dict(_counts())
    return sum(not _alike(before.get(place, Tally()), after.get(place, Tally())) for place in before.keys() | after)


def _counts() -> Iterable[tuple[ArmKey, Tally]]:
    for *place, reviews, reward_sum in PromptArm.objects.values_list(*ArmKey._fields, "reviews", "reward_sum"):
        yield ArmKey(*place), Tally(reviews, reward_sum)


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


def _alike(one: Tally, other: Tally) -> bool:
    return one.reviews == other.reviews and abs(one.reward_sum - other.reward_sum) < 1e-6


# --- what has been learnt ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ArmRow:
    """One arm in a report. mean, low, high: stars, 0.5 to 5, with the 95 % interval; None while nobody rated it.

    share: of the pictures of its engine and genre of the last 28 days that had a choice, 0 to 1.
    """

    engine: str
    genre: str
    kind: str
    arm: str
    reviews: int
    mean: float | None
    low: float | None
    high: float | None
    share: float


def summary() -> list[ArmRow]:
    """Every arm that was rated or lately drawn: by engine, genre and kind, the best rated first."""
    counts, shares = dict(_counts()), shares_of_pictures()
    rows = [_as_row(place, counts.get(place, Tally()), shares.get(place, 0.0)) for place in counts.keys() | shares]
    return sorted(rows, key=lambda row: (row.engine, row.genre, row.kind, -(row.mean or 0.0), row.arm))


def _as_row(place: ArmKey, tally: Tally, share: float) -> ArmRow:
    if tally.mean is None:
        return ArmRow(*place, 0, None, None, None, share)
    mean, low, high = (policy.half_stars_of(reward) / 2 for reward in (tally.mean, *policy.interval(tally)))
    return ArmRow(*place, tally.reviews, mean, low, high, share)


def shares_of_pictures() -> dict[ArmKey, float]:
    """The share that each arm has of the pictures of the last 28 days, among those for which there was a choice."""
    counts: Counter[ArmKey] = Counter()
    for kind, field in COVER_FIELDS.items():
        recent = Cover.objects.filter(created_at__gte=timezone.now() - RECENT).exclude(**{field: ""})
        rows = recent.values_list("request__engine", "request__genre", field).annotate(number=Count("pk"))
        counts.update({ArmKey(engine, genre, kind, arm): number for engine, genre, arm, number in rows})
    totals: Counter[tuple[str, str, str]] = Counter()
    for place, number in counts.items():
        totals[place[:3]] += number
    return {place: number / totals[place[:3]] for place, number in counts.items()}


def report() -> str:
    """The summary as lines of text for a terminal."""
    heads = f"{'engine':8} {'genre':12} {'kind':9} {'arm':12} {'reviews':>7} {'stars':>5} {'95 %':>11} {'pictures':>8}"
    lines = [heads]
    for row in summary():
        stars = "    –" if row.mean is None else f"{row.mean:5.2f}"
        span = "–" if row.low is None or row.high is None else f"{row.low:.2f}–{row.high:.2f}"
        place = f"{row.engine:8} {row.genre or '–':12} {row.kind:9} {row.arm:12}"
        lines.append(f"{place} {row.reviews:7} {stars} {span:>11} {row.share:8.1%}")
    return "\n".join(lines)
