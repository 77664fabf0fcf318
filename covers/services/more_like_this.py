"""One picture leads to the next: more covers that have something in common with one, or what it shows in another style."""

from __future__ import annotations

import logging
import secrets
import uuid
from collections.abc import Collection
from dataclasses import asdict, replace
from typing import Any

from accounts.person import Person
from covers import registry
from covers.bandit.choosing import prints_for
from covers.brief.avoided import Avoided
from covers.brief.family_contract import KEEPABLE, LAYOUT, PALETTE, STYLE, SUBJECT
from covers.brief.scenery import LETTERINGS
from covers.brief.wishes import Wishes
from covers.errors import EngineAway, NothingKept, NotRedrawable, StyleAway
from covers.models import Cover, CoverRequest, Stage
from covers.models.covers import CoverQuerySet, Visibility
from covers.services.families import family_of, five_colours, is_of_own, style_of
from covers.services.requests import SEED_MAX, record_again
from covers.writing.avoidable import off_of_wishes
from covers.writing.likeness import Likeness, Wanted, brief_like, motif_of, shown_concept, styles_showing

logger = logging.getLogger(__name__)

COVERS = 4
HAVE_STYLES = ("poster", "sdxl")
"""Engines whose pictures have one of `brief_contract.STYLES`."""


def may_make_more(*, cover: Cover, person: Person) -> bool:
    """Its maker, but for what a moderator has hidden, and drafts, which go with their face."""
    row = cover.request
    return person.made(row) and row.brief is not None and not (cover.is_hidden or row.is_draft)


def refuse_what_is_gone(*, cover: Cover) -> None:
    """Raises EngineAway where what drew the cover does not draw here any more, NotRedrawable where its face or picture is gone."""
    row = cover.request
    if row.choice_key not in {choice.key for choice in registry.available()}:
        raise EngineAway(engine=registry.label_of(row))
    if (row.shows_face and row.face_id is None) or cover.is_of_deleted_picture:
        raise NotRedrawable


def styles_to_take(*, person: Person) -> CoverQuerySet:
    """Covers whose style somebody may have for a song of their own: all that they may see, but for what is hidden, and drafts."""
    seen = Cover.objects.visible_to(person).exclude(visibility=Visibility.HIDDEN).filter(request__is_draft=False)
    return seen.select_related("request__model_version")


def keepable(*, cover: Cover) -> tuple[str, ...]:
    """What its engine can keep of a cover, of KEEPABLE. A face, a brought picture and a title's letters always stay."""
    row, style = cover.request, style_of(cover=cover)
    if row.is_of_picture(cover.position):
        return (STYLE,)
    if row.shows_face:
        return (PALETTE,)
    family = family_of(cover=cover, keep=(STYLE, LAYOUT))
    found = {PALETTE} | ({STYLE} if style else set()) | (set() if style in LETTERINGS else {SUBJECT})
    if family.composition or family.type_at:
        found.add(LAYOUT)
    return tuple(name for name in KEEPABLE if name in found)


def always_keeps(*, cover: Cover) -> bool:
    """Whether something of it stays whatever is chosen."""
    return is_of_own(cover) or style_of(cover=cover) in LETTERINGS


def likeness(*, cover: Cover) -> Likeness:
    """What a cover shows, as others can show it."""
    drawn, style = cover.parameters, style_of(cover=cover)
    concept = shown_concept(cover.request.brief_of(cover.position), cover.position, style, drawn)
    return Likeness(style, concept, motif_of(concept, str(drawn.get("motif", ""))))


def styles_for(*, cover: Cover) -> tuple[str, ...]:
    """Other styles in which what the cover shows can be drawn; none for what shows a face or a brought picture, or an engine without."""
    has_styles = not is_of_own(cover) and cover.request.engine in HAVE_STYLES
    return () if not has_styles else styles_showing(likeness(cover=cover), cover.request.title, _off(cover.request))


def _off(row: CoverRequest) -> frozenset[str]:
    """What must not be drawn: what was wished away, and what was switched off."""
    return off_of_wishes(row.parsed_wishes) | frozenset(Avoided.from_json(row.avoided).off)


def make_more(
    *, owner: Person, cover: Cover, keep: Collection[str], submission: uuid.UUID, style: str = ""
) -> CoverRequest:
    """Four covers with what is kept in common, as a new request; the rest is left to chance and to what else the song tells.

    style: all four in this one, of `styles_for`, in place of the cover's own. Nobody reads the song anew, so they go straight to the
    drawing. Raises as `record_again`, and EngineAway, NothingKept, StyleAway, PictureAway.
    """
    if known := CoverRequest.objects.filter(owner.owns(), submission=submission).first():
        return known
    refuse_what_is_gone(cover=cover)
    kept = [name for name in keepable(cover=cover) if name in keep and not (style and name != PALETTE)]
    if style and style not in styles_for(cover=cover):
        raise StyleAway
    if not (kept or style or always_keeps(cover=cover)):
        raise NothingKept
    row, seed = cover.request, secrets.randbelow(SEED_MAX)
    changes = _changes(cover, kept, style, seed)
    told = [*kept, SUBJECT] if style else kept
    again = record_again(
        owner, row, submission, stage=Stage.DRAW, parent_id=cover.pk, kept=told, count=COVERS, seed=seed, seed_was_typed=False,
        arms=[], avoided=_switched_off_before(row), **changes,
    )  # fmt: skip
    logger.info("covers like another request=%s cover=%s kept=%s style=%s", again.pk, cover.pk, ",".join(kept), style)
    return again


def _switched_off_before(row: CoverRequest) -> dict[str, Any]:
    off = Avoided.from_json(row.avoided).off
    return asdict(Avoided(off=off)) if off else {}


def _changes(cover: Cover, kept: Collection[str], style: str, seed: int) -> dict[str, Any]:
    """The columns of the new request that say what its pictures are."""
    row = cover.request
    if row.is_of_picture(cover.position):
        treatment = str(cover.parameters.get("treatment", "")) if STYLE in kept else ""
        return {"picture_positions": list(range(COVERS)), "picture_treatment": treatment}
    family = family_of(cover=cover, keep=kept)
    colours = five_colours(cover=cover) if PALETTE in kept else ()
    wishes = Wishes(colours=colours, people=row.parsed_wishes.people, avoid=row.parsed_wishes.avoid)
    brief = row.brief_of(cover.position)
    if row.shows_face:
        brief = replace(brief, palette=colours, family=family if colours else None)
        return {"brief": asdict(brief), "wishes": wishes.as_json()}
    off = _off(row)
    wanted = Wanted(
        replace(family, style=style or family.style), SUBJECT in kept or bool(style), COVERS, row.title,
        prints_for(brief, row.genre, off), colours, off, seed,
    )  # fmt: skip
    brief = brief_like(brief, likeness(cover=cover), wanted)
    return {
        "brief": asdict(brief), "wishes": wishes.as_json(), "style": "", "shows_picture": False, "picture": None,
        "picture_positions": [], "picture_crop": None, "picture_treatment": "",
    }  # fmt: skip
