"""Fixtures of what keeps and lets go."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.keeping.cdn import Cdn


@pytest.fixture
def cdn(settings: Any) -> Iterator[Cdn]:
    """One that the settings name."""
    with Cdn() as server:
        settings.CDN_PURGE_URL, settings.CDN_PURGE_TOKEN = f"{server.url}/purge", "secret"
        settings.SITE_URL = "https://covers.example.com"
        yield server
