"""Which arms a request's pictures get."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from django.conf import settings

from covers.bandit import policy
from covers.bandit.arm_keys import COVER_FIELDS, PHRASING, STYLE
from covers.bandit.policy import Tally
from covers.brief.brief_contract import MOODS, PRINTS, Brief
from covers.brief.scenery import PRINTED_PLACE
from covers.models import CoverRequest, PromptArm
from covers.writing.prompts import PHRASINGS, SCENE

KINDS_OF: Mapping[str, frozenset[str]] = MappingProxyType(
    {"poster": frozenset({STYLE}), "sdxl": frozenset({STYLE, PHRASING})}
)
"""What an engine's pictures can be told to be. Pocket says everything in its own few words; it has neither."""


def chosen_for(
    row: CoverRequest, brief: Brief, off: frozenset[str] = frozenset()
) -> tuple[Brief, list[dict[str, Any]]]:
    """The brief with a style for each picture, and what CoverRequest.arms keeps: style (of a place in print with
    its press, "printed_place:halftone"), phrasing and whether by chance.

    A style that the person or the song asks for stays, and no arm learns from it: who asks for a style likes it. Covers
    with a face, of a family, or made of a picture that somebody brought, take no part. The same row, brief and counts
    give the same arms. One query; none where there is no choice. off: what must not be drawn, a style as "style:sunset".
    """
    kinds = KINDS_OF.get(row.engine, frozenset())
    if not settings.PROMPT_BANDIT or row.shows_face or not kinds or brief.family is not None:
        return _without_styles(row, brief, off), []
    tallies = tallies_of(row.engine, row.genre)
    rng = random.Random(f"arms:{row.seed}")
    explored = policy.explore(row.count, settings.PROMPT_BANDIT_EXPLORATION, rng)
    styles = _styles(brief, row.genre, tallies[STYLE], explored, rng, off) if not brief.style else [""] * row.count
    styles = [style if brief.style else own_style(brief, position) or style for position, style in enumerate(styles)]
    phrasings = _phrasings(brief, tallies[PHRASING], explored, rng) if PHRASING in kinds else [""] * row.count
    arms = list(styles)
    if row.engine == "poster" and not brief.style:
        brief, presses = _pressed(brief, tallies[STYLE], explored, rng)
        arms = [f"{style}:{press}" if press else style for style, press in zip(styles, presses, strict=True)]
    kept = [
        {"style": "", "phrasing": "", "explored": False}
        if row.is_of_picture(position)
        else {"style": arm, "phrasing": phrasing, "explored": by_chance}
        for position, (arm, phrasing, by_chance) in enumerate(zip(arms, phrasings, explored, strict=True))
    ]
    return replace(brief, styles=() if brief.style else tuple(styles)), kept


def own_style(brief: Brief, position: int) -> str:
    """The style that a picture has by its scene or its material; such a picture has no choice of style."""
    return brief.concepts[position % len(brief.concepts)].own_style if brief.concepts else ""


def tallies_of(engine: str, genre: str) -> dict[str, dict[str, Tally]]:
    """kind → arm → how it was rated."""
    found: dict[str, dict[str, Tally]] = {STYLE: {}, PHRASING: {}}
    rows = PromptArm.objects.filter(engine=engine, genre=genre)
    for kind, arm, reviews, reward_sum in rows.values_list("kind", "arm", "reviews", "reward_sum"):
        found[kind][arm] = Tally(reviews, reward_sum)
    return found


def _styles(
    brief: Brief,
    genre: str,
    tallies: Mapping[str, Tally],
    explored: list[bool],
    rng: random.Random,
    off: frozenset[str],
) -> list[str]:
    taste = prints_for(brief, genre, off)
    unsuited = [name for name in PRINTS if name not in taste and f"style:{name}" not in off]
    return policy.choose(taste, tallies, explored, rng, last_resort=unsuited)


def _pressed(
    brief: Brief, tallies: Mapping[str, Tally], explored: list[bool], rng: random.Random
) -> tuple[Brief, list[str]]:
    """The press of each place in print among the first pictures; when its concept comes again, the engine takes another."""
    from covers.engine.poster.printed_place import (
        presses_for,  # not while the site loads: it brings the drawing library
    )

    rated = {arm.partition(":")[2]: tally for arm, tally in tallies.items() if arm.startswith(f"{PRINTED_PLACE}:")}
    presses = [""] * len(explored)
    concepts = list(brief.concepts)
    for position, concept in enumerate(brief.concepts[: len(explored)]):
        if concept.style == PRINTED_PLACE and not concept.press:
            taste = dict.fromkeys(presses_for(brief.mood, concept.scene), 1.0)
            (press,) = policy.choose(taste, rated, [explored[position]], rng)
            presses[position], concepts[position] = press, replace(concept, press=press)
    return replace(brief, concepts=tuple(concepts)), presses


def prints_for(brief: Brief, genre: str, off: frozenset[str]) -> dict[str, float]:
    """The prints that suit a song, with their weights, but for those that are off; any other where none of them is left."""
    from covers.engine.poster.plan import style_weights  # not while the site loads: it brings the drawing library

    weights = style_weights(brief.mood if brief.mood in MOODS else "quiet", genre)
    left = {name: weight for name, weight in weights.items() if f"style:{name}" not in off}
    return left or {name: 1.0 for name in PRINTS if f"style:{name}" not in off} or weights


def _without_styles(row: CoverRequest, brief: Brief, off: frozenset[str]) -> Brief:
    """Where no ratings choose, the engine does; from it is taken what must not be drawn."""
    if brief.style or row.engine != "poster" or not any(token.startswith("style:") for token in off):
        return brief
    weights = prints_for(brief, row.genre, off)
    rng = random.Random(f"prints:{row.seed}")
    order = sorted(weights, key=lambda name: rng.random() ** (1 / weights[name]), reverse=True)
    styles = [own_style(brief, position) or order[position % len(order)] for position in range(row.count)]
    return replace(brief, styles=tuple(styles))


def _phrasings(brief: Brief, tallies: Mapping[str, Tally], explored: list[bool], rng: random.Random) -> list[str]:
    """The first picture shows the scene as it was written; the others see its motifs in a way of their own."""
    taste = dict.fromkeys(PHRASINGS, 1.0)
    scene = [SCENE] if brief.scene else []
    return scene + policy.choose(taste, tallies, explored[len(scene) :], rng)


def phrasing_of(row: CoverRequest, position: int) -> str:
    """How the prompt of one picture is phrased; empty: by its position."""
    return str(row.arms[position]["phrasing"]) if position < len(row.arms) else ""


def cover_values(row: CoverRequest, position: int) -> dict[str, str]:
    """The columns of a Cover that say which arms drew it."""
    if position >= len(row.arms):
        return {}
    return {field: str(row.arms[position][kind]) for kind, field in COVER_FIELDS.items()}
