"""What members are told of the weekly models: which drew and when, whose ratings were in their sets, and what changed."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from accounts.models import User
from albumsite.jobs.states import State
from covers.models import Cover, DatasetItem, Evaluation, ModelState, ModelVersion, Promotion, Review, ReviewStanding
from covers.weekly.rollout import DRAWING
from covers.weeks import FORM

PROMOTIONS_MOST = 12
PAIRS_MOST = 3
"""Pictures of a promoted model: each beside what the model before made of the same prompt and seed."""
SIDES = ("before", "after")


@dataclass(frozen=True)
class Ratings:
    """Of one training set: all, and of the person who looks. pictures: covers that it was made of."""

    pictures: int = 0
    ratings: int = 0
    mine: int = 0
    my_pictures: int = 0


@dataclass(frozen=True)
class PublicPair:
    """The same prompt and seed, by the model before and by this one. place: among the pairs of the comparison."""

    evaluation: uuid.UUID
    place: int
    prompt: str


@dataclass(frozen=True)
class PromotedModel:
    """One model that was promoted. until: when something else began to draw; None while it draws."""

    version: ModelVersion
    since: datetime
    until: datetime | None
    covers: int
    ratings: Ratings
    pairs: tuple[PublicPair, ...]

    @property
    def week_number(self) -> int:
        return int(found[2]) if (found := FORM.fullmatch(self.version.week)) else 0

    @property
    def week_year(self) -> int:
        return int(found[1]) if (found := FORM.fullmatch(self.version.week)) else 0

    @property
    def draws_now(self) -> bool:
        return self.version.state == ModelState.ACTIVE


def promotions(member: User | None) -> list[PromotedModel]:
    """The models that were promoted last, newest first. member: who looks, if they are signed in."""
    changes = list(Promotion.objects.filter(change__in=DRAWING).select_related("version").order_by("created_at", "id"))
    stretches: dict[uuid.UUID, tuple[datetime, datetime | None]] = {}
    for change, following in zip_longest(changes, changes[1:]):
        if change.version is not None and change.version.base_key:
            since = stretches.pop(change.version.pk, (change.created_at, None))[0]
            stretches[change.version.pk] = since, following.created_at if following else None
    versions = {change.version.pk: change.version for change in changes if change.version is not None}
    newest = [versions[pk] for pk in reversed(stretches)][:PROMOTIONS_MOST]
    return _with_figures(newest, stretches, member)


def _with_figures(
    versions: Sequence[ModelVersion], stretches: dict[uuid.UUID, tuple[datetime, datetime | None]], member: User | None
) -> list[PromotedModel]:
    ratings, drawn, shown = _ratings(versions, member), _covers_of(versions), _evaluations_of(versions)
    return [
        PromotedModel(
            version,
            *stretches[version.pk],
            covers=drawn.get(version.pk, 0),
            ratings=ratings.get(version.dataset_id, Ratings()),
            pairs=_pairs(shown.get(version.pk)),
        )
        for version in versions
    ]


def _pairs(evaluation: Evaluation | None) -> tuple[PublicPair, ...]:
    if evaluation is None:
        return ()
    shown = enumerate(_public_pairs(evaluation))
    return tuple(PublicPair(evaluation.pk, place, str(pair["prompt"])) for place, pair in shown)


def _public_pairs(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Those on the site's own prompts that the picture check found fit: what was drawn again of people's requests carries no prompt, and
    is for staff. Pairs of before there was a check were looked at by whoever promoted the model."""
    return [pair for pair in evaluation.pairs if pair.get("prompt") and pair.get("is_fit", True)][:PAIRS_MOST]


def _covers_of(versions: Sequence[ModelVersion]) -> dict[uuid.UUID, int]:
    rows = Cover.objects.filter(request__learned_version__in=versions).values_list("request__learned_version")
    return dict(rows.annotate(number=Count("pk")))


def _evaluations_of(versions: Sequence[ModelVersion]) -> dict[uuid.UUID, Evaluation]:
    """The newest comparison of each that has pictures to show."""
    done = _pictured().filter(version__in=versions).order_by("finished_at")
    return {evaluation.version_id: evaluation for evaluation in done.only("version_id", "pairs")}


def _pictured() -> QuerySet[Evaluation]:
    """Comparisons whose pictures anybody may see: of models that were promoted."""
    promoted = Promotion.objects.filter(change=Promotion.Change.PROMOTED).values("version")
    return Evaluation.objects.filter(state=State.DONE, version__in=promoted).exclude(pairs=[])


def _ratings(versions: Sequence[ModelVersion], member: User | None) -> dict[uuid.UUID | None, Ratings]:
    """By training set. A rating counts where it was given before the set was made."""
    datasets = [version.dataset_id for version in versions if version.dataset_id]
    mine = Q(owner=member) if member else Q(pk__in=[])
    items = DatasetItem.objects.filter(dataset__in=datasets, cover__isnull=False).values_list("dataset")
    pictures = {
        pk: (total, own)
        for pk, total, own in items.annotate(
            total=Count("cover", distinct=True), own=Count("cover", distinct=True, filter=mine)
        )
    }
    path = "cover__dataset_items__dataset"
    given = Review.objects.filter(
        standing=ReviewStanding.COUNTS, **{f"{path}__in": datasets, "created_at__lte": F(f"{path}__created_at")}
    )
    counted = given.values_list(path).annotate(
        total=Count("pk", distinct=True), own=Count("pk", distinct=True, filter=mine)
    )
    ratings = {pk: (total, own) for pk, total, own in counted}
    return {
        pk: Ratings(pictures.get(pk, (0, 0))[0], *ratings.get(pk, (0, 0)), my_pictures=pictures.get(pk, (0, 0))[1])
        for pk in datasets
    }


def picture_key(*, evaluation: uuid.UUID, place: int, side: str) -> str | None:
    """Where a picture that this page shows lies in the private bucket: of a comparison of a model that was promoted."""
    found = _pictured().filter(pk=evaluation).first()
    shown = _public_pairs(found) if found else []
    return str(shown[place][side]) if place < len(shown) and side in SIDES else None
