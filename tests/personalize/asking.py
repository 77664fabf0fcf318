"""Covers of a face, asked for as its owner does and drawn as a worker does."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from albumsite.jobs.states import State
from covers import tasks
from covers.engine_pool import engines_inline
from covers.models import Cover, CoverRequest
from personalize import services
from personalize.models import Face, TrainingRun
from tests.personalize.factories import make_face

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


def learnt_with_drafts(member: User) -> TrainingRun:
    """A face of theirs is learnt, and its drafts are drawn."""
    run = services.start_training(face=make_face(member, photos=4))
    draw(CoverRequest.objects.get(is_draft=True))
    run.state, run.finished_at = State.DONE, timezone.now()
    run.save()
    return run
