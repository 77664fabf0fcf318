from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session", autouse=True)
def _few_steps() -> Iterator[None]:
    """Class images and samples are drawn in 3 steps instead of 20: most of a small training's time."""
    from covers.training.lora.base_model import LoadedBaseModel

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LoadedBaseModel, "num_inference_steps", 3)
        yield


@pytest.fixture(scope="session")
def tiny_velocity(tiny_sdxl: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same that predicts velocity, with a zero terminal SNR, as the pocket checkpoint does."""
    folder = tmp_path_factory.mktemp("models") / "tiny-velocity"
    shutil.copytree(tiny_sdxl, folder)
    file = folder / "scheduler" / "scheduler_config.json"
    config = json.loads(file.read_text()) | {
        "prediction_type": "v_prediction",
        "rescale_betas_zero_snr": True,
        "timestep_spacing": "trailing",
    }
    file.write_text(json.dumps(config))
    return folder


@pytest.fixture(scope="session")
def class_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Class images of the tiny checkpoints, drawn once for all tests."""
    return tmp_path_factory.mktemp("class-images")
