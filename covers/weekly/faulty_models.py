"""What fails twice in a row for everybody is taken out of use: the model or adapter itself was at fault, for two people, and
nobody's picture came of it in between.

Looked at by the draw worker after each request that failed. Nothing is counted: the requests themselves say it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from operator import itemgetter

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from albumsite.ids import first_id_since
from albumsite.jobs.states import State
from covers import registry
from covers.errors import failure_text
from covers.models import CoverRequest, Kind, ModelState, ModelVersion
from covers.weekly import rollout
from covers.weekly.rollout import Approval

logger = logging.getLogger(__name__)

OF_ADAPTERS = frozenset({"engine:adapter-missing", "engine:adapter-broken"})
OF_MODELS = frozenset({"engine:unknown", "engine:model-missing", "engine:model-broken"})
OF_EITHER = frozenset({"engine:failed"})
"""As a picture of no numbers. A card that is gone, hangs or has no memory left is not the model's fault."""
AT_FAULT = OF_ADAPTERS | OF_MODELS | OF_EITHER
PEOPLE = 2
LOOKED_AT = 100
SINCE_SECONDS = 24 * 3600


def after_failure(row: CoverRequest) -> None:
    """A request came to its end as failed: take out of use what fails for everybody. Never raises."""
    try:
        row.refresh_from_db(fields=["state", "failure"])
        if row.state != State.FAILED or row.failure not in AT_FAULT:
            return
        for version in suspects(row):
            if (failed := failed_in_a_row(version)) and take_out(version, failed):
                return
    except Exception:  # what draws next matters more than this
        logger.exception("not looked whether a model fails for everybody request=%s", row.pk)


def suspects(row: CoverRequest) -> list[ModelVersion]:
    """What of the registry a failed request may have failed by, the outermost first."""
    found: list[ModelVersion] = []
    if row.failure in OF_ADAPTERS | OF_EITHER:
        keys = [record["key"] for record in row.adapters]
        found += ModelVersion.objects.filter(kind=Kind.ADAPTER, key__in=keys)
    if row.failure in OF_MODELS or (row.failure in OF_EITHER and not found):
        found += [row.model_version] if row.model_version is not None else []
    return [version for version in found if _is_in_use(version)]


def _is_in_use(version: ModelVersion) -> bool:
    return version.state in (ModelState.ACTIVE, ModelState.TRIAL) or (
        version.is_offered and version.state == ModelState.VERIFIED
    )


def failed_in_a_row(version: ModelVersion) -> list[CoverRequest]:
    """The newest requests with it that failed by it, if they are of PEOPLE people and none was drawn since; else none."""
    begun = version.activated_at or version.trial_started_at
    since = max(begun.timestamp() if begun else 0.0, time.time() - SINCE_SECONDS)
    recent = CoverRequest.objects.filter(pk__gte=first_id_since(since - SINCE_SECONDS), finished_at__isnull=False)
    ended = recent.filter(Q(state=State.DONE) | Q(state=State.FAILED, failure__in=AT_FAULT)).order_by("-id")[:LOOKED_AT]
    with_it = [(at.timestamp(), row) for row in ended if (at := row.finished_at) and _is_drawn_with(row, version)]
    failed: list[CoverRequest] = []
    for ended_at, row in sorted(with_it, key=itemgetter(0), reverse=True):
        if ended_at < since:
            break
        if row.state == State.DONE:
            break
        failed.append(row)
    return failed if len({_person(row) for row in failed}) >= PEOPLE else []


def _is_drawn_with(row: CoverRequest, version: ModelVersion) -> bool:
    if version.kind == Kind.CHECKPOINT:
        return row.model_version_id == version.pk
    return any(record["key"] == version.key for record in row.adapters)


def _person(row: CoverRequest) -> str:
    """As whose turn it is in the queue: visitors of one network are one person."""
    return str(row.owner_id) if row.owner_id else row.network or str(row.visitor)


# --- taking out -------------------------------------------------------------------------------------------------------


def take_out(version: ModelVersion, failed: Iterable[CoverRequest]) -> bool:
    """Out of use, with the reason on its row; what drew before comes back, and who waits takes what is in use then."""
    failed = list(failed)
    values = {
        "people": len({_person(row) for row in failed}),
        "why": failure_text(failed[0].failure),
        "id": failed[0].failure,
    }
    reason = _("Taken out of use: it failed for %(people)d people in a row. %(why)s (%(id)s)") % values
    with transaction.atomic():
        registry.hold_activation()
        row = ModelVersion.objects.select_for_update().get(pk=version.pk)
        if not _is_in_use(row):
            return False
        _stand_down(row, Approval(reason=reason))
        ModelVersion.objects.filter(pk=row.pk).update(
            state=ModelState.BROKEN, reason=reason[:500], is_offered=False, trial_percent=None, trial_started_at=None
        )
    moved = move_waiting(row)
    logger.error("model taken out of use key=%s failure=%s people=%d requests=%s moved=%d now=%s", row.key, values["id"],
                 values["people"], ",".join(str(one.pk) for one in failed), moved, registry.default_choice().key)  # fmt: skip
    return True


def _stand_down(row: ModelVersion, approval: Approval) -> None:
    """End its use; where it drew for everybody, what drew before comes back, or nothing does."""
    if row.state == ModelState.TRIAL:
        rollout.end_trial(version=row, approval=approval, for_good=True)
    elif row.state == ModelState.ACTIVE and row.base_key:
        _roll_back(row, approval)
    elif row.state == ModelState.ACTIVE:
        registry.set_active(row.kind, _that_drew_before(row))


def _roll_back(row: ModelVersion, approval: Approval) -> None:
    for to in ("", rollout.BASE):
        try:
            rollout.roll_back(approval=approval, drawing=row, to=to)
        except registry.BadModel:
            continue
        if not ModelVersion.objects.filter(pk=row.pk, state=ModelState.ACTIVE).exists():
            return
    registry.set_active(Kind.ADAPTER, None)  # no line in the log of changes says that it was promoted


def _that_drew_before(row: ModelVersion) -> ModelVersion | None:
    before = row.replaced
    if before is None or before.state != ModelState.VERIFIED:
        return None
    if not (before.allows_commercial_use or settings.ALLOW_NONCOMMERCIAL_MODELS):
        return None
    return before


def move_waiting(version: ModelVersion) -> int:
    """Requests that wait for it and have no picture yet take what is in use now. Returns how many.

    One that shows a face keeps the model that the face was learnt for.
    """
    waiting = CoverRequest.objects.filter(state=State.QUEUED, covers=None)
    if version.kind == Kind.CHECKPOINT:
        waiting = waiting.filter(model_version=version, shows_face=False)
    else:
        waiting = waiting.filter(adapters__contains=[{"key": version.key}])
    moved = 0
    for pk in waiting.values_list("pk", flat=True):
        with transaction.atomic():
            row = CoverRequest.objects.select_for_update(skip_locked=True).filter(pk=pk, state=State.QUEUED).first()
            if row is not None:
                CoverRequest.objects.filter(pk=pk).update(**registry.values_in_use(row))
                moved += 1
    return moved
