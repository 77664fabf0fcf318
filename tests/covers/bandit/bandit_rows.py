"""Covers with arms, and what is counted of them."""

from __future__ import annotations

from accounts.person import Person
from covers.bandit.arm_keys import ArmKey
from covers.models import Cover, PromptArm
from tests.factories import make_finished_request, make_rater


def somebody() -> Person:
    return make_rater()


def rated_cover(style: str = "riso", phrasing: str = "", engine: str = "poster", genre: str = "indie") -> Cover:
    """A cover that these arms drew."""
    row = make_finished_request(engine=engine, genre=genre)
    row.covers.update(style_arm=style, phrasing_arm=phrasing)
    return row.covers.get()


def counts() -> dict[tuple[str, ...], tuple[int, float]]:
    """(engine, genre, kind, arm) → reviews and sum of rewards, of the arms that have any."""
    rows = PromptArm.objects.filter(reviews__gt=0).values_list(*ArmKey._fields, "reviews", "reward_sum")
    return {tuple(place): (reviews, round(total, 6)) for *place, reviews, total in rows}
