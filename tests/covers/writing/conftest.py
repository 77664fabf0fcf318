"""A language model's service for the tests of the writer."""

from __future__ import annotations

import pytest

from covers.writing.openai import OpenAIWriter
from tests.covers.writing import language_model
from tests.covers.writing.language_model import KEY


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch):
    for name in language_model.PROXIES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def service():
    with language_model.Service() as running:
        running.says(language_model.GOOD)
        yield running


@pytest.fixture
def writer(service):
    return OpenAIWriter(KEY, service.address, "stub-model", timeout_seconds=5)
