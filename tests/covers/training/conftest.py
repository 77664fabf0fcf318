from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture
def _few_steps() -> Iterator[None]:
    """Samples are drawn in 2 steps instead of 20."""
    from covers.training.lora.base import Base

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Base, "num_inference_steps", 2)
        yield
