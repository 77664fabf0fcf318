"""Reviewed covers, as the judges need them: what people may have learnt from them, split for ever in learnt from and held out."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.conf import settings
from django.db.models import Avg, Exists, OuterRef, Q, Subquery
from PIL import Image

from albumsite.media import encoding, storage
from covers.datasets.dataset_pictures import read_key
from covers.datasets.selection import is_held_out, learnable_covers, picture_key
from covers.models import Review, ReviewStanding
from covers.training.metrics.metric_contract import Rated

logger = logging.getLogger(__name__)

LEARNT_MOST, HELD_OUT_MOST = 1500, 500
LOOKED_AT_SIDE = 256


@dataclass(frozen=True, eq=False)
class Reviewed:
    """Of the newest covers that this model drew, whose makers agreed, good and bad alike."""

    learnt: list[Rated]
    held_out: list[Rated]

    @property
    def liked(self) -> list[Rated]:
        return [one for one in self.held_out if one.half_stars >= settings.LEARN_HALF_STARS_MIN]


def reviewed_covers(base_key: str) -> Reviewed:
    """Raises StorageError when the store does not answer; a file that is gone is left out."""
    drew = Q(request__model_version__key=base_key) | Q(request__model_version=None, request__engine=base_key)
    stars = Review.objects.filter(cover=OuterRef("pk"), standing=ReviewStanding.COUNTS).order_by()
    mean = stars.values("cover").annotate(mean=Avg("half_stars")).values("mean")
    rows = learnable_covers().filter(drew, Exists(stars)).annotate(mean=Subquery(mean)).order_by("-id")
    learnt: list[Any] = []
    held_out: list[Any] = []
    for cover in rows.only("request_id", "layout", "storage_prefix").iterator():
        part, most = (held_out, HELD_OUT_MOST) if is_held_out(cover.request_id) else (learnt, LEARNT_MOST)
        if len(part) < most:
            part.append(cover)
        elif len(learnt) >= LEARNT_MOST and len(held_out) >= HELD_OUT_MOST:
            break
    return Reviewed(list(_read(learnt)), list(_read(held_out)))


def _read(covers: Iterable[Any]) -> Iterable[Rated]:
    for cover in covers:
        try:
            content = read_key(picture_key(cover))
        except storage.ObjectMissing:
            logger.warning("reviewed cover without its file cover=%s", cover.pk)
            continue
        yield Rated(_pixels(content), float(cover.mean))


def _pixels(content: bytes) -> np.ndarray:
    picture = encoding.open_png(content)
    picture.thumbnail((LOOKED_AT_SIDE, LOOKED_AT_SIDE), Image.Resampling.BOX)
    return np.asarray(picture)
