"""Whose song is read first: a job says only that there is work."""

from __future__ import annotations

import uuid

import pytest

from accounts.person import Person
from albumsite.jobs.states import State
from covers import tasks
from covers.models import CoverRequest, Stage
from tests.factories import make_request

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_newcomers_song_is_read_after_one_of_somebody_with_many() -> None:
    greedy = Person(visitor=uuid.uuid4())
    many = [make_request(greedy, title=f"Song {number}") for number in range(4)]
    newcomers = make_request(title="Mine")
    for row in (*many, newcomers):  # in the order in which they were enqueued
        tasks.write_brief(str(row.pk))
        if CoverRequest.objects.filter(stage=Stage.DRAW).count() == 2:
            assert CoverRequest.objects.get(pk=newcomers.pk).stage == Stage.DRAW
    assert not CoverRequest.objects.exclude(stage=Stage.DRAW, state=State.QUEUED).exists()  # and every job was of use


def test_a_job_for_what_is_written_already_writes_for_whoever_waits() -> None:
    first, second = make_request(), make_request()
    tasks.write_brief(str(first.pk))
    tasks.write_brief(str(first.pk))
    assert set(CoverRequest.objects.values_list("stage", flat=True)) == {Stage.DRAW}
    assert CoverRequest.objects.get(pk=second.pk).brief
