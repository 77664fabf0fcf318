"""A worker process that draws a picture anew is killed in the middle: another one draws it, once."""

from __future__ import annotations

from pathlib import Path

import pytest

from albumsite.jobs.states import State
from albumsite.jobs.sweeper import sweep
from albumsite.media import storage
from covers import tasks
from covers.models import Cover, CoverVersion
from covers.object_keys import art_key
from tests.covers.redrawing.small_redrawing import ask
from tests.covers.test_draw_worker_kills import Workers
from tests.factories import make_briefed_request
from tests.waiting import wait_until
from tests.working import worked

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_killed_while_it_draws_it_is_drawn_by_the_next_worker_once(tmp_path: Path, visitor, settings) -> None:
    settings.SWEEP_EVERY_SECONDS = 1
    row = make_briefed_request(visitor, engine="pocket", count=1, width=128, height=128, num_inference_steps=4)
    tasks.draw_covers(str(row.pk))
    cover = Cover.objects.get(request=row)
    version = ask(cover, visitor, "lower_third", guidance_scale=3.0)
    workers = Workers(tmp_path, ("first", "second"))
    try:
        workers.start("first")
        now = CoverVersion.objects.filter(pk=version.pk)
        wait_until(lambda: now.filter(state=State.RUNNING).exists())  # its model is being loaded then
        workers.kill("first")
        workers.start("second")

        def is_drawn() -> bool:
            sweep()
            return now.filter(stage="set").exists()

        wait_until(is_drawn)
    finally:
        workers.stop()
    worked(tasks.set_version, version)
    assert version.state == State.DONE
    assert cover.versions.count() == 2
    assert version.drawing is not None
    assert storage.exists(storage.private(), art_key(version.drawing.art_prefix))
