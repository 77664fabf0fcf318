"""The small SDXL checkpoint in this process, and a cover that it drew."""

from __future__ import annotations

import uuid

import pytest
import torch

from accounts.person import Person
from covers import registry
from covers.engine.sdxl import SdxlEngine
from covers.engine_pool import _engines
from covers.models import Cover
from tests.covers.redrawing.small_redrawing import drawn, sdxl_request


@pytest.fixture(scope="module")
def tiny_engine(tiny_sdxl) -> SdxlEngine:
    torch.set_num_threads(1)
    return SdxlEngine(str(tiny_sdxl), batch_size=4)


@pytest.fixture
def engine(monkeypatch, settings, tiny_sdxl, tiny_engine) -> SdxlEngine:
    """The small checkpoint, in this process."""
    settings.PICTURE_CHECK = "off"
    row = sdxl_request(Person(visitor=uuid.uuid4()), tiny_sdxl)
    monkeypatch.setitem(_engines, registry.engine_options(row).cache_key, tiny_engine)
    row.delete()
    monkeypatch.setattr("covers.drawing.version_turn.WRITE_EVERY_SECONDS", 0)
    monkeypatch.setattr("covers.drawing.version_turn.VersionBatch.LOOK_EVERY_SECONDS", 0)
    return tiny_engine


@pytest.fixture
def cover(engine, visitor, tiny_sdxl) -> Cover:
    return drawn(visitor, tiny_sdxl)
