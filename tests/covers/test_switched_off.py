"""What a person does not like in the pictures of a request is switched off, and drawn again without it."""

from __future__ import annotations

import re
import uuid
from dataclasses import replace
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.person import Person
from albumsite.jobs.states import State
from covers import tasks
from covers.brief.brief_contract import STYLES, Concept
from covers.brief.scenery import LETTERINGS, MATERIALS, NOBODY, STILL_LIFE
from covers.drawing.specs import spec_of
from covers.models import CoverRequest, Stage
from covers.services.requests import draw_again
from tests.covers.writing import language_model
from tests.factories import make_cover, make_finished_request, make_member, make_request

pytestmark = pytest.mark.django_db(transaction=True)
SONG = {
    "title": "산책",
    "lyrics": "강아지와 걷는 저녁\n골목길에 불이 켜지고\n우산도 없이 비를 맞네\n우리 강아지는 앞서 걷고",
    "genre": "indie",
}


def asked_for(owner: Person, **changes: Any) -> CoverRequest:
    """With its brief, and as if it were drawn: most of this is about ideas."""
    return ended(make_request(owner, **({"count": 4, "seed": 11, "width": 64, "height": 64} | SONG | changes)))


def ended(row: CoverRequest, *, is_drawn: bool = False) -> CoverRequest:
    if CoverRequest.objects.get(pk=row.pk).stage == Stage.WRITE:
        tasks.write_brief(str(row.pk))
    if is_drawn:
        tasks.draw_covers(str(row.pk))
    else:
        waiting = CoverRequest.objects.filter(pk=row.pk, stage=Stage.DRAW, state=State.QUEUED)
        waiting.update(state=State.DONE, finished_at=timezone.now())
    row.refresh_from_db()
    assert row.state == State.DONE, row.failure
    return row


def drawn(owner: Person, **changes: Any) -> CoverRequest:
    values = {"count": 4, "seed": 11, "width": 64, "height": 64} | SONG | changes
    return ended(make_request(owner, **values), is_drawn=True)


def pixels(row: CoverRequest) -> list[str]:
    return list(row.covers.order_by("position").values_list("sha256", flat=True))


def concepts(row: CoverRequest) -> tuple[Concept, ...]:
    return row.parsed_brief().concepts


def ticks(browser: Any, row: CoverRequest) -> list[str]:
    """As they stand on its page, all of them on."""
    return re.findall(r'name="keep" value="([^"]+)" checked', browser.get(row.get_absolute_url()).content.decode())


def send(browser: Any, row: CoverRequest, off: set[str], **form: str) -> Any:
    keep = [tick for tick in ticks(browser, row) if tick not in off]
    return browser.post(reverse("covers:without", args=[row.pk]), {"keep": keep, **form})


def without(browser: Any, row: CoverRequest, *off: str) -> CoverRequest:
    """What was drawn is drawn again, what was not is not."""
    assert set(off) <= set(ticks(browser, row))
    assert send(browser, row, set(off)).status_code == 302
    return ended(CoverRequest.objects.order_by("-id")[0], is_drawn=row.covers.exists())


@pytest.fixture
def browser(browser_of: Any, visitor: Person) -> Any:
    return browser_of(visitor)


def test_one_idea_is_another_and_the_others_are_asked_for_as_they_were(browser: Any, visitor: Person) -> None:
    first = asked_for(visitor)
    again = without(browser, without(browser, first, "1:all"), "3:all")
    asked = [[replace(spec_of(row, place), request_id="") for place in range(4)] for row in (first, again)]
    assert [before == after for before, after in zip(*asked, strict=True)] == [True, False, True, False]


@pytest.mark.slow
def test_one_picture_is_another_and_the_others_are_the_same_to_the_pixel(browser: Any, visitor: Person) -> None:
    first = drawn(visitor)
    again = without(browser, first, "1:all")
    assert [concepts(again)[place] for place in (0, 2, 3)] == [concepts(first)[place] for place in (0, 2, 3)]
    assert concepts(again)[1].scene not in ("", concepts(first)[1].scene)
    before, after = pixels(first), pixels(again)
    assert [before[place] == after[place] for place in range(4)] == [True, False, True, True]
    assert (again.seed, again.written_by, again.arms[0]) == (first.seed, first.written_by, first.arms[0])


def test_in_the_look_of_a_release_what_was_kept_is_the_same_to_the_pixel(browser: Any, visitor: Person) -> None:
    look = {
        "style": "scenes",
        "colours": ["#3c497e", "#f5e9d9"],
        "voice": "slab",
        "place": "top left",
        "title_scale": 0.08,
    }
    row = drawn(visitor, wishes={"family": look})
    again = without(browser, row, "0:all")
    assert pixels(again)[1:] == pixels(row)[1:]
    assert pixels(again)[0] != pixels(row)[0]
    assert again.parsed_brief().family == row.parsed_brief().family


def test_what_is_off_never_comes_again_however_often(browser: Any, visitor: Person) -> None:
    row, seen = asked_for(visitor), []
    while concepts(row)[0].kind != "matter":
        seen.append(concepts(row)[0].scene)
        assert len(seen) < 24, "a dog has room in many places, not in all"
        row = without(browser, row, "0:all")
    assert len(set(seen)) == len(seen) >= 3, "the places of the song, one after another"
    assert concepts(row)[0].style in (*MATERIALS, *LETTERINGS), "none is left"


def test_a_part_goes_and_the_picture_stays(browser: Any, visitor: Person) -> None:
    first = asked_for(visitor)
    scene = concepts(first)[0]
    thing = scene.things[0]
    again = concepts(without(browser, first, f"0:thing:{thing}", "0:people", "0:hour"))[0]
    assert again.scene == scene.scene
    assert (thing in again.things, again.people) == (False, NOBODY)
    assert again.hour not in ("", scene.hour)


@pytest.mark.slow
def test_the_new_picture_is_drawn_without_what_is_off(browser: Any, visitor: Person) -> None:
    first = drawn(visitor)
    row = without(browser, first, "0:hour", "0:people")
    off = {f"hour:{concepts(first)[0].hour}", "people"}
    assert off == set(row.avoided["off"])
    row = without(browser, row, "0:all")
    played = row.covers.get(position=0).parameters
    if concepts(row)[0].scene:
        assert (played["people"], f"hour:{played['hour']}" in off) == (NOBODY, False)
    assert off <= set(row.avoided["off"])


def test_who_wants_no_dog_gets_none_in_any_new_picture(browser: Any, visitor: Person) -> None:
    first = asked_for(visitor)
    with_dog = [place for place, one in enumerate(concepts(first)) if "dog" in one.things]
    assert with_dog
    first_dog = with_dog[0]
    tick = f"{first_dog}:thing:dog" if f"{first_dog}:thing:dog" in ticks(browser, first) else f"{first_dog}:all"
    others = [f"{place}:all" for place in range(4) if place != first_dog]
    again = without(browser, first, tick, *others)
    assert "dog" not in {key for one in concepts(again) for key in (*one.things, one.motif)}


def test_only_what_stands_in_the_picture_can_be_switched_off(browser: Any, visitor: Person) -> None:
    """A place that had no room for a thing, and nobody in it, has no ticks for them; and what has no tick is not taken for off."""
    row = asked_for(visitor)
    scene = concepts(row)[0]
    played = {"scene": scene.scene, "hour": scene.hour, "people": scene.people, "things": list(scene.things)}
    cover = make_cover(row, position=0, parameters=played)
    assert {f"0:thing:{scene.things[0]}", "0:people"} <= set(ticks(browser, row))
    cover.parameters = {**played, "things": [], "people": NOBODY}
    cover.save()
    assert not {f"0:thing:{thing}" for thing in scene.things} & set(ticks(browser, row))
    assert "0:people" not in ticks(browser, row)
    assert send(browser, row, {"3:all"}).status_code == 302
    assert CoverRequest.objects.order_by("-id")[0].avoided["parts"] == [[3, ["all"]]]


def test_all_four_can_go(browser: Any, visitor: Person) -> None:
    first = asked_for(visitor)
    again = without(browser, first, *(f"{place}:all" for place in range(4)))
    assert len({(one.scene, one.hour, one.own_style, one.motif) for one in concepts(again)}) == 4


@pytest.mark.slow
def test_drawn_again_it_is_the_same_with_what_was_kept(browser: Any, visitor: Person) -> None:
    row = without(browser, drawn(visitor), "0:all")
    row = without(browser, row, "2:all")
    again = ended(draw_again(owner=visitor, request=row, submission=uuid.uuid4()), is_drawn=True)
    assert (pixels(again), again.avoided) == (pixels(row), row.avoided)


@pytest.mark.slow
def test_six_pictures_of_four_ideas_change_together(browser: Any, visitor: Person) -> None:
    first = drawn(visitor, count=6)
    again = without(browser, first, "1:all")
    same = [one == other for one, other in zip(pixels(first), pixels(again), strict=True)]
    assert same == [True, False, True, True, True, False]


def test_the_language_model_is_asked_once(browser: Any, visitor: Person, settings: Any) -> None:
    with language_model.asked_by_the_site(settings) as service:
        service.says(language_model.GOOD)
        row = without(browser, asked_for(visitor, title="비 오는 날의 편지"), "1:all")
    assert len(service.asked) == 1
    assert (row.written_by, row.written_with) == ("openai", "")


def test_sent_twice_it_is_one_request(browser: Any, visitor: Person) -> None:
    row, submission = asked_for(visitor), str(uuid.uuid4())
    page = browser.get(row.get_absolute_url()).content.decode()
    assert re.search(r'name="submission" value="[0-9a-f-]{36}"', page)
    answers = {send(browser, row, {"0:all"}, submission=submission).url for _ in range(2)}
    assert len(answers) == 1
    assert CoverRequest.objects.count() == 2


def test_with_everything_on_nothing_is_drawn_and_the_page_says_so(browser: Any, visitor: Person) -> None:
    row = asked_for(visitor)
    answer = send(browser, row, set())
    assert answer.url == row.get_secret_url()
    assert "Everything is still switched on." in browser.get(answer.url, follow=True).content.decode()
    assert CoverRequest.objects.count() == 1


def test_what_nobody_offered_is_not_switched_off(browser: Any, visitor: Person) -> None:
    row = asked_for(visitor)
    keep = [*ticks(browser, row), "9:all", "0:thing:<script>", "x" * 5_000, ""]
    assert browser.post(reverse("covers:without", args=[row.pk]), {"keep": keep}).url == row.get_secret_url()
    assert CoverRequest.objects.count() == 1
    keep.remove("0:all")
    assert browser.post(reverse("covers:without", args=[row.pk]), {"keep": keep}).status_code == 302
    assert CoverRequest.objects.count() == 2


def test_it_is_its_makers_alone(browser_of: Any, visitor: Person) -> None:
    row = asked_for(Person(user=make_member()))
    stranger = browser_of(visitor)
    shared = stranger.get(row.get_secret_url()).content.decode()
    assert "Draw again without these" not in shared
    assert stranger.post(reverse("covers:without", args=[row.pk]), {}).status_code == 404
    assert CoverRequest.objects.count() == 1


def test_only_pictures_that_show_an_idea_can_be_switched_off(browser: Any, visitor: Person) -> None:
    for changes in ({"style": "swiss"}, {"engine": "pocket"}, {"shows_face": True}, {}):  # the last has no concepts
        row = make_finished_request(visitor, **changes)
        assert ticks(browser, row) == []
        assert browser.post(reverse("covers:without", args=[row.pk]), {}).status_code == 409


def test_it_counts_like_any_other_request(browser: Any, visitor: Person, settings: Any) -> None:
    row = asked_for(visitor)
    settings.REQUESTS_PER_DAY = 1
    assert send(browser, row, {"0:all"}).status_code == 429


def test_the_ticks_speak_the_language_of_the_page(browser: Any, visitor: Person) -> None:
    row = asked_for(visitor)
    for language, words in (
        ("en", ("Draw again without these", "people", "dog")),
        ("ko", ("이것 빼고 다시 그리기", "사람", "강아지")),
    ):
        page = browser.get(row.get_absolute_url(), headers={"accept-language": language}).content.decode()
        form = page.partition('class="switches"')[2].partition("</form>")[0]
        assert all(word in form for word in words), (language, form)


def test_what_takes_the_place_of_a_still_life_is_what_the_page_says(browser: Any, visitor: Person) -> None:
    """A print has a style of its own: that of the thing which stood there would show another thing."""
    row = asked_for(visitor, title="Red Coat", lyrics="")
    place = next(at for at, one in enumerate(concepts(row)) if one.style == STILL_LIFE)
    for _again in range(3):
        row = without(browser, row, f"{place}:all")
        style = row.parsed_brief().style_of(place)
        assert (style == STILL_LIFE) == (concepts(row)[place].own_style == STILL_LIFE)
        assert style in STYLES
