"""The things that a cover can show. Each key has a drawing in the poster engine and words in English and Korean here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

MOTIF_KEYS: tuple[str, ...] = (
    # sky and weather
    "sun", "moon", "crescent", "star", "constellation", "comet", "planet", "cloud", "rain", "umbrella", "lightning",
    "snowflake", "rainbow", "wind", "fog", "aurora",
    # land and water
    "mountain", "hill", "volcano", "desert", "cactus", "wave", "sea", "island", "river", "waterfall", "lake", "shore",
    "cliff", "cave", "forest", "field", "horizon",
    # plants
    "tree", "pine", "palm", "bare_tree", "leaf", "maple_leaf", "flower", "rose", "tulip", "sunflower", "cherry_blossom",
    "lotus", "dandelion", "grass", "seed", "mushroom", "fruit", "apple", "cherry", "lemon", "grape", "strawberry",
    "watermelon", "persimmon",
    # animals
    "bird", "crow", "dove", "owl", "swallow", "crane", "swan", "rooster", "butterfly", "moth", "bee", "fish", "whale",
    "dolphin", "shark", "jellyfish", "octopus", "shell", "cat", "dog", "wolf", "fox", "bear", "tiger", "lion", "horse",
    "deer", "rabbit", "elephant", "snake", "dragon", "spider", "frog", "turtle",
    # people and body
    "eye", "hand", "hands_joined", "fist", "lips", "heart", "broken_heart", "face", "mask", "skull", "skeleton", "footprint",
    "figure", "couple", "child", "mother", "dancer", "runner", "angel", "ghost", "hair", "ear",
    # city and travel
    "city", "house", "window", "door", "stairs", "bridge", "tower", "church", "temple", "castle", "streetlight", "neon",
    "road", "crossroads", "train", "subway", "bus", "car", "truck", "motorcycle", "bicycle", "airplane", "rocket", "ship",
    "sailboat", "paper_boat", "paper_plane", "anchor", "lighthouse", "balloon", "compass", "map", "suitcase", "ticket",
    "tent", "ferris_wheel", "telephone", "phone", "mailbox",
    # things
    "letter", "envelope", "book", "pen", "photo", "camera", "film", "television", "radio", "clock", "hourglass", "watch",
    "calendar", "key", "lock", "chain", "mirror", "candle", "match", "fire", "lamp", "lightbulb", "lantern", "chair",
    "bed", "table", "cup", "coffee", "wine", "beer", "bottle", "soju", "bread", "rice_bowl", "cake", "candy", "cigarette", "ring",
    "diamond", "crown", "coin", "money", "gift", "ribbon", "dress", "shoe", "high_heel", "sneaker", "hat", "glasses",
    "glove", "knife", "sword", "gun", "shield", "bomb", "flag", "trophy", "dice", "card", "chess", "toy", "doll", "kite",
    "swing", "ladder", "rope", "net", "cage", "feather", "wing", "bone", "stone", "crystal", "mountain_cabin", "magnet",
    # music
    "guitar", "electric_guitar", "piano", "drum", "violin", "cello", "trumpet", "saxophone", "flute", "harp", "accordion",
    "microphone", "vinyl", "cassette", "headphones", "speaker", "music_note", "bell", "gayageum", "disco_ball",
    # signs and ideas
    "cross", "halo", "infinity", "spiral", "circle", "square", "triangle", "eclipse", "arrow", "target", "maze", "wall",
    "puzzle", "atom", "robot", "computer", "satellite", "signal", "battery", "wheel", "gear", "ball", "bubble", "smoke", "shadow",
)  # fmt: skip

ENGLISH_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "hands_joined": "joined hands",
        "figure": "lone figure",
        "palm": "palm tree",
        "rice_bowl": "bowl of rice",
        "mountain_cabin": "mountain cabin",
    }
)
"""Where the key itself does not read well."""

KOREAN_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "hands_joined": "맞잡은 두 손", "broken_heart": "부서진 심장", "figure": "홀로 선 사람", "couple": "두 연인",
        "bridge": "다리", "temple": "절", "castle": "성", "skeleton": "백골", "sword": "검", "kite": "연",
        "runner": "달리는 사람", "dancer": "춤추는 사람", "snowflake": "눈송이", "film": "영화 필름", "lantern": "초롱",
    }
)  # fmt: skip
"""Where the first word of the table does not read well."""

PICTURED_AS: Mapping[str, str] = MappingProxyType(
    {
        "sun": "round sun",
        "rain": "sheet of rain",
        "fog": "bank of fog",
        "wind": "field bent by the wind",
        "lightning": "bolt of lightning",
        "aurora": "curtain of northern lights",
        "sea": "wide sea",
        "fire": "burning flame",
        "smoke": "column of smoke",
        "grass": "tuft of grass",
        "hair": "strand of long hair",
        "money": "stack of banknotes",
        "wine": "glass of wine",
        "beer": "glass of beer",
        "soju": "soju bottle and a small glass",
        "coffee": "cup of coffee",
        "bread": "loaf of bread",
        "lips": "pair of lips",
        "stairs": "flight of stairs",
        "hands_joined": "pair of joined hands",
        "glasses": "pair of glasses",
        "headphones": "pair of headphones",
        "film": "strip of film",
        "figure": "figure seen from behind",
        "infinity": "sign of infinity",
        "couple": "couple seen from afar",
        "child": "small child seen from behind",
        "mother": "mother with a child, seen from behind",
        "neon": "neon sign",
        "field": "wide field",
        "signal": "radio signal",
        "horizon": "low horizon",
        "rice_bowl": "bowl of rice",
        "cherry_blossom": "branch of cherry blossom",
        "skull": "pale skull",
        "toy": "wind-up toy",
        "vinyl": "vinyl record",
        "cassette": "cassette tape",
        "chess": "chess piece",
        "dice": "pair of dice",
    }
)
"""How a picture shows a motif that takes no plain article, as the words after "a"."""


@dataclass(frozen=True)
class MotifWords:
    """What one motif is called. The first Korean word is its display name.

    Marks of the table: `word*` counts only where it reads as a noun ("a watch", not "watch me"); `낱말+` counts only with
    a particle ("해가", not "해"), because bare it is mostly another word. Plurals and particles are left to `reading`.
    """

    english: tuple[str, ...]
    korean: tuple[str, ...]


def _read_words() -> Mapping[str, MotifWords]:
    table = (Path(__file__).parents[1] / "writing" / "motif_words.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    return MappingProxyType({key: MotifWords(_words(english), _words(korean)) for key, english, korean in rows})


def _words(cell: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in cell.split(","))


MOTIFS: Mapping[str, MotifWords] = _read_words()
"""Every motif key with its words."""


def english_name(key: str) -> str:
    """The motif in a few English words: "bare_tree" → "bare tree"."""
    return ENGLISH_NAMES.get(key, key.replace("_", " "))


def korean_name(key: str) -> str:
    """The motif in Korean: "bare_tree" → "앙상한 나무"."""
    return KOREAN_NAMES.get(key) or MOTIFS[key].korean[0].rstrip("+")


def pictured(key: str) -> str:
    """The motif as a picture shows it, without an article: "coffee" → "cup of coffee"."""
    return PICTURED_AS.get(key, english_name(key))
