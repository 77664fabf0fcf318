"""Draws one portrait of a set, from its plan to its place for type."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from covers.engine.engine_contract import DrawSpec, Portrait
from covers.engine.poster.art import Art
from covers.engine.poster.page import Page
from covers.engine.poster.portrait.layers import Layers, developed, layers_of
from covers.engine.poster.portrait.plan import TREATMENTS, Sitting, plan_portraits
from covers.engine.poster.portrait.sitter import Sitter
from covers.engine.poster.room import CalmMap, readable_inks, searched, settled, title_boost
from covers.lettering.title_contract import TypePlan

Studio = Callable[[Portrait, float], Sitter]
FACE_SHARE = 0.35
"""The largest share of the picture's width that a face takes, usually."""


def new_studio() -> Studio:
    """Develops photos, and remembers the last few. Use one for one call of the engine only: it holds people's faces."""

    @lru_cache(maxsize=4)
    def layers(portrait: Portrait) -> Layers:
        return layers_of(portrait)

    return lru_cache(maxsize=4)(lambda portrait, face_pixels: Sitter(developed(layers(portrait), face_pixels)))


def sitting_of(spec: DrawSpec) -> Sitting:
    count = max(1, spec.count, spec.position + 1)
    plan = plan_portraits(spec.brief, spec.portraits, spec.set_seed, count, spec.title, spec.with_lettering)
    return plan[spec.position]


def portrait_art(spec: DrawSpec, sitting: Sitting, page: Page, studio: Studio, stage: Callable[[], None]) -> Art:
    """The treatment, ready to paint. Raises EngineError "engine:bad-spec" for a photo that cannot be read."""
    face_pixels = FACE_SHARE * page.scale
    wanted = sitting.shown if sitting.idea.style in ("bands", "contact") else sitting.shown[:1]
    sitters = [studio(spec.portraits[index], face_pixels) for index in wanted]
    return TREATMENTS[sitting.idea.style](page, sitting.idea, spec.seed, stage, sitters)


def parameters_of(sitting: Sitting) -> dict[str, object]:
    """What a cover keeps of its making; never anything of the photo."""
    return {"style": "portrait", "treatment": sitting.idea.style, "portrait": sitting.photo, "motif": "face"}


def plan_type(art: Art, calm: CalmMap, title: str) -> TypePlan:
    """Where the type may stand: in the room that the treatment kept, else where it is calm and no head is.

    The artist goes under the title: a name in a spare corner would float, and the corners belong to the person.
    """
    wishes = [zone for wish in art.titles if calm.is_free(wish) and (zone := settled(calm, wish))]
    titles = wishes + searched(calm, wishes)
    panel = art.panel
    if not titles:
        titles = art.titles[:1]
        panel = panel or art.colors.paper
    inks = readable_inks(calm, titles[0], [*art.inks, art.colors.paper, art.colors.ink, art.colors.accent])
    titles = [titles[0], *(zone for zone in titles[1:] if calm.reads(zone, inks[0]))][:4]
    return TypePlan(
        voice=art.voice, title_zones=tuple(titles), inks=tuple(inks), panel=panel, finish=art.finish,
        title_scale=art.title_scale * title_boost(title),
    )  # fmt: skip
