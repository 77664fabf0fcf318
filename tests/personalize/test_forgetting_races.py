"""What happens between a look and an act: a face that is forgotten while it is drawn, used while it is tidied away."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from accounts.models import User
from accounts.person import Person
from albumsite.media import storage
from covers import registry
from covers.brief.brief_contract import Song
from covers.drawing.recording import record_cover
from covers.drawing.specs import spec_of
from covers.engine.engine_contract import Drawn
from covers.models import Cover, CoverRequest, Stage
from covers.object_keys import request_prefix
from covers.registry import cache
from covers.services.requests import DrawOptions, request_covers
from personalize import services as faces
from personalize.models import Face
from personalize.training import chores
from tests.factories import make_briefed_request
from tests.personalize.factories import make_face, make_photo, make_ready_face

pytestmark = pytest.mark.django_db(transaction=True)


def with_face(face: Face, **changes: Any) -> CoverRequest:
    record = {
        "key": f"face:{face.pk}",
        "source_kind": "storage",
        "source": face.adapter_key,
        "sha256": face.adapter_sha256,
    }
    values = {"face": face, "shows_face": True, "subject": face.subject, "engine": "pocket", "adapters": [record],
              "width": 64, "height": 64, "count": 2, "with_lettering": False}  # fmt: skip
    return make_briefed_request(Person(user=face.owner), **(values | changes))


def picture_of(row: CoverRequest, position: int) -> Drawn:
    parameters = {"prompt": f"a photo of {row.subject}", "adapters": [{"adapter": f"face:{row.face_id}"}]}
    return Drawn(position, bytes(64 * 64 * 3), 64, 64, parameters=parameters)


def everything_said_of_covers() -> str:
    """All columns of all requests and covers, as a dump of the database would show them."""
    models: tuple[type[Model], ...] = (CoverRequest, Cover)
    return str([list(model._default_manager.values()) for model in models])


def test_a_picture_that_is_stored_after_its_face_was_forgotten_is_not_recorded_and_names_nobody(member: User) -> None:
    face = make_ready_face(member)
    row = with_face(face)
    number, word = str(face.pk), face.identifier_token
    with CoverRequest.objects.claimed(row.pk, stage=Stage.DRAW) as claim:
        assert claim is not None
        specs = [_plain_spec(claim.row, position) for position in range(2)]
        record_cover(claim=claim, spec=specs[0], drawn=picture_of(claim.row, 0))
        claim.report(progress={"1": {"phase": "drawing", "step": 3, "total": 9, "preview": "TElLRU5FU1M="}})
        faces.forget_face(face=face, with_covers=False)
        record_cover(claim=claim, spec=specs[1], drawn=picture_of(claim.row, 1))
    row.refresh_from_db()
    assert row.state == "cancelled"
    assert row.covers.count() == 1, "what was recorded before is kept"
    said = everything_said_of_covers()
    assert number not in said
    assert word not in said
    assert "TElLRU5FU1M=" not in said, "a preview shows the face"
    folder = request_prefix(row.pk)
    folders = {folder + name.rpartition("/")[0] for name in storage.names_below(storage.private(), folder)}
    assert folders == {row.covers.get().storage_prefix}, "the files of the late picture are gone"


def _plain_spec(row: CoverRequest, position: int) -> Any:
    row.adapters = []  # the adapter of a factory's face is no file that could be fetched
    return spec_of(row, position)


@contextmanager
def blocked_on(act: Callable[[], object]) -> Iterator[list[object]]:
    """Run `act` in another thread until it waits for a lock that this transaction holds. What it returned is in the list."""
    answers: list[object] = []

    def run() -> None:
        try:
            answers.append(act())
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    with transaction.atomic():
        yield answers
        thread.start()
        with connection.cursor() as cursor:
            while thread.is_alive():
                cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
                if cursor.fetchone()[0]:
                    break
                time.sleep(0.01)
        assert thread.is_alive(), "it did not wait"
    thread.join()


def unused(face: Face) -> None:
    old = timezone.now() - timedelta(days=400)
    Face.objects.filter(pk=face.pk).update(used_at=old, warned_at=old)


def test_a_face_that_is_used_while_it_is_about_to_be_forgotten_stays(member: User) -> None:
    face = make_ready_face(member, photos=4, base_key="pocket")
    unused(face)
    with blocked_on(lambda: chores.tidy_faces().forgotten) as forgotten:
        request_covers(
            owner=Person(user=member), song=Song("A", "B"),
            options=DrawOptions(face=face, engine="poster"), submission=face.pk,
        )  # fmt: skip
    assert forgotten == [0]
    assert CoverRequest.objects.get().face == face


def test_covers_are_not_asked_for_with_a_face_that_is_forgotten_meanwhile(member: User) -> None:
    face = make_ready_face(member, photos=4)
    faces.forget_face(face=Face.objects.get(pk=face.pk), with_covers=False)
    with pytest.raises(registry.FaceGone):
        request_covers(
            owner=Person(user=member), song=Song("A", "B"),
            options=DrawOptions(face=face, engine="poster"), submission=face.pk,
        )  # fmt: skip
    with pytest.raises(registry.FaceGone):
        faces.start_training(face=face)


def test_photos_are_not_swept_away_when_one_was_added_since_they_were_found_old(member: User) -> None:
    face = make_face(member, photos=4)
    face.photos.update(created_at=timezone.now() - timedelta(days=8))
    found = Face.objects.with_old_photos().get()
    make_photo(face, position=4)
    assert faces.delete_old_photos(face=found) == 0
    assert face.photos.count() == 5


def test_the_last_look_before_old_photos_go_is_under_the_lock_that_trainings_take(member: User) -> None:
    face = make_face(member, photos=4)
    face.photos.update(created_at=timezone.now() - timedelta(days=8))
    with blocked_on(lambda: faces.delete_old_photos(face=face)) as deleted:
        faces.start_training(face=face)
    assert deleted == [0]
    assert face.photos.count() == 4


def test_an_adapter_that_is_fetched_while_forgotten_ones_are_looked_for_stays(settings: Any, tmp_path: Path) -> None:
    settings.MODEL_CACHE_DIR = tmp_path
    folder = cache._personal_folder()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{'a' * 64}.safetensors").write_bytes(b"old")

    def known() -> set[str]:
        (folder / f"{'b' * 64}.safetensors").write_bytes(b"recorded and fetched just now")
        return set()

    assert cache.drop_personal(but=known) == 1
    assert [path.name[0] for path in folder.iterdir()] == ["b"]
