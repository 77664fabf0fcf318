"""The operator's page of a weekly training: how far it is, why it failed, its two buttons, and who may press them."""

from __future__ import annotations

import io
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.utils import timezone
from django_rq import get_queue

from accounts.models import User
from albumsite.media import storage
from covers.models import Retraining
from covers.training_errors import failure_text
from covers.weekly import retraining
from covers.weeks import this_week
from tests.factories import make_member

pytestmark = pytest.mark.django_db
LIST = "/admin/covers/retraining/"
WEEK = "2026-W40"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def operator() -> Client:
    return signed_in(User.objects.create_superuser("root@example.com", "correct horse 7", name="Root"))


def staff_who_may(*actions: str) -> Client:
    member = make_member(is_staff=True)
    member.user_permissions.set(Permission.objects.filter(codename__in=[f"{action}_retraining" for action in actions]))
    return signed_in(member)


def a_training(**changes: Any) -> Retraining:
    values: dict[str, Any] = {"week": WEEK, "base_key": "pocket", "stage": "collect", "seed": 1}
    if changes.get("state") == "running":
        values |= {"token": uuid.uuid4(), "lease_until": timezone.now() + timedelta(minutes=5)}
    elif "state" in changes:
        values |= {"finished_at": timezone.now()}
    return Retraining.objects.create(**(values | changes))


def page(client: Client, row: Retraining) -> str:
    return client.get(f"{LIST}{row.pk}/change/").content.decode()


def press(client: Client, row: Retraining, button: str) -> str:
    answer = client.post(f"{LIST}{row.pk}/change/", {button: "x"}, follow=True).content.decode()
    row.refresh_from_db()
    return answer


def test_the_list_says_how_far_a_training_is_and_its_page_how_it_learns(operator):
    row = a_training(
        state="running", stage="train", progress={"stage": "train", "step": 30, "total": 120},
        losses=[[1, 0.5], [30, 0.25]], validation_losses=[[1, 0.4], [30, 0.125]], parameters={"rank": 16},
    )  # fmt: skip
    assert "train 30/120" in operator.get(LIST).content.decode()
    shown = page(operator, row)
    assert "train 30/120" in shown
    assert "<polyline" in shown
    assert "0.4000 (1) → 0.1250 (30)" in shown
    assert "&quot;rank&quot;: 16" in shown


def test_a_training_that_failed_says_why(operator):
    row = a_training(state="failed", failure="site:storage")
    assert failure_text("site:storage") in page(operator, row)


def test_one_that_waits_is_stopped_and_goes_on_with_the_other_button(operator):
    row = retraining.request_retraining(week=WEEK, base_key="pocket")
    press(operator, row, "_cancel")
    assert row.state == "cancelled"
    press(operator, row, "_again")
    assert (row.state, row.attempt) == ("queued", 0)
    assert Retraining.objects.count() == 1
    history = operator.get(f"{LIST}{row.pk}/history/").content.decode()
    assert "Stopped" in history
    assert "Goes on" in history


def test_it_does_not_go_on_while_another_week_is_trained(operator):
    row = a_training(state="cancelled")
    a_training(week="2026-W41", state="running", stage="train")
    assert "“pocket” is being trained for 2026-W41." in press(operator, row, "_again")
    assert row.state == "cancelled"


def test_staff_who_only_look_have_no_buttons_and_stop_nothing():
    row = retraining.request_retraining(week=WEEK, base_key="pocket")
    looking = staff_who_may("view")
    assert 'name="_cancel"' not in page(looking, row)
    press(looking, row, "_cancel")
    assert row.state == "queued"
    assert 'name="_cancel"' in page(staff_who_may("view", "change"), row)


def test_pictures_on_the_way_are_shown_one_by_one_to_those_who_may_look(operator):
    keys = ["learning/retrainings/a.webp", "learning/retrainings/b.webp"]
    storage.save_all(storage.private(), {keys[0]: b"first", keys[1]: b"second"})
    row = a_training(samples=[{"stage": "train", "step": 5, "keys": keys}])
    assert page(operator, row).count(f"{LIST}{row.pk}/image/") == 2
    assert operator.get(f"{LIST}{row.pk}/image/1").getvalue() == b"second"
    assert operator.get(f"{LIST}{row.pk}/image/2").status_code == 404
    assert operator.post(f"{LIST}{row.pk}/image/1").status_code == 405
    assert staff_who_may("change").get(f"{LIST}{row.pk}/image/1").status_code == 200
    assert signed_in(make_member(is_staff=True)).get(f"{LIST}{row.pk}/image/1").status_code == 403


# --- the command ---------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_command_leaves_the_work_to_the_learn_worker_when_told():
    out = io.StringIO()
    call_command("retrain", week=WEEK, model="pocket", queue=True, rank=4, seed=9, stdout=out)
    row = Retraining.objects.get()
    assert str(row) in out.getvalue()
    assert (row.state, row.seed, row.options) == ("queued", 9, {"rank": 4})
    assert [job.args for job in get_queue("learn").jobs] == [[str(row.pk)]]


def test_the_command_refuses_a_second_week_of_a_model_that_is_being_trained():
    a_training(state="running", stage="train")
    with pytest.raises(CommandError, match=f"is being trained for {WEEK}"):
        call_command("retrain", week=this_week(), model="pocket", queue=True)
