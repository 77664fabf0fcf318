"""Looking at a picture as small as it will be seen, before it is drawn: what nobody would recognise is set off from its ground, or shown
in another way."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from covers.brief.scenery import PLACES, STILL_LIFE
from covers.engine.poster.art import Art, Idea
from covers.engine.poster.glance import REHEARSED_SIDE, SIDE, Glance, glance
from covers.engine.poster.own_colours import painted
from covers.engine.poster.page import Page
from covers.engine.poster.plan import unsuited
from covers.engine.poster.styles import PRINTS, STYLES

EMPHASES = (0, 1, 2)
OTHERS = 3
"""How many other compositions are tried at most."""


def recognisable(idea: Idea, seed: int, taken: Collection[str] = ()) -> tuple[Idea, Glance | None]:
    """The idea as it will be drawn: itself where what tells the song is recognised at 64 pixels, else the first way of showing it that is,
    else the best there was. Always looked at on a page of the same size, so that every size has the same picture. With it how it is
    seen; None where that is not looked at, or the picture has nothing that tells the song.

    taken: compositions that the other pictures of the set have in this style.
    """
    style = STYLES[idea.style]
    is_scene = idea.style in PLACES and idea.concept is not None and bool(idea.concept.things)
    if style not in PRINTS and idea.style != STILL_LIFE and not is_scene:
        return idea, None
    best: tuple[Idea, Glance | None] = (idea, None)
    best_score = -1.0
    for other in _ways(idea, style, taken):
        seen = rehearsed(other, seed)
        if seen is None:  # the scene has no place for the thing
            return idea, None
        score = seen.score(is_part=is_scene)
        if score >= 1:
            return other, seen
        if score > best_score:
            best, best_score = (other, seen), score
    return best


def rehearsed(idea: Idea, seed: int) -> Glance | None:
    """How what tells the song is seen when the idea is drawn so; None where the picture has nothing of it."""
    side = SIDE if idea.style in PLACES else REHEARSED_SIDE  # a scene costs more, and is soft
    page = Page(side, side)
    art = STYLES[idea.style](page, idea, seed, lambda: None)
    painted(art)
    return glance(page, art.telling) if art.telling else None


def _ways(idea: Idea, style: type[Art], taken: Collection[str]) -> Iterator[Idea]:
    """The idea itself first; then other compositions that suit its motif, in an order of its own seed."""
    emphases = (0,) if style in PRINTS else EMPHASES
    yield from (replace(idea, emphasis=emphasis) for emphasis in emphases)
    is_kept = idea.family is not None and idea.family.is_in_all and idea.family.composition == idea.composition
    if idea.style in PLACES or is_kept:
        return  # its place is what the song says
    at = style.compositions.index(idea.composition)
    turned = style.compositions[at + 1 :] + style.compositions[:at]
    lead = idea.motif if idea.style != STILL_LIFE else ""
    free = [name for name in turned if name not in taken and (not lead or unsuited(style, name, lead) < 9)]
    for name in free[:OTHERS]:
        yield from (replace(idea, composition=name, emphasis=emphasis) for emphasis in emphases)
