"""Which arms are chosen: by taste at first, by ratings later, by chance now and then, and never twice in a set."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from covers.bandit.policy import Tally, choose, explore, half_stars_of, interval, reward_of
from covers.brief.brief_contract import PRINTS
from covers.engine.poster.plan import choose_styles, style_weights

ALIKE = dict.fromkeys(PRINTS, 1.0)
NEVER = [False] * 4


def share_of(arm: str, tallies: dict[str, Tally], count: int = 400) -> float:
    rng = random.Random(5)
    return sum(arm in choose(ALIKE, tallies, NEVER, rng) for _ in range(count)) / count


@pytest.mark.parametrize(("half_stars", "reward"), [(1, 0.0), (10, 1.0), (6, 5 / 9)])
def test_half_stars_are_rewards_from_0_to_1_and_back(half_stars, reward):
    assert reward_of(half_stars) == pytest.approx(reward)
    assert half_stars_of(reward) == pytest.approx(half_stars)


@pytest.mark.parametrize("count", range(1, 17))
def test_no_arm_comes_twice_in_a_set(count):
    rng = random.Random(count)
    for _ in range(20):
        assert len(set(choose(ALIKE, {}, explore(count, 0.5, rng), rng))) == count


def test_unsuited_arms_come_last_and_only_when_the_others_are_used_up():
    taste = dict.fromkeys(PRINTS[:10], 1.0)
    rng = random.Random(3)
    chosen = choose(taste, {}, [index % 2 == 0 for index in range(16)], rng, last_resort=PRINTS[10:])
    assert set(chosen[:10]) == set(taste)
    assert set(chosen) == set(PRINTS)


def test_more_pictures_than_arms_begin_again():
    chosen = choose({"a": 1.0, "b": 1.0}, {}, NEVER, random.Random(1))
    assert set(chosen[:2]) == set(chosen[2:]) == {"a", "b"}


def test_a_new_site_draws_styles_as_often_as_the_engine_planned_them():
    """The best of Beta(w, 1) draws are a sample without replacement weighted by w, which is what the engine draws."""
    sets = 3000
    for mood, genre in (("longing", "ballad"), ("joy", "trot")):
        rng = random.Random(11)
        weights = style_weights(mood, genre)
        planned = Counter(name for _ in range(sets) for name in choose_styles(rng, "", mood, genre, 4))
        chosen = Counter(name for _ in range(sets) for name in choose(weights, {}, NEVER, rng))
        for name in PRINTS:
            assert chosen[name] / sets == pytest.approx(planned[name] / sets, abs=0.05)


def test_what_is_rated_well_comes_more_often_and_what_is_rated_badly_less():
    tallies = {name: Tally(40, 20.0) for name in PRINTS} | {"riso": Tally(40, 34.0), "gala": Tally(40, 6.0)}
    assert share_of("riso", tallies) > 0.95
    assert share_of("gala", tallies) < 0.02


def test_few_ratings_move_little():
    tallies = {"riso": Tally(1, 1.0)}
    assert 0.25 < share_of("riso", tallies) < 0.9


def test_the_share_of_blind_choices_is_what_was_asked_for_in_the_long_run():
    rng = random.Random(2)
    flags = [flag for _ in range(2500) for flag in explore(4, 0.1, rng)]
    assert sum(flags) / len(flags) == pytest.approx(0.1, abs=0.01)
    assert not any(explore(100, 0.0, rng))
    assert all(explore(100, 1.0, rng))


def test_a_blind_choice_treats_all_arms_alike_however_they_were_rated():
    tallies = {name: Tally(200, 20.0) for name in PRINTS} | {"riso": Tally(200, 190.0)}
    rng = random.Random(4)
    seen = Counter(choose(ALIKE, tallies, [True], rng)[0] for _ in range(8000))
    assert all(count / 8000 == pytest.approx(1 / 16, abs=0.015) for count in seen.values())
    assert len(seen) == 16


def test_the_same_seed_and_counts_choose_the_same():
    tallies = {"riso": Tally(3, 2.0)}
    first, again = (choose(ALIKE, tallies, NEVER, random.Random("arms:7")) for _ in range(2))
    assert first == again


def test_a_sum_of_fractions_that_passes_its_bound_by_a_hair_is_no_error():
    assert choose({"a": 0.14}, {"a": Tally(9, 9.0 + 1e-9)}, [False], random.Random(1)) == ["a"]
    assert choose({"a": 0.14}, {"a": Tally(9, -1e-9)}, [False], random.Random(1)) == ["a"]


def test_the_interval_holds_the_mean_and_narrows():
    few, many = interval(Tally(5, 4.0)), interval(Tally(500, 400.0))
    assert few[0] < 0.8 < few[1]
    assert few[1] - few[0] > 4 * (many[1] - many[0])
    assert interval(Tally()) == (0.0, 1.0)
    assert interval(Tally(3, 3.0))[1] == 1.0
    low, high = interval(Tally(10, 5.0))  # Wilson 1927, by hand
    assert (low, high) == (pytest.approx(0.2366, abs=1e-4), pytest.approx(0.7634, abs=1e-4))
