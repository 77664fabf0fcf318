"""Which model draws a request: the active one when it was asked for, the same one for ever after."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.person import Person
from albumsite.errors import EngineError
from covers import registry, tasks
from covers.checks import refuse_wrong_settings
from covers.drawing.specs import spec_of
from covers.engine.few_step import FEW_STEP_MODES
from covers.models import Cover, CoverRequest, Kind, ModelVersion
from covers.models.versions import SCHEDULERS
from covers.services.requests import DrawOptions, request_covers, retry_request
from tests.covers.small_models import write_adapter, write_checkpoint
from tests.factories import BRIEF, make_adapter, make_cover, make_model_version, make_request, make_song
from tests.waiting import at_once

pytestmark = pytest.mark.django_db


def asked_for(**options: object) -> CoverRequest:
    person = Person(visitor=uuid.uuid4())
    drawing = DrawOptions(**options)  # type: ignore[arg-type]
    return request_covers(owner=person, song=make_song(), options=drawing, submission=uuid.uuid4())


def registered(source: Path, key: str, kind: str = Kind.CHECKPOINT, **values: object) -> ModelVersion:
    place = registry.parse_source(str(source), kind)
    model = registry.NewModel(key=key, kind=kind, source=place, licence="MIT", **values)  # type: ignore[arg-type]
    version = registry.verify_model(version=registry.register_model(model=model))
    assert version.state == "verified", version.reason
    return version


# --- without any row -----------------------------------------------------------------------------------------------


def test_a_fresh_site_draws_with_poster():
    row = asked_for()
    assert (row.engine, row.model_version, row.base_model, row.adapters) == ("poster", None, "", [])
    assert registry.engine_options(row) == ("poster", {}, "poster")


def test_the_settings_alone_still_choose_a_checkpoint_and_a_request_keeps_it(settings):
    settings.COVER_ENGINE, settings.SDXL_MODEL, settings.SDXL_REVISION = "sdxl", "someone/first", "abc"
    row = asked_for()
    name, options, key = registry.engine_options(row)
    assert (name, options["model"], options["revision"]) == ("sdxl", "someone/first", "abc")
    assert registry.engine_options("sdxl").cache_key == key  # what a worker loaded before anybody asked
    settings.SDXL_MODEL = "someone/second"
    row.refresh_from_db()
    assert registry.engine_options(row).options["model"] == "someone/first"
    assert registry.engine_options(asked_for()).cache_key != key


def test_a_request_of_before_models_were_recorded_draws_with_the_settings(settings):
    settings.SDXL_MODEL = "someone/first"
    assert registry.engine_options(make_request(engine="sdxl")).options["model"] == "someone/first"


def test_an_unknown_engine_is_told_when_it_is_loaded_and_not_before():
    assert registry.engine_options("no-such-engine") == ("no-such-engine", {}, "no-such-engine")


# --- the active checkpoint ------------------------------------------------------------------------------------------


def test_the_next_request_draws_with_the_activated_model_and_the_earlier_ones_with_theirs():
    first, second = make_model_version("first"), make_model_version("second", revision="f" * 40)
    before = asked_for()
    registry.activate_model(version=first)
    during = asked_for()
    registry.activate_model(version=second)
    after = asked_for()
    rows = [CoverRequest.objects.get(pk=row.pk) for row in (before, during, after)]
    assert [row.model_version and row.model_version.key for row in rows] == [None, "first", "second"]
    assert [row.engine for row in rows] == ["poster", "sdxl", "sdxl"]
    assert registry.engine_options(rows[1]).options["revision"] == first.revision
    assert len({registry.engine_options(row).cache_key for row in rows}) == 3
    first.refresh_from_db()
    assert first.state == "verified"  # ready to be used again


def test_the_row_of_a_model_brings_its_own_draw_settings(settings):
    settings.SDXL_NUM_INFERENCE_STEPS, settings.SDXL_GUIDANCE_SCALE = 30, 6.0
    own = {"num_inference_steps": 12, "guidance_scale": 4.5, "scheduler": "dpmpp_2m_karras", "native_side": 512}
    registry.activate_model(version=make_model_version("own", **own))
    row = asked_for()
    assert (row.num_inference_steps, row.guidance_scale, row.scheduler) == (12, 4.5, "dpmpp_2m_karras")
    assert registry.engine_options(row).options["native_side"] == 512
    registry.activate_model(version=make_model_version("plain"))
    assert (asked_for().num_inference_steps, asked_for().guidance_scale) == (30, 6.0)


def test_a_model_that_is_not_verified_is_not_used():
    for state, reason in (("new", ""), ("broken", "cut off"), ("retired", "")):
        version = make_model_version(state, state=state, reason=reason)
        with pytest.raises(registry.BadModel, match="not verified"):
            registry.activate_model(version=version)
    assert asked_for().engine == "poster"


def test_a_licence_that_forbids_commercial_use_needs_the_operators_word(settings):
    version = make_model_version("nc", licence="cc-by-nc-4.0", allows_commercial_use=False)
    with pytest.raises(registry.BadModel, match="ALLOW_NONCOMMERCIAL_MODELS"):
        registry.activate_model(version=version)
    settings.ALLOW_NONCOMMERCIAL_MODELS = True
    registry.activate_model(version=version)
    assert asked_for().model_version == version
    settings.ALLOW_NONCOMMERCIAL_MODELS = False  # the word is taken back
    assert asked_for().engine == "poster"


def test_the_database_itself_refuses_two_active_checkpoints():
    make_model_version("one", state="active")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_model_version("two", state="active")
    make_adapter("style", state="active")  # of another kind


@pytest.mark.parametrize(
    "broken",
    [
        {"revision": "main"},
        {"sha256": ""},
        {"state": "broken"},
        {"reason": "but verified"},
        {"licence": ""},
        {"adapter_scale": 40.0},
        {"state": "asleep"},
        {"source_kind": "floppy"},
    ],
)
def test_the_database_itself_refuses_a_row_that_says_nonsense(broken):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_model_version("odd", **broken)


@pytest.mark.django_db(transaction=True)
def test_two_operators_who_activate_at_once_leave_one_active():
    versions = [make_model_version("one"), make_model_version("two")]
    at_once(*[lambda version=version: registry.activate_model(version=version) for version in versions])
    assert sorted(ModelVersion.objects.values_list("state", flat=True)) == ["active", "verified"]


def test_without_an_active_model_the_settings_choose_again():
    version = registry.activate_model(version=make_model_version("one"))
    registry.deactivate(version=version)
    assert asked_for().engine == "poster"
    registry.activate_model(version=version)
    registry.retire_model(version=version)
    assert asked_for().engine == "poster"


def test_what_a_retired_model_drew_can_be_drawn_again():
    version = registry.activate_model(version=make_model_version("one"))
    row = asked_for()
    registry.retire_model(version=version)
    assert registry.engine_options(CoverRequest.objects.get(pk=row.pk)).options["model"] == version.source


def test_a_checkpoint_on_this_machine_that_changed_since_is_not_loaded(tmp_path):
    folder = write_checkpoint(tmp_path / "model")
    registry.activate_model(version=registered(folder, "one"))
    row = asked_for()
    assert registry.engine_options(row).options["model"] == str(folder)
    (folder / "unet" / "config.json").write_text("{}")
    with pytest.raises(EngineError) as refused:
        registry.engine_options(row)
    assert refused.value.message_id == "engine:model-broken"


def failed(row: CoverRequest, reason: str) -> CoverRequest:
    CoverRequest.objects.filter(pk=row.pk).update(state="failed", failure=reason, finished_at=timezone.now())
    return row


def test_trying_again_keeps_the_model_unless_it_was_the_model_that_failed(settings):
    settings.COVER_ENGINE, settings.SDXL_MODEL = "sdxl", "someone/typo"
    hung, missing = failed(asked_for(), "engine:hung"), failed(asked_for(), "engine:model-missing")
    settings.SDXL_MODEL = "someone/mended"
    for row in (hung, missing):
        retry_request(request=row)
        row.refresh_from_db()
    assert (hung.base_model, missing.base_model) == ("someone/typo", "someone/mended")


def test_covers_that_are_there_bind_a_retry_to_their_model(settings):
    settings.COVER_ENGINE, settings.SDXL_MODEL = "sdxl", "someone/first"
    row = asked_for()
    make_cover(row)
    settings.SDXL_MODEL = "someone/second"
    retry_request(request=failed(row, "engine:model-missing"))
    row.refresh_from_db()
    assert row.base_model == "someone/first"


def test_a_request_whose_model_was_retired_after_it_broke_is_tried_again_with_the_one_in_use():
    broken = registry.activate_model(version=make_model_version("broken"))
    row = failed(asked_for(), "engine:model-broken")
    registry.retire_model(version=broken)
    registry.activate_model(version=make_model_version("mended"))
    retry_request(request=row)
    row.refresh_from_db()
    assert str(row.model_version) == "mended"


# --- adapters -------------------------------------------------------------------------------------------------------


def test_the_weekly_adapter_lies_over_each_new_request_at_its_weight_and_wakes_with_its_words(tmp_path):
    registry.activate_model(version=registered(write_checkpoint(tmp_path / "model"), "base"))
    style = registered(
        write_adapter(tmp_path / "w1.safetensors"), "week-1", Kind.ADAPTER, trigger_words="in inkwash style"
    )
    registry.activate_adapter(version=style, adapter_scale=0.7)
    row = asked_for()
    row.brief = BRIEF
    spec = spec_of(row, 0)
    assert [(adapter.path, adapter.scale) for adapter in spec.adapters] == [(str(tmp_path / "w1.safetensors"), 0.7)]
    assert spec.prompt.startswith("in inkwash style, ")
    newer = registered(write_adapter(tmp_path / "w2.safetensors", fill=1), "week-2", Kind.ADAPTER)
    registry.activate_adapter(version=newer)
    assert [record["key"] for record in asked_for().adapters] == ["week-2"]
    row = CoverRequest.objects.get(pk=row.pk)
    row.brief = BRIEF
    assert spec_of(row, 0).adapters == spec.adapters  # a retry draws with last week's
    registry.deactivate(version=newer)
    assert asked_for().adapters == []


def test_an_adapter_of_another_model_is_refused_and_never_laid_over_it(tmp_path):
    style = registered(write_adapter(tmp_path / "style.safetensors", width=48), "style", Kind.ADAPTER)
    registry.activate_model(version=make_model_version("full-size"))
    with pytest.raises(registry.BadModel, match="does not fit"):
        registry.activate_adapter(version=style)
    registry.activate_model(version=registered(write_checkpoint(tmp_path / "small"), "small"))
    registry.activate_adapter(version=style)
    registry.activate_model(version=ModelVersion.objects.get(key="full-size"))
    assert asked_for().adapters == []
    assert asked_for(engine="poster").adapters == []


def test_an_adapter_is_no_checkpoint():
    with pytest.raises(registry.BadModel, match="another kind"):
        registry.activate_model(version=make_adapter("style"))


# --- few steps, and the other settings of a diffusion model -----------------------------------------------------------


def test_a_few_step_mode_lays_its_adapter_over_new_requests(settings):
    settings.COVER_ENGINE = "sdxl"
    before = asked_for()
    settings.SDXL_FEW_STEP, settings.SDXL_FEATURE_REUSE = "lightning-4", "fast"
    row = asked_for()
    assert (row.num_inference_steps, row.guidance_scale, row.scheduler) == (4, 0.0, "euler_trailing")
    assert row.feature_reuse == "off"
    assert [(record["source"], record["filename"]) for record in row.adapters] == [
        ("ByteDance/SDXL-Lightning", "sdxl_lightning_4step_lora.safetensors")
    ]
    assert (before.adapters, before.num_inference_steps) == ([], 30)


def test_a_few_step_checkpoint_takes_the_place_of_the_sites_own(settings):
    settings.COVER_ENGINE, settings.SDXL_FEW_STEP = "sdxl", "turbo"
    row = asked_for()
    assert registry.engine_options("sdxl") == registry.engine_options(row)  # what a worker warms up with
    assert (row.base_model, row.num_inference_steps) == ("stabilityai/sdxl-turbo", 4)
    assert registry.engine_options(row).options["native_side"] == 512


def test_a_few_step_mode_leaves_alone_what_it_was_not_made_for(settings, tmp_path):
    settings.SDXL_FEW_STEP = "lcm"
    assert asked_for().adapters == []  # poster
    registry.activate_model(version=make_model_version("turbo-like", num_inference_steps=6))
    assert (asked_for().adapters, asked_for().num_inference_steps) == ([], 6)
    registry.activate_model(version=registered(write_checkpoint(tmp_path / "small"), "small"))
    assert asked_for().adapters == []


def test_each_few_step_mode_is_pinned_names_its_licence_and_a_scheduler_that_exists():
    for mode in FEW_STEP_MODES.values():
        assert len(mode.revision) == 40
        assert mode.licence
        assert mode.scheduler in SCHEDULERS
        assert 1 <= mode.num_inference_steps <= 8


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("SDXL_FEW_STEP", "warp", "accepted: off, lcm, lightning-2"),
        ("SDXL_FEW_STEP", "hyper-4", "ALLOW_NONCOMMERCIAL_MODELS=1"),
        ("COVER_ENGINES_OFFERED", ["poster", "dall-e"], "names dall-e; accepted: poster, sdxl"),
    ],
)
def test_a_setting_that_names_no_model_we_may_use_stops_every_process_at_its_start(settings, name, value, says):
    setattr(settings, name, value)
    with pytest.raises(ImproperlyConfigured, match=f"{name} .*{says}"):
        refuse_wrong_settings()


def test_a_mode_for_other_uses_is_taken_on_the_operators_word(settings):
    settings.SDXL_FEW_STEP, settings.ALLOW_NONCOMMERCIAL_MODELS = "dmd2", True
    refuse_wrong_settings()


def test_the_registry_knows_the_schedulers_that_the_engine_has():
    from covers.engine.sdxl.schedulers import SCHEDULERS as OF_THE_ENGINE

    assert set(SCHEDULERS) == {"default", *OF_THE_ENGINE}


def test_the_settings_of_a_diffusion_model_reach_its_specs(settings):
    settings.COVER_ENGINE, settings.SDXL_FEATURE_REUSE = "sdxl", "balanced"
    settings.SDXL_GUIDANCE_END, settings.SDXL_GUIDANCE_RESCALE, settings.SDXL_CLIP_SKIP = 0.5, 0.7, 2
    row = asked_for()
    row.brief = BRIEF
    spec = spec_of(row, 0)
    assert (spec.feature_reuse, spec.guidance_end, spec.guidance_rescale, spec.clip_skip) == ("balanced", 0.5, 0.7, 2)


# --- drawn for real -------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_no_request_is_lost_when_the_model_changes_between_asking_and_drawing(tmp_path, settings):
    """Two checkpoints of random weights; each request is drawn by the one that was active when it was made."""
    import shutil

    from covers.engine_pool import engines_inline
    from tests.covers.engine.tiny_sdxl import build_tiny_sdxl

    settings.COVER_SIZE_PIXELS, settings.SDXL_NUM_INFERENCE_STEPS = 64, 2
    first = build_tiny_sdxl(tmp_path / "first")
    second = Path(shutil.copytree(first, tmp_path / "second"))
    versions = [registered(folder, folder.name, revision=f"{folder.name}-of-march") for folder in (first, second)]
    rows = []
    for version in (versions[0], versions[1], versions[0]):
        registry.activate_model(version=version)
        rows.append(asked_for(count=1, with_lettering=False))
    registry.retire_model(version=versions[0])
    with engines_inline():
        for row in rows:
            tasks.write_brief(str(row.pk))
        for row in rows:
            tasks.draw_covers(str(row.pk))
    drawn = [Cover.objects.get(request=row).parameters for row in rows]
    revisions = ["first-of-march", "second-of-march", "first-of-march"]
    assert [kept["base_model_revision"] for kept in drawn] == revisions
    assert [kept["model"] for kept in drawn] == ["first", "second", "first"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("write", ["diffusers_file", "peft_file", "old_diffusers_file"])
def test_a_verified_adapter_changes_the_next_pictures_and_leaves_those_without_it_alone(tmp_path, settings, write):
    from diffusers import UNet2DConditionModel

    from covers.engine_pool import engines_inline
    from tests.covers.engine import lora_files
    from tests.covers.engine.tiny_sdxl import build_tiny_sdxl

    settings.COVER_SIZE_PIXELS, settings.SDXL_NUM_INFERENCE_STEPS = 64, 2
    folder = build_tiny_sdxl(tmp_path / "tiny")
    pairs = lora_files.matrices(UNet2DConditionModel.from_pretrained(folder / "unet"), seed=3)
    file = getattr(lora_files, write)(tmp_path / "style.safetensors", pairs)
    style = registered(file, "style", Kind.ADAPTER)
    registry.activate_model(version=registered(folder, "tiny"))
    rows = [asked_for(count=1, seed=5, with_lettering=False)]
    registry.activate_adapter(version=style)
    rows.append(asked_for(count=1, seed=5, with_lettering=False))
    registry.deactivate(version=style)
    rows.append(asked_for(count=1, seed=5, with_lettering=False))
    with engines_inline():
        for row in rows:
            tasks.write_brief(str(row.pk))
        for row in rows:
            tasks.draw_covers(str(row.pk))
    plain, styled, plain_again = (Cover.objects.get(request=row) for row in rows)
    assert plain.sha256 == plain_again.sha256 != styled.sha256
    assert [kept["key"] for kept in styled.parameters["adapter_versions"]] == ["style"]
