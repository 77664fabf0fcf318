"""What the week asks for by itself, and that one scheduler at a time asks."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.utils import timezone

from albumsite.jobs import turns
from covers import tasks
from covers.models import CoverRequest, ReportDelivery, Retraining, WeeklyReport
from covers.weekly import due_work
from covers.weekly.cron_scheduler import TURN, TURN_SECONDS, SchedulerTurn, WeeklyScheduler
from covers.weeks import last_week, week_of, window_of
from tests.factories import make_request

SEOUL = ZoneInfo("Asia/Seoul")
MONDAYS_AT_THREE = "0 3 * * 1"


def test_weeks_run_from_monday_to_sunday_in_the_sites_time_zone():
    assert week_of(datetime(2026, 11, 29, 23, 59, tzinfo=SEOUL)) == "2026-W48"
    assert week_of(datetime(2026, 11, 30, 0, 0, tzinfo=SEOUL)) == "2026-W49"
    assert week_of(datetime(2027, 1, 1, 12, tzinfo=SEOUL)) == "2026-W53"
    starts_at, ends_at = window_of("2026-W53")
    assert (starts_at.isoformat(), ends_at.isoformat()) == ("2026-12-28T00:00:00+09:00", "2027-01-04T00:00:00+09:00")


@pytest.mark.parametrize("wrong", ["2026-48", "2026-W54", "W48", "2026-W00", ""])
def test_what_is_no_week_is_refused(wrong):
    with pytest.raises(ValueError):
        window_of(wrong)


@pytest.mark.parametrize(
    ("now", "week"),
    [
        (datetime(2026, 11, 30, 2, 59, tzinfo=SEOUL), "2026-W47"),  # the Monday's hour has not come yet
        (datetime(2026, 11, 30, 3, 1, tzinfo=SEOUL), "2026-W48"),
        (datetime(2026, 12, 5, 23, 0, tzinfo=SEOUL), "2026-W48"),  # a scheduler that was away all week catches up
    ],
)
def test_the_week_that_is_due_is_the_one_before_the_newest_hour(now, week):
    assert due_work.due_week(MONDAYS_AT_THREE, now) == week
    assert due_work.due_week("", now) == ""


def old_request() -> None:
    request = make_request()
    CoverRequest.objects.filter(pk=request.pk).update(created_at=timezone.now() - timedelta(days=30))


@pytest.mark.django_db
def test_looking_again_and_again_asks_once(settings):
    old_request()
    settings.RETRAIN_CRON = settings.REPORT_CRON = (
        "* * * * *"  # its newest hour is in this week, on a Monday morning too
    )
    weeks = {last_week()}
    assert due_work.look() == ["a training", "a report"]
    assert due_work.look() == []
    assert Retraining.objects.count() == 1
    assert WeeklyReport.objects.get().week in weeks | {last_week()}


@pytest.mark.django_db
def test_a_new_site_owes_no_report_of_before_it():
    assert due_work.look() == []
    make_request()
    assert due_work.look() == []
    assert not Retraining.objects.exists()


@pytest.mark.django_db
def test_without_a_cron_line_nothing_happens_by_itself(settings):
    settings.RETRAIN_CRON = settings.REPORT_CRON = ""
    old_request()
    assert due_work.look() == []
    assert not Retraining.objects.exists()
    assert not ReportDelivery.objects.exists()


@pytest.mark.django_db
def test_only_one_scheduler_enqueues():
    other = uuid.uuid4()
    assert turns.take(TURN, seconds=TURN_SECONDS, holder=other)
    guard = SchedulerTurn()
    assert not guard.is_held()
    scheduler = WeeklyScheduler(guard, tasks.look_at_the_week)
    assert scheduler.enqueue_jobs() == []
    turns.give_back(TURN, holder=other)
    for _again in range(2):
        assert guard.is_held()
    (job,) = scheduler.enqueue_jobs()
    assert job.func_name == "covers.tasks.look_at_the_week"
    assert scheduler.enqueue_jobs() == []
    guard.give_back()
    assert turns.take(TURN, seconds=TURN_SECONDS, holder=other)


@pytest.mark.django_db(transaction=True)
def test_what_the_scheduler_enqueues_a_worker_can_read():
    from django_rq import get_queue

    WeeklyScheduler(SchedulerTurn(), tasks.look_at_the_week).enqueue_jobs()
    (job,) = get_queue("finish").jobs
    assert job.func_name == "covers.tasks.look_at_the_week"
    assert job.perform() is None


def test_a_wrong_cron_line_is_told_at_the_start():
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        env={**os.environ, "RETRAIN_CRON": "every monday"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "RETRAIN_CRON" in done.stderr


@pytest.mark.django_db
def test_the_command_looks_once_for_cron_and_says_what_it_asked_for(capsys):
    old_request()
    call_command("run_schedule", "--once")
    call_command("run_schedule", "--once")
    assert capsys.readouterr().out.splitlines() == [
        "asked for: a training, a report",
        "asked for: nothing; nothing is due",
    ]
