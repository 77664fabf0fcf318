"""The poster engine: plans a set of pictures from a brief and draws each in its style."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from PIL import Image

from albumsite.errors import EngineError
from covers.brief.brief_contract import Concept
from covers.engine.engine_contract import Drawn, DrawSpec, Step, StepCallback
from covers.engine.poster.art import Art, Idea
from covers.engine.poster.letters.letter_art import LetterArt
from covers.engine.poster.letters.naming import plan_name
from covers.engine.poster.own import drawing as own
from covers.engine.poster.own_colours import painted
from covers.engine.poster.page import Page
from covers.engine.poster.plan import plan_set
from covers.engine.poster.portrait import drawing as portraits
from covers.engine.poster.portrait.art import PortraitArt
from covers.engine.poster.printed_place import PrintedPlace
from covers.engine.poster.rehearsal import recognisable
from covers.engine.poster.relations import as_in_family, kept_zones, turned, with_room
from covers.engine.poster.room import CalmMap, central, overlap, readable_inks, searched, settled, title_boost, where
from covers.engine.poster.styles import STYLES
from covers.lettering.title_contract import TypePlan, Zone

ENGINE_VERSION = "poster-8"
SIDES = (64, 8192)
PREVIEW_SIDE = 160
ARTIST_WIDTH = 0.28
"""An artist's name needs at least this share of the picture's width."""
PLANNED_SIDE = 320
"""Pixels along the side of the picture that the type of a lit scene is planned on."""
SURFACE_DEPTHS = {"grain": 0.5, "paper": 0.7}
"""Of a surface at its full strength; a style's own grain has 0.1."""
STAGES = 5
"""Planned, ground stands, figure stands, surface is on, room for type found."""


class Stopped(Exception):
    """The callback answered that the picture is not wanted any more."""


class PosterEngine:
    """Draws covers from motifs, palettes and styles. Keeps nothing between pictures but a few noise lattices."""

    name = "poster"

    def draw(self, specs: Sequence[DrawSpec], on_step: StepCallback) -> Iterator[Drawn]:
        """Yields each picture as soon as it is ready; leaves a request when `on_step` answers False for it.

        The same brief, seed, set_seed, position, count, portraits and own picture give the same picture at any size. Raises EngineError
        "engine:bad-spec" for sides that are not between 64 and 8192 pixels, and for a portrait or picture that cannot be read.
        """
        stopped: set[str] = set()
        studios = Studios()
        for spec in specs:
            if not all(SIDES[0] <= side <= SIDES[1] for side in (spec.width, spec.height)):
                raise EngineError("engine:bad-spec", f"{spec.width}x{spec.height}")
            if spec.request_id in stopped:
                continue
            try:
                yield draw_one(spec, on_step, studios)
            except Stopped:
                stopped.add(spec.request_id)


@dataclass(frozen=True)
class Studios:
    """Where photos are developed and brought pictures opened; for one call of the engine only."""

    portraits: portraits.Studio = field(default_factory=portraits.new_studio)
    own: own.Studio = field(default_factory=own.new_studio)


def draw_one(spec: DrawSpec, on_step: StepCallback, studios: Studios | None = None) -> Drawn:
    """One picture of a set. Raises Stopped when the callback answers False. studios: kept for the next of the same call."""
    page, studios = Page(spec.width, spec.height), studios or Studios()
    page.is_smooth = bool(spec.surface)
    done = 0

    def stage() -> None:
        nonlocal done
        done = min(done + 1, STAGES)
        preview = webp(page) if done >= 2 else None
        if not on_step(Step(spec.position, done, STAGES, preview, spec.request_id)):
            raise Stopped

    stage()
    if spec.own_picture is not None:
        treated = own.own_art(spec, spec.own_picture, page, studios.own, stage)
        art: Art = treated
        parameters: dict[str, object] = parameters_of(art.idea, art.texture) | own.parameters_of(treated)
    elif spec.portraits:
        sitting = portraits.sitting_of(spec)
        art = portraits.portrait_art(spec, sitting, page, studios.portraits, stage)
        parameters = parameters_of(sitting.idea, art.texture) | portraits.parameters_of(sitting)
    else:
        idea = idea_of(spec)
        art = STYLES[idea.style](page, idea, turned(spec.seed, idea), stage)
        parameters = {}
    if spec.own_picture is not None or spec.portraits:
        art.paint()  # a photograph keeps its tones: its veil and type are measured on them
        if faces := faces_on(page, art):
            parameters["faces"] = faces
    else:
        painted(art)
    if not parameters:
        parameters = parameters_of(idea, art.texture, art.scene) | art.played_with()
    stage()
    plan = planned_type(spec, art, page) if spec.with_lettering else None
    lay_surface(page, spec)
    stage()
    rgb = page.pixels(spec.width, spec.height).tobytes()
    return Drawn(spec.position, rgb, spec.width, spec.height, plan, parameters, spec.request_id)


def lay_surface(page: Page, spec: DrawSpec) -> None:
    """The surface that somebody asked for, in the place of the style's own."""
    if spec.surface in SURFACE_DEPTHS:
        page.is_smooth = False
        page.texture(
            spec.surface, SURFACE_DEPTHS[spec.surface] * spec.surface_strength, random.Random(f"surface:{spec.seed}")
        )


def faces_on(page: Page, art: Art) -> list[list[float]]:
    """Where the faces of people are in a picture: left, top, width, height in shares of it. Only of those that photos show."""
    seen, found = page.visible, []
    for face in getattr(art, "faces", ()):
        box = face.computeTightBounds()
        if box.intersect(seen):
            place = (box.left() - seen.left()) / seen.width(), (box.top() - seen.top()) / seen.height()
            found.append([round(one, 4) for one in (*place, box.width() / seen.width(), box.height() / seen.height())])
    return found


def planned_type(spec: DrawSpec, art: Art, page: Page) -> TypePlan:
    """Where the type stands; a lit scene and a brought picture are quietened there."""
    if isinstance(art, PrintedPlace):
        small = small_page(page)
        plan = own.planned_type(art.treated, page, small, turned(spec.seed, art.idea), spec.title)
        return as_in_family(plan, art.idea.family, [], CalmMap(central(small)))
    if isinstance(art, PortraitArt) and not isinstance(art, own.BroughtArt):
        return portraits.plan_type(art, calm_map(art, page), spec.title)
    if art.scene is None and not isinstance(art, own.BroughtArt):
        return plan_type(art, calm_map(art, page), spec.title)
    small = small_page(page)
    if isinstance(art, own.BroughtArt):
        return own.planned_type(art, page, small, spec.seed, spec.title)
    model = type(art)(small, art.idea, turned(spec.seed, art.idea), lambda: None)
    painted(model)
    if isinstance(model, LetterArt):
        plan, lay = plan_name(model, lambda: calm_map(model, small))
        if lay:
            lay(page)
        return plan
    plan = plan_type(model, calm_map(model, small), spec.title)
    if veil := model.veil(plan.title_zones[0]):
        plan = plan_type(model, calm_map(model, small), spec.title)
        veil(page)
    return plan


def small_page(page: Page) -> Page:
    """Light and grain differ a little from size to size: what is decided by them is decided at one size for all."""
    share = PLANNED_SIDE / page.scale
    return Page(max(64, round(page.width * share)), max(64, round(page.height * share)))


def idea_of(spec: DrawSpec) -> Idea:
    """What is drawn, in a way that is recognised at 64 pixels where there is one."""
    count = max(1, spec.count, spec.position + 1)
    ideas = plan_set(spec.brief, spec.set_seed, count, spec.title, spec.with_lettering)
    idea = ideas[spec.position]
    others = (other for position, other in enumerate(ideas) if position != spec.position)
    shown, _ = recognisable(idea, spec.seed, {other.composition for other in others if other.style == idea.style})
    return with_room(shown, spec.seed) if spec.with_lettering else shown


def parameters_of(idea: Idea, texture: str, scene: Concept | None = None) -> dict[str, object]:
    """What was drawn, as JSON values. scene: what a lit scene was played at, with who and what had room in it."""
    played: dict[str, object] = (
        {}
        if scene is None
        else {
            "scene": scene.scene,
            "hour": scene.hour,
            "season": scene.season,
            "weather": scene.weather,
            "people": scene.people,
            "things": list(scene.things),
        }
    )
    return played | {
        "style": idea.style, "composition": idea.composition, "motif": idea.motif, "mood": idea.mood,
        "emphasis": idea.emphasis, "palette": idea.palette.colors(), "palette_family": idea.palette.name, "value_key": idea.palette.key,
        "texture": texture, "engine_version": ENGINE_VERSION,
    }  # fmt: skip


def webp(page: Page) -> bytes:
    """A small preview of what stands so far."""
    share = PREVIEW_SIDE / max(page.width, page.height)
    size = max(1, round(page.width * share)), max(1, round(page.height * share))
    data = io.BytesIO()
    Image.fromarray(page.pixels(*size)).save(data, "WEBP", quality=60, method=2)
    return data.getvalue()


def calm_map(art: Art, page: Page) -> CalmMap:
    return CalmMap(central(page), where(art.figures))


def plan_type(art: Art, calm: CalmMap, title: str) -> TypePlan:
    """Where the type may stand on the finished picture, measured on the picture itself.

    Where the family has it comes before all, unless it would cover what is shown; then the style's own wishes, trimmed to what is
    calm; calm places found by search follow. If nothing is calm, the first wish stays, with a panel to lay under it. All zones listed
    can be read in the first ink.
    """
    kept = kept_zones(art, calm)
    wishes = [
        zone for wish in art.titles if (zone := settled(calm, wish)) and (art.scene is None or calm.is_free(zone))
    ]
    wishes = [*kept, *wishes]
    titles = list(wishes) + searched(calm, wishes)
    panel = art.panel
    if not titles:
        titles = art.titles[:1] or [Zone(0.08, 0.74, 0.84, 0.18, "left", "bottom")]
        panel = panel or (art.colors.paper if art.scene is None else None)
    inks = readable_inks(calm, titles[0], [*art.inks, art.colors.paper, art.colors.ink, art.colors.accent])
    titles = [titles[0], *(zone for zone in titles[1:] if calm.reads(zone, inks[0]))][:4]
    artists = artist_zones(art, calm, titles[0], inks[0])
    plan = TypePlan(
        voice=art.voice, title_zones=tuple(titles), inks=tuple(inks), artist_zones=artists, panel=panel, finish=art.finish,
        uppercase=art.uppercase, title_scale=art.title_scale * title_boost(title),
    )  # fmt: skip
    return as_in_family(plan, art.idea.family, kept, calm)


def artist_zones(art: Art, calm: CalmMap, title: Zone, ink: str) -> tuple[Zone, ...]:
    """Where the artist stands apart; none in a scene, which has one block of type beside what it shows."""
    if art.scene is not None:
        return ()
    artists = [zone for wish in art.artists if (zone := settled(calm, wish)) and zone.width >= ARTIST_WIDTH]
    artists += searched(calm, [title, *artists], ((0.5, 0.06), (0.34, 0.06)))
    return tuple(zone for zone in artists if calm.reads(zone, ink) and not overlap(zone, title))[:4]
