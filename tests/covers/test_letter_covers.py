"""A cover whose title is the picture, from the request to the store file: it lacks nothing, and says what it is."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest

from albumsite.jobs.states import State
from covers import tasks
from covers.models import ReleaseFile
from covers.pages import pictures_of
from tests.covers.engine.posters import BRIEF
from tests.factories import make_briefed_request
from tests.working import worked

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_is_recorded_whole_with_words_of_its_own_and_gets_a_store_file(settings):
    settings.RELEASE_SIZE_PIXELS = 320
    brief = asdict(replace(BRIEF, style="type_light"))
    row = make_briefed_request(width=128, height=128, count=1, title="비", artist="유진", brief=brief)
    tasks.draw_covers(str(row.pk))
    cover = row.covers.get()
    assert cover.parameters["style"] == "type_light"
    assert cover.layout["title"] is None
    assert cover.layout["artist"]["lines"] == ["유진"]
    assert not cover.loss
    assert cover.alt_text == "The title ‘비’ in letters of light, cover by 유진"
    assert cover.alt_text_ko == "빛으로 쓴 제목 ‘비’, 유진의 커버"
    release = worked(tasks.make_release, ReleaseFile.objects.create(cover=cover, stage="render"))
    assert release.state == State.DONE


def test_without_type_a_page_promises_no_letters():
    concepts = ({"kind": "matter", "style": "type_carved", "source": "title", "line": "비"},)
    brief = asdict(BRIEF) | {"concepts": concepts}
    said = [
        pictures_of(make_briefed_request(title="비", brief=brief, with_lettering=wanted))[0] for wanted in (True, False)
    ]
    assert said[0].text == "Carved letters"
    assert "letters" not in said[1].text.lower()
