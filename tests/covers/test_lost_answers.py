"""A commit whose answer is lost is a commit: what its rows point at stays, and nothing is there twice."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from albumsite.jobs.claims import LeaseLost
from albumsite.jobs.states import State
from albumsite.media import storage
from covers import tasks
from covers.drawing.recording import record_cover
from covers.drawing.specs import missing_specs
from covers.models import CoverRequest, ReleaseFile, Stage
from covers.object_keys import ART, FULL_SIZE, cover_keys
from tests.covers.test_draw_covers import FlatEngine, engine, flat_request  # noqa: F401  the engine is a fixture
from tests.factories import make_finished_request
from tests.lossy_postgres import answer_lost, elsewhere

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("refused", [0, 1, 2])
def test_a_cover_whose_commit_was_not_answered_keeps_its_files(engine: FlatEngine, refused: int) -> None:  # noqa: F811
    row = flat_request(count=2)
    with answer_lost('INSERT INTO "covers_cover"', refused=refused) as wire:
        elsewhere(lambda: tasks.draw_covers(str(row.pk)))
    assert wire.lost == 1
    if row.state != State.DONE:  # the server was away for longer than a picture is held for: another worker goes on
        tasks.draw_covers(str(row.pk))
    row.refresh_from_db()
    assert (row.state, row.failure) == (State.DONE, "")
    assert sorted(row.covers.values_list("position", flat=True)) == [0, 1]
    for cover in row.covers.all():
        for key in cover_keys(cover.storage_prefix):
            if not key.endswith((ART, FULL_SIZE)):
                assert storage.read(storage.private(), key)


def test_a_release_file_whose_commit_was_not_answered_is_there(settings: Any) -> None:
    settings.RELEASE_SIZE_PIXELS = 128
    cover = make_finished_request().covers.get()
    release = ReleaseFile.objects.create(cover=cover, stage="render")
    with answer_lost('"storage_key" = ') as wire:
        elsewhere(lambda: tasks.make_release(str(release.pk)))
    assert wire.lost == 1
    release.refresh_from_db()
    assert release.state == State.DONE
    assert len(storage.read(storage.private(), release.storage_key)) == release.size_bytes


def test_files_that_no_row_will_point_at_go_again(engine: FlatEngine) -> None:  # noqa: F811
    row = flat_request(count=1)
    (spec,) = missing_specs(row)
    (drawn,) = engine.draw([spec], lambda _step: True)
    with CoverRequest.objects.claimed(row.pk, stage=Stage.DRAW) as claim:
        CoverRequest.objects.filter(pk=row.pk).update(token=uuid.uuid4())  # another worker has it now
        with pytest.raises(LeaseLost):
            record_cover(claim=claim, spec=spec, drawn=drawn)
    assert list(storage.listed(storage.private())) == []
