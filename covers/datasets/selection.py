"""Which pictures a week's model learns from. Rows only: no file is read here. The rules in words are in docs/datasets.md.

Every choice is drawn by hashes of the seed and the primary key, so that the same rows and the same seed give the same set.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.conf import settings
from django.db.models import Avg, Count, Exists, Max, Model, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import MD5, Cast, Concat

from covers.datasets.captions import album_caption, engine_of
from covers.models import Album, Cover, CoverVersion, ReviewStanding, TrainingConsent, Visibility
from covers.object_keys import plain_key
from covers.weeks import window_of

HELD_OUT_PERCENT = 10
"""Never change it: a picture that was held out once must never be learnt from."""
CHUNK_ROWS = 500

RowT = TypeVar("RowT", bound=Model)


@dataclass(frozen=True)
class SelectionRules:
    """All that a set depends on, besides the rows themselves."""

    week: str
    base_key: str
    seed: int
    starts_at: datetime
    ends_at: datetime
    half_stars_min: int
    images_max: int
    replay_share: float
    album_share: float

    def to_json(self) -> dict[str, Any]:
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        moments = {name: values[name].isoformat() for name in ("starts_at", "ends_at")}
        return values | moments | {"held_out_percent": HELD_OUT_PERCENT}


@dataclass(frozen=True)
class PictureCandidate:
    """A picture that may go into a set. origin: "new", "replay" or "album". key: of its file in the private bucket.

    group: what is held out together: the request of a cover, the album itself. sha256: of the file as its row knows it,
    empty where the row knows another file's. half_stars: the mean of `reviews` ratings.
    """

    origin: str
    pk: uuid.UUID
    group: uuid.UUID
    owner_pk: uuid.UUID | None
    key: str
    caption: str
    sha256: str = ""
    half_stars: float | None = None
    reviews: int = 0

    @property
    def source(self) -> str:
        return "album" if self.origin == "album" else "cover"

    @property
    def is_held_out(self) -> bool:
        return is_held_out(self.group)


def rules_for(*, week: str, base_key: str, seed: int) -> SelectionRules:
    """As the settings are now. Raises ValueError for what is no week."""
    window = window_of(week)
    return SelectionRules(
        week=week,
        base_key=base_key,
        seed=seed,
        starts_at=window.starts_at,
        ends_at=window.ends_at,
        half_stars_min=settings.LEARN_HALF_STARS_MIN,
        images_max=settings.LEARN_IMAGES_MAX,
        replay_share=settings.LEARN_REPLAY_SHARE,
        album_share=settings.LEARN_ALBUM_SHARE,
    )


def is_held_out(pk: uuid.UUID) -> bool:
    """Whether this request (with all its covers) or album is for measuring only: by its primary key, the same for ever."""
    return int(hashlib.sha256(f"held-out:{pk}".encode()).hexdigest()[:8], 16) % 100 < HELD_OUT_PERCENT


def learnable_covers() -> QuerySet[Cover]:
    """Covers that may be learnt from at this moment: what the trigger in migration 0027 asks of every row as well."""
    in_force = TrainingConsent.objects.in_force().filter(owner=OuterRef("request__owner"))
    nobodys = {"request__shows_face": False, "request__is_draft": False, "request__shows_picture": False}
    rows = Cover.objects.filter(Exists(in_force), **nobodys)
    changed = CoverVersion.objects.filter(cover=OuterRef("pk"), is_shown=True, drawing__isnull=False)
    return rows.exclude(visibility=Visibility.HIDDEN).exclude(Exists(changed))  # its prompt tells of another picture


def drawn_covers(rules: SelectionRules) -> QuerySet[Any]:
    """Those of them that the model drew, with `mean`, `rated` and `newest` of their reviews that count, up to the end of the week."""
    is_known = Q(reviews__standing=ReviewStanding.COUNTS, reviews__created_at__lt=rules.ends_at)
    drew = Q(request__model_version__key=rules.base_key)
    drew |= Q(request__model_version=None, request__engine=rules.base_key)
    return (
        learnable_covers()
        .filter(drew, created_at__lt=rules.ends_at)
        .exclude(prompt="")
        .select_related("request")
        .only("prompt", "layout", "storage_prefix", "request__owner", "request__favourite")
        .annotate(
            mean=Avg("reviews__half_stars", filter=is_known),
            rated=Count("reviews", filter=is_known),
            newest=Max("reviews__created_at", filter=is_known),
        )
    )


def images(rules: SelectionRules) -> Iterator[PictureCandidate]:
    """The week's liked covers, a sample of earlier ones so that nothing is forgotten, and a share of albums."""
    liked = drawn_covers(rules).filter(mean__gte=rules.half_stars_min)
    count = 0
    for cover in by_lot(liked.filter(newest__gte=rules.starts_at), rules.seed, rules.images_max):
        count += 1
        yield candidate_of(cover, "new")
    most = quota(count, rules.replay_share, rules.images_max)
    for cover in by_lot(liked.filter(newest__lt=rules.starts_at), rules.seed, most):
        count += 1
        yield candidate_of(cover, "replay")
    engine = engine_of(rules.base_key)
    albums = Album.objects.to_learn_from().filter(created_at__lt=rules.ends_at)
    for album in by_lot(albums, rules.seed, quota(count, rules.album_share, rules.images_max)):
        yield _album_candidate(album, engine)


def quota(count: int, share: float, most: int) -> int:
    """How many more rows make up `share` of all, beside `count` that are there; at most `most` in all."""
    wanted = most if share >= 1 else round(count * share / (1 - share))
    return max(0, min(wanted, most - count))


def by_lot(rows: QuerySet[RowT], seed: int, most: int | None = None) -> Iterator[RowT]:
    """At most so many, in an order that only the seed and the primary keys decide; a few rows in memory at a time."""
    lot = MD5(Concat(Value(f"{seed}:", TextField()), Cast("pk", TextField())))
    return rows.annotate(lot=lot).order_by("lot")[:most].iterator(chunk_size=CHUNK_ROWS)


def candidate_of(cover: Any, origin: str) -> PictureCandidate:
    """cover: of `drawn_covers`."""
    return PictureCandidate(
        origin=origin,
        pk=cover.pk,
        group=cover.request_id,
        owner_pk=cover.request.owner_id,
        key=picture_key(cover),
        caption=cover.prompt,
        half_stars=None if cover.mean is None else round(float(cover.mean), 4),
        reviews=cover.rated,
    )


def picture_key(cover: Cover) -> str:
    """The file that is learnt from: never one with letters on it."""
    return plain_key(cover.storage_prefix, cover.layout)


def _album_candidate(album: Album, engine: str) -> PictureCandidate:
    return PictureCandidate(
        origin="album",
        pk=album.pk,
        group=album.pk,
        owner_pk=None,
        key=album.storage_key,
        caption=album_caption(album, engine),
        sha256=album.sha256,
    )
