"""The diffusion prompts of a request: one brief, a different idea and framing for each picture."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from covers.brief.brief_contract import MOODS, Brief, Concept
from covers.brief.scenery import NOBODY, NOTHING, STILL_LIFE
from covers.brief.vocabulary import MOTIFS, pictured
from covers.writing import scene
from covers.writing.names import HOUR_NAMES, SCENE_NAMES, scene_name, thing_name

PROMPT_WORDS_MOST = 70
"""CLIP reads 77 tokens; what comes after is lost, so the end of a prompt is what matters least."""

SCENE = "scene"
"""What the first picture's phrasing is called: the brief's own scene."""

PHRASINGS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "close_up": ("extreme close-up of {lead}, cropped by the edge", "shallow depth of field"),
        "landscape": ("wide landscape with {lead}, tiny, low on the horizon", "vast empty space"),
        "still_life": ("still life of {lead} beside {second} on a plain surface", "seen slightly from above"),
        "abstract": (
            "abstract composition, the outline of {lead} as flat geometric shapes",
            "bold negative space",
        ),
        "reflection": ("{lead} reflected in dark water", "mirror symmetry"),
        "window": ("{lead} seen through a window", "layered foreground"),
        "overhead": ("overhead view of {lead} laid out with {second}", "strict grid layout"),
        "shadow": ("{lead} as a long shadow on a wall", "low side light"),
    }
)
"""Name → how the picture opens, and its manner. What a position without a phrasing of its own takes by its number."""

FRAMINGS = tuple(PHRASINGS.values())
"""Each picture of a request is seen in another way; after eight the views begin again with other motifs."""

PORTRAIT_FRAMINGS = (
    ("portrait of {subject}, head and shoulders, looking at the camera", "plain background"),
    ("close-up portrait of {subject}, three-quarter view", "soft focus background"),
    ("{subject} standing with {lead}, half length", "wide empty space around"),
    ("profile portrait of {subject}, {lead} behind", "bold negative space"),
    ("{subject} seen through a window, portrait", "layered foreground"),
    ("portrait of {subject} looking up, {lead} in the background", "low camera angle"),
    ("{subject} in the distance, full length, beside {lead}", "vast empty space"),
    ("portrait of {subject} with eyes closed", "strict symmetry"),
)
"""As FRAMINGS, for covers that show a person whose face was learnt."""

SHOTS: tuple[str, ...] = (
    "wide shot, 35mm lens",
    "low angle, shallow depth of field",
    "from a distance, long lens",
    "close, soft light",
)
"""How each picture of a request looks at its scene."""
WEATHER_WORDS = {
    "rain": "in the rain", "snow": "snow falling", "fog": "in the mist", "storm": "in a storm", "wind": "in the wind",
    "cloudy": "overcast sky", "clear": "clear sky",
}  # fmt: skip
SEASON_WORDS = {"spring": "in spring", "summer": "in summer", "autumn": "in autumn", "winter": "in winter"}
PEOPLE_WORDS = {
    "one": "a lone person seen from behind", "sitting": "somebody sitting", "walking": "somebody walking away",
    "pair": "two people together",
    "child": "a child", "parent_child": "a child with an adult", "elder": "an old person", "dancer": "a dancer", "band": "a band playing",
    "crowd": "a crowd seen from behind", NOBODY: "nobody there",
}  # fmt: skip

STYLE_WORDS = {
    "swiss": "swiss modernist poster, flat colour, hard geometry",
    "duotone": "two-colour duotone print",
    "sunset": "retro city sunset illustration, banded sun",
    "riso": "risograph print, overprinted spot inks, paper texture",
    "night_sky": "deep starry gradient, fine constellation lines",
    "photocopy": "gritty black and white photocopy collage",
    "op_rings": "op art, concentric rings",
    "brush": "east asian ink brush painting, one red accent",
    "paper_cut": "layered paper cut diorama, soft shadows",
    "lines": "field of fine flowing lines",
    "botanical": "antique botanical engraving on cream paper",
    "bauhaus": "bauhaus composition, circles and bars, primary colours",
    "glitch": "glitch art, scan lines, channel shift",
    "gala": "vintage show poster, golden sunburst",
    "folk": "folk linocut, hand-cut shapes, earth colours",
    "monolith": "one monumental simple form, extreme scale, minimalism",
    "waterside": "atmospheric photograph by the water, light on the surface",
    "city_night": "atmospheric night photograph, wet asphalt, practical lights",
    "indoors": "quiet interior photograph, soft window light",
    "open_land": "atmospheric landscape photograph, depth and haze",
    "great_skies": "wide photograph of the sky, low horizon",
    "journeys": "cinematic still of a journey, motion and distance",
    "stages": "concert photograph, beams of light in smoke",
    "still_life": "studio still life, one object alone, coloured paper backdrop, one soft light",
    "printed_place": "limited edition art print of the scene, two inks, halftone and paper grain",
    "chrome": "liquid chrome sculpture, studio light, mirror reflections",
    "glow_orb": "soft glowing gradient orb, coarse film grain",
    "lens_glass": "refracting glass object over stripes, caustics",
    "marbled": "marbled liquid paint, swirling bands of colour",
    "smoke_light": "coloured smoke in a beam of light, black background",
    "ink_water": "ink dispersing in clear water, macro photograph",
    "folded_paper": "folded paper relief, raking light",
    "draped_cloth": "draped satin cloth, deep folds, soft studio light",
    "foil": "crumpled metallic foil, hard reflections",
    "thermal_flower": "thermal camera image, false colours",
    "halftone_solid": "halftoned three-dimensional form, large dots, flat ground",
    "pressed_clay": "modelled clay figure, fingerprints, soft light",
    "type_stretched": "long vertical bands of printed colour, paper texture",
    "type_melted": "liquid chrome running over a smooth ground",
    "type_huge": "large flat shapes of colour cropped by the edge",
    "type_cutout": "layered cut paper, soft shadows, calm middle",
    "type_field": "fine regular printed pattern, one spot in another colour",
    "type_light": "neon glow on a dark wall, light haze",
    "type_carved": "smooth stone surface in raking light",
    "type_curve": "wide curved bands of colour, seventies print",
}


def prompt_for(brief: Brief, position: int, count: int, subject: str = "", phrasing: str = "") -> tuple[str, str]:
    """The prompt and negative prompt of the picture at `position` (0-based) of `count`.

    Neighbouring positions differ in subject and in framing. The first picture keeps the brief's own scene where the brief
    has one. At most PROMPT_WORDS_MOST words; never the title or the artist, which a brief does not carry. subject: a person
    to be shown on each of them, as "sks woman". phrasing: of PHRASINGS, or SCENE; empty: by position.
    """
    mood = brief.mood if brief.mood in MOODS else "quiet"
    _, light, feeling = scene.MOOD_LOOKS[mood]
    opening, manner = _portrait(brief, position, subject) if subject else _opening(brief, position, count, phrasing)
    alone = brief.concepts[position % len(brief.concepts)].own_style if brief.concepts and not subject else ""
    look = STYLE_WORDS.get(brief.style_of(position) or (alone if alone == STILL_LIFE else ""), scene.DEFAULT_MEDIUM)
    colours = f"{scene.colour_words(brief.palette)} palette" if brief.palette else ""
    parts = (opening, manner, f"{feeling} mood", light, colours, look, "album cover art, single focal point")
    return _shortened(
        ", ".join(part for part in parts if part == opening or (part and part not in opening))
    ), ", ".join(brief.avoid or scene.avoid(mood))


def _opening(brief: Brief, position: int, count: int, phrasing: str) -> tuple[str, str]:
    """What is shown and how. Alone, a picture shows the scene as the brief tells it."""
    concept = brief.concepts[position % len(brief.concepts)] if brief.concepts else None
    if concept is not None and concept.scene in SCENE_NAMES:
        return _of_scene(concept), PHRASINGS[phrasing][1] if phrasing in PHRASINGS else SHOTS[position % len(SHOTS)]
    is_scene = phrasing == SCENE or (phrasing not in PHRASINGS and (position == 0 or count == 1))
    if brief.scene and is_scene and not (concept is not None and concept.style == STILL_LIFE):
        return brief.scene.split(";")[0].rstrip(". "), ""
    motifs = [key for key in brief.motifs if key in MOTIFS] or ["circle"]
    lead = scene.with_article(pictured(motifs[position % len(motifs)]))
    second = scene.with_article(pictured(motifs[(position + 1) % len(motifs)]))
    if concept is not None and concept.style == STILL_LIFE and concept.things:
        lead = scene.with_article(thing_name(concept.things[0])[0])
    opening, manner = PHRASINGS.get(phrasing, FRAMINGS[position % len(FRAMINGS)])
    return opening.format(lead=lead, second=second), manner


def _of_scene(concept: Concept) -> str:
    """A place at its hour, in its weather, with who is there and what tells it: "a pier over still water at dusk, in the rain, …"."""
    said = scene_name(concept.scene, concept.hour)[0]
    when = HOUR_NAMES.get(concept.hour)
    place = f"{said} {when[0]}" if when and when[0] not in said else said
    parts = [WEATHER_WORDS.get(concept.weather, ""), SEASON_WORDS.get(concept.season, "")]
    parts += [PEOPLE_WORDS.get(concept.people, "")]
    parts += [f"with {scene.with_article(thing_name(key)[0])}" for key in concept.things[:2] if key != NOTHING]
    return ", ".join((place, *(part for part in parts if part and part not in said)))


def _portrait(brief: Brief, position: int, subject: str) -> tuple[str, str]:
    motifs = [key for key in brief.motifs if key in MOTIFS] or ["circle"]
    opening, manner = PORTRAIT_FRAMINGS[position % len(PORTRAIT_FRAMINGS)]
    lead = scene.with_article(pictured(motifs[position % len(motifs)]))
    return opening.format(subject=subject, lead=lead), manner


def _shortened(prompt: str) -> str:
    words = prompt.split()
    return " ".join(words[:PROMPT_WORDS_MOST]).rstrip(",")
