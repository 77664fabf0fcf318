"""Columns that the release before does not know: PostgreSQL itself fills them in where that one writes a row."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Value


def json_column(empty: type[list[Any]] | type[dict[str, Any]], help_text: Any = "") -> models.JSONField:
    """empty: a list or a dictionary, which stands there until something is said."""
    return models.JSONField(
        default=empty, db_default=Value(empty(), models.JSONField()), blank=True, help_text=help_text
    )
