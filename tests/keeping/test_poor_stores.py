"""Stores that know less than S3: what was promised to be deleted is deleted there as well, or somebody is told."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from albumsite.errors import StorageError
from albumsite.jobs import sweeper
from albumsite.jobs.states import State
from albumsite.media import emptying, storage, store_trial
from albumsite.processes import local_servers
from covers.models import Withdrawal
from covers.services import withdrawals
from covers.services.publishing import hide_cover
from personalize import services, tasks
from personalize.models import Erasure
from tests.factories import make_finished_request, make_member, make_review
from tests.personalize.factories import make_ready_face
from tests.s3 import forget_storages
from tests.s3_limits import store_that_refuses

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _told_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(emptying, "_told", set())
    monkeypatch.setattr(sweeper, "_told_at", float("-inf"))


def refusing(status: int, code: str, *what: str) -> Any:
    """Refuses calls that list one of these: "versions", "uploads", "versioning"."""
    return lambda _method, _path, query, _headers: (status, code) if set(what) & set(query) else None


def erase_all() -> None:
    for _ in range(2):
        Erasure.objects.active().update(queued_at=timezone.now() - timedelta(seconds=1))
        for erasure in Erasure.objects.active():
            tasks.erase(str(erasure.pk))


@pytest.mark.parametrize(
    ("status", "code"),
    [(501, "NotImplemented"), (405, "MethodNotAllowed"), (403, "AccessDenied"), (400, "InvalidRequest")],
)
def test_a_face_is_erased_where_versions_cannot_be_listed(on_s3: Any, settings: Any, status: int, code: str) -> None:
    face = make_ready_face(make_member())
    services.forget_face(face=face, with_covers=True)
    with store_that_refuses(on_s3[0], settings, refusing(status, code, "versions", "uploads")):
        erase_all()
    assert list(storage.listed(storage.private(), face.prefix)) == []
    assert Erasure.objects.get().state == State.DONE


def test_old_versions_that_may_not_be_listed_are_said_and_not_called_deleted(on_s3: Any, settings: Any) -> None:
    """The right to list versions is missing, on a bucket that keeps them: the plain list would look empty."""

    def refuses(method: str, path: str, query: dict[str, list[str]], headers: dict[str, str]) -> Any:
        return (403, "AccessDenied") if "versions" in query else None

    storage.save_all(storage.private(), {"faces/x/a": b"a"})
    with store_that_refuses(on_s3[0], settings, refuses), pytest.MonkeyPatch.context() as patch:
        patch.setattr(emptying, "_keeps_versions", lambda _bucket: True)  # the test's store cannot keep any
        with pytest.raises(StorageError, match="ListBucketVersions"):
            storage.delete_below(storage.private(), "faces/x/")
    assert storage.exists(storage.private(), "faces/x/a")


def test_a_store_that_is_only_busy_is_not_taken_for_one_without_versions(on_s3: Any, settings: Any) -> None:
    storage.save_all(storage.private(), {"faces/x/a": b"a"})
    with (
        store_that_refuses(on_s3[0], settings, refusing(503, "SlowDown", "versions")),
        pytest.raises(StorageError),
    ):
        storage.delete_below(storage.private(), "faces/x/")


def test_a_store_that_says_deleted_and_deletes_nothing_is_told_from_an_empty_one(
    on_s3: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(emptying, "ROUNDS_MAX", 3)
    storage.save_all(storage.private(), {"faces/x/a": b"a"})

    def lies(method: str, path: str, query: dict[str, list[str]], headers: dict[str, str]) -> Any:
        return (204, "") if method == "DELETE" else None

    with (
        store_that_refuses(on_s3[0], settings, lies),
        pytest.raises(StorageError, match="after they were deleted"),
    ):
        storage.delete_below(storage.private(), "faces/x/")


def test_public_copies_go_there_too(on_s3: Any, settings: Any, visitor: Any) -> None:

    cover = make_finished_request(visitor).covers.get()
    make_review(cover, visitor, publish=True)
    with store_that_refuses(on_s3[0], settings, refusing(501, "NotImplemented", "versions", "uploads")):
        hide_cover(cover=cover)
        for row in Withdrawal.objects.filter(queued_at__lte=timezone.now()):
            withdrawals.work(str(row.pk))
    assert list(storage.listed(storage.public(), cover.storage_prefix)) == []


def test_an_erasure_older_than_a_day_is_loud(
    settings: Any, caplog: pytest.LogCaptureFixture, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from albumsite.ids import first_id_since

    old, young = (first_id_since((timezone.now() - timedelta(hours=hours)).timestamp()) for hours in (25, 23))
    for pk in (old, young):
        Erasure.objects.create(pk=pk, prefix=f"faces/{pk}/", stage="erase")
    sweeper.tell_overdue()
    sweeper.tell_overdue()
    (line,) = [record for record in caplog.records if "not done after a day" in record.message]
    assert line.levelname == "ERROR"
    assert "kind=erasure count=1" in line.message
    health = client.get("/healthz/")
    assert health.status_code == 503
    assert health.json()["deletions"] == "1 erasure older than a day"
    Erasure.objects.filter(pk=old).update(state=State.DONE, finished_at=timezone.now())
    assert client.get("/healthz/").json()["deletions"] == "ok"


def test_an_erasure_that_was_given_up_is_taken_up_again(settings: Any) -> None:
    """Its worker was killed three times."""
    row = Erasure.objects.create(prefix="faces/0192e000-0000-7000-8000-000000000000/", stage="erase")
    Erasure.objects.update(attempt=settings.JOB_ATTEMPTS_MAX)
    sweeper.sweep()
    row.refresh_from_db()
    assert row.state == State.FAILED
    Erasure.objects.update(finished_at=timezone.now() - timedelta(minutes=11))
    sweeper.sweep()
    row.refresh_from_db()
    assert (row.state, row.attempt, row.failure) == (State.QUEUED, 0, "")


def test_deletions_go_on_when_the_disk_is_full(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from albumsite import disk

    monkeypatch.setattr(disk, "has_room_to_work", lambda: False)
    face = make_ready_face(make_member())
    services.forget_face(face=face, with_covers=True)
    erase_all()
    assert storage.names_below(storage.private(), face.prefix) == []


# --- the trial at the start --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "word", "right"),
    [("PUT", "write", "s3:PutObject"), ("GET", "list", "s3:ListBucket"), ("DELETE", "delete", "s3:DeleteObject")],
)
def test_the_trial_names_the_bucket_and_the_right(
    on_s3: Any, settings: Any, method: str, word: str, right: str
) -> None:
    def refuses(sent: str, path: str, query: Any, headers: Any) -> Any:
        return (403, "AccessDenied") if sent == method and "aibum-public" in path else None

    with store_that_refuses(on_s3[0], settings, refuses), pytest.raises(CommandError) as said:
        call_command("check_store")
    assert str(said.value).startswith(
        f"The public bucket aibum-public does not let us {word} ({right}): 403 AccessDenied."
    )
    assert "private" not in str(said.value)


def test_the_trial_leaves_nothing_behind(on_s3: Any, capsys: pytest.CaptureFixture[str]) -> None:
    before = [list(storage.listed(bucket)) for bucket in (storage.private(), storage.public())]
    call_command("check_store")
    assert "Both buckets" in capsys.readouterr().out
    assert [list(storage.listed(bucket)) for bucket in (storage.private(), storage.public())] == before


def test_folders_are_tried_as_well(capsys: pytest.CaptureFixture[str], settings: Any, tmp_path: Any) -> None:
    call_command("check_store")
    (tmp_path / "file").write_text("")
    options = settings.STORAGES["public"]["OPTIONS"] | {"location": tmp_path / "file"}
    settings.STORAGES = {**settings.STORAGES, "public": {**settings.STORAGES["public"], "OPTIONS": options}}
    forget_storages()
    with pytest.raises(CommandError, match="does not let us write"):
        call_command("check_store")


def test_stores_that_refuse_checksums_have_a_setting(on_s3: Any, settings: Any) -> None:
    """Headers that came with botocore 1.36, and bodies in pieces with a checksum at their end."""

    def refuses(method: str, path: str, query: Any, headers: dict[str, str]) -> Any:
        has_checksum = any(
            name.startswith(("x-amz-checksum", "x-amz-sdk-checksum", "x-amz-trailer")) for name in headers
        )
        return (400, "XAmzContentChecksumMismatch") if has_checksum and method == "PUT" else None

    def use(checksums: str) -> None:
        config = {"client_config": local_servers.s3_client_config(checksums)}
        settings.STORAGES = {
            name: {**one, "OPTIONS": one["OPTIONS"] | config} if name in ("default", "public") else one
            for name, one in settings.STORAGES.items()
        }
        forget_storages()

    with store_that_refuses(on_s3[0], settings, refuses):
        use("when_supported")
        assert all("AWS_S3_CHECKSUMS=when_required" in fault for fault in store_trial.faults())
        assert len(store_trial.faults()) == 2
        use("when_required")
        assert store_trial.faults() == []


def test_the_setting_reaches_the_client() -> None:
    """In a fresh process, as an operator would set it."""
    code = (
        "import django; django.setup()\n"
        "from albumsite.media import storage\n"
        "print(storage.private().connection.meta.client.meta.config.request_checksum_calculation)"
    )
    environment = {
        **os.environ, "DJANGO_SETTINGS_MODULE": "albumsite.settings", "AWS_STORAGE_BUCKET_NAME": "a", "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "y", "AWS_S3_CHECKSUMS": "when_required",
    }  # fmt: skip
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "when_required", done.stderr
