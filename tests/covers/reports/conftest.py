from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.covers.reports.slack_server import SlackServer


@pytest.fixture
def slack(settings: Any) -> Iterator[SlackServer]:
    with SlackServer() as server:
        settings.SLACK_WEBHOOK_URL, settings.SLACK_TIMEOUT_SECONDS = server.webhook_url, 0.3
        yield server
