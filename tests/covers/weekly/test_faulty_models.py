"""What fails twice in a row for everybody is taken out of use, and the row says so."""

from __future__ import annotations

import logging
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts.person import Person
from albumsite.jobs.states import State
from covers import registry, tasks
from covers.engine_pool import engines_inline
from covers.models import CoverRequest, Kind, ModelState, Promotion
from covers.services.requests import retry_request
from covers.weekly import faulty_models, rollout
from tests.covers.test_registry_use import asked_for, registered
from tests.covers.test_smoke_tests import POCKET, misfit, style_file
from tests.covers.weekly.rollout_factories import make_better
from tests.factories import make_adapter, make_model_version, state_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def small(settings):
    settings.COVER_SIZE_PIXELS, settings.SDXL_NUM_INFERENCE_STEPS = 64, 2


def ended(row: CoverRequest, failure: str = "engine:model-broken") -> CoverRequest:
    """The request came to its end in a draw worker, failed by this or drawn."""
    values: dict[str, Any] = {"state": State.FAILED, "failure": failure} if failure else {"state": State.DONE}
    CoverRequest.objects.filter(pk=row.pk).update(finished_at=timezone.now(), **values)
    row.refresh_from_db()
    if failure:
        faulty_models.after_failure(row)
    return row


def test_a_checkpoint_that_fails_for_two_people_goes_and_the_one_before_comes_back(caplog):
    first, second = make_model_version("first"), make_model_version("second")
    registry.activate_model(version=first)
    registry.activate_model(version=second)
    ended(asked_for())
    assert state_of(second) == ModelState.ACTIVE
    waiting = asked_for()
    with caplog.at_level(logging.ERROR):
        ended(asked_for())
    assert (state_of(second), state_of(first)) == (ModelState.BROKEN, ModelState.ACTIVE)
    assert second.reason.startswith("Taken out of use: it failed for 2 people in a row.")
    assert "engine:model-broken" in second.reason
    assert "model taken out of use key=second" in caplog.text
    waiting.refresh_from_db()
    assert waiting.model_version == first
    assert str(asked_for().model_version) == "first"


def test_without_one_before_the_site_draws_as_its_settings_say():
    only = registry.activate_model(version=make_model_version("only"))
    rows = [ended(asked_for()), ended(asked_for())]
    assert state_of(only) == ModelState.BROKEN
    assert registry.default_choice().key == "poster"
    retry_request(request=rows[0])
    rows[0].refresh_from_db()
    assert rows[0].engine == "poster"


@pytest.mark.parametrize(
    "failure", ["engine:out-of-memory", "engine:no-device", "engine:hung", "site:storage", "engine:bad-spec"]
)
def test_what_is_not_the_models_fault_takes_nothing_out(failure):
    version = registry.activate_model(version=make_model_version("one"))
    for _ in range(3):
        ended(asked_for(), failure)
    assert state_of(version) == ModelState.ACTIVE


def test_one_person_alone_takes_nothing_out():
    version = registry.activate_model(version=make_model_version("one"))
    person = Person(visitor=uuid.uuid4())
    for _ in range(3):
        row = asked_for()
        CoverRequest.objects.filter(pk=row.pk).update(visitor=person.visitor)
        ended(row)
    assert state_of(version) == ModelState.ACTIVE


def test_two_visitors_of_one_network_are_one_person():
    version = registry.activate_model(version=make_model_version("one"))
    for _ in range(2):
        row = asked_for()
        CoverRequest.objects.filter(pk=row.pk).update(network="a" * 32)
        ended(row)
    assert state_of(version) == ModelState.ACTIVE


def test_a_picture_in_between_breaks_the_row():
    version = registry.activate_model(version=make_model_version("one"))
    ended(asked_for())
    ended(asked_for(), "")
    ended(asked_for())
    assert state_of(version) == ModelState.ACTIVE
    ended(asked_for())
    assert state_of(version) == ModelState.BROKEN


def test_failures_of_before_it_was_put_to_use_again_do_not_count():
    version = registry.activate_model(version=make_model_version("one"))
    ended(asked_for())
    registry.activate_model(version=make_model_version("other"))
    registry.activate_model(version=version)
    ended(asked_for())
    assert state_of(version) == ModelState.ACTIVE


def test_an_adapter_goes_alone_and_the_checkpoint_stays():
    base = registry.activate_model(version=make_model_version("base"))
    style = registry.activate_adapter(version=make_adapter("style"))
    waiting = asked_for()
    ended(asked_for(), "engine:adapter-broken")
    ended(asked_for(), "engine:adapter-broken")
    assert (state_of(style), state_of(base)) == (ModelState.BROKEN, ModelState.ACTIVE)
    waiting.refresh_from_db()
    assert (waiting.adapters, waiting.model_version) == ([], base)


def test_of_two_suspects_the_adapter_goes_first_and_then_the_checkpoint():
    base = registry.activate_model(version=make_model_version("base"))
    style = registry.activate_adapter(version=make_adapter("style"))
    for _ in range(2):
        ended(asked_for(), "engine:failed")
    assert (state_of(style), state_of(base)) == (ModelState.BROKEN, ModelState.ACTIVE)
    for _ in range(2):
        ended(asked_for(), "engine:failed")
    assert state_of(base) == ModelState.BROKEN


def test_an_offered_model_is_offered_no_more():
    version = make_model_version("choice", is_offered=True)
    for _ in range(2):
        ended(asked_for(engine="choice"))
    assert (state_of(version), version.is_offered) == (ModelState.BROKEN, False)
    assert "choice" not in [choice.key for choice in registry.offered()]


def test_a_weekly_model_is_rolled_back_with_a_line_in_the_log_of_changes(settings):
    settings.COVER_ENGINE = "pocket"
    version = make_better("pocket-2026-w48")
    rollout.promote(version=version, approval=rollout.Approval(reason="good"))
    for _ in range(2):
        ended(asked_for(), "engine:adapter-broken")
    assert state_of(version) == ModelState.BROKEN
    assert rollout.active_adapter() is None
    line = rollout.last_change()
    assert (line.change, line.by) == (Promotion.Change.ROLLED_BACK, None)
    assert line.reason.startswith("Taken out of use")


def test_a_model_on_trial_leaves_the_trial(settings):
    settings.COVER_ENGINE = "pocket"
    version = make_better("pocket-2026-w48")
    rollout.begin_trial(version=version, percent=99, approval=rollout.Approval(reason="look"))
    rows = [row for row in (asked_for() for _ in range(12)) if row.learned_version == version]
    for row in rows[:2]:
        ended(row, "engine:adapter-broken")
    assert state_of(version) == ModelState.BROKEN
    assert rollout.model_on_trial() is None


def test_a_real_worker_takes_a_broken_adapter_out_and_the_next_song_is_drawn(tmp_path: Path):
    """Verified and in use without a test picture, as before there were any."""
    registry.activate_model(version=registered(POCKET, "ours", native_side=128))
    good = registered(style_file(tmp_path / "good.safetensors"), "good", Kind.ADAPTER)
    bad = registered(misfit(tmp_path / "bad.safetensors"), "bad", Kind.ADAPTER)
    registry.activate_adapter(version=good)
    registry.activate_adapter(version=bad)
    rows = [asked_for(count=1, with_lettering=False) for _ in range(3)]
    for row in rows:
        tasks.write_brief(str(row.pk))
    with engines_inline():
        tasks.draw_covers(str(rows[0].pk))
    for row in rows:
        row.refresh_from_db()
    assert (state_of(bad), state_of(good)) == (ModelState.BROKEN, ModelState.ACTIVE)
    failed = [row for row in rows if row.state == State.FAILED]
    assert {row.failure for row in failed} == {"engine:adapter-broken"}
    for row in failed:
        retry_request(request=row)
    with engines_inline():
        tasks.draw_covers(str(rows[0].pk))
    for row in rows:
        row.refresh_from_db()
        assert row.state == State.DONE
        assert [record["key"] for record in row.adapters] == ["good"]
