"""Objects that no row names go after two days, and nothing else: in folders and on an S3 server."""

from __future__ import annotations

import contextlib
import os
import time
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from accounts.person import Person
from albumsite import retention
from albumsite.errors import StorageError
from albumsite.jobs.rounds import Place
from albumsite.media import orphans, storage
from covers import tasks
from covers.models import Cover, ReleaseFile
from tests.covers.reports.report_factories import the_delivery
from tests.factories import make_briefed_request, make_finished_request, make_member, make_model_version, make_review
from tests.personalize.factories import make_portraits, make_ready_face
from tests.stand_ins import away

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("developed_once")]
RULE = next(rule for rule in retention.RULES if rule.name == "orphans")


@pytest.fixture
def world(settings: Any) -> dict[str, list[str]]:
    """A site with something of everything in its buckets, beside what nobody names."""
    settings.RELEASE_SIZE_PIXELS = 128
    MigrationRecorder.Migration.objects.update(applied=timezone.now() - timedelta(days=400))
    face = make_ready_face(make_member())
    assert {row.state for row in make_portraits(face)} == {"done"}
    person = Person(user=face.owner)
    cover = make_finished_request(person).covers.get()
    make_review(cover, person, publish=True)
    tasks.make_release(str(ReleaseFile.objects.get().pk))
    private = make_finished_request(person).covers.get()
    model = make_model_version(source_kind="storage", source="models/summer/0123456789abcdef")
    report = the_delivery().report
    named = {
        f"{model.source}/unet/x.safetensors": b"x",
        report.chart_key: b"x",
        "notes/of-the-operator.txt": b"x",
        "models/mine/a": b"x",
    }
    storage.save_all(storage.private(), named)
    lost = {
        f"covers/{uuid.uuid4()}/0-dead/master.png", f"{cover.storage_prefix[:-3]}abc/master.png",
        f"{cover.storage_prefix}/release-dead.jpg", f"faces/{uuid.uuid4()}/photos/x/photo.jpg",
        f"{face.prefix}adapters/dead.safetensors", f"{face.prefix}portraits/{uuid.uuid4()}/dead.zip",
        f"albums/ab/{'ab' * 32}.jpg", f"learning/datasets/{'cd' * 32}.json",
        f"learning/retrainings/{uuid.uuid4()}/checkpoint", f"learning/evaluations/{uuid.uuid4()}/a.webp",
        "reports/2020-W01/dead/chart.png", "models/summer/fedcba9876543210/unet/x.safetensors", "trial/x/trial.txt",
    }  # fmt: skip
    storage.save_all(storage.private(), dict.fromkeys(sorted(lost), b"x"))
    shown = {f"{private.storage_prefix}/640.webp", f"{cover.storage_prefix}/1024.webp"}
    storage.save_all(storage.public(), dict.fromkeys(sorted(shown), b"x"))
    return {"private": sorted(lost), "public": sorted(shown)}


def stored() -> dict[str, set[str]]:
    return {name: {one.key for one in storage.listed(bucket)} for name, bucket in orphans.buckets()}


def look(days_later: float = 3) -> int:
    """What the sweeper does on some later day, all pages of a round."""
    Place.objects.all().delete()
    return orphans.sweep(timezone.now() + timedelta(days=days_later) - RULE.length)


@pytest.fixture(params=["folders", "s3"])
def _place(request: Any) -> None:
    if request.param == "s3":
        request.getfixturevalue("on_s3")
        for _name, bucket in orphans.buckets():  # one server for all tests
            for one in list(storage.listed(bucket)):
                bucket.delete(one.key)


@pytest.mark.usefixtures("_place")
def test_they_go_after_two_days_and_nothing_else(world: dict[str, list[str]]) -> None:
    before = stored()
    assert look(days_later=1.9) == 0
    assert stored() == before, "a worker may just be going to write the row"
    assert look(days_later=2.1) == 15
    assert {name: before[name] - stored()[name] for name in before} == {name: set(lost) for name, lost in world.items()}
    assert Cover.objects.count() == 2
    assert look() == 0


@pytest.mark.usefixtures("_place")
def test_it_goes_on_where_it_stopped(world: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orphans, "PAGE", 5)
    later = timezone.now() + timedelta(days=1)
    counts = [orphans.sweep(later) for _ in range(12)]
    assert sum(counts) == 15
    assert max(counts) <= 10
    assert orphans.sweep(later) == 0, "it rests"


def test_only_old_files_of_a_folder_go(world: dict[str, list[str]]) -> None:
    """By the store's own clock."""
    root = Path(storage.private().path(""))  # type: ignore[attr-defined]
    old, young = world["private"][:2]
    for key, days in ((old, 2.1), (young, 1.9)):
        at = time.time() - days * 86400
        os.utime(root / key, (at, at))
    assert retention.run(RULE) == 1
    assert (root / young).exists()
    assert not (root / old).exists()


def test_what_is_older_than_the_database_is_not_its_business(world: dict[str, list[str]]) -> None:
    """A new database before a bucket that was there already."""
    MigrationRecorder.Migration.objects.update(applied=timezone.now() + timedelta(hours=1))
    assert look() == 0


def test_a_database_that_does_not_fit_the_bucket_deletes_nothing(
    monkeypatch: pytest.MonkeyPatch, world: dict[str, list[str]], caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(orphans, "FUSE_AT", 10)
    Cover.objects.all().delete()
    before = stored()
    assert look() == 0
    assert stored()["private"] == before["private"]
    assert "most objects are nobody's" in caplog.text


def test_the_command_tells_first(
    world: dict[str, list[str]], settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.ORPHAN_DAYS = -1
    before = stored()
    call_command("orphans")
    said = capsys.readouterr().out
    assert "15 objects that nobody names" in said
    assert all(key in said for lost in world.values() for key in lost)
    assert stored() == before
    call_command("orphans", delete=True)
    call_command("orphans")
    assert "0 objects" in capsys.readouterr().out.splitlines()[-1]


def test_the_right_to_look_away_from_a_store_that_is_away(
    world: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "listed", away)
    with pytest.raises(StorageError):
        look()
    retention.sweep()  # says so and goes on


def test_a_listing_goes_on_after_any_key() -> None:
    keys = ["a.txt", "a/b/1.txt", "a/b/2.txt", "a/b2/1.txt", "a/c.txt", "b/1.txt", "z.txt"]
    storage.save_all(storage.private(), dict.fromkeys(keys, b"x"))
    order = [one.key for one in storage.listed(storage.private())]
    assert sorted(order) == sorted(keys)
    for number, key in enumerate(order):
        assert [one.key for one in storage.listed(storage.private(), after=key)] == order[number + 1 :]


def test_a_worker_that_dies_between_file_and_row(visitor: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real path: the files of a cover are stored, and the database goes away before their row."""
    MigrationRecorder.Migration.objects.update(applied=timezone.now() - timedelta(days=400))
    row = make_briefed_request(visitor, count=1)
    kept = make_finished_request(visitor).covers.get()

    def lost(*_: Any, **__: Any) -> None:
        raise OperationalError("the connection is lost")

    with monkeypatch.context() as patch, contextlib.suppress(OperationalError):
        patch.setattr(Cover, "save", lost)
        patch.setattr("albumsite.jobs.retries.AGAIN_AFTER_SECONDS", ())
        tasks.draw_covers(str(row.pk))
    mine = f"covers/{row.pk}/"
    assert len(list(storage.listed(storage.private(), mine))) >= 7
    assert look() >= 7
    assert list(storage.listed(storage.private(), mine)) == []
    assert len(list(storage.listed(storage.private(), kept.storage_prefix))) >= 7
