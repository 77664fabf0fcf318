"""The whole road with nothing small in it but the model: photos in, a real adapter out, covers with it, and no trace of it after."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest

from accounts.person import Person
from albumsite.media import storage
from covers import tasks as cover_tasks
from covers.brief.brief_contract import Song
from covers.engine_pool import engines_inline
from covers.models import Cover, CoverRequest
from covers.services.requests import DrawOptions, request_covers
from personalize import services, tasks
from personalize.models import Face, TrainingRun
from tests.factories import make_member
from tests.personalize.factories import make_face
from tests.working import worked

pytestmark = pytest.mark.django_db(transaction=True)

QUICK = {
    "max_train_steps": 3,
    "learning_rate": 5e-3,
    "num_class_images": 1,
    "sample_every_steps": 0,
    "checkpoint_every_steps": 2,
    "patience_checks": 0,
}


def draw(row: CoverRequest) -> Cover:
    while row.stage == "write":  # a job says only that there is work: the first portraits wait as well
        worked(cover_tasks.write_brief, row)
    worked(cover_tasks.draw_request, row)
    assert row.state == "done", row.failure
    return row.covers.get()


def ask(person: Person, face: Face | None = None) -> CoverRequest:
    options = DrawOptions(count=1, seed=3, engine="pocket", face=face, size_pixels=128, with_lettering=False)
    return request_covers(owner=person, song=Song(title="Moon", artist="KJY"), options=options, submission=uuid.uuid4())


def test_photos_become_an_adapter_that_changes_its_owners_covers_and_nobody_elses(
    settings: Any, tmp_path: Path
) -> None:
    settings.VAR_DIR = tmp_path
    stranger, owner = Person(visitor=uuid.uuid4()), make_member()
    face = make_face(owner, photos=4)
    run = services.start_training(face=face, options=QUICK, seed=1)
    with engines_inline():
        before = draw(ask(stranger))
        plain = draw(ask(Person(user=owner)))
        tasks.train_face(str(run.pk))
        run = TrainingRun.objects.get()
        assert run.state == "done", run.failure
        face.refresh_from_db()
        first = CoverRequest.objects.get(face=face, is_draft=False)
        assert first.count == 4
        with_face = draw(ask(Person(user=owner), face))
        after = draw(ask(stranger))
    assert before.sha256 == after.sha256 == plain.sha256, "the next person's picture, pixel for pixel"
    assert with_face.sha256 != plain.sha256
    assert with_face.parameters["adapters"][0]["rank"] > 0
    assert with_face.prompt.count(face.subject) == 1
    assert storage.read(storage.private(), face.adapter_key)[8:9] == b"{", "a safetensors header"
    assert len(run.losses) == 3
    assert list((tmp_path / "training").iterdir()) == []
