"""Words of a person for what is to be left out, as what the site can draw: "no dogs, 밤" → things, motifs, scenes, hours.

What is forbidden is said in tokens, as `covers.writing.other_concepts` takes them: "thing:dog", "motif:dog", "scene:pier",
"style:night_sky", "hour:night", "weather:rain", "season:winter", "people".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from types import MappingProxyType

from covers.brief.avoided import PEOPLE
from covers.brief.brief_contract import PRINTS, STYLES
from covers.brief.scenery import ALWAYS_THERE, CROWDED, NOBODY, OWN_THINGS, PLACES, QUIET_MATERIALS, SCENES, THINGS
from covers.brief.vocabulary import MOTIFS, english_name, korean_name, pictured
from covers.brief.wishes import Wishes
from covers.writing.concepts import PEOPLE_MOTIFS
from covers.writing.ideas import idea_of
from covers.writing.lexicon import MOTIF
from covers.writing.names import SCENE_NAMES, STYLE_NAMES, thing_name
from covers.writing.notions import scene_facts
from covers.writing.reading import found_in

EVERYTHING = "everything"

GROUPS: tuple[tuple[str, str, str], ...] = (
    ("everything, all, anything", "전부, 모두, 다, 모든 것, 아무것도", EVERYTHING),
    ("people, person, human, humans, somebody, man, men, woman, women, girl, boy, figure, figures, crowd, crowds, body, bodies",
     "사람, 사람들, 인물, 인간, 남자, 여자, 소녀, 소년, 군중", PEOPLE),
    ("night, nights, nighttime, night scenes", "밤, 야경, 한밤", "hour:night hour:small_hours style:night_sky"),
    ("dawn, daybreak", "새벽", "hour:dawn"),
    ("morning, mornings", "아침", "hour:morning"),
    ("noon, midday", "한낮, 정오", "hour:noon"),
    ("afternoon, afternoons", "오후", "hour:afternoon"),
    ("dusk, sunset, sunsets, twilight", "해질녘, 해 질 녘, 노을, 석양, 황혼", "hour:dusk style:sunset motif:horizon"),
    ("evening, evenings", "저녁", "hour:evening"),
    ("rain, rainy weather", "비, 빗물", "weather:rain weather:storm motif:rain"),
    ("snow, snowy weather", "눈, 눈송이", "weather:snow motif:snowflake"),
    ("fog, mist, haze", "안개", "weather:fog motif:fog"),
    ("storm, storms, thunder, lightning", "폭풍, 폭풍우, 천둥, 번개", "weather:storm motif:lightning"),
    ("wind", "바람", "weather:wind motif:wind"),
    ("clouds, cloud", "구름", "weather:cloudy motif:cloud"),
    ("spring", "봄", "season:spring"),
    ("summer", "여름", "season:summer"),
    ("autumn, fall", "가을", "season:autumn"),
    ("winter", "겨울", "season:winter"),
    ("animals, animal, pets", "동물, 짐승",
     "motif:bird motif:owl motif:rooster motif:moth motif:bee motif:fish motif:whale motif:dolphin motif:shark motif:jellyfish "
     "motif:octopus motif:cat motif:dog motif:bear motif:tiger motif:lion motif:horse motif:deer motif:rabbit motif:elephant motif:snake "
     "motif:dragon motif:spider motif:frog motif:turtle motif:fox motif:swan motif:swallow motif:crane"),
    ("insects, insect, bugs", "벌레, 곤충", "motif:moth motif:butterfly motif:bee motif:spider thing:firefly"),
    ("plants, plant", "식물", "motif:flower motif:tree motif:leaf motif:grass motif:cactus thing:potted_plant"),
    ("alcohol, drinks, booze", "술, 음주", "motif:wine"),
    ("smoking, cigarettes", "담배, 흡연", "motif:cigarette motif:smoke style:smoke_light"),
    ("weapons, weapon, violence", "무기, 폭력", "motif:knife motif:gun motif:bomb motif:shield"),
    ("religion, religious symbols", "종교", "motif:church motif:angel motif:temple"),
    ("music, instruments, instrument", "악기",
     "motif:guitar motif:piano motif:drum motif:violin motif:trumpet motif:flute motif:harp motif:accordion motif:gayageum thing:drum_kit"),
    ("horse, horses", "말", "motif:horse"),
    ("cars, car, traffic, vehicles", "차, 자동차, 차량", "motif:car motif:bicycle motif:bus thing:traffic_light"),
    ("space, outer space", "우주", "motif:planet motif:satellite motif:rocket thing:spaceship thing:astronaut"),
    ("rooms, room, indoors, interiors, interior", "방, 실내, 방 안", " ".join(f"scene:{scene}" for scene in PLACES["indoors"])),
    ("stage, stages", "무대", " ".join(f"scene:{scene}" for scene in PLACES["stages"])),
    ("buildings, building, cities", "건물, 빌딩", "motif:city motif:house"),
)  # fmt: skip
"""English words, Korean words → tokens, for what is more than one motif, and for what a word mostly means when it is left out."""

SHOWN_IN: Mapping[str, str] = MappingProxyType(
    {
        "moon_sea": "sea moon", "ferry_harbour": "sea ship", "pier": "sea", "lighthouse": "sea lighthouse", "storm_sea": "sea lightning",
        "river_reeds": "river grass", "under_water": "sea", "wet_street": "city road streetlight", "rooftop": "city",
        "sign_alley": "city neon", "crossing": "city road", "underpass": "city road", "night_store": "city neon",
        "petrol_station": "road", "flats_evening": "city house window", "playground": "swing", "market_street": "city lantern",
        "rain_window": "window rain", "window_room": "window", "desk_lamp": "lamp", "bookshelf": "book", "greenhouse": "flower leaf",
        "fog_ridges": "mountain fog", "lone_tree": "tree field", "autumn_path": "tree leaf", "desert_road": "desert road",
        "night_blossom": "flower tree", "temple_snow": "temple snowflake", "hanok_rain": "house rain", "burning_bridge": "fire bridge",
        "tall_clouds": "cloud", "aurora_lake": "aurora lake", "tent_stars": "tent star", "planet_rim": "planet star",
        "snow_platform": "train snowflake", "dusk_motorway": "car road", "bus_last_row": "bus window", "subway_window": "train window",
        "airport_glass": "airplane window", "noon_bed": "bed", "turntable": "vinyl", "disco_floor": "disco_ball",
    }
)  # fmt: skip
"""Motifs that a scene is made of, whoever asks."""
SHOWN_BY_STYLE: Mapping[str, str] = MappingProxyType(
    {
        "sunset": "sun city", "night_sky": "star", "gala": "sun", "botanical": "leaf flower", "folk": "flower", "thermal_flower": "flower",
        "smoke_light": "smoke",
    }
)  # fmt: skip
"""Motifs that a print or a material shows whatever it is of."""
KIN: Mapping[str, str] = MappingProxyType(
    {
        "bird": "seagull", "ship": "boat_leaving", "chair": "coat_chair", "cup": "two_cups", "flower": "vase petals potted_plant",
        "telephone": "phone_box", "window": "lit_window", "vinyl": "record_player", "drum": "drum_kit", "snowflake": "snowman",
        "rocket": "spaceship", "doll": "teddy rocking_horse", "fire": "fireworks", "bread": "shopping_bag", "bottle": "milk_bottle",
    }
)  # fmt: skip
"""Idea of a motif → things of other names that show it."""
_STOP_WORDS = (
    "no not any the a an of in and or without never please i want dont don't avoid leave out less "
    "없이 말고 빼고 빼 주세요 빼주세요 싫어요 싫어 안 절대 제외 그리고 또는 같은 것 것들 나오지 않게 없는 없게"
)
STOP = frozenset(_STOP_WORDS.split())
"""Words around what is to be left out."""
PEOPLE_TOKENS = frozenset({f"motif:{key}" for key in PEOPLE_MOTIFS} | {"thing:astronaut"})
"""What shows somebody, beside who stands in a scene."""
_BETWEEN = re.compile(r"[,;/·、，。.\n\r\t|&+]+|\s+(?:and|or|그리고|또는)\s+")
_MARKS = "*^~+-"


@dataclass(frozen=True)
class AvoidWords:
    """off: what the words forbid, and nothing that follows from it. unknown: words that name nothing that the site can draw."""

    off: frozenset[str] = frozenset()
    unknown: tuple[str, ...] = ()


@cache
def _words() -> Mapping[str, frozenset[str]]:
    """Every word that can be left out, in small letters → its tokens. Later rows win."""
    found: dict[str, frozenset[str]] = {}
    for scene, names in SCENE_NAMES.items():
        found |= dict.fromkeys(map(_plain, names), frozenset({f"scene:{scene}"}))
    for style in STYLES:
        tokens = frozenset({f"style:{style}", *(f"scene:{scene}" for scene in PLACES.get(style, ()))})
        found |= dict.fromkeys(map(_plain, STYLE_NAMES[style]), tokens)
    for key in OWN_THINGS:
        found |= dict.fromkeys(map(_plain, thing_name(key)), frozenset({f"thing:{key}"}))
    for key, words in MOTIFS.items():
        tokens = frozenset({PEOPLE}) if key in PEOPLE_MOTIFS - {"face", "hands_joined"} else frozenset({f"motif:{key}"})
        spelled = (english_name(key), pictured(key), korean_name(key), *words.english, *words.korean)
        for word in map(_plain, spelled):
            found.setdefault(word, tokens)
        found[_plain(english_name(key))] = found[_plain(korean_name(key))] = tokens
    for english, korean, told in GROUPS:
        found |= dict.fromkeys(map(_plain, f"{english}, {korean}".split(",")), frozenset(told.split()))
    found.pop("", None)
    return MappingProxyType(found)


def _plain(word: str) -> str:
    return " ".join(word.strip(f" {_MARKS}").replace("’", "'").casefold().split())


def _exactly(word: str) -> frozenset[str]:
    """What a word or phrase is called here, in the singular or the plural."""
    for form in (word, word.removesuffix("s"), word.removesuffix("es"), word.removesuffix("들")):
        if form and (tokens := _words().get(form)):
            return tokens
    return frozenset()


def _of_phrase(phrase: str) -> tuple[frozenset[str], list[str]]:
    """Its tokens, and those of its words that are not known. A Korean word may have its particles."""
    words = _plain(phrase).split()
    while words and words[0] in STOP:
        words.pop(0)
    while words and words[-1] in STOP:
        words.pop()
    if tokens := _exactly(" ".join(words)):
        return tokens, []
    off: frozenset[str] = frozenset()
    unknown = []
    for word in words:
        if word in STOP:
            continue
        tokens = _exactly(word) or frozenset(
            token for one in found_in(word, (MOTIF,)) for token in _exactly(_plain(english_name(one.entry.key)))
        )
        off |= tokens
        unknown += [] if tokens else [word]
    return off, unknown


@lru_cache(maxsize=256)
def read_avoid(text: str) -> AvoidWords:
    """The words of what is to be left out, parted by commas, lines or "and"."""
    off: frozenset[str] = frozenset()
    unknown: list[str] = []
    for phrase in _BETWEEN.split(text):
        tokens, strange = _of_phrase(phrase)
        off |= tokens
        unknown += strange
    return AvoidWords(off, tuple(dict.fromkeys(unknown)))


def off_of_wishes(wishes: Wishes) -> frozenset[str]:
    """All that must not be drawn: what is named, and what cannot be without showing it."""
    named = read_avoid(wishes.avoid).off | (frozenset({PEOPLE}) if wishes.people == NOBODY else frozenset())
    return with_what_shows_it(named)


def with_what_shows_it(named: frozenset[str]) -> frozenset[str]:
    """named, with the things, scenes and styles that show it."""
    if not named:
        return named
    ideas = {idea_of(token.partition(":")[2]) for token in named if token.startswith(("motif:", "thing:"))}
    if PEOPLE in named:
        ideas |= {idea_of(key) for key in PEOPLE_MOTIFS}
    off = set(named)
    off |= {f"thing:{thing}" for idea in ideas for thing in _kin(idea)}
    if PEOPLE in named:
        off |= PEOPLE_TOKENS
    off |= {f"scene:{scene}" for scene in SCENES if _shows(scene, ideas, off)}
    off |= {f"style:{style}" for style, motifs in SHOWN_BY_STYLE.items() if ideas & set(map(idea_of, motifs.split()))}
    off |= {f"style:{style}" for style, scenes in PLACES.items() if all(f"scene:{scene}" in off for scene in scenes)}
    return frozenset(off)


def _kin(idea: str) -> list[str]:
    return [thing for key, things in KIN.items() if idea_of(key) == idea for thing in things.split() if thing in THINGS]


def _shows(scene: str, ideas: set[str], off: Iterable[str]) -> bool:
    """Whether a scene cannot be had without what is off."""
    fact = scene_facts()[scene]
    own = {*SHOWN_IN.get(scene, "").split(), fact.motif, *ALWAYS_THERE.get(scene, ())}
    if ideas & set(map(idea_of, own)) or any(f"thing:{key}" in off for key in ALWAYS_THERE.get(scene, ())):
        return True
    if PEOPLE in off and scene in CROWDED:
        return True
    lists = (("hour", fact.hours), ("weather", fact.weathers), ("season", fact.seasons))
    return any(keys and all(f"{kind}:{key}" in off for key in keys) for kind, keys in lists)


def leaves_something(off: frozenset[str]) -> bool:
    """Whether there is still a picture that shows nothing of it, for every song."""
    has_matter = any(f"style:{style}" not in off for style in QUIET_MATERIALS)
    return EVERYTHING not in off and has_matter and any(f"style:{style}" not in off for style in PRINTS)
