"""Each row of the retention table on an old and a young example, made the way they are made on the site: only the old one goes."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.core.mail import get_connection, send_mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import LoginLog
from accounts.person import Person
from albumsite import retention
from albumsite.ids import first_id_since
from albumsite.jobs import rounds
from albumsite.jobs.rounds import Place
from albumsite.media import storage
from albumsite.models import AdmissionCount
from albumsite.processes import log_files
from covers.models import (
    ContentReport,
    Cover,
    CoverRequest,
    Download,
    Refusal,
    Retraining,
    Review,
    StaffLook,
    WeeklyReport,
    Withdrawal,
)
from covers.services import withdrawals
from covers.services.publishing import hide_cover, publish_cover
from personalize.models import Erasure, TrainingRun
from tests.ages import days_ago
from tests.factories import make_cover, make_finished_request, make_member, make_review
from tests.personalize.factories import make_face, make_run

pytestmark = pytest.mark.django_db(transaction=True)
RULES = {rule.name: rule for rule in retention.RULES}


def run(name: str) -> int:
    """One batch of one row, a new round."""
    Place.objects.all().delete()
    return retention.run(RULES[name])


def withdraw_all() -> None:
    for row in Withdrawal.objects.active():
        withdrawals.work(str(row.pk))


def ask_as_visitor(client: Client) -> CoverRequest:
    """Through the form, without signing in."""
    form = client.get(reverse("covers:create")).context["form"]
    typed = {"title": "한강의 밤", "artist": "하람", "count": "1", "submission": str(form["submission"].value())}
    assert client.post(reverse("covers:create"), typed).status_code == 302
    row = CoverRequest.objects.order_by("created_at").last()
    assert row is not None
    return row


def drawn(row: CoverRequest) -> Cover:
    from tests.factories import make_cover

    CoverRequest.objects.filter(pk=row.pk).update(
        state="done", stage="draw", brief={"x": 1}, finished_at=timezone.now(), count=1
    )
    row.refresh_from_db()
    return make_cover(row)


@pytest.mark.parametrize("place", ["folders", "s3"])
def test_what_visitors_made_and_nobody_rated(place: str, request: Any) -> None:
    if place == "s3":
        request.getfixturevalue("on_s3")
    with days_ago(91):
        old = drawn(ask_as_visitor(Client()))
    with days_ago(89):
        young = drawn(ask_as_visitor(Client()))
    assert run("visitors-covers") == 1
    withdraw_all()
    assert list(CoverRequest.objects.all()) == [young.request]
    assert list(storage.listed(storage.private(), old.storage_prefix)) == []
    assert len(list(storage.listed(storage.private(), young.storage_prefix))) >= 7


def test_what_visitors_rated_stays_longer_and_what_hangs_stays(visitor: Person) -> None:
    me, member = visitor, Person(user=make_member())
    with days_ago(366):
        rated, hung, hidden, claimed = (make_finished_request(me).covers.get() for _ in range(4))
        for cover in (rated, hung, hidden):
            make_review(cover, me)
        publish_cover(cover=hung)
        publish_cover(cover=hidden)
        hide_cover(cover=hidden)
        CoverRequest.objects.filter(pk=claimed.request_id).update(owner=member.user, visitor=None)
    with days_ago(100):
        younger = make_finished_request(me).covers.get()
        make_review(younger, me)
    assert run("visitors-covers") == 0
    assert run("visitors-rated-covers") == 1
    left = {hung.pk, hidden.pk, claimed.pk, younger.pk}
    assert set(Cover.objects.values_list("pk", flat=True)) == left
    assert Review.objects.count() == 3


def test_what_is_being_drawn_stays() -> None:
    with days_ago(91):
        ask_as_visitor(Client())
    assert run("visitors-covers") == 0


def test_a_round_goes_on_where_it_stopped_and_then_rests(visitor: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    with days_ago(91):
        for _ in range(5):
            make_finished_request(visitor)
    monkeypatch.setattr(rounds.next_rows, "__kwdefaults__", {"limit": 2})
    assert [retention.run(RULES["visitors-covers"]) for _ in range(4)] == [2, 2, 1, 0]
    with days_ago(91):
        make_finished_request(visitor)
    assert retention.run(RULES["visitors-covers"]) == 0, "it rests for most of a day"
    Place.objects.update(came_round_at=timezone.now() - timedelta(hours=21))
    assert retention.run(RULES["visitors-covers"]) == 1


def test_sign_ins(client: Client) -> None:
    for days in (366, 364):
        with days_ago(days):
            client.post(reverse("account_login"), {"login": f"who{days}@example.com", "password": "wrong"})
    assert LoginLog.objects.count() == 2
    assert run("sign-ins") == 1
    assert LoginLog.objects.get().pk > first_id_since(time.time() - 365 * 86400)


def test_downloads(visitor: Person, browser_of: Any) -> None:
    cover, browser = make_finished_request(visitor).covers.get(), browser_of(visitor)
    make_review(cover, visitor)
    for days in (366, 364):
        with days_ago(days):
            assert browser.get(reverse("covers:download", args=[cover.pk, "master.png"])).status_code == 200
    assert Download.objects.count() == 2
    assert run("downloads") == 1
    assert Download.objects.count() == 1


def test_sessions(client: Client) -> None:
    from django.contrib.sessions.models import Session

    for _ in range(2):
        ask_as_visitor(Client())
    ended = Session.objects.all()[0]
    Session.objects.filter(pk=ended.pk).update(expire_date=timezone.now() - timedelta(seconds=1))
    assert run("sessions") == 1
    assert Session.objects.count() == 1


def test_counts_of_the_gate() -> None:
    ask_as_visitor(Client())
    count = AdmissionCount.objects.count()
    assert count > 1
    AdmissionCount.objects.filter(pk=AdmissionCount.objects.all()[0].pk).update(
        until=timezone.now() - timedelta(seconds=1)
    )
    run("networks")
    assert AdmissionCount.objects.count() == count - 1


def test_limits_of_the_cache() -> None:
    cache.set("old", 1, timeout=1)
    cache.set("young", 1, timeout=1000)
    table = connection.ops.quote_name(str(django_settings.CACHES["default"]["LOCATION"]))
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET expires = now() - interval '1 hour' WHERE cache_key LIKE '%%old%%'")  # noqa: S608
        assert run("sign-in limits") == 1
    assert cache.get("young") == 1


def test_mails_in_files(settings: Any, tmp_path: Path) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    connections = [
        get_connection(),
        get_connection(),
    ]  # both there at once: a file is named by its second and its connection
    for one in connections:
        send_mail("Hello", "a link", None, ["a@example.com"], connection=one)
    old = min(tmp_path.iterdir())
    os.utime(old, (0, time.time() - 15 * 86400))
    assert run("mails in files") == 1
    assert not old.exists()
    assert len(list(tmp_path.iterdir())) == 1


def test_logs_of_the_built_in_servers_are_bounded_while_the_server_writes(
    settings: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(log_files.bound, "__defaults__", (1000,))
    for name in ("postgres", "redis"):
        (tmp_path / name).mkdir()
    log = tmp_path / "postgres" / "log"
    (tmp_path / "redis" / "log").write_text("short\n")
    with log.open("ab", buffering=0) as server:
        for number in range(200):
            server.write(f"line {number}\n".encode())
        assert run("logs") == 1
        server.write(b"and on\n")
    assert log.read_text() == "and on\n"
    kept = log.with_name("log.1").read_text().splitlines()
    assert kept[-1] == "line 199"
    assert kept[0].startswith("line 1")
    assert len(kept) < 60
    assert run("logs") == 0


def test_done_deletions_are_forgotten_and_those_not_done_never() -> None:
    for days in (31, 29):
        with days_ago(days):
            for state in ("done", "queued"):
                ended = {"finished_at": timezone.now()} if state == "done" else {}
                Erasure.objects.create(prefix=f"faces/{uuid.uuid4()}/", stage="erase", state=state, **ended)
                Withdrawal.objects.create(
                    storage_prefix=f"covers/{uuid.uuid4()}/0-a", stage="delete", state=state, **ended
                )
    assert (run("erasures"), run("withdrawals")) == (1, 1)
    for model in (Erasure, Withdrawal):
        assert model.objects.filter(state="queued").count() == 2
        assert model.objects.filter(state="done").count() == 1


def test_checkpoints_of_trainings_that_nobody_went_on_with() -> None:
    keys = []
    for days in (31, 29):
        ended = timezone.now() - timedelta(days=days)
        with days_ago(days + 1):
            face = make_face(make_member(), photos=1)
            run_ = make_run(face, state="failed", failure="site:gave-up", finished_at=ended)
            TrainingRun.objects.filter(pk=run_.pk).update(checkpoint_key=f"{run_.prefix}checkpoint-{days}")
            weekly = Retraining.objects.create(
                week=f"2026-W{days}",
                base_key=f"pocket{days}",
                seed=1,
                state="failed",
                failure="site:gave-up",
                finished_at=ended,
            )
            Retraining.objects.filter(pk=weekly.pk).update(checkpoint_key=f"{weekly.prefix}checkpoint-{days}")
            keys += [f"{run_.prefix}checkpoint-{days}", f"{weekly.prefix}checkpoint-{days}"]
    storage.save_all(storage.private(), dict.fromkeys(keys, b"x"))
    assert (run("checkpoints"), run("checkpoints of faces")) == (1, 1)
    assert [storage.exists(storage.private(), key) for key in keys] == [False, False, True, True]


def test_folders_of_dead_trainings(settings: Any, tmp_path: Path) -> None:
    from albumsite.processes import endings
    from covers.weekly.training_folder import TrainingFolder
    from personalize.training import workfolders

    settings.VAR_DIR, settings.MODEL_CACHE_DIR = tmp_path, tmp_path / "models"
    face_work = workfolders.WorkFolder(uuid.uuid4())
    dead = face_work.path.with_name(f"{uuid.uuid4()}.1-1")
    dead.mkdir()
    assert not endings.lives("1-1")
    going = Retraining.objects.create(week="2026-W40", base_key="pocket", seed=1)
    folder = TrainingFolder(going.pk)
    over = folder.path.with_name(str(uuid.uuid4()))
    over.mkdir()
    part = tmp_path / "models" / "parts" / "half"
    part.mkdir(parents=True)
    os.utime(part, (0, time.time() - 25 * 3600))
    (part.parent / "fresh").mkdir()
    assert run("folders of dead face trainings") == 1
    assert run("folders of dead trainings") == 2
    assert [path.exists() for path in (face_work.path, dead, folder.path, over, part)] == [
        True,
        False,
        True,
        False,
        False,
    ]
    assert (part.parent / "fresh").exists()


def test_refusals() -> None:
    for days in (181, 179):
        with days_ago(days):
            Refusal.objects.create(reason="child", field="title")
    assert run("refusals") == 1
    assert Refusal.objects.count() == 1


def test_answered_reports_go_and_open_ones_stay() -> None:
    cover = make_cover()
    for days, answer in ((366, "kept"), (364, "hidden"), (900, "")):
        with days_ago(days):
            answered = timezone.now() if answer else None
            ContentReport.objects.create(cover=cover, reason="spam", answer=answer, answered_at=answered)
    assert run("content reports") == 1
    assert set(ContentReport.objects.values_list("answer", flat=True)) == {"hidden", ""}


def test_the_log_of_staffs_looks_goes_after_two_years_and_not_before() -> None:
    for days in (732, 730):
        with days_ago(days):
            StaffLook.objects.create(
                staff_number=uuid.uuid4(), staff_name=f"{days}", request_number=uuid.uuid4(), reason="because of a mail",
                created_at=timezone.now() - timedelta(days=days), open_until=timezone.now(),
            )  # fmt: skip
    assert run("looks") == 1
    assert StaffLook.objects.get().staff_name == "730"


def test_reports() -> None:
    for days in (1096, 1094):
        with days_ago(days):
            WeeklyReport.objects.create(
                week=f"2023-W{days % 50}", starts_at=timezone.now() - timedelta(days=7), ends_at=timezone.now(), time_zone="UTC",
                language="en", text="x", chart_key=f"reports/{days}/chart.png",
            )  # fmt: skip
    assert run("reports") == 1
    assert WeeklyReport.objects.get().chart_key == "reports/1094/chart.png"


def test_one_broken_row_does_not_stop_the_others(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with days_ago(366):
        LoginLog.objects.create(event="failed")

    def broken(before: Any) -> int:
        raise RuntimeError

    monkeypatch.setattr("covers.keeping.delete_unreviewed_of_visitors", broken)
    retention.sweep()
    assert not LoginLog.objects.exists()
    assert "retention visitors-covers" in caplog.text


@pytest.mark.parametrize("rule", retention.RULES, ids=lambda rule: rule.name)
def test_every_sweeper_is_there_and_every_length_is_a_setting(rule: retention.RetentionRule) -> None:
    from django.utils.module_loading import import_string

    sweeper: Callable[..., Any] = import_string(rule.sweep)
    assert callable(sweeper)
    assert rule.length > timedelta(0)
