"""Songs that are refused before anybody gets them, and prompts that are looked at last, whoever wrote them."""

from __future__ import annotations

import logging
import re
import uuid

import pytest
from django.core.management import call_command

from accounts.person import Person
from albumsite.errors import EngineError
from albumsite.jobs.states import State
from covers import tasks
from covers.drawing.specs import spec_of
from covers.errors import RealPersonBesideFace, SongUnfit
from covers.models import CoverRequest, Refusal
from covers.safety.refusing import refuse_unfit
from covers.services.requests import draw_again
from tests.factories import make_briefed_request, make_finished_request, make_member, make_song
from tests.working import worked

pytestmark = pytest.mark.django_db(transaction=True)
UNFIT = "ㅅㅔㄱ스하는 여고생"


@pytest.mark.parametrize("field", ["title", "artist", "album", "lyrics"])
def test_the_form_refuses_it_in_words_and_nothing_is_recorded_but_that_it_was(client, field, caplog):
    caplog.set_level(logging.INFO)
    song = {"title": "Fighting", "artist": "KJY", field: UNFIT}
    answer = client.post("/create/", song, headers={"accept-language": "en"})
    assert answer.status_code == 422
    assert (
        "puts a child in a sexual scene" in answer.content.decode()
        or "put a child in a sexual scene" in answer.content.decode()
    )
    assert not CoverRequest.objects.exists()
    row = Refusal.objects.get()
    assert (row.reason, row.field, row.owner) == ("child", field, None)
    assert "여고생" not in caplog.text


def test_the_person_reads_it_in_their_language(client):
    answer = client.post("/create/", {"title": UNFIT, "artist": "KJY"}, headers={"accept-language": "ko"})
    assert "성적인 장면" in answer.content.decode()


def test_halves_in_two_fields_are_one_song():
    with pytest.raises(SongUnfit):
        refuse_unfit(
            owner=Person(user=make_member()), song=make_song(title="Schoolgirl", album="porn"), shows_face=False
        )
    assert Refusal.objects.get().owner is not None


def test_the_command_refuses_it_too(tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        call_command("make_covers", "--title", "nude loli", "--artist", "X", "--out", str(tmp_path))
    assert ended.value.code == 2
    assert re.search("child in a sexual scene|성적인 장면", capsys.readouterr().err)
    assert not CoverRequest.objects.exists()


def test_a_song_that_was_drawn_before_its_words_were_known_is_not_drawn_again():
    owner = Person(user=make_member())
    row = make_finished_request(owner, title=UNFIT)
    with pytest.raises(SongUnfit):
        draw_again(owner=owner, request=row, submission=uuid.uuid4())
    assert CoverRequest.objects.get() == row


@pytest.mark.parametrize(
    "words",
    [
        {"title": "Taylor Swift"},
        {"album": "아이유"},
        {"lyrics": "a woman who looks like Emma Watson"},
        {"lyrics": "아이유 닮은 사람"},
    ],
)
def test_beside_a_face_nobody_else_is_named(words):
    owner = Person(user=make_member())
    with pytest.raises(RealPersonBesideFace):
        refuse_unfit(owner=owner, song=make_song(**words), shows_face=True)
    refuse_unfit(owner=owner, song=make_song(**words), shows_face=False)
    assert Refusal.objects.get().reason == "person"


def test_the_artist_of_a_song_may_be_anybody():
    refuse_unfit(owner=Person(user=make_member()), song=make_song(artist="Taylor Swift"), shows_face=True)
    assert not Refusal.objects.exists()


def prompt_of(scene: str, **values) -> str:
    return spec_of(make_briefed_request(engine="sdxl", brief={**CLEAN, "scene": scene}, **values), 0).prompt


def test_people_are_taken_out_of_what_a_model_draws_from():
    prompt = prompt_of("A stage where taylor swift sings to rihanna under red light.")
    assert re.search(r"stage where somebody sings to somebody under red light", prompt)


def test_an_unfit_scene_goes_and_the_motifs_are_drawn():
    prompt = prompt_of("A n u d e woman lies on a bed of roses in red light.")
    assert "woman" not in prompt
    assert "clock" in prompt


def test_a_child_in_a_sexual_scene_ends_the_request_and_is_counted():
    row = make_briefed_request(engine="sdxl", brief={**CLEAN, "scene": "A seductive schoolgirl on a bed in red light."})
    worked(tasks.draw_covers, row)
    assert (row.state, row.failure, row.covers.count()) == (State.FAILED, "safety:unfit", 0)
    assert Refusal.objects.get().reason == "prompt"


def test_a_real_person_beside_a_face_ends_the_request():
    with pytest.raises(EngineError, match="real-person"):
        prompt_of("Emma Watson stands in the rain at night.", shows_face=True, subject="sks woman")


CLEAN = {"subject": "a clock", "motifs": ["clock", "sea"], "mood": "longing", "palette": [], "style": "", "scene": "", "avoid": ["text"],
         "written_by": "rules"}  # fmt: skip


def test_the_operator_sees_how_many_and_no_text(admin_client):
    Refusal.objects.create(reason="child", field="lyrics", owner=make_member())
    page = admin_client.get("/admin/covers/refusal/").content.decode()
    assert "A child in a sexual scene" in page or "아동" in page
