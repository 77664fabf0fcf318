"""What a person does not like in the pictures of a request is switched off, and drawn again without it."""

from __future__ import annotations

import random
import uuid
from collections.abc import Collection, Mapping
from dataclasses import asdict, replace
from typing import Any

from accounts.person import Person
from albumsite.jobs.claims import Claim
from covers.bandit.choosing import prints_for
from covers.brief.avoided import ALL, HOUR, PEOPLE, THING, WEATHER, Avoided, asked
from covers.brief.brief_contract import Brief, Concept
from covers.brief.scenery import LETTERINGS, NOBODY, NOTHING
from covers.errors import NothingSwitchedOff, NotRedrawable
from covers.models import CoverRequest, Stage
from covers.services.requests import record_again, waiting
from covers.writing.notions import scene_facts


def may_switch_off(*, request: CoverRequest, person: Person) -> bool:
    """Its maker, once it is drawn, where each picture shows a concept: the poster engine's own, in no style for all, no face."""
    is_of_concepts = request.engine == "poster" and not (request.shows_face or request.style or request.is_draft)
    has_ended = not request.is_active and request.stage == Stage.DRAW
    return person.made(request) and is_of_concepts and has_ended and bool(parts_of(request))


def parts_of(request: CoverRequest) -> dict[int, tuple[str, ...]]:
    """Place of a concept → what of it can be switched off, all of it first."""
    if request.brief is None:
        return {}
    brief = request.parsed_brief()
    if brief.style:
        return {}
    return {
        place: (ALL, *parts_of_concept(concept))
        for place, concept in enumerate(shown_concepts(request, brief)[: request.count])
        if not request.is_of_picture(place)
    }


def shown_concepts(request: CoverRequest, brief: Brief) -> list[Concept]:
    """The brief's concepts with who and what really stands in the pictures that are drawn of them: a place may have had no room."""
    drawn: dict[int, list[Mapping[str, Any]]] = {}
    for cover in request.covers.all():
        drawn.setdefault(cover.position % (len(brief.concepts) or 1), []).append(cover.parameters)
    return [_shown(concept, drawn.get(place, ())) for place, concept in enumerate(brief.concepts)]


def _shown(concept: Concept, drawn: Collection[Mapping[str, Any]]) -> Concept:
    """drawn: parameters of its pictures; where none is of this scene, as before they are drawn, the concept as it was wished."""
    played = [one for one in drawn if one.get("scene") == concept.scene]
    if not concept.scene or not played:
        return concept
    is_empty = all(one.get("people") == NOBODY for one in played)
    things = tuple(thing for thing in concept.things if any(thing in one.get("things", ()) for one in played))
    return replace(concept, things=things, people=NOBODY if is_empty else concept.people)


def parts_of_concept(concept: Concept) -> tuple[str, ...]:
    """Its telling things, people, hour and weather, where it can be had without them."""
    if not concept.scene:
        return ()
    fact = scene_facts()[concept.scene]
    found = [f"{THING}:{thing}" for thing in concept.things if thing != NOTHING]
    found += [PEOPLE] if concept.people != NOBODY else []
    found += [HOUR] if concept.hour and len(fact.hours) > 1 else []
    found += [WEATHER] if concept.weather not in ("", "clear") and len(fact.weathers) > 1 else []
    return tuple(found)


def draw_without(*, owner: Person, request: CoverRequest, kept: Collection[str], submission: uuid.UUID) -> CoverRequest:
    """A new request of the same recipe, with other pictures in the place of those that are switched off.

    kept: what stays on, as "0:all" and "0:thing:dog". A picture that stays as it is comes again pixel for pixel, and nothing that
    was switched off, now or before, comes again. Nobody asks the language model anew. Raises as `draw_again`, and NothingSwitchedOff.
    """
    if not may_switch_off(request=request, person=owner):
        raise NotRedrawable
    brief = request.parsed_brief()
    parts = {place: _switched_off(place, names, kept) for place, names in parts_of(request).items()}
    parts = {place: off for place, off in parts.items() if off}
    if not parts:
        raise NothingSwitchedOff
    off = {token for place, names in parts.items() for token in off_of(brief.concepts[place], names)}
    avoided = asked(Avoided.from_json(request.avoided), off, parts)
    return record_again(owner, request, submission, stage=Stage.WRITE, avoided=asdict(avoided))


def _switched_off(place: int, names: Collection[str], kept: Collection[str]) -> frozenset[str]:
    off = frozenset(name for name in names if f"{place}:{name}" not in kept)
    return frozenset({ALL}) if ALL in off else off


def off_of(concept: Concept, parts: Collection[str]) -> set[str]:
    """What must not come again when these parts of a concept are switched off: "scene:pier", "thing:dog", "hour:night"."""
    if ALL in parts:
        if concept.scene:
            return {f"scene:{concept.scene}"}
        if concept.style in LETTERINGS:
            return {f"style:{concept.style}"}
        symbol = {f"motif:{concept.motif}", *(f"{THING}:{thing}" for thing in concept.things)}
        return symbol if concept.kind == "symbol" else {f"style:{concept.own_style}"}
    said = {HOUR: f"{HOUR}:{concept.hour}", WEATHER: f"{WEATHER}:{concept.weather}"}
    return {said.get(part, part) for part in parts}


def other_brief(row: CoverRequest) -> Brief:
    """The brief of a request in which something is switched off: as it was, with other concepts there."""
    from covers.writing.avoidable import off_of_wishes
    from covers.writing.in_family import in_family
    from covers.writing.other_concepts import other_concepts  # reads the song, which only the write worker does
    from covers.writing.wished import wished

    avoided, brief = Avoided.from_json(row.avoided), row.parsed_brief()
    parts = {place: frozenset(names) for place, names in avoided.parts}
    wished_off = off_of_wishes(row.parsed_wishes)
    concepts = other_concepts(brief, row.song, frozenset(avoided.off) | wished_off, parts)
    brief = wished(replace(brief, concepts=concepts), row.song, row.parsed_wishes)
    if brief.family is not None:
        brief = in_family(brief, row.song, brief.family)
    concepts = brief.concepts
    styles = tuple(
        concepts[position % len(concepts)].own_style or _print_for(row, brief, position, wished_off)
        if position % len(concepts) in parts
        else style
        for position, style in enumerate(brief.styles)
    )
    return Brief.from_json({**asdict(brief), "concepts": [asdict(one) for one in concepts], "styles": styles})


def _print_for(row: CoverRequest, brief: Brief, position: int, off: frozenset[str]) -> str:
    """A style for a concept that leaves the choice: what stood there may have been another concept's own."""
    weights = prints_for(brief, row.genre, off)
    chance = random.Random(f"print:{row.seed}:{position}")
    return chance.choices(list(weights), list(weights.values()))[0]


def store_other_brief(*, claim: Claim[CoverRequest], brief: Brief) -> None:
    """Put it on the row and queue the drawing; what was kept stays on the brief that it was drawn from. Raises LeaseLost."""
    row = claim.row
    before = Avoided.from_json(row.avoided)
    arms = [_with_style(arm, brief, position) for position, arm in enumerate(row.arms)]
    avoided = before.after(row.brief or {}, len(brief.concepts))
    claim.advance(Stage.DRAW, brief=asdict(brief), arms=arms, avoided=asdict(avoided), progress=waiting(row.count))


def _with_style(arm: Mapping[str, Any], brief: Brief, position: int) -> dict[str, Any]:
    return {**arm, "style": brief.styles[position]} if position < len(brief.styles) and arm.get("style") else dict(arm)
