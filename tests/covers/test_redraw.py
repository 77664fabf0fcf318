"""A request keeps its whole recipe: drawn again it gives the same pixels, whatever ratings have taught meanwhile."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse

from accounts.person import Person
from covers import tasks
from covers.engine_pool import engines_inline
from covers.models import CoverRequest, PromptArm, Stage
from covers.services.requests import draw_again
from tests.factories import (
    BRIEF,
    make_briefed_request,
    make_finished_request,
    make_member,
    make_rater,
    make_request,
    make_review,
)
from tests.working import worked

pytestmark = pytest.mark.django_db(transaction=True)


def pictures_of(row: CoverRequest) -> list[str]:
    return list(row.covers.order_by("position").values_list("sha256", flat=True))


def drawn(visitor: Person, **changes: Any) -> CoverRequest:
    """With a print among them, whose style is chosen by what ratings have taught."""
    row = make_request(visitor, title="밤바다", genre="indie", count=3, seed=11, width=96, height=96, **changes)
    tasks.write_brief(str(row.pk))
    worked(tasks.draw_covers, row)
    return row


def redraw(browser: Any, row: CoverRequest, **form: str) -> Any:
    return browser.post(reverse("covers:redraw", args=[row.pk]), form)


def test_the_same_covers_come_again_after_ratings_have_changed_everything(browser_of: Any, visitor: Person) -> None:
    first = drawn(visitor)
    styles = [arm["style"] for arm in first.arms]
    assert styles, "the styles were chosen by what ratings have taught"
    assert any(":" in style for style in styles), "a place in print, whose press they chose"
    for style in set(styles):
        PromptArm.objects.create(engine="poster", genre="indie", kind="style", arm=style, reviews=400, reward_sum=0.0)
    assert pictures_of(drawn(visitor)) != pictures_of(first), "the seed alone does not bring them back"
    browser = browser_of(visitor)
    assert reverse("covers:redraw", args=[first.pk]) in browser.get(first.get_absolute_url()).content.decode()
    assert redraw(browser, first).status_code == 302
    again = CoverRequest.objects.order_by("-id")[0]
    assert (again.stage, again.brief, again.arms) == (Stage.DRAW, first.brief, first.arms)
    tasks.draw_covers(str(again.pk))
    assert pictures_of(again) == pictures_of(first)


@pytest.mark.parametrize("engine", ["poster", "pocket", "sdxl"])
def test_fifty_reviews_later_each_engine_draws_the_same(
    engine: str, visitor: Person, settings: Any, tiny_sdxl: Path
) -> None:
    settings.SDXL_MODEL, settings.SDXL_NUM_INFERENCE_STEPS = str(tiny_sdxl), 2
    row = make_request(
        visitor, title="Heartbeat", genre="indie", count=2, seed=11, engine=engine, num_inference_steps=2
    )
    with engines_inline():
        tasks.write_brief(str(row.pk))
        tasks.draw_covers(str(row.pk))
        cover = row.covers.get(position=0)
        for number in range(50):
            make_review(cover, make_rater(), half_stars=1 + number % 10, comment=f"Number {number}")
        call_command("recount_arms")
        again = draw_again(owner=visitor, request=CoverRequest.objects.get(pk=row.pk), submission=uuid.uuid4())
        tasks.draw_covers(str(again.pk))
    assert len(pictures_of(row)) == 2
    assert pictures_of(again) == pictures_of(row)


def test_sent_twice_it_is_one_request(browser_of: Any, visitor: Person) -> None:
    row, browser, submission = make_finished_request(visitor), browser_of(visitor), str(uuid.uuid4())
    for _ in range(2):
        assert redraw(browser, row, submission=submission).status_code == 302
    assert CoverRequest.objects.count() == 2


def test_nobody_else_draws_it_again_and_nobody_a_face_that_is_gone(browser_of: Any, visitor: Person) -> None:
    theirs = make_finished_request(Person(user=make_member()))
    browser = browser_of(visitor)
    assert redraw(browser, theirs).status_code == 404
    faceless = make_briefed_request(visitor, shows_face=True, brief=BRIEF)
    assert redraw(browser, faceless).status_code == 409
    assert redraw(browser, make_request(visitor)).status_code == 409, "nothing is written yet"


def test_it_counts_like_any_other_request(browser_of: Any, visitor: Person, settings: Any) -> None:
    settings.REQUESTS_PER_DAY = 1
    row = make_finished_request(visitor)
    assert redraw(browser_of(visitor), row).status_code == 429


def test_a_song_that_is_refused_by_now_is_not_drawn_again(browser_of: Any, visitor: Person) -> None:
    """Older rows were made before there was such a check, or a better one."""
    row = make_finished_request(visitor, title="naked schoolgirl")
    answer = redraw(browser_of(visitor), row)
    assert answer.status_code == 422
    assert CoverRequest.objects.count() == 1
