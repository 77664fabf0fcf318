"""An arm by name: where its reviews are counted, and what has been counted so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from covers.bandit.policy import Tally
from covers.models import PromptArm

STYLE, PHRASING = PromptArm.ArmKind.STYLE, PromptArm.ArmKind.PHRASING
COVER_FIELDS: Mapping[str, str] = MappingProxyType({STYLE: "style_arm", PHRASING: "phrasing_arm"})
"""Columns of `Cover` that say which arm drew it."""


class ArmKey(NamedTuple):
    """Where an arm's reviews are counted."""

    engine: str
    genre: str
    kind: str
    arm: str


def tallies_by_arm() -> Iterable[tuple[ArmKey, Tally]]:
    """Of all arms that were ever counted."""
    for *place, reviews, reward_sum in PromptArm.objects.values_list(*ArmKey._fields, "reviews", "reward_sum"):
        yield ArmKey(*place), Tally(reviews, reward_sum)
