"""No model draws anybody's song before a draw worker has drawn a small picture with it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings as site
from django.core.management import CommandError, call_command
from django.utils import timezone
from django_rq import get_queue

from albumsite.errors import EngineError
from albumsite.jobs.states import State
from covers import registry, tasks
from covers.drawing import smoke_tests
from covers.engine.engine_contract import Drawn
from covers.engine_pool import engines_inline
from covers.models import Kind, ModelState, ModelVersion, SmokeTest
from covers.weekly import rollout
from tests.covers.small_models import write_safetensors
from tests.covers.test_registry_use import asked_for, registered
from tests.covers.weekly.rollout_factories import make_better
from tests.factories import make_adapter, make_model_version, make_smoke_test, make_worker

pytestmark = pytest.mark.django_db(transaction=True)
POCKET = site.BASE_DIR / "covers" / "engine" / "pocket" / "checkpoint"
YES = rollout.Approval(reason="sheets look right")


@pytest.fixture(autouse=True)
def small(settings):
    settings.COVER_SIZE_PIXELS, settings.SDXL_NUM_INFERENCE_STEPS = 128, 4


def pocket(key: str = "ours") -> ModelVersion:
    return registered(POCKET, key, native_side=128)


def style_file(path: Path, *, size: float = 0.05) -> Path:
    """An adapter for pocket's UNet."""
    from diffusers import UNet2DConditionModel

    from tests.covers.engine import lora_files

    unet = UNet2DConditionModel.from_pretrained(POCKET / "unet")
    return lora_files.diffusers_file(path, lora_files.matrices(unet, seed=3, size=size))


def misfit(path: Path) -> Path:
    """All that its header can say is well, and no module of pocket has its shape."""
    module = "unet.down_blocks.1.attentions.0.transformer_blocks.0.attn2.to_k"
    return write_safetensors(path, {f"{module}.lora_A.weight": [4, 128], f"{module}.lora_B.weight": [7, 4]})


def draw(test: SmokeTest | None) -> SmokeTest:
    """What a draw worker does when the job comes, here."""
    assert test is not None
    with engines_inline():
        tasks.draw_smoke_test(str(test.pk))
    test.refresh_from_db()
    return test


def test_a_checkpoint_is_in_use_once_its_picture_is_drawn_and_not_before():
    make_worker()
    version = pocket()
    test = registry.put_to_use(version=version)
    assert [job.args for job in get_queue("draw").jobs] == [[str(test.pk)]]
    assert registry.state_in_words(test) == "Being tried: waits for its turn."
    assert registry.default_choice().key == "poster"
    assert asked_for().engine == "poster"
    test = draw(test)
    version.refresh_from_db()
    assert (test.state, version.state) == (State.DONE, ModelState.ACTIVE), test.said
    assert registry.state_in_words(test).startswith("Tried: drawn in ")
    assert test.picture.startswith("data:image/webp;base64,")
    assert registry.default_choice().key == "ours"


def test_an_adapter_is_tried_over_what_draws_now(tmp_path):
    registry.activate_model(version=pocket())
    style = registered(style_file(tmp_path / "style.safetensors"), "style", Kind.ADAPTER)
    test = draw(registry.put_to_use(version=style, adapter_scale=0.5))
    style.refresh_from_db()
    assert (style.state, style.adapter_scale) == (ModelState.ACTIVE, 0.5), test.said
    assert [record["key"] for record in asked_for().adapters] == ["style"]


def test_an_adapter_that_the_engine_refuses_is_not_used_and_the_row_says_why(tmp_path):
    registry.activate_model(version=pocket())
    style = registered(misfit(tmp_path / "style.safetensors"), "style", Kind.ADAPTER)
    assert style.facts["cross_attention_width"] == 128  # all that its header can say is well
    test = draw(registry.put_to_use(version=style))
    style.refresh_from_db()
    assert (test.state, test.failure, style.state) == (State.FAILED, "engine:adapter-broken", ModelState.VERIFIED)
    assert "made for another model" in registry.state_in_words(test)
    assert asked_for().adapters == []


def test_a_checkpoint_that_draws_noise_is_not_used(tmp_path, settings):
    from tests.covers.engine.tiny_sdxl import build_tiny_sdxl

    settings.COVER_SIZE_PIXELS, settings.SDXL_NUM_INFERENCE_STEPS = 256, 2
    version = registered(build_tiny_sdxl(tmp_path / "untrained"), "untrained")
    test = draw(registry.put_to_use(version=version))
    version.refresh_from_db()
    assert (version.state, test.failure) == (ModelState.VERIFIED, "model:noise"), test.said
    assert test.picture


def test_a_picture_of_one_colour_is_not_enough_and_is_shown():
    version = make_model_version("plain", engine="tests.covers.engine.small_engines.Plain", is_tried=False)
    test = draw(registry.put_to_use(version=version))
    version.refresh_from_db()
    assert (test.failure, version.state) == ("model:flat", ModelState.VERIFIED)
    assert "one colour" in registry.state_in_words(test)
    assert test.picture


@pytest.mark.parametrize(("failure", "tries"), [("engine:hung", 1), ("engine:died", 2), ("engine:out-of-memory", 1)])
def test_a_model_that_hangs_is_not_given_the_time_to_hang_again(monkeypatch, failure, tries):
    class Broken:
        name = "broken"

        def draw(self, _specs, _on_step):
            raise EngineError(failure, "no step in 120 s")

    monkeypatch.setattr(smoke_tests, "engine_for", lambda _row: Broken())
    test = registry.put_to_use(version=make_model_version("slow", engine="tests.x.Broken", is_tried=False))
    for _ in range(4):
        test = draw(test)
    assert (test.state, test.failure, test.attempt) == (State.FAILED, failure, tries)
    assert "no step in 120 s" in registry.state_in_words(test)


def as_drawn(levels: np.ndarray) -> Drawn:
    return Drawn(0, levels.clip(0, 255).astype(np.uint8).tobytes(), levels.shape[1], levels.shape[0])


def test_noise_is_told_from_pictures():
    random = np.random.default_rng(1)
    noise = random.normal(128, 60, (32, 32, 3)).repeat(8, axis=0).repeat(8, axis=1)
    with pytest.raises(smoke_tests.PoorPicture, match="noise"):
        smoke_tests.look_at(as_drawn(noise))
    across, down = np.meshgrid(np.linspace(0, 255, 256), np.linspace(0, 255, 256))
    smoke_tests.look_at(as_drawn(np.stack([across, down, 255 - across], axis=2) + random.normal(0, 20, (256, 256, 3))))


def test_without_a_worker_the_page_says_so_and_after_a_while_the_wish_ends():
    version = make_model_version("new", is_tried=False)
    test = registry.put_to_use(version=version)
    assert "No draw worker is alive now: it waits for one, up to 15 minutes." in registry.state_in_words(test)
    assert registry.end_late() == 0
    SmokeTest.objects.filter(pk=test.pk).update(created_at=timezone.now() - timedelta(minutes=16))
    assert registry.end_late() == 1
    test.refresh_from_db()
    assert registry.state_in_words(test) == "Tried and failed: no draw worker has tried it in 15 minutes."
    tasks.draw_smoke_test(str(test.pk))  # the worker comes after all
    version.refresh_from_db()
    assert version.state == ModelState.VERIFIED


def test_two_wishes_are_one_picture_and_a_job_that_comes_twice_draws_once():
    version = pocket()
    first, second = registry.put_to_use(version=version), registry.put_to_use(version=version)
    assert first == second
    draw(first)
    draw(first)
    assert SmokeTest.objects.count() == 1


def test_what_was_tried_a_moment_ago_is_in_use_at_once_but_not_twice_on_one_picture():
    version = make_model_version("known")
    assert registry.put_to_use(version=version) is None
    registry.deactivate(version=version)
    assert registry.put_to_use(version=ModelVersion.objects.get(key="known")) is not None


def test_an_adapter_that_was_tried_over_another_checkpoint_is_tried_again(tmp_path):
    registry.activate_model(version=pocket())
    style = registered(style_file(tmp_path / "style.safetensors"), "style", Kind.ADAPTER)
    draw(registry.ask_for_picture(version=style))
    assert registry.has_passed(style)
    registry.activate_model(version=pocket("again"))
    assert not registry.has_passed(style)
    assert registry.put_to_use(version=style) is not None


def test_an_old_picture_counts_no_more():
    version = make_model_version("old", is_tried=False)
    make_smoke_test(version, finished_at=timezone.now() - timedelta(days=2))
    assert not registry.has_passed(version)


def test_a_model_that_was_retired_while_it_was_tried_stays_retired():
    version = pocket()
    test = registry.put_to_use(version=version)
    registry.retire_model(version=version)
    test = draw(test)
    version.refresh_from_db()
    assert (version.state, test.failure) == (ModelState.RETIRED, "model:refused")
    assert "not verified" in test.said


# --- weekly models ------------------------------------------------------------------------------------------------


def untried(tmp_path: Path, settings) -> ModelVersion:
    settings.MODEL_CACHE_DIR = tmp_path / "models"
    version = make_better("pocket-2026-w48", content=style_file(tmp_path / "w.safetensors").read_bytes())
    version.smoke_tests.all().delete()
    return version


def test_a_weekly_model_is_promoted_when_its_picture_is_drawn(tmp_path, settings):
    version = untried(tmp_path, settings)
    with pytest.raises(registry.BeingTried, match="draws a small picture"):
        rollout.promote(version=version, approval=YES)
    assert rollout.active_adapter() is None
    test = draw(SmokeTest.objects.get())
    assert rollout.active_adapter() == version, test.said
    assert rollout.last_change().reason == "sheets look right"


def test_a_trial_begins_when_its_picture_is_drawn(tmp_path, settings):
    version = untried(tmp_path, settings)
    with pytest.raises(registry.BeingTried):
        rollout.begin_trial(version=version, percent=30, approval=YES)
    assert rollout.model_on_trial() is None
    draw(SmokeTest.objects.get())
    assert (rollout.model_on_trial(), rollout.model_on_trial().trial_percent) == (version, 30)


def test_a_candidate_that_is_not_better_is_refused_before_anything_is_drawn(tmp_path, settings):
    version = untried(tmp_path, settings)
    version.evaluations.all().delete()
    with pytest.raises(registry.BadModel, match="has not been compared"):
        rollout.promote(version=version, approval=YES)
    assert not SmokeTest.objects.exists()


# --- where operators see it ---------------------------------------------------------------------------------------


def test_the_admin_says_what_happens_and_then_what_came_of_it(operator):
    from tests.covers.test_registry_admin import LIST, press

    make_worker()
    version = pocket()
    assert "A draw worker draws a small picture with “ours” first" in press(
        operator, version, "_activate", native_side="128"
    )
    assert "Being tried: waits for its turn." in operator.get(LIST).content.decode()
    assert SmokeTest.objects.get().asked_by.email == "root@example.com"
    draw(SmokeTest.objects.get())
    page = operator.get(f"{LIST}{version.pk}/change/").content.decode()
    assert "Tried: drawn in" in page
    assert 'src="data:image/webp;base64,' in page


def test_the_admin_shows_why_not(operator):
    from tests.covers.test_registry_admin import LIST

    make_smoke_test(
        make_adapter("style", is_tried=False), state=State.FAILED, failure="model:noise", said="the picture is noise."
    )
    assert "Tried and failed: the picture is noise." in operator.get(LIST).content.decode()


def test_the_command_says_why_a_model_is_not_used(monkeypatch, tmp_path):
    from albumsite.management import job_follower

    class Here:
        """Draws in this process in place of a worker."""

        def __init__(self, _queues: tuple[str, ...]) -> None: ...

        def follow(self, is_over, _lies_unclaimed) -> bool:
            while not is_over():
                draw(SmokeTest.objects.active().get())
            return True

    monkeypatch.setattr(job_follower, "Workforce", Here)
    call_command("register_model", "ours", source=str(POCKET), licence="MIT", native_side=128, activate=True)
    assert registry.default_choice().key == "ours"
    style = misfit(tmp_path / "misfit.safetensors")
    with pytest.raises(CommandError, match=r"misfit is not used: Tried and failed: .* made for another model"):
        call_command("register_model", "misfit", source=str(style), kind="adapter", licence="MIT", activate=True)
