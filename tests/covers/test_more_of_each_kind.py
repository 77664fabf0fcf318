"""More like a cover of each kind: made of a picture that somebody brought, of a face, by a diffusion model, by the small one of our own."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.person import Person
from covers.brief.scenery import PLACES
from covers.models import Cover, CoverRequest
from covers.writing.names import SCENE_NAMES
from covers.writing.prompts import STYLE_WORDS
from tests.covers.own_pictures import make_picture
from tests.factories import make_request
from tests.personalize.asking import ask, draw
from tests.personalize.factories import make_face

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("developed_once")]
SONG = {
    "title": "Slow Ferry Home",
    "lyrics": "The ferry leaves the harbour at dusk\nA dog sleeps on the rope",
    "seed": 11,
}


def page_of(browser: Client, cover: Cover) -> str:
    return browser.get(reverse("covers:more", args=[cover.pk]), headers={"accept-language": "en"}).content.decode()


def offered(page: str) -> set[str]:
    return {name for name in ("style", "palette", "subject", "layout") if f'name="keep" value="{name}"' in page}


def more(browser: Client, cover: Cover, **form: Any) -> CoverRequest:
    answer = browser.post(reverse("covers:more", args=[cover.pk]), {"submission": str(uuid.uuid4()), **form})
    assert answer.status_code == 302, answer.content.decode()
    row = CoverRequest.objects.order_by("-id")[0]
    assert len(draw(row)) == 4
    return row


def values_of(row: CoverRequest, name: str) -> list[Any]:
    return [cover.parameters[name] for cover in row.covers.order_by("position")]


@pytest.fixture
def person(member: User) -> Person:
    return Person(user=member)


def test_a_brought_picture_stays_and_its_treatment_where_that_is_kept(browser: Client, person: Person) -> None:
    picture = {"picture": make_picture(person), "shows_picture": True, "picture_positions": [0]}
    row = make_request(person, count=1, width=128, height=128, **SONG, **picture)
    (cover,) = draw(row)
    page = page_of(browser, cover)
    assert offered(page) == {"style"}
    assert "Your picture always stays. Colours and layout follow it." in page
    assert "What this cover shows cannot be drawn in another style." in page
    kept, other = more(browser, cover, keep=["style"]), more(browser, cover)
    assert set(values_of(kept, "treatment")) == {cover.parameters["treatment"]}
    assert len(set(values_of(other, "treatment"))) > 1
    assert all(one.is_of_picture(position) for one in (kept, other) for position in range(4))


def test_a_face_stays_and_its_colours_where_those_are_kept(browser: Client, settings: Any, member: User) -> None:
    settings.COVER_SIZE_PIXELS = 128
    (cover,) = draw(ask(browser, make_face(member, photos=4)))
    page = page_of(browser, cover)
    assert offered(page) == {"palette"}
    assert "Your face always stays." in page
    kept = more(browser, cover, keep=["palette"])
    assert kept.shows_face
    assert len({tuple(one) for one in values_of(kept, "palette")}) == 1
    assert kept.parsed_brief().family is not None
    assert more(browser, cover).parsed_brief().family is None


def drawn_by(engine: str, person: Person) -> Cover:
    row = make_request(person, engine=engine, count=1, num_inference_steps=2, width=64, height=64, **SONG)
    return draw(row)[0]


def prompts(row: CoverRequest) -> list[str]:
    return list(row.covers.order_by("position").values_list("prompt", flat=True))


def test_a_model_keeps_what_its_words_can_say(browser: Client, person: Person, settings: Any, tiny_sdxl: Path) -> None:
    settings.SDXL_MODEL, settings.SDXL_NUM_INFERENCE_STEPS, settings.PICTURE_CHECK = str(tiny_sdxl), 2, "off"
    cover = drawn_by("sdxl", person)
    page, style = page_of(browser, cover), STYLE_WORDS["waterside"]
    assert offered(page) == {"style", "palette", "subject"}
    assert "its layout cannot be kept" in page
    assert 'name="style" value="riso"' in page
    place = "a ferry leaving a harbour"
    assert place in cover.prompt
    assert style in cover.prompt
    whole = prompts(more(browser, cover, keep=["style", "palette", "subject"]))
    assert all(place in one and style in one and " palette" in one for one in whole)
    assert len(set(whole)) == 4, "each in a shot of its own"
    others = prompts(more(browser, cover, keep=["style"]))
    assert all(style in one and place not in one and " palette" not in one for one in others)
    assert all(any(name[0] in one for name in map(SCENE_NAMES.get, PLACES["waterside"]) if name) for one in others)
    shown = prompts(more(browser, cover, keep=["subject"]))
    assert all("ship" in one and style not in one for one in shown)
    in_style = prompts(more(browser, cover, style="riso", in_style="1"))
    assert all("ship" in one and STYLE_WORDS["riso"] in one for one in in_style)


def test_the_small_model_keeps_colours_and_thing_and_has_no_styles(
    browser: Client, person: Person, settings: Any
) -> None:
    settings.POCKET_ON_FORM = True
    cover = drawn_by("pocket", person)
    page = page_of(browser, cover)
    assert offered(page) == {"palette", "subject"}
    assert "This model knows no styles" in page
    assert 'name="style"' not in page
    shown = browser.get(cover.get_absolute_url()).content.decode()
    assert "#styles-title" not in shown
    whole = prompts(more(browser, cover, keep=["palette", "subject"]))
    assert all("sailboat" in one for one in whole)
    assert len({one.partition(" on ")[2] for one in whole}) == 1
    others = prompts(more(browser, cover, keep=["palette"]))
    assert len({one.partition(" on ")[0].split()[-1] for one in others}) == 4, "what else the song names"
    assert (
        "knows no styles"
        in browser.get(f"/create/?like={cover.pk}", headers={"accept-language": "en"}).content.decode()
    )
