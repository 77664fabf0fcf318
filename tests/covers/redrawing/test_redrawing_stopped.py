"""A picture that is drawn anew is stopped, tried again, and never lost, whatever dies or is away."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from django_rq import get_queue

from albumsite.errors import StorageError
from albumsite.jobs.states import State
from albumsite.jobs.sweeper import sweep
from albumsite.media import storage
from covers import errors, tasks
from covers.models import CoverVersion, VersionDrawing
from covers.safety.picture_check import CheckOutcome, PictureFinding
from covers.services import redrawing
from tests.covers.redrawing.small_redrawing import ask, brushed, work
from tests.stand_ins import away
from tests.working import worked

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_is_stopped_while_it_waits_and_tried_again_with_the_same_recipe(cover, visitor):
    version = ask(cover, visitor)
    redrawing.cancel_version(cover=cover, version=version)
    worked(tasks.draw_version, version)
    assert version.state == State.CANCELLED
    with pytest.raises(errors.VersionNotStopped):
        redrawing.cancel_version(cover=cover, version=version)
    redrawing.draw_version_again(cover=cover, version=version, person=visitor)
    assert work(version).state == State.DONE


def test_it_is_stopped_within_a_step_while_it_is_drawn(cover, visitor, monkeypatch, engine):
    version = ask(cover, visitor)
    draw, steps = engine.draw, []

    def stopped(specs: Any, on_step: Any) -> Any:
        def watched(step: Any) -> bool:
            steps.append(step.step)
            if step.step == 1:
                CoverVersion.objects.get(pk=version.pk).cancel()
            return bool(on_step(step))

        return draw(specs, watched)

    monkeypatch.setattr(engine, "draw", stopped)
    worked(tasks.draw_version, version)
    assert version.state == State.CANCELLED
    assert max(steps) <= 2
    assert not VersionDrawing.objects.exclude(art_prefix="").exists()


def test_progress_is_on_the_row_while_it_is_drawn(cover, visitor, monkeypatch, engine):
    version, seen = ask(cover, visitor), []
    draw = engine.draw

    def watched(specs: Any, on_step: Any) -> Any:
        def noted(step: Any) -> bool:
            goes_on = bool(on_step(step))
            seen.append(CoverVersion.objects.get(pk=version.pk).progress.get("step"))
            return goes_on

        return draw(specs, noted)

    monkeypatch.setattr(engine, "draw", watched)
    tasks.draw_version(str(version.pk))
    assert seen == [1, 2, 3]


def test_a_worker_that_died_is_followed_by_another_and_it_is_drawn_once(cover, visitor):
    version = ask(cover, visitor)
    [claim] = CoverVersion.objects.claim_all([version.pk], stage="draw")
    worked(tasks.draw_version, version)
    assert version.state == State.RUNNING, "somebody else has it"
    CoverVersion.objects.filter(pk=version.pk).update(
        lease_until=Now() - timedelta(seconds=1), queued_at=Now() - timedelta(minutes=5)
    )
    get_queue("draw").empty()
    assert sweep().requeued == 1
    assert [job.args[0] for job in get_queue("draw").jobs] == [str(version.pk)]
    assert work(version).state == State.DONE
    claim.end_failed("engine:failed")
    version.refresh_from_db()
    assert (version.state, version.attempt) == (State.DONE, 1)
    assert cover.versions.count() == 2


def test_without_redis_it_is_asked_for_all_the_same(cover, visitor, redis_away):
    with redis_away():
        version = ask(cover, visitor)
    CoverVersion.objects.filter(pk=version.pk).update(queued_at=Now() - timedelta(minutes=5))
    get_queue("draw").empty()
    sweep()
    assert [job.args[0] for job in get_queue("draw").jobs] == [str(version.pk)]


def test_a_store_that_is_away_makes_it_wait_and_loses_nothing(cover, visitor, monkeypatch):
    version = ask(cover, visitor, "brushed", brushed())
    read = storage.read

    monkeypatch.setattr(storage, "read", away)
    worked(tasks.draw_version, version)
    assert version.state == State.QUEUED
    monkeypatch.setattr(storage, "read", read)
    assert work(version).state == State.DONE


def test_a_mask_that_cannot_be_stored_leaves_no_row(cover, visitor, monkeypatch):
    monkeypatch.setattr(storage, "save_all", away)
    with pytest.raises(StorageError):
        ask(cover, visitor, "brushed", brushed())
    assert not VersionDrawing.objects.exists()


@pytest.mark.parametrize(
    ("outcome", "state", "failure"),
    [
        (CheckOutcome.UNFIT, State.FAILED, "safety:redrawn-picture"),
        (CheckOutcome.UNKNOWN, State.QUEUED, ""),
        (CheckOutcome.FIT, State.QUEUED, ""),
    ],
)
def test_what_the_picture_check_says_of_the_new_picture_counts(
    cover, visitor, monkeypatch, settings, outcome, state, failure
):
    version = ask(cover, visitor)
    settings.PICTURE_CHECK = "opennsfw"
    monkeypatch.setattr("covers.safety.picture_check.look_at_drawn", lambda *_picture: PictureFinding(outcome))
    worked(tasks.draw_version, version)
    assert (version.state, version.failure) == (state, failure)
    assert version.stage == ("set" if outcome == CheckOutcome.FIT else "draw")
    assert bool(version.drawing.art_prefix) == (outcome == CheckOutcome.FIT)
