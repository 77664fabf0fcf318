"""The page that asks for a picture to be drawn anew: what it offers, and that nothing typed or brushed is lost."""

from __future__ import annotations

import io
import re
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.person import Person
from albumsite.jobs.states import State
from albumsite.media import storage
from covers import tasks
from covers.models import Cover, CoverVersion, VersionDrawing
from covers.services import studio
from tests.covers.redrawing.small_redrawing import SIDE, ask, brushed, work
from tests.covers.studio_pages import in_english
from tests.factories import make_briefed_request
from tests.stand_ins import away

pytestmark = pytest.mark.django_db(transaction=True)
FIELDS = {
    "part": "whole", "prompt": "blue rain", "negative_prompt": "text", "strength": 80, "num_inference_steps": 4,
    "guidance_scale": 5, "scheduler": "euler_a",
}  # fmt: skip


@pytest.fixture
def browser(browser_of: Any, visitor: Person) -> Client:
    return in_english(browser_of(visitor))


def address(cover: Cover) -> str:
    return reverse("covers:draw_anew", args=[cover.pk])


def send(browser: Client, cover: Cover, mask: bytes | None = None, **changes: Any) -> Any:
    sent = {**FIELDS, "submission": str(uuid.uuid4()), **changes}
    if mask is not None:
        sent["mask"] = SimpleUploadedFile("mask.png", mask, "image/png")
    return browser.post(address(cover), sent)


def test_the_studio_leads_there_and_the_page_begins_as_the_picture_was_drawn(browser, cover):
    assert address(cover) in browser.get(reverse("covers:studio", args=[cover.pk])).content.decode()
    page = browser.get(address(cover)).content.decode()
    assert f">\n{cover.prompt}</textarea>" in page
    assert 'name="num_inference_steps" value="2"' in page
    assert re.search(r'<option value="euler" selected>Euler</option>', page)
    assert 'value="whole"' in page
    assert "checked" in page
    assert "data:image/webp;base64," in page


def test_what_was_asked_for_is_drawn_and_named(browser, cover):
    answer = send(browser, cover, brushed(), part="brushed")
    version = cover.versions.get(number=2)
    assert answer["Location"] == f"{reverse('covers:studio', args=[cover.pk])}?version={version.pk}#versions"
    edit = version.drawing.parsed_edit()
    assert (edit.prompt, edit.negative_prompt, edit.strength, edit.scheduler) == ("blue rain", "text", 0.8, "euler_a")
    status = reverse("covers:studio_status", args=[cover.pk])
    waiting = browser.get(status)
    assert waiting["X-Active"] == "1"
    assert "Waiting for its turn" in waiting.content.decode()
    CoverVersion.objects.filter(pk=version.pk).update(progress={"step": 2, "total": 4, "preview": ""})
    assert "Drawing, step 2 of 4" in browser.get(status).content.decode()
    work(version)
    done = browser.get(status)
    assert done["X-Active"] == "0"
    assert "Drawn anew: a brushed part, other words" in done.content.decode()
    page = browser.get(address(cover)).content.decode()
    assert "blue rain" in page, "the next one begins where this one ended"


def test_sent_twice_it_is_one(browser, cover):
    submission = str(uuid.uuid4())
    answers = [send(browser, cover, submission=submission) for _ in range(2)]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert cover.versions.count() == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"prompt": ""}, "prompt"), ({"prompt": "x" * 1001}, "prompt"), ({"strength": 4}, "strength"), ({"strength": "nan"}, "strength"),
        ({"num_inference_steps": 61}, "num_inference_steps"), ({"guidance_scale": "nan"}, "guidance_scale"),
        ({"guidance_scale": 1e9}, "guidance_scale"), ({"scheduler": "magic"}, "scheduler"), ({"part": "nose"}, "part"),
        ({"parent": "no number"}, "parent"),
    ],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_drawn_is_said_and_all_that_was_typed_is_there(browser, cover, changes, field):
    answer = send(browser, cover, brushed(), **({"part": "brushed", "negative_prompt": "no <b>logo</b>"} | changes))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert answer.context["form"].errors.keys() == {field}
    assert "no &lt;b&gt;logo&lt;/b&gt;" in page
    assert 'data-brushed="data:image/png;base64,' in page
    assert not cover.versions.exists()


@pytest.mark.parametrize(
    ("changes", "mask", "status", "says"),
    [
        ({"part": "brushed"}, brushed(None), 422, "Nothing is marked yet"),
        ({"part": "brushed"}, None, 422, "Nothing is marked yet"),
        ({"part": "brushed"}, b"GIF89a no mask", 422, "could not be read"),
        ({"prompt": "a nude schoolgirl"}, None, 422, "does not draw"),
        ({"parent": str(uuid.uuid4())}, None, 409, "was deleted meanwhile"),
    ],
)
def test_a_refusal_says_what_to_do(browser, cover, changes, mask, status, says):
    answer = send(browser, cover, mask, **changes)
    assert answer.status_code == status
    assert says in answer.content.decode()
    assert not VersionDrawing.objects.exists()


def test_a_version_that_went_meanwhile_is_replaced_by_the_one_that_is_shown(browser, cover, visitor):
    second = work(ask(cover, visitor))
    studio.show_version(cover=cover, version=cover.versions.get(number=1))
    studio.delete_version(cover=cover, version=second)
    refused = send(browser, cover, parent=str(second.pk))
    assert refused.status_code == 409
    shown = cover.versions.get(is_shown=True)
    assert f'name="parent" value="{shown.pk}"' in refused.content.decode()
    assert send(browser, cover, parent=str(shown.pk)).status_code == 302
    assert browser.get(address(cover), {"version": second.pk}).status_code == 404


def test_while_the_store_is_away_nothing_typed_is_lost(browser, cover, monkeypatch):
    monkeypatch.setattr(storage, "read", away)
    monkeypatch.setattr(storage, "save_all", away)
    assert browser.get(address(cover)).status_code == 503
    answer = send(browser, cover, brushed(), part="brushed")
    assert answer.status_code == 503
    assert "blue rain" in answer.content.decode()
    assert not VersionDrawing.objects.exists()


def test_it_is_stopped_and_tried_again_from_the_list(browser, cover):
    send(browser, cover)
    version = cover.versions.get(number=2)
    page = browser.get(reverse("covers:studio", args=[cover.pk])).content.decode()
    stop = reverse("covers:cancel_version", args=[cover.pk, version.pk])
    assert stop in page
    browser.post(stop)
    again = reverse("covers:draw_version_again", args=[cover.pk, version.pk])
    page = browser.get(reverse("covers:studio", args=[cover.pk])).content.decode()
    assert "Stopped" in page
    assert again in page
    browser.post(again)
    assert work(version).state == State.DONE
    assert browser.post(stop).status_code == 409


@pytest.mark.parametrize("part", ["sky", "background", "lower_third"])
def test_a_ready_part_is_a_black_and_white_picture(browser, cover, part):
    answer = browser.get(reverse("covers:ready_part", args=[cover.pk, part]))
    image = Image.open(io.BytesIO(answer.content))
    assert (image.mode, image.size) == ("L", (SIDE, SIDE))
    assert set(image.tobytes()) <= {0, 255}
    assert browser.get(reverse("covers:ready_part", args=[cover.pk, "nose"])).status_code == 404


def test_covers_of_other_engines_and_other_people_have_no_such_page(browser, cover, visitor):
    row = make_briefed_request(visitor, count=1)
    tasks.draw_covers(str(row.pk))
    poster = row.covers.get()
    assert browser.get(address(poster)).status_code == 404
    assert address(poster) not in browser.get(reverse("covers:studio", args=[poster.pk])).content.decode()
    stranger = Client()
    assert stranger.get(address(cover)).status_code == 404
    assert stranger.post(address(cover), FIELDS).status_code == 404


def test_the_small_checkpoint_is_not_offered_what_it_cannot_do(browser, cover):
    type(cover.request).objects.filter(pk=cover.request_id).update(engine="pocket")
    page = browser.get(address(cover)).content.decode()
    assert 'name="negative_prompt"' not in page
    assert 'name="num_inference_steps" value="2" min="1" max="20"' in page


def test_switching_the_language_keeps_what_is_typed(browser, cover):
    answer = browser.post(address(cover), {**FIELDS, "in_language": "ko"})
    page = answer.content.decode()
    assert 'lang="ko"' in page
    assert "blue rain" in page


def test_staff_see_how_versions_come_along_and_no_word_of_them(operator, cover, visitor):
    version = ask(cover, visitor, prompt="a secret garden")
    page = operator.get(reverse("admin:covers_coverversion_changelist")).content.decode()
    assert version.pk.hex[-12:] in page
    assert reverse("admin:covers_cover_change", args=[cover.pk]) in page
    assert "secret garden" not in page
    change = operator.get(reverse("admin:covers_coverversion_change", args=[version.pk])).content.decode()
    assert "secret garden" not in change
    assert cover.request.title not in change
