"""A disk that is nearly full: work is refused with a sentence, what waits keeps waiting, pages go last."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from albumsite import disk
from albumsite.jobs.states import State
from covers import tasks
from covers.models import CoverRequest
from covers.services.requests import retry_request
from personalize import services as faces
from tests.factories import make_request
from tests.personalize.factories import make_face
from tests.working import worked

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _look_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "LOOK_EVERY_SECONDS", 0.0)
    monkeypatch.setattr(disk, "_told_at", float("-inf"))
    monkeypatch.setattr(disk, "_looked", None)


@pytest.fixture
def full(settings: Any) -> None:
    settings.DISK_FREE_PERCENT_MIN = 201  # no disk has that much


def test_the_share_is_that_of_the_file_system_under_var(settings: Any, tmp_path: Path) -> None:
    usage = shutil.disk_usage(tmp_path)
    settings.VAR_DIR = tmp_path / "not" / "made" / "yet"
    assert disk.free_percent() == pytest.approx(100 * usage.free / usage.total, abs=1)


@pytest.mark.usefixtures("full")
def test_a_song_is_refused_with_a_sentence_and_kept_in_the_form(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    form = client.get("/create/").context["form"]
    typed = {"title": "한강의 밤", "artist": "하람", "count": "4", "submission": str(form["submission"].value())}
    page = client.post("/create/", typed, headers={"accept-language": "ko"})
    assert page.status_code == 503
    assert int(page.headers["Retry-After"]) > 0
    text = page.content.decode()
    assert "저장 공간" in text
    assert "한강의 밤" in text
    assert not CoverRequest.objects.exists()
    assert [record.levelname for record in caplog.records if "disk nearly full" in record.message] == ["ERROR"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("full")
def test_what_waits_is_not_begun_and_not_lost(settings: Any) -> None:
    row = worked(tasks.write_brief, make_request())
    assert (row.state, row.attempt) == (State.QUEUED, 0)
    settings.DISK_FREE_PERCENT_MIN = 0
    worked(tasks.write_brief, row)
    assert row.stage == "draw"


@pytest.mark.usefixtures("full")
def test_no_retry_no_photo_and_no_training_either() -> None:
    ended = make_request(state=State.CANCELLED, finished_at=timezone.now())
    face = make_face(photos=4)
    for work in (
        lambda: retry_request(request=ended),
        lambda: faces.add_photo(face=face, content=b"x"),
        lambda: faces.start_training(face=face),
    ):
        with pytest.raises(disk.DiskNearlyFull):
            work()
    ended.refresh_from_db()
    assert ended.state == State.CANCELLED


@pytest.mark.usefixtures("full")
def test_pages_go_on(client: Client) -> None:
    for path in ("/", "/create/", "/accounts/login/", "/readyz"):
        assert client.get(path).status_code == 200


def test_a_mounted_disk_that_fills_up_is_noticed(settings: Any, tmp_path: Path) -> None:
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(tmp_path)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("only root may mount a small disk")
    try:
        settings.VAR_DIR = tmp_path
        assert disk.has_room()
        (tmp_path / "data").write_bytes(b"x" * 3_900_000)
        assert not disk.has_room()
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)
