"""Covers of a face, asked for as its owner does and drawn as a worker does."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from covers import tasks
from covers.engine_pool import engines_inline
from covers.models import Cover, CoverRequest
from personalize.models import Face

SONG = {"title": "Signal", "artist": "KJY", "count": "1"}


def ask(browser: Client, face: Face, **changes: Any) -> CoverRequest:
    """By the form. changes: of SONG."""
    response = browser.post(reverse("covers:create"), SONG | {"face": str(face.pk)} | changes)
    assert response.status_code == 302, response.content.decode()
    return CoverRequest.objects.latest("id")


def draw(row: CoverRequest) -> list[Cover]:
    """To its end, in this process; a draft has its brief already."""
    with engines_inline():
        if row.stage == "write":
            tasks.write_brief(str(row.pk))
        tasks.draw_request(str(row.pk))
    row.refresh_from_db()
    assert row.state == "done", row.failure
    return list(row.covers.order_by("position"))
