"""Draws one cover of a set that is made of a brought picture, from its plan to its place for type."""

from __future__ import annotations

from collections.abc import Callable

from covers.engine.engine_contract import DrawSpec, OwnPicture
from covers.engine.poster.art import Idea
from covers.engine.poster.own.art import BroughtArt
from covers.engine.poster.own.brought import Brought, Studio, new_studio
from covers.engine.poster.own.plan import ARTS, plan_own
from covers.engine.poster.own.type import plan_type
from covers.engine.poster.page import Page
from covers.lettering.title_contract import TypePlan

__all__ = ["BroughtArt", "Studio", "new_studio", "own_art", "parameters_of", "planned_type"]


def idea_of(spec: DrawSpec, picture: OwnPicture, brought: Brought) -> Idea:
    count = max(1, spec.count, spec.position + 1)
    plan = plan_own(
        spec.brief, brought.seen, picture.treatment, spec.set_seed, count, spec.title, spec.with_lettering
    )  # fmt: skip
    return plan[spec.position]


def own_art(spec: DrawSpec, picture: OwnPicture, page: Page, studio: Studio, stage: Callable[[], None]) -> BroughtArt:
    """The treatment, ready to paint. Raises EngineError "engine:bad-spec" for a picture that cannot be read."""
    brought = studio(picture)
    idea = idea_of(spec, picture, brought)
    return ARTS[idea.style](page, idea, spec.seed, stage, brought)


def parameters_of(art: BroughtArt) -> dict[str, object]:
    """What a cover keeps of its making; never anything of the picture."""
    return {
        "style": "own", "treatment": art.idea.style, "crop": [round(value, 5) for value in art.seen.crop], "motif": "",
    }  # fmt: skip


def planned_type(art: BroughtArt, page: Page, small: Page, seed: int, title: str) -> TypePlan:
    """Where the type stands, decided on a small page; the picture is quietened there on both."""
    model = type(art)(small, art.idea, seed, lambda: None, art.brought)
    model.paint()
    plan, veil = plan_type(model, small, title)
    if veil:
        veil(page)
    return plan
