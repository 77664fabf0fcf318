from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _own_cache(settings: Any, tmp_path: Path) -> None:
    """Models are kept where no other test finds them."""
    settings.MODEL_CACHE_DIR = tmp_path / "models"
