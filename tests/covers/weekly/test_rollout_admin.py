"""The operator's page of a weekly model: its buttons, its refusals, where it comes from."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import User
from covers.models import ModelVersion, Promotion
from tests.covers.weekly.rollout_factories import make_better, make_candidate, promoted

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(operator: Client) -> Client:
    User.objects.update(name="Root")
    return operator


def active() -> list[str]:
    return list(ModelVersion.objects.filter(kind="adapter", state="active").values_list("key", flat=True))


def press(client: Client, version: ModelVersion, button: str, **values: object) -> str:
    address = f"/admin/covers/modelversion/{version.pk}/change/"
    filled = {"licence": version.licence, "adapter_scale": 1.0, "allows_commercial_use": "on", button: "x", **values}
    return client.post(address, filled, follow=True).content.decode()


def test_the_buttons_of_a_weekly_model_try_promote_roll_back_and_restore_it(operator):
    version = make_better("weekly")
    assert "is on trial from now on" in press(
        operator, version, "_try", rollout_percent="25", rollout_reason="looks good"
    )
    version.refresh_from_db()
    assert (version.state, version.trial_percent) == ("trial", 25)
    assert f"trial of “{version}” is over" in press(operator, version, "_end_trial")
    assert "are drawn with" in press(operator, version, "_promote")
    assert active() == ["weekly"]
    assert "what drew before" in press(operator, version, "_roll_back", rollout_reason="too red")
    assert active() == []
    assert "again." in press(operator, version, "_restore")
    assert active() == ["weekly"]
    reasons = Promotion.objects.order_by("created_at").values_list("by__name", "reason")
    assert [reasons[0], reasons[3]] == [("Root", "looks good"), ("Root", "too red")]


def test_a_refusal_is_told_on_the_page_and_changes_nothing(operator):
    version = make_candidate("weekly")
    assert "has not been compared" in press(operator, version, "_promote")
    assert "Say why" in press(operator, version, "_promote", rollout_force="on")
    assert active() == []


def test_the_page_says_where_a_model_comes_from_and_the_log_what_changed(operator):
    first = promoted("first")
    second = make_better("second", against=first, parent=first, code_revision="abc1234")
    call_command("promote_model", "second", "--reason", "warmer")
    page = operator.get(f"/admin/covers/modelversion/{second.pk}/change/").content.decode()
    evaluation = second.evaluations.get()
    for part in ("2026-W48", "abc1234", f"/admin/covers/modelversion/{first.pk}/", f"/admin/covers/evaluation/{evaluation.pk}/",
                 "Better", "warmer", "nobody is named"):  # fmt: skip
        assert part in page
    log = operator.get("/admin/covers/promotion/").content.decode()
    assert log.index("warmer") > 0
    assert "first" in log


def test_a_line_of_the_log_names_models_person_comparison_and_figures(operator):
    version = make_better("weekly")
    press(operator, version, "_promote", rollout_reason="warmer")
    line = Promotion.objects.get()
    page = operator.get(f"/admin/covers/promotion/{line.pk}/change/").content.decode()
    for part in (
        "weekly",
        "the base model",
        "Root",
        "warmer",
        f"/admin/covers/evaluation/{version.evaluations.get().pk}/",
        "verdict",
    ):
        assert part in page
    press(operator, version, "_roll_back")
    undone = Promotion.objects.exclude(pk=line.pk).get()
    page = operator.get(f"/admin/covers/promotion/{undone.pk}/change/").content.decode()
    assert "Rolled back." in page
    assert str(version.evaluations.get().pk) not in page
    assert operator.post(f"/admin/covers/promotion/{line.pk}/change/", {"reason": "other"}).status_code == 403
