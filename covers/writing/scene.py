"""Words for what a brief shows: the subject, and one English sentence for a diffusion engine. Own words only, never the song's."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from covers.brief.vocabulary import english_name, pictured

CUE_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "night": "at night",
        "dawn": "at dawn",
        "morning": "in the morning",
        "noon": "in full daylight",
        "dusk": "at dusk",
        "spring": "in spring",
        "summer": "in summer",
        "autumn": "in autumn",
        "winter": "in winter",
        "rain": "in the rain",
        "snowfall": "in falling snow",
        "mist": "in mist",
        "wind": "in the wind",
        "city": "over a quiet city",
        "seaside": "by the sea",
        "river": "by a river",
        "mountains": "below mountains",
        "fields": "in an open field",
        "forest": "at the edge of a forest",
        "room": "in a bare room",
        "road": "beside an empty road",
        "station": "at a deserted station",
        "space": "in deep space",
        "stage": "under stage lights",
        "church": "in a tall stone nave",
        "bar": "on a small bar table",
        "school": "in an empty schoolyard",
    }
)
TIMES = ("night", "dawn", "morning", "noon", "dusk")
SEASONS = ("spring", "summer", "autumn", "winter")
WEATHERS = ("rain", "snowfall", "mist", "wind")

MOOD_LOOKS: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "longing": ("lone", "low warm light against dusk blue", "wistful"),
        "quiet": ("small", "soft even light and much empty space", "quiet"),
        "joy": ("bright", "clear midday light and saturated colours", "joyful"),
        "dance": ("glossy", "vivid coloured spotlights", "energetic"),
        "anger": ("stark", "hard black-and-white contrast with one red", "angry"),
        "dream": ("floating", "violet and teal glow", "dreamlike"),
        "night": ("solitary", "deep blue shadow with small lights", "nocturnal"),
        "swagger": ("bold", "golden rim light on black", "proud"),
        "nostalgia": ("worn", "faded warm light like an old print", "nostalgic"),
        "tenderness": ("delicate", "soft pastel window light", "tender"),
        "faith": ("luminous", "rays of gold light from above", "reverent"),
        "awe": ("immense", "vast scale and high contrast light", "awe-struck"),
        "melancholy": ("single", "grey overcast light", "melancholy"),
        "heartbreak": ("abandoned", "cold side light and long shadows", "heartbroken"),
        "hope": ("small glowing", "first light on the horizon", "hopeful"),
        "freedom": ("windswept", "wide open sky and clean light", "free"),
        "loneliness": ("lone", "one pool of light in darkness", "lonely"),
        "romance": ("tender", "rose and amber candlelight", "romantic"),
        "rebellion": ("defiant", "harsh flash and deep blacks", "rebellious"),
        "mystery": ("half-hidden", "dim light through haze", "mysterious"),
        "summer": ("sunlit", "bright summer sun and turquoise shade", "carefree"),
        "winter": ("frosted", "pale blue winter light", "wintry"),
        "comfort": ("warm", "lamplight in a dark evening", "comforting"),
        "triumph": ("towering", "blazing backlight", "triumphant"),
    }
)
"""Mood → an adjective for the subject, the light, the mood as an adjective."""

MEDIA: Mapping[str, str] = MappingProxyType(
    {
        "ballad": "fine grain film photograph",
        "dance": "bold screen-printed pop art",
        "hiphop": "high-contrast duotone photograph",
        "rnb": "moody analogue film photograph",
        "indie": "risograph print with paper texture",
        "rock": "gritty photocopied collage",
        "trot": "vintage offset print",
        "folk": "linocut print with visible paper",
        "electronic": "minimal geometric render with film grain",
        "jazz": "mid-century duotone print",
        "classical": "oil painting with visible brushwork",
        "children": "cut-paper illustration",
        "ccm": "luminous watercolour",
        "soundtrack": "cinematic matte painting",
    }
)
DEFAULT_MEDIUM = "screen-printed illustration with fine grain"

COLOUR_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "#d7263d": "red",
        "#1f5fbf": "blue",
        "#f4c430": "yellow",
        "#2f8f5b": "green",
        "#f29ab5": "pink",
        "#6d3fb0": "purple",
        "#16161a": "black",
        "#f6f3ea": "white",
        "#d4a017": "gold",
        "#b9c0c8": "silver",
        "#8a8d91": "grey",
        "#e8772e": "orange",
        "#7a4b2a": "brown",
        "#7ec4e8": "sky blue",
        "#2ec4b6": "turquoise",
    }
)

AVOID_ALWAYS = (
    "text",
    "letters",
    "typography",
    "watermark",
    "signature",
    "logo",
    "frame",
    "border",
    "blurry",
    "low quality",
    "jpeg artifacts",
    "deformed hands",
    "extra fingers",
    "recognisable celebrity",
    "brand name",
)
_DARK_OUT = ("gloomy", "horror", "blood")
_BRIGHT_OUT = ("cheerful cartoon", "garish colours", "clutter")
_LIGHT_MOODS = frozenset({"joy", "dance", "summer", "tenderness", "hope", "comfort", "romance", "triumph", "freedom"})


def with_article(words: str) -> str:
    """ "owl" → "an owl"."""
    return f"{'an' if words[:1] in 'aeiou' else 'a'} {words}"


def place_and_time(cues: tuple[str, ...]) -> str:
    """At most one time, one weather or season and one place: "at night in the rain by a river". Empty when none is named."""
    place = next((cue for cue in cues if cue not in (*TIMES, *SEASONS, *WEATHERS)), "")
    time = next((cue for cue in cues if cue in TIMES), "")
    air = next((cue for cue in cues if cue in (*WEATHERS, *SEASONS)), "")
    return " ".join(CUE_WORDS[cue] for cue in (place, time, air) if cue)


def subject(motifs: tuple[str, ...], cues: tuple[str, ...]) -> str:
    """The one idea in a few English words: "letter and train at night"."""
    time = next(
        (CUE_WORDS[cue] for cue in cues if cue in (*TIMES, *WEATHERS, *SEASONS) and cue not in _told_by(motifs[0])), ""
    )
    return " ".join(filter(None, (english_name(motifs[0]), time)))


def _told_by(motif: str) -> tuple[str, ...]:
    """What a motif says by itself: no "rain in the rain"."""
    return {
        "rain": ("rain",),
        "umbrella": ("rain",),
        "snowflake": ("snowfall", "winter"),
        "moon": ("night",),
        "wind": ("wind",),
    }.get(motif, ())


def sentence(motifs: tuple[str, ...], mood: str, cues: tuple[str, ...], genre: str, palette: tuple[str, ...]) -> str:
    """The scene for a diffusion engine: subject, setting, light, mood, medium. No word of the song itself."""
    adjective, light, feeling = MOOD_LOOKS[mood]
    lead = with_article(f"{adjective} {pictured(motifs[0])}")
    second = f" with {with_article(pictured(motifs[1]))}" if len(motifs) > 1 else ""
    setting = place_and_time(tuple(cue for cue in cues if cue not in _told_by(motifs[0]))) or "in open space"
    colours = f", {colour_words(palette)} palette" if palette else ""
    medium = MEDIA.get(genre, DEFAULT_MEDIUM)
    start = f"{lead.capitalize()}{second} {setting}, {light}, {feeling} mood{colours}"
    return f"{start}; {medium}, album cover art, one clear focal point, no text."


def colour_words(palette: tuple[str, ...]) -> str:
    """Hex colours in words, by the nearest that has a name: "red and gold"."""
    return " and ".join(dict.fromkeys(_nearest_name(colour) for colour in palette))


def _nearest_name(colour: str) -> str:
    red, green, blue = _channels(colour)

    def distance(other: str) -> int:
        r, g, b = _channels(other)
        return 2 * (red - r) ** 2 + 4 * (green - g) ** 2 + 3 * (blue - b) ** 2

    return COLOUR_NAMES[min(COLOUR_NAMES, key=distance)]


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def avoid(mood: str) -> tuple[str, ...]:
    """Words for the negative prompt: what spoils every cover, and what would spoil this mood."""
    return (*AVOID_ALWAYS, *(_DARK_OUT if mood in _LIGHT_MOODS else _BRIGHT_OUT))
