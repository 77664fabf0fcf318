"""One worker that draws before, during and after a change of the weekly model: nothing is lost, each cover says its version."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from albumsite.jobs.states import State
from covers import registry, tasks
from covers.models import Cover, CoverRequest, Kind, ModelVersion
from tests.covers.weekly.rollout_factories import make_better

pytestmark = pytest.mark.django_db(transaction=True)


def tiny_model(folder: Path) -> list[bytes]:
    """A checkpoint that draws, in use as "tiny", and two adapters for it that change its pictures."""
    from diffusers import UNet2DConditionModel

    from tests.covers.engine import lora_files
    from tests.covers.engine.tiny_sdxl import build_tiny_sdxl

    place = build_tiny_sdxl(folder / "tiny")
    source = registry.parse_source(str(place), Kind.CHECKPOINT)
    model = registry.NewModel(key="tiny", kind=Kind.CHECKPOINT, source=source, licence="MIT")
    registry.activate_model(version=registry.verify_model(version=registry.register_model(model=model)))
    unet = UNet2DConditionModel.from_pretrained(place / "unet")
    files = [
        lora_files.peft_file(folder / f"{seed}.safetensors", lora_files.matrices(unet, seed=seed)) for seed in (3, 4)
    ]
    return [file.read_bytes() for file in files]


def ask(client: Client) -> CoverRequest:
    form = {"title": "Night Bus", "artist": "Haram", "count": "1", "seed": "5"}
    assert client.post("/create/", form).status_code == 302
    row = CoverRequest.objects.latest("id")
    tasks.write_brief(str(row.pk))
    return row


def test_a_running_worker_draws_each_request_with_what_it_was_made_with(client: Client, settings: Any, tmp_path: Path):
    from covers.engine_pool import engines_inline

    settings.MODEL_CACHE_DIR = tmp_path / "models"
    settings.COVER_SIZE_PIXELS, settings.SDXL_NUM_INFERENCE_STEPS = 64, 2
    contents = tiny_model(tmp_path)
    first = make_better("first", content=contents[0], base_key="tiny", engine="sdxl", week="2026-W48")
    rows = [ask(client)]
    call_command("promote_model", "first")
    rows.append(ask(client))
    with engines_inline():
        tasks.draw_covers(str(rows[0].pk))  # warm before the changes, and never started again
        make_better("second", against=first, content=contents[1], base_key="tiny", engine="sdxl", week="2026-W49")
        rows.append(ask(client))  # waits while the change is made
        call_command("promote_model", "second")
        rows.append(ask(client))
        call_command("rollback_model")
        rows.append(ask(client))
        for row in rows:
            tasks.draw_covers(str(row.pk))
    covers = [Cover.objects.select_related("request__learned_version").get(request=row) for row in rows]
    assert {cover.request.state for cover in covers} == {State.DONE}
    said = [[kept["key"] for kept in cover.parameters.get("adapter_versions", [])] for cover in covers]
    assert said == [[], ["first"], ["first"], ["second"], ["first"]]
    assert [cover.request.learned_version and cover.request.learned_version.key for cover in covers] == [
        None, "first", "first", "second", "first",
    ]  # fmt: skip
    hashes = [Cover.objects.get(request=row).parameters["adapter_versions"][0]["version"] for row in rows[1:]]
    assert hashes[2] == ModelVersion.objects.get(key="second").sha256
    pages = [client.get(cover.get_absolute_url()).content.decode() for cover in covers]
    assert ["week 48" in page for page in pages] == [False, True, True, False, True]
    assert "week 49" in pages[3]
