"""What workers say of themselves, and what an operator reads."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.admin.sites import site
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from covers import registry
from covers.models import WorkerHealth
from covers.registry import health
from tests.factories import make_adapter, make_briefed_request, make_model_version, make_worker
from tests.waiting import wait_until

pytestmark = pytest.mark.django_db
PAGE = "/admin/covers/workerhealth/"


@pytest.fixture(autouse=True)
def _new_process(monkeypatch):
    """As a worker that has just started."""
    monkeypatch.setattr(health, "_worker", None)


def page(client: Client) -> str:
    return client.get(PAGE).content.decode()


def test_a_worker_writes_what_it_draws_with():
    registry.report_health(
        queue="draw", engine="sdxl", model="base@0123", device="cuda", batch_limit=8, is_warm=True, now=True
    )
    row = WorkerHealth.objects.get()
    assert (row.queue, row.engine, row.model, row.device) == ("draw", "sdxl", "base@0123", "cuda")
    assert (row.batch_limit, row.is_warm, row.is_silent) == (8, True, False)
    assert row.started_at <= row.seen_at


def test_what_is_not_said_again_stays_and_errors_are_kept_with_their_time():
    registry.report_health(queue="draw", engine="poster", now=True)
    registry.report_health(error="engine:hung: no step for 120 s")
    row = WorkerHealth.objects.get()
    assert (row.engine, row.last_error) == ("poster", "engine:hung: no step for 120 s")
    assert row.last_error_at is not None


def test_an_engine_without_a_checkpoint_does_not_show_the_one_before_it():
    registry.report_health(queue="draw", engine="sdxl", model="base@0123", now=True)
    registry.report_health(engine="poster", now=True)
    row = WorkerHealth.objects.get()
    assert (row.engine, row.model, row.queue) == ("poster", "", "draw")


def test_it_counts_pictures_and_waits(monkeypatch):
    monkeypatch.setattr(health, "WRITE_EVERY_SECONDS", 0)
    registry.report_health(queue="draw", pictures=4, waited_seconds=2.0)
    registry.report_health(pictures=2, waited_seconds=4.0)
    row = WorkerHealth.objects.get()
    assert (row.pictures, row.queue_wait_seconds) == (6, 3.0)
    assert row.images_per_minute == 6.0  # within its first minute


def test_it_writes_seldom_however_often_it_is_asked(django_assert_num_queries):
    registry.report_health(queue="draw", now=True)
    with django_assert_num_queries(0):
        for _ in range(100):
            registry.report_health(pictures=1)
    registry.report_health(now=True)
    assert WorkerHealth.objects.get().pictures == 100


def test_a_database_that_is_away_stops_no_picture_and_spoils_no_transaction():
    registry.report_health(queue="draw", now=True)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE covers_workerhealth RENAME TO gone")
        registry.report_health(pictures=1, now=True)
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE gone RENAME TO covers_workerhealth")
    assert make_worker().queue == "draw"


def test_a_worker_that_ends_in_order_takes_its_row_along():
    registry.report_health(queue="draw", now=True)
    registry.end_health()
    assert not WorkerHealth.objects.exists()


def test_a_new_process_with_an_old_number_starts_from_nothing():
    import os
    import socket

    make_worker(host=socket.gethostname(), pid=os.getpid(), pictures=900, last_error="engine:died")
    registry.report_health(queue="draw", engine="poster", now=True)
    row = WorkerHealth.objects.get()
    assert (row.pictures, row.last_error, row.model, row.is_warm) == (0, "", "", False)


def test_rows_of_the_day_before_yesterday_go_when_a_worker_starts():
    make_worker(seen_at=timezone.now() - timedelta(days=2))
    registry.report_health(queue="draw", now=True)
    assert WorkerHealth.objects.get().host != "gpu-1"


@pytest.mark.django_db(transaction=True)
def test_the_heartbeat_keeps_a_waiting_worker_in_sight_and_ends_it(monkeypatch):
    monkeypatch.setattr(health, "BEAT_EVERY_SECONDS", 0.05)
    monkeypatch.setattr(health, "WRITE_EVERY_SECONDS", 0)
    heartbeat = registry.Heartbeat("draw")
    heartbeat.start()
    first = _seen_after(None)
    assert _seen_after(first) > first
    heartbeat.stop()
    assert not WorkerHealth.objects.exists()


def _seen_after(moment):
    newest = WorkerHealth.objects.exclude(seen_at=moment)
    return wait_until(newest.all().first, lambda: "no heartbeat came").seen_at


def test_the_page_shows_each_worker_at_a_glance(operator):
    make_worker(images_per_minute=41.25, batch_limit=8, queue_wait_seconds=1.5, pictures=120)
    make_worker(pid=4712, is_warm=False, model="", last_error="engine:out-of-memory", last_error_at=timezone.now())
    text = page(operator)
    for said in ("gpu-1:4711", "warm", "some-sdxl@0123456", "cuda", "41.2", "1.5 s",
                 "loading its model", "engine:out-of-memory"):  # fmt: skip
        assert said in text, said
    assert "2 draw workers are running." in text
    assert "New requests are drawn with <strong>poster</strong>" in text


def test_a_killed_worker_is_told_by_how_long_nobody_saw_it(operator):
    make_worker(seen_at=timezone.now() - timedelta(minutes=3, seconds=5))
    make_briefed_request()
    text = page(operator)
    assert "not seen for 3 minutes" in text
    assert "0 draw workers are running." in text
    assert "1 request waits." in text
    assert "start one" in text


def test_old_rows_are_not_shown_and_the_active_model_is_named(operator):
    make_worker(host="last-week", seen_at=timezone.now() - timedelta(days=2))
    make_model_version("summer", name="Summer 2026", state="active")
    make_adapter("week-47", state="active", facts={"cross_attention_width": 2048})
    text = page(operator)
    assert "last-week" not in text
    assert "<strong>Summer 2026</strong>" in text
    assert "Laid over them: week-47." in text
    assert "/admin/covers/modelversion/" in text


def test_nobody_edits_what_a_worker_said(operator):
    worker = make_worker()
    assert operator.get(f"{PAGE}{worker.pk}/change/").status_code == 200
    assert operator.post(f"{PAGE}{worker.pk}/change/", {"host": "other"}).status_code == 403
    assert not site.get_model_admin(WorkerHealth).has_add_permission(None)
