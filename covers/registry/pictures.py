"""Test pictures: no model draws anybody's song before a draw worker has drawn one small picture with it.

The row is the job; the worker's side is `covers.drawing.smoke_tests`. Here: asking for one, what its state means, and its end when
no worker comes.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from albumsite.jobs.states import State
from covers.errors import failure_text
from covers.models import Kind, ModelVersion, SmokeTest, WorkerHealth
from covers.models.workers import SILENT_AFTER
from covers.registry.choices import default_choice
from covers.registry.sources import BadModel

logger = logging.getLogger(__name__)

COUNTS_FOR = timedelta(days=1)
"""A model never changes, but what it is laid over and what it runs on do."""
LATE_AFTER = timedelta(minutes=15)
"""A wish that nobody could fulfil for so long is none any more: a model that is put to use hours later surprises people."""
NOBODY = "model:nobody-tried"


class BeingTried(BadModel):
    """Not a refusal: a draw worker draws a small picture first."""

    def __init__(self, test: SmokeTest) -> None:
        self.test = test
        super().__init__(being_tried(test.version))


def ask_for_picture(
    *, version: ModelVersion, wish: str = "", options: dict[str, Any] | None = None, by: User | None = None
) -> SmokeTest:
    """Ask a draw worker to draw a small picture with the model, and what shall happen when it is well.

    One at a time: who asks again while it waits says the wish anew.
    """
    with transaction.atomic():
        ModelVersion.objects.select_for_update().get(pk=version.pk)
        wished = {"wish": wish, "options": options or {}, "asked_by": by}
        test = SmokeTest.objects.active().filter(version=version).first()
        if test is None:
            test = SmokeTest.objects.create(version=version, stage="draw", **wished)
            test.enqueue()
        elif wish:
            SmokeTest.objects.filter(pk=test.pk).update(**wished)
            test.refresh_from_db()
    logger.info("test picture asked for version=%s wish=%s", version.key, wish)
    return test


def has_passed(version: ModelVersion) -> bool:
    """Whether the model's last test picture was well, lately and over what draws now, and it was not put to use since."""
    last = SmokeTest.objects.filter(version=version).order_by("-id").first()
    if last is None or last.state != State.DONE or last.finished_at is None:
        return False
    if version.kind == Kind.ADAPTER and not version.base_key and last.options.get("over") != default_choice().key:
        return False  # it was laid over something else then
    is_fresh = last.finished_at > timezone.now() - COUNTS_FOR
    return is_fresh and (version.activated_at is None or last.finished_at > version.activated_at)


def draw_worker_lives() -> bool:
    return WorkerHealth.objects.filter(queue="draw", seen_at__gte=timezone.now() - SILENT_AFTER).exists()


def being_tried(version: ModelVersion) -> str:
    """What a page says to whoever asked."""
    said = _("A draw worker draws a small picture with “%(model)s” first; it is put to use when that is well.")
    return " ".join(filter(None, [said % {"model": version}, _waiting_for_a_worker()]))


def _waiting_for_a_worker() -> str:
    if draw_worker_lives():
        return ""
    minutes = int(LATE_AFTER.total_seconds() // 60)
    return _("No draw worker is alive now: it waits for one, up to %(minutes)d minutes.") % {"minutes": minutes}


def state_in_words(test: SmokeTest) -> str:
    """For operators."""
    if test.state == State.QUEUED:
        return " ".join(filter(None, [_("Being tried: waits for its turn."), _waiting_for_a_worker()]))
    if test.state == State.RUNNING:
        return _("Being tried: a worker draws.")
    if test.state == State.DONE:
        return _("Tried: drawn in %(seconds).1f s.") % {"seconds": test.seconds or 0.0}
    if test.state == State.FAILED:
        return _("Tried and failed: %(why)s") % {"why": test.said or failure_text(test.failure)}
    return str(test.get_state_display())


def end_late() -> int:
    """A chore of the sweeper: what no worker has begun in LATE_AFTER fails, and says so. Returns how many."""
    minutes = int(LATE_AFTER.total_seconds() // 60)
    said = _("no draw worker has tried it in %(minutes)d minutes.") % {"minutes": minutes}
    late = SmokeTest.objects.filter(state=State.QUEUED, created_at__lt=Now() - LATE_AFTER)
    ended = late.update(state=State.FAILED, failure=NOBODY, said=said, finished_at=Now(), cancel_requested=False)
    if ended:
        logger.warning("test pictures given up, no draw worker came count=%d", ended)
    return ended
