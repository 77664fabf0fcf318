from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture
def _few_steps() -> Iterator[None]:
    """Samples are drawn in 2 steps instead of 20."""
    from covers.training.lora.base_model import LoadedBaseModel

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LoadedBaseModel, "num_inference_steps", 2)
        yield
