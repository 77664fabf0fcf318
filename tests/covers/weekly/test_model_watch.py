"""Looking at what people say of a model, again and again: a worse one goes soon, an equal one stays."""

from __future__ import annotations

import logging
import random
import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.utils import timezone

from accounts.models import User
from albumsite.jobs.states import State
from albumsite.jobs.sweeper import do_chores
from covers.intervals.betting import Interval, block_differences, block_sizes, interval
from covers.models import Cover, CoverRequest, ModelVersion, Promotion, Review, Stage
from covers.weekly import model_watch
from covers.weekly.rollout import Approval, begin_trial, promote
from tests.covers.weekly.rollout_factories import make_candidate
from tests.factories import BRIEF, make_member, state_of

GOOD, BAD = (8, 7, 9, 6, 8, 7), (4, 5, 3, 6, 4, 5)
YES = Approval(reason="let us see")


# --- the interval -----------------------------------------------------------------------------------------------------


def ratings(rng: random.Random, mean: float, count: int) -> list[float]:
    """Half stars about a mean, as people give them."""
    return [float(min(10, max(1, round(rng.gauss(mean, 2))))) for _ in range(count)]


def looks(rng: random.Random, tried: float, control: float, count: int) -> Interval:
    """The interval after so many reviews of the model on trial; it remembers what each look before it refuted."""
    sizes = block_sizes(20)
    sides = ratings(rng, tried, count), ratings(rng, control, count * sizes[1])
    return interval([difference / 9 for difference in block_differences(*sides, sizes)], model_watch.ALPHA)


def test_an_equal_model_is_nearly_never_refuted_however_often_one_looks():
    rng = random.Random(1)
    wrong = sum(looks(rng, 6.5, 6.5, 200).high < 0 for _ in range(120))
    assert wrong <= 1


def test_a_clearly_worse_model_is_refuted_soon_and_a_better_one_never():
    rng = random.Random(2)
    assert sum(looks(rng, 4.5, 6.5, 60).high < 0 for _ in range(40)) >= 39
    assert sum(looks(rng, 5.5, 6.5, 250).high < 0 for _ in range(40)) >= 38
    better = [looks(rng, 8, 6.5, 100) for _ in range(40)]
    assert not any(found.high < 0 for found in better)
    assert sum(found.low > 0 for found in better) >= 38


def test_the_interval_holds_the_true_difference_and_narrows():
    rng = random.Random(3)
    found = [looks(rng, 6, 7, count) for count in (40, 400)]
    assert all(9 * one.low < -0.8 < 9 * one.high for one in found)
    assert found[1].high - found[1].low < 0.5 * (found[0].high - found[0].low)
    assert interval([], 0.01) == (-1.0, 1.0)
    assert interval([-1.0] * 50, 0.01).high < -0.7


@pytest.mark.parametrize(("percent", "sizes"), [(20, (1, 4)), (50, (1, 1)), (80, (4, 1)), (1, (1, 99)), (99, (99, 1))])
def test_blocks_follow_the_share_of_people(percent, sizes):
    assert block_sizes(percent) == sizes


def test_a_block_waits_until_both_sides_have_it():
    assert block_differences([5, 7], [1, 2, 3, 4, 5, 6, 7], (1, 4)) == [5 - 2.5]


# --- on the site ------------------------------------------------------------------------------------------------------


def drawn(
    half_stars: Sequence[int], count: int, *, by: ModelVersion | None, trial: ModelVersion | None = None,
    days_ago: float = 0, failed: int = 0, **changes: Any,
) -> None:  # fmt: skip
    """So many people's requests, each with a cover that they rated; the first `failed` of them could not be drawn."""
    at = timezone.now() - timedelta(days=days_ago)
    people = User.objects.bulk_create(User(email=f"{uuid.uuid4().hex}@example.com") for _ in range(count))
    rows = [
        CoverRequest(
            owner=people[number], submission=uuid.uuid4(), stage=Stage.DRAW, title="Song", artist="Somebody", seed=number,
            engine="pocket", brief=BRIEF, count=1, learned_version=by, trial=trial, created_at=at, finished_at=at,
            state=State.FAILED if number < failed else State.DONE, failure="engine:failed" if number < failed else "",
            **changes,
        )
        for number in range(count)
    ]  # fmt: skip
    CoverRequest.objects.bulk_create(rows)
    covers = [
        Cover(
            request=row, position=0, seed=1, width=64, height=64, storage_prefix=f"covers/{row.pk}/0-a", sha256="0" * 64
        )
        for row in rows[failed:]
    ]
    Cover.objects.bulk_create(covers)
    Review.objects.bulk_create(
        Review(cover=cover, owner=cover.request.owner, standing="counts", half_stars=half_stars[number % len(half_stars)], comment="Hm",
               created_at=at)
        for number, cover in enumerate(covers)
    )  # fmt: skip


def on_trial(percent: int = 50) -> ModelVersion:
    version = make_candidate("next")
    begin_trial(version=version, percent=percent, approval=YES)
    version.refresh_from_db()
    return version


def in_use() -> ModelVersion:
    version = make_candidate("next")
    promote(version=version, approval=YES, force=True)
    return version


@pytest.mark.django_db
def test_with_nothing_on_a_look_costs_next_to_nothing(django_assert_num_queries):
    with django_assert_num_queries(2):
        model_watch.watch_models()


@pytest.mark.django_db
def test_a_trial_that_people_find_worse_ends_by_itself_and_says_why():
    version = on_trial()
    drawn(BAD, 40, by=version, trial=version)
    drawn(GOOD, 40, by=None, trial=version)
    do_chores()  # as the sweeper does
    assert (state_of(version), version.trial_percent) == ("retired", None)
    change = Promotion.objects.order_by("created_at").last()
    assert (change.change, change.version, change.by) == ("trial-ended", version, None)
    assert "2.25 stars from 40 people against 3.75 from 40" in change.reason
    assert change.figures["ratings"]["high"] < 0
    model_watch.watch_models()
    assert Promotion.objects.count() == 2


@pytest.mark.django_db
def test_an_equal_trial_goes_on_and_a_better_one_is_said_once_and_promoted_by_nobody(caplog):
    version = on_trial()
    drawn(GOOD, 40, by=version, trial=version)
    drawn(GOOD, 40, by=None, trial=version)
    model_watch.watch_models()
    assert state_of(version) == "trial"
    CoverRequest.objects.all().delete()
    drawn(GOOD, 40, by=version, trial=version)
    drawn(BAD, 40, by=None, trial=version)
    cache.clear()
    with caplog.at_level(logging.INFO):
        for _look in range(3):
            model_watch.watch_models()
    assert caplog.text.count("trial is better") == 1
    assert (state_of(version), Promotion.objects.filter(change="promoted").exists()) == ("trial", False)


@pytest.mark.django_db
def test_too_few_reviews_decide_nothing_and_one_loud_person_is_one():
    version = on_trial()
    drawn((1,), 29, by=version, trial=version)
    drawn((10,), 60, by=None, trial=version)
    covers = Cover.objects.filter(request__learned_version=version)
    one = Review.objects.filter(cover__in=covers).order_by("id")[0]
    others = covers.exclude(reviews=one)
    Review.objects.bulk_create(
        Review(cover=cover, owner=one.owner, standing="counts", half_stars=1, comment="!") for cover in others
    )
    model_watch.watch_models()
    stats = model_watch.trial_stats()
    assert stats is not None
    assert (stats.ratings.count, stats.reasons) == (29, [])
    Review.objects.create(cover=others[0], owner=make_member(), standing="counts", half_stars=1, comment="Me too")
    stats = model_watch.trial_stats()
    assert stats is not None
    assert (stats.ratings.count, len(stats.reasons)) == (30, 1)


@pytest.mark.django_db
def test_a_trial_whose_requests_fail_ends_whatever_is_said_of_the_others():
    version = on_trial()
    drawn(GOOD, 40, by=version, trial=version, failed=15)
    drawn(GOOD, 40, by=None, trial=version)
    model_watch.watch_models()
    assert state_of(version) == "retired"
    assert "37.5 % of 40 requests failed, against 0.0 % of 40" in Promotion.objects.order_by("created_at").last().reason


@pytest.mark.django_db
def test_a_promoted_model_that_people_find_worse_is_rolled_back_to_what_drew_before(caplog):
    drawn(GOOD, 60, by=None, days_ago=3)
    drawn((10,), 60, by=None, days_ago=60)  # too long ago
    drawn((10,), 60, by=None, days_ago=3, shows_face=True)
    version = in_use()
    drawn(BAD, 60, by=version)
    with caplog.at_level(logging.WARNING):
        model_watch.watch_models()
    assert state_of(version) == "retired"
    change = Promotion.objects.order_by("created_at").last()
    assert (change.change, change.version, change.before, change.by) == ("rolled-back", None, version, None)
    assert "against 3.75 from 60" in change.reason
    assert "rolled back by its rule version=next" in caplog.text
    model_watch.watch_models()
    assert Promotion.objects.count() == 2


@pytest.mark.django_db
def test_a_promoted_model_that_is_as_good_stays():
    drawn(GOOD, 60, by=None, days_ago=3)
    version = in_use()
    drawn(GOOD, 60, by=version)
    model_watch.watch_models()
    assert state_of(version) == "active"


@pytest.mark.django_db
def test_where_the_model_before_broke_a_rollback_goes_to_the_base():
    first = make_candidate("first")
    promote(version=first, approval=YES, force=True)
    drawn(GOOD, 60, by=first)
    version = in_use()
    ModelVersion.objects.filter(pk=first.pk).update(state="broken", reason="cut off")
    drawn(BAD, 60, by=version)
    model_watch.watch_models()
    assert (state_of(version), ModelVersion.objects.filter(state="active").count()) == ("retired", 0)


@pytest.mark.django_db
def test_after_a_rollback_by_hand_nothing_is_watched_any_more():
    drawn(GOOD, 60, by=None, days_ago=3)
    version = in_use()
    drawn(BAD, 60, by=version)
    call_command("rollback_model")
    model_watch.watch_models()
    assert Promotion.objects.count() == 2
    assert model_watch.active_stats() is None
