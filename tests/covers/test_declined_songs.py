"""A language model that will not work with a song: what is drawn then, and what its person reads."""

from __future__ import annotations

import pytest

from albumsite.errors import WriterDeclined
from albumsite.jobs.states import State
from covers import tasks
from covers.errors import FAILURES, failure_text
from covers.models import Stage
from tests.covers.writing import language_model
from tests.factories import make_request
from tests.working import worked

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def declining(settings):
    with language_model.asked_by_the_site(settings) as service:
        service.says(None, refusal="I cannot help with that.")
        yield service


@pytest.mark.parametrize("values", [{"engine": "sdxl"}, {"engine": "pocket"}, {"engine": "poster", "shows_face": True}])
def test_what_one_model_declined_is_given_to_no_other(declining, values):
    row = worked(tasks.write_brief, make_request(title="A harsh song", **values))
    assert (row.state, row.stage, row.failure, row.brief) == (State.FAILED, Stage.WRITE, "safety:declined", None)
    assert "declined" in failure_text(row.failure)


def test_a_poster_is_drawn_all_the_same_by_the_rules_from_our_own_motifs(declining):
    row = worked(tasks.write_brief, make_request(title="A harsh song", lyrics="snow on the river", engine="poster"))
    assert (row.state, row.stage, row.written_by) == (State.QUEUED, Stage.DRAW, "rules")
    assert len(declining.asked) == 1


def test_every_reason_of_safety_has_words():
    assert {"safety:declined", "safety:real-person", "safety:unfit"} <= set(FAILURES)
    assert issubclass(WriterDeclined, Exception)
