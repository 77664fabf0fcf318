"""A candidate side by side with the model it should follow: asked for, worked at, recorded. docs/evaluation.md tells the whole.

The row is the job (`albumsite.jobs.models`); the work itself is in `covers.evaluation.run`.
"""

from __future__ import annotations

import logging
import secrets
import uuid
from enum import Enum
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from albumsite.errors import UserFacingError
from albumsite.jobs.batch import ClaimedJob
from albumsite.jobs.leases import LeaseKeeper
from albumsite.jobs.states import State
from covers.evaluation import eval_prompts
from covers.models import CoverRequest, Evaluation, Kind, ModelState, ModelVersion, Visibility

logger = logging.getLogger(__name__)

SEED_MAX = 2**62
REPLAYS_MOST = 100


class NotComparable(UserFacingError):
    message_id = "covers:not-comparable"
    text = _("“%(key)s” cannot be compared: it was not trained here, or the two were made for different models.")
    status_code = 409


class Default(Enum):
    """Compare with what draws now."""

    CURRENT = "current"


# --- asking ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def request_evaluation(
    *,
    version: ModelVersion,
    against: ModelVersion | Default | None = Default.CURRENT,
    seed: int | None = None,
    replay: int = 0,
    options: dict[str, Any] | None = None,
) -> Evaluation:
    """The comparison of a candidate that waits or runs, or a new one, which is enqueued.

    against: None is the base model alone. replay: so many of the newest real requests are drawn as well, for staff to see.
    options: "prompts" (only the first so many), "num_inference_steps". Raises NotComparable.
    """
    row = ModelVersion.objects.select_for_update().get(pk=version.pk)  # two who ask at once get the same comparison
    if row.kind != Kind.ADAPTER or not row.base_key:
        raise NotComparable(key=row.key)
    if active := Evaluation.objects.active().filter(version=row).first():
        return active
    other = current_for(row) if isinstance(against, Default) else against
    if other is not None and (other.base_key != row.base_key or other.pk == row.pk):
        raise NotComparable(key=row.key)
    replays = newest_requests(row.base_key, replay)
    evaluation = Evaluation.objects.create(
        version=row,
        against=other,
        base_key=row.base_key,
        prompt_set=eval_prompts.set_for(row.engine).name,
        seed=secrets.randbelow(SEED_MAX) if seed is None else seed,
        options={**(options or {}), **({"replays": replays} if replays else {})},
        stage="evaluate",
    )
    evaluation.enqueue()
    logger.info("comparison asked for evaluation=%s version=%s", evaluation.pk, row.key)
    return evaluation


def current_for(version: ModelVersion) -> ModelVersion | None:
    """The weekly model that draws now on the same base; for that one itself, what it was trained from. None: the base alone."""
    active = ModelVersion.objects.filter(kind=Kind.ADAPTER, state=ModelState.ACTIVE, base_key=version.base_key).first()
    return version.parent if active is not None and active.pk == version.pk else active


def newest_requests(base_key: str, count: int) -> list[str]:
    """Primary keys of real requests that this model drew: nobody's face, nothing that a moderator hid."""
    rows = CoverRequest.objects.filter(engine=base_key, model_version=None) | CoverRequest.objects.filter(
        model_version__key=base_key
    )
    wanted = rows.filter(state=State.DONE, brief__isnull=False, shows_face=False, is_draft=False, shows_picture=False)
    newest = wanted.exclude(covers__visibility=Visibility.HIDDEN).order_by("-id")
    return [str(pk) for pk in newest.values_list("pk", flat=True)[: min(count, REPLAYS_MOST)]]


# --- working ---------------------------------------------------------------------------------------------------------


def work(pk: str | uuid.UUID) -> None:
    """Go on with a comparison as far as this process holds its lease. Safe to deliver twice, or to kill."""
    with LeaseKeeper() as keeper:
        for claim in Evaluation.objects.claim_all([pk], stage="evaluate"):
            from covers.evaluation.run import Comparison  # numpy: not for pages

            keeper.keep(claim)
            Comparison(ClaimedJob(claim, keeper.drop)).work()
