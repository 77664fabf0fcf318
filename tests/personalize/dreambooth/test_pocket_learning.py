"""The pocket checkpoint learns a person from five photos, shortened: `showcase.show` in `personalize.dreambooth` does all of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from covers.engine.engine_contract import Adapter, BaseModel
from covers.engine.pocket.words import CHECKPOINT
from covers.engine.sdxl import SdxlEngine
from covers.training.lora.base_model import LoadedBaseModel
from personalize.dreambooth.face_contract import FaceBox, InstancePhoto, TrainedAdapter, TrainingOptions, TrainingSpec
from personalize.dreambooth.instance_photos import crop
from personalize.dreambooth.likeness import PictureLikeness
from tests.covers.engine.specs import spec as draw_spec
from tests.personalize.dreambooth.trainings import trained
from tests.personalize.pictures import TAKES, portrait

SEEDS, STEPS = (1, 2, 3, 4), 10
CLASS_PROMPT = "a photo of a woman"


def photos(folder: Path) -> tuple[InstancePhoto, ...]:
    """Where each face is, is known from how it was taken."""
    found = []
    for number, take in enumerate(TAKES[:5]):
        path, width = folder / f"{number}.jpg", 105 * 320 / take.part
        path.write_bytes(portrait(number, side=320))
        box = FaceBox(take.across * 320 - width / 2, take.down * 320 - width / 2, width, width)
        found.append(InstancePhoto(path, box))
    return tuple(found)


@pytest.fixture(scope="module")
def learnt(tmp_path_factory, _few_steps) -> dict[str, TrainedAdapter]:
    """With prior preservation and without, in shared steps."""
    folder = tmp_path_factory.mktemp("pocket")
    given = photos(folder)
    specs = [
        TrainingSpec(
            name, BaseModel(str(CHECKPOINT)), given, "sks", "woman", folder / name, folder / "classes",
            TrainingOptions(max_train_steps=90, train_batch_size=2, num_class_images=6,
                            with_prior_preservation=name == "prior", sample_every_steps=0, checkpoint_every_steps=0),
        )
        for name in ("prior", "without")
    ]  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            LoadedBaseModel, "num_inference_steps", STEPS
        )  # 3 would not do for class images that are to be held on to
        return trained(*specs)


@pytest.fixture(scope="module")
def engine() -> SdxlEngine:
    torch.set_num_threads(1)
    return SdxlEngine(str(CHECKPOINT))


def drawn(engine: SdxlEngine, prompt: str, result: TrainedAdapter | None) -> list[np.ndarray]:
    adapters = (Adapter(str(result.path)),) if result else ()
    specs = [
        draw_spec(prompt=prompt, position=n, seed=seed, width=128, height=128, num_inference_steps=STEPS,
                  guidance_scale=3.0, negative_prompt="", scheduler="default", adapters=adapters)
        for n, seed in enumerate(SEEDS)
    ]  # fmt: skip
    found = {
        one.position: np.frombuffer(one.rgb, np.uint8).reshape(128, 128, 3)
        for one in engine.draw(specs, lambda _: True)
    }
    return [found[place] for place in sorted(found)]


def test_pictures_become_like_the_held_out_photo(learnt, engine, tmp_path):
    metric = PictureLikeness([crop(photos(tmp_path)[-1], 128).pixels])
    before = metric.likeness(drawn(engine, "a photo of sks woman", None))
    after = metric.likeness(drawn(engine, "a photo of sks woman", learnt["prior"]))
    assert after > before + 0.15, (before, after)


def test_without_prior_preservation_the_class_drifts_more(learnt, engine):
    base = drawn(engine, CLASS_PROMPT, None)

    def drift(result: TrainedAdapter) -> float:
        pairs = zip(drawn(engine, CLASS_PROMPT, result), base, strict=True)
        return float(np.mean([np.abs(one.astype(float) - other).mean() for one, other in pairs]))

    assert drift(learnt["prior"]) < 0.8 * drift(learnt["without"])
