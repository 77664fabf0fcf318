"""One picture leads to the next: more covers that have something in common with one, or what it shows in another style."""

from __future__ import annotations

import logging
import secrets
import uuid
from collections.abc import Collection
from dataclasses import asdict, replace
from functools import lru_cache
from typing import Any

from accounts.person import Person
from albumsite.errors import StorageError
from albumsite.media import encoding, storage
from covers import registry
from covers.avoided import Avoided
from covers.bandit.choosing import prints_for
from covers.brief_contract import PRINTS, STYLES
from covers.errors import EngineAway, NothingKept, NotOpenable, NotRedrawable, PictureAway, StyleAway
from covers.models import Cover, CoverRequest, Stage
from covers.models.covers import CoverQuerySet, Visibility
from covers.object_keys import master_key
from covers.picture_edit import COLOURS_MAX
from covers.scenery import LETTERINGS, PLACES
from covers.services import studio
from covers.services.requests import SEED_MAX, record_again
from covers.version_pictures import picture_as_it_is
from covers.writing.avoidable import off_of_wishes
from covers.writing.likeness import (
    KEEPABLE,
    LAYOUT,
    PALETTE,
    STYLE,
    SUBJECT,
    Likeness,
    Wanted,
    brief_like,
    motif_of,
    shown_concept,
    styles_showing,
    type_of,
)

logger = logging.getLogger(__name__)

COVERS = 4


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


def is_of_own(cover: Cover) -> bool:
    """Whether it shows its maker's picture or face: those stay, and nobody else has them."""
    return cover.request.shows_face or cover.request.is_of_picture(cover.position)


def styles_to_take(*, person: Person) -> CoverQuerySet:
    """Covers whose style somebody may have for a song of their own: all that they may see, but for what is hidden, and drafts."""
    seen = Cover.objects.visible_to(person).exclude(visibility=Visibility.HIDDEN).filter(request__is_draft=False)
    return seen.select_related("request__model_version")


def style_of(*, cover: Cover) -> str:
    """One of STYLES, as it is drawn today; empty where the cover has none of them."""
    row, drawn = cover.request, cover.parameters
    if is_of_own(cover):
        return ""
    told = drawn.get("style", "") if row.engine == "poster" else cover.style_arm
    if not told and row.engine == "sdxl" and row.brief is not None:
        told = row.brief_of(cover.position).style_of(cover.position)
    return str(told) if told in STYLES else ""


def keepable(*, cover: Cover) -> tuple[str, ...]:
    """What its engine can keep of a cover, of KEEPABLE. A face, a brought picture and a title's letters always stay."""
    row, style = cover.request, style_of(cover=cover)
    if row.is_of_picture(cover.position):
        return (STYLE,)
    if row.shows_face:
        return (PALETTE,)
    like = likeness(cover=cover)
    found = {PALETTE} | ({STYLE} if style else set()) | (set() if like.is_of_letters else {SUBJECT})
    if row.engine == "poster" and (like.composition or like.type_at):
        found.add(LAYOUT)
    return tuple(name for name in KEEPABLE if name in found)


def always_keeps(*, cover: Cover) -> bool:
    """Whether something of it stays whatever is chosen."""
    return is_of_own(cover) or style_of(cover=cover) in LETTERINGS


def likeness(*, cover: Cover, with_colours: bool = False) -> Likeness:
    """A cover as others can be like it. with_colours: also in its colours, which are seen on the picture. Raises PictureAway."""
    row, drawn = cover.request, cover.parameters
    brief, style = row.brief_of(cover.position), style_of(cover=cover)
    concept = shown_concept(brief, cover.position, style, drawn)
    type_at, type_cap = type_of(cover.layout)
    colours, roles = palette_of(cover=cover) if with_colours else ((), ())
    return Likeness(
        style=style,
        concept=concept,
        motif=motif_of(concept, str(drawn.get("motif", ""))),
        composition="" if style in PLACES else str(drawn.get("composition", "")),
        colours=colours,
        roles=roles,
        type_at=type_at,
        type_cap=type_cap,
    )


def palette_of(*, cover: Cover) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Up to five colours that a cover is made of, and which of them are its ground and figure, as `Brief.roles`: the inks of a print; else
    those that are seen on the picture, for light and material have made others of its inks. Colours that its maker has set go before.

    Raises PictureAway.
    """
    drawn, edited = cover.parameters, studio.picture_now(cover=cover).palette
    inks = tuple(dict.fromkeys(drawn.get("palette", ())))
    if drawn.get("style") in PRINTS and inks and not is_of_own(cover):
        five = (
            inks if len(inks) <= COLOURS_MAX else (*inks[: COLOURS_MAX - 1], inks[-1])
        )  # beside a tint, paper is the least
        return edited or five, inks[:2]
    try:
        seen = _seen_colours(cover.pk, cover.storage_prefix)
    except StorageError as error:
        raise PictureAway from error
    return edited or seen, seen[:1]


@lru_cache(maxsize=256)
def _seen_colours(pk: uuid.UUID, _folder: str) -> tuple[str, ...]:
    """The most common first. Files of one folder never change. Of a cover that is older than pictures without type: with its type."""
    cover = Cover.objects.get(pk=pk)
    try:
        picture = picture_as_it_is(cover)
    except NotOpenable:
        picture = encoding.open_png(storage.read(storage.private(), master_key(cover.storage_prefix)))
    return encoding.main_colours(picture, COLOURS_MAX)


def styles_for(*, cover: Cover) -> tuple[str, ...]:
    """Other styles in which what the cover shows can be drawn; none for what shows a face or a brought picture."""
    return () if is_of_own(cover) else styles_showing(likeness(cover=cover), cover.request.title, _off(cover.request))


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
    is_painted = PALETTE in kept
    like = likeness(cover=cover, with_colours=is_painted)
    colours = like.colours if is_painted else ()
    wishes = replace(row.parsed_wishes, palette="", colours=colours)
    if row.is_of_picture(cover.position):
        treatment = str(cover.parameters.get("treatment", "")) if STYLE in kept else ""
        return {"picture_positions": list(range(COVERS)), "picture_treatment": treatment}
    brief = row.brief_of(cover.position)
    if row.shows_face:
        brief = replace(brief, palette=colours, roles=like.roles if is_painted else ())
        return {"brief": asdict(brief), "wishes": wishes.as_json()}
    off = _off(row)
    keep = {*kept, SUBJECT} if style else set(kept)
    weights = prints_for(brief, row.genre, off)
    wanted = Wanted(keep, COVERS, row.title, weights, off, style, seed)
    brief = brief_like(brief, like, wanted)
    return {
        "brief": asdict(brief), "wishes": wishes.as_json(), "style": "", "shows_picture": False, "picture": None,
        "picture_positions": [], "picture_crop": None, "picture_treatment": "",
    }  # fmt: skip
