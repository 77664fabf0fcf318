"""Fixtures of what keeps and lets go."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.keeping.cdn import Cdn, running_cdn


@pytest.fixture
def cdn(settings: Any) -> Iterator[Cdn]:
    with running_cdn(settings) as server:
        yield server
