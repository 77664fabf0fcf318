"""Rows of long ago."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.apps import apps
from django.db import models
from uuid_utils.compat import uuid7

from albumsite.ids import first_id_since


@contextmanager
def days_ago(days: float) -> Iterator[None]:
    """What is made in the block is that old: its primary key says so."""
    start = int(first_id_since(time.time() - days * 86400))

    def old() -> uuid.UUID:
        return uuid.UUID(int=start | int(uuid7()) & (1 << 80) - 1)

    with pytest.MonkeyPatch.context() as patch:
        for model in apps.get_models():
            if isinstance(model._meta.pk, models.UUIDField) and model._meta.pk.has_default():
                patch.setattr(model._meta.pk, "_get_default", old)
        yield
