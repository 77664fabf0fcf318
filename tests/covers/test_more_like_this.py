"""One picture leads to the next: more covers that keep what is ticked, and what a cover shows in another style."""

from __future__ import annotations

import re
import uuid
from typing import Any

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.person import Person
from albumsite.jobs.states import State
from albumsite.media.encoding import main_colours, telling_colours
from covers import tasks
from covers.brief.brief_contract import PRINTS
from covers.drawing.version_pictures import picture_as_it_is
from covers.models import Cover, CoverRequest, Stage
from covers.services import more_like_this, studio
from covers.services.publishing import hide_cover, publish_cover
from tests.covers.studio_pages import drawn_cover
from tests.factories import make_finished_request, make_member
from tests.working import worked

pytestmark = pytest.mark.django_db(transaction=True)
SCENE: dict[str, Any] = {
    "title": "Slow Ferry Home", "lyrics": "The ferry leaves the harbour at dusk\nA dog sleeps on the rope", "seed": 11, "width": 128,
    "height": 128,
}  # fmt: skip
PRINT = SCENE | {"style": "riso"}


@pytest.fixture
def browser(browser_of: Any, visitor: Person) -> Client:
    return browser_of(visitor)  # type: ignore[no-any-return]


def ask(browser: Client, cover: Cover, **form: Any) -> CoverRequest:
    answer = browser.post(reverse("covers:more", args=[cover.pk]), form)
    assert answer.status_code == 302, answer.content.decode()
    return CoverRequest.objects.order_by("-id")[0]


def drawn(row: CoverRequest) -> list[dict[str, Any]]:
    """What its pictures show, once they are drawn."""
    worked(tasks.draw_covers, row)
    assert row.state == State.DONE, row.failure
    return list(row.covers.order_by("position").values_list("parameters", flat=True))


def test_what_is_ticked_stays_and_the_rest_is_another(browser: Client, visitor: Person) -> None:
    cover = drawn_cover(visitor, **PRINT)
    row = ask(browser, cover, keep=["style", "palette", "subject"])
    assert (row.stage, row.state, row.count, row.parent, row.kept) == (
        Stage.DRAW, State.QUEUED, 4, cover, ["style", "palette", "subject"],
    )  # fmt: skip
    made = drawn(row)
    for name in ("style", "motif"):
        assert {one[name] for one in made} == {cover.parameters[name]}
    assert {one["palette"][0] for one in made} == {cover.parameters["palette"][0]}, "its ground, too"
    assert len({one["composition"] for one in made}) > 2
    assert row.seed != cover.request.seed


def test_a_lit_window_in_the_dark_is_one_of_the_colours_that_are_kept() -> None:
    night = Image.fromarray(np.linspace((12, 18, 40), (70, 72, 92), 256).astype(np.uint8)[:, None].repeat(256, axis=1))
    plain = telling_colours(night, 5)
    night.paste((242, 180, 60), (96, 96, 128, 128))
    lit = telling_colours(night, 5)
    assert len(plain) == len(lit) == 5
    assert (
        max(abs(int(lit[-1][at : at + 2], 16) - wanted) for at, wanted in zip((1, 3, 5), (242, 180, 60), strict=True))
        < 40
    )
    assert plain == main_colours(Image.fromarray(np.asarray(night)[:, :64]), 5), (
        "and a picture without one has its main colours"
    )


def test_the_layout_stays_where_it_is_ticked(browser: Client, visitor: Person) -> None:
    cover = drawn_cover(visitor, **PRINT)
    made = drawn(row := ask(browser, cover, keep=["style", "subject", "layout"]))
    assert {one["composition"] for one in made} == {cover.parameters["composition"]}
    left, top = cover.layout["title"]["box"][:2]  # type: ignore[index]
    boxes = [one.layout["title"]["box"] for one in row.covers.all()]
    near = [box for box in boxes if abs(box[0] - left) < 0.1 and abs(box[1] - top) < 0.1]
    assert len(near) >= 2, boxes  # where the picture has room for it


def test_a_place_stays_the_place_at_its_hour_in_its_colours(browser: Client, visitor: Person) -> None:
    cover = drawn_cover(visitor, **SCENE)
    assert cover.parameters["scene"]
    row = ask(browser, cover, keep=["style", "palette", "subject"])
    made = drawn(row)
    assert {(one["scene"], one["hour"]) for one in made} == {(cover.parameters["scene"], cover.parameters["hour"])}
    assert tuple(row.wishes["colours"]) == telling_colours(picture_as_it_is(cover), 5)
    assert all(one["palette"] == cover.parameters["palette"] for one in made), "the same inks under the same sky"
    others = drawn(ask(browser, cover, keep=["style", "palette"]))
    assert cover.parameters["scene"] not in {one["scene"] for one in others}
    assert {one["style"] for one in others} == {cover.parameters["style"]}


def test_only_the_subject_stays_in_four_other_styles(browser: Client, visitor: Person) -> None:
    cover = drawn_cover(visitor, **PRINT)
    made = drawn(ask(browser, cover, keep=["subject"]))
    assert len({one["style"] for one in made}) == 4
    assert cover.parameters["style"] not in {one["style"] for one in made}
    assert {one["motif"] for one in made if one["style"] in PRINTS} == {cover.parameters["motif"]}


def test_a_motif_is_drawn_in_the_style_that_is_chosen(browser: Client, visitor: Person) -> None:
    cover = drawn_cover(visitor, **SCENE)
    page = browser.get(reverse("covers:more", args=[cover.pk])).content.decode()
    assert 'name="style" value="folk"' in page
    row = ask(browser, cover, style="folk", in_style="1")
    assert row.kept == ["subject"]
    assert {(one["style"], one["motif"]) for one in drawn(row)} == {("folk", "ship")}
    assert 'value="stages"' not in page, "no ship stands there"
    for style in ("stages", "nonsense", ""):
        answer = browser.post(reverse("covers:more", args=[cover.pk]), {"style": style, "in_style": "1"})
        assert answer.status_code == 422
    assert CoverRequest.objects.count() == 2


def test_the_letters_of_a_title_always_stay(browser: Client, visitor: Person) -> None:
    cover = drawn_cover(visitor, **SCENE | {"title": "Ferry", "style": "type_huge"})
    page = browser.get(cover.get_absolute_url()).content.decode()
    assert 'name="keep" value="subject"' not in page
    assert "The title itself is the picture" in page
    assert {one["style"] for one in drawn(ask(browser, cover, keep=["style"]))} == {"type_huge"}


def test_what_was_left_out_and_switched_off_stays_away(browser: Client, visitor: Person) -> None:
    cover = drawn_cover(visitor, **SCENE | {"wishes": {"avoid": "dog", "people": "nobody"}})
    cover.request.avoided = {"off": ["style:folk"]}
    cover.request.save()
    assert "folk" not in more_like_this.styles_for(cover=cover)
    row = ask(browser, cover, keep=["palette"])
    assert row.avoided["off"] == ["style:folk"]
    assert (row.wishes["avoid"], row.wishes["people"]) == ("dog", "nobody")
    assert "dog" not in {key for one in row.parsed_brief().concepts for key in (*one.things, one.motif)}


def test_sent_twice_it_is_one_request(browser: Client, visitor: Person) -> None:
    cover = make_finished_request(visitor).covers.get()
    form = {"keep": ["style"], "submission": str(uuid.uuid4())}
    answers = {browser.post(reverse("covers:more", args=[cover.pk]), form).url for _ in range(2)}  # type: ignore[attr-defined]
    assert len(answers) == 1
    assert CoverRequest.objects.count() == 2


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", "Nothing stays as it is. Tick at least one thing"), ("ko", "그대로 두는 것이 없어요.")],
)
def test_with_nothing_ticked_it_says_so(browser: Client, visitor: Person, language: str, told: str) -> None:
    cover = make_finished_request(visitor).covers.get()
    answer = browser.post(reverse("covers:more", args=[cover.pk]), {}, headers={"accept-language": language})
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert CoverRequest.objects.count() == 1


def test_the_page_of_the_new_ones_leads_back_for_their_maker_only(browser: Client, visitor: Person) -> None:
    cover = make_finished_request(visitor).covers.get()
    row = ask(browser, cover, keep=["style", "subject"])
    page = browser.get(row.get_absolute_url()).content.decode()
    assert cover.get_absolute_url() in page
    assert "In common: Style, What it shows" in page
    shared = Client().get(row.get_secret_url()).content.decode()
    assert cover.get_absolute_url() not in shared
    cover.request.delete()
    assert browser.get(row.get_absolute_url()).status_code == 200
    row.refresh_from_db()
    assert row.parent_id is None


def test_it_is_its_makers_alone_and_not_of_what_is_hidden(browser: Client, visitor: Person) -> None:
    cover = make_finished_request(visitor).covers.get()
    publish_cover(cover=cover)
    address = reverse("covers:more", args=[cover.pk])
    member = Client()
    member.force_login(make_member(), backend="django.contrib.auth.backends.ModelBackend")
    for other in (Client(), member):
        assert other.get(address).status_code == 404
        assert other.post(address, {"keep": ["style"]}).status_code == 404
        assert address not in other.get(cover.get_absolute_url()).content.decode()
    hide_cover(cover=Cover.objects.get())
    assert browser.get(address).status_code == 404


def test_what_drew_it_does_not_draw_here_any_more(browser: Client, visitor: Person) -> None:
    cover = make_finished_request(visitor, engine="gone").covers.get()
    for page in (cover.get_absolute_url(), reverse("covers:more", args=[cover.pk])):
        assert "does not draw here at the moment" in browser.get(page).content.decode()
    answer = browser.post(reverse("covers:more", args=[cover.pk]), {"keep": ["palette"]})
    assert answer.status_code == 409
    assert CoverRequest.objects.count() == 1


def test_a_picture_that_is_deleted_makes_nothing_more(browser: Client, visitor: Person) -> None:
    cover = make_finished_request(visitor, shows_picture=True, picture_positions=[0]).covers.get()
    answer = browser.post(reverse("covers:more", args=[cover.pk]), {"keep": ["style"]})
    assert answer.status_code == 409
    assert "what they were made from is not here any more" in answer.content.decode()


FAMILY = {
    "style": "riso", "palette": ["#e62d28", "#f7f2e3", "#214487", "#f9cc21", "#f7f2e3", "#0d1528"], "value_key": "mid",
    "voice": "slab", "place": "top left", "title_scale": 0.08,
}  # fmt: skip


def test_of_a_cover_of_a_release_only_what_is_ticked_stays(browser: Client, visitor: Person) -> None:
    cover = drawn_cover(visitor, **SCENE | {"wishes": {"family": FAMILY, "release": str(uuid.uuid4())}})
    assert cover.parameters["palette"] == FAMILY["palette"]
    row = ask(browser, cover, keep=["subject"])
    made = drawn(row)
    assert "riso" not in {one["style"] for one in made}
    assert not any(one["palette"] == FAMILY["palette"] for one in made)
    assert (row.parsed_brief().family, row.wishes) == (None, {}), "it is no song of that release"
    made = drawn(row := ask(browser, cover, keep=["style", "palette", "layout"]))
    assert {(one["style"], one["composition"]) for one in made} == {("riso", cover.parameters["composition"])}
    assert all(one["palette"] == FAMILY["palette"] for one in made)
    assert {one.layout["voice"] for one in row.covers.all()} == {cover.layout["voice"]}  # type: ignore[index]


def test_without_one_of_them_the_others_are_the_same_to_the_pixel(browser: Client, visitor: Person) -> None:
    cover = drawn_cover(visitor, **PRINT | {"width": 64, "height": 64})
    row = ask(browser, cover, keep=["style", "palette"])
    drawn(row)
    page = browser.get(row.get_absolute_url()).content.decode()
    ticks = re.findall(r'name="keep" value="([^"]+)" checked', page)
    browser.post(
        reverse("covers:without", args=[row.pk]), {"keep": [tick for tick in ticks if not tick.startswith("0:")]}
    )
    again = CoverRequest.objects.order_by("-id")[0]
    tasks.write_brief(str(again.pk))
    drawn(again)
    before, after = (list(one.covers.order_by("position").values_list("sha256", flat=True)) for one in (row, again))
    assert before[1:] == after[1:]
    assert before[0] != after[0]


def test_a_changed_picture_is_kept_as_it_is_changed(browser: Client, visitor: Person, monkeypatch: Any) -> None:
    from covers.edits.picture_edit import PictureEdit

    cover = drawn_cover(visitor, **SCENE)
    five = ("#112233", "#445566", "#778899", "#aabbcc", "#ddeeff")
    monkeypatch.setattr(studio, "picture_now", lambda cover: PictureEdit(palette=five))
    assert ask(browser, cover, keep=["palette"]).parsed_brief().palette == five
