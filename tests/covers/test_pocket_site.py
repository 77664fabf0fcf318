"""The small checkpoint on the site: chosen on the form, drawn by the worker's engine process, seen in its colours."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from albumsite.jobs.states import State
from albumsite.media import storage
from covers.models import CoverRequest
from covers.object_keys import master_key
from covers.tasks import draw_covers, write_brief
from tests.working import worked

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def with_pocket(settings) -> None:
    settings.COVER_ENGINES_OFFERED = ["poster", "pocket"]
    settings.POCKET_ON_FORM = True
    settings.COVER_SIZE_PIXELS = 256


def test_a_song_becomes_four_covers_by_the_pocket_checkpoint(client, with_pocket):
    song = {"title": "고양이의 밤", "artist": "하람", "lyrics": "고양이 한 마리 달빛 아래", "engine": "pocket"}
    assert client.post("/create/", song).status_code == 302
    row = CoverRequest.objects.get()
    write_brief(str(row.pk))
    worked(draw_covers, row)
    assert (row.state, row.engine) == (State.DONE, "pocket")
    covers = list(row.covers.order_by("position"))
    assert len(covers) == 4
    pixels = [
        np.asarray(Image.open(io.BytesIO(storage.read(storage.private(), master_key(cover.storage_prefix)))))
        for cover in covers
    ]
    assert all(each.shape == (256, 256, 3) for each in pixels)
    assert len({each.tobytes() for each in pixels}) == 4
    assert all(cover.parameters["base_model"] == "checkpoint" for cover in covers)
    assert "pocket (demo)" in client.get(covers[0].get_absolute_url()).content.decode()
