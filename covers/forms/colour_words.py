"""Colours as people write them: codes with three digits or six, with the sign or without, and names, English and Korean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import MappingProxyType

from PIL import ImageColor

_CODE = re.compile(r"#?([0-9a-f]{6}|[0-9a-f]{3})", re.I)
_BETWEEN, _SPACE = re.compile(r"[,;·、，/\n]+"), re.compile(r"\s+")
_ENDINGS = ("색깔", "색", "빛")
WORDS_MAX = 3
"""Of one name: "light sea green"."""

_NAMED = {
    "#d7263d": "red, scarlet, 빨강, 빨간, 붉은",
    "#8e1b2e": "burgundy, wine, 버건디, 와인, 자주, 자줏, 포도주",
    "#e8772e": "orange, amber, 주황, 오렌지, 귤",
    "#f4c430": "yellow, mustard, 노랑, 노란, 겨자",
    "#f6e27a": "lemon, butter, 레몬, 버터, 개나리",
    "#2f8f5b": "green, emerald, 초록, 녹, 에메랄드",
    "#9ccb3b": "lime, 연두, 라임",
    "#6b7a3a": "olive, khaki, 올리브, 카키, 쑥, 국방",
    "#9fe0c4": "mint, 민트, 박하",
    "#2ec4b6": "turquoise, teal, aqua, cyan, 청록, 옥, 비취",
    "#7ec4e8": "sky blue, baby blue, light blue, 하늘, 연하늘",
    "#1f5fbf": "blue, cobalt, azure, 파랑, 파란, 푸른, 청",
    "#1f3a5f": "navy, dark blue, 남, 네이비, 곤, 감",
    "#6d3fb0": "purple, violet, 보라, 보랏, 퍼플, 바이올렛",
    "#b9a3e3": "lavender, lilac, 라벤더, 연보라, 라일락",
    "#f29ab5": "pink, rose, 분홍, 핑크, 연분홍, 장미",
    "#f4a58a": "coral, salmon, peach, 코랄, 산호, 살구, 복숭아, 연어",
    "#7a4b2a": "brown, chestnut, chocolate, 갈, 밤, 고동, 브라운, 초콜릿",
    "#e6d5b8": "beige, sand, 베이지, 모래, 아이보리",
    "#f6f3ea": "white, ivory, cream, 흰, 하양, 하얀, 백, 화이트, 크림, 미",
    "#b9c0c8": "silver, light grey, light gray, 은, 연회, 실버",
    "#8a8d91": "grey, gray, 회, 잿, 그레이, 쥐",
    "#16161a": "black, 검정, 검은, 까만, 까망, 흑, 먹, 블랙",
    "#d4a017": "gold, golden, 금, 황금, 골드",
}


def _plain(name: str) -> str:
    return _SPACE.sub("", name).casefold()


NAMES = MappingProxyType({_plain(name): code for code, names in _NAMED.items() for name in names.split(", ")})
"""Colours of print; for an English name that is not here, that of CSS."""


def read_colour(word: str) -> str | None:
    """As "#rrggbb"; None for what is no colour. Korean names with their ending or without: "남색", "하늘빛", "빨강"."""
    if match := _CODE.fullmatch(word.strip()):
        digits = match[1].lower()
        return "#" + (digits if len(digits) == 6 else "".join(2 * digit for digit in digits))
    text = _plain(word)
    stems = [text, *(text.removesuffix(ending) for ending in _ENDINGS if text.endswith(ending))]
    is_whole = len(text) > 1  # "밤" alone is the night, "밤색" is chestnut
    named = next((NAMES[stem] for stem in stems if stem in NAMES and (is_whole or stem != text)), None)
    css = ImageColor.colormap.get(text)
    return named or (css.lower() if isinstance(css, str) else None)


def read_colours(text: str) -> Iterator[tuple[str, str | None]]:
    """Each word of a list with its colour, commas or spaces between. Names of several words are read whole: "sky blue red" are two."""
    for part in _BETWEEN.split(text):
        words = part.split()
        while words:
            most = min(WORDS_MAX, len(words))
            found = ((count, read_colour(" ".join(words[:count]))) for count in range(most, 0, -1))
            count, colour = next((pair for pair in found if pair[1]), (1, None))
            yield " ".join(words[:count]), colour
            words = words[count:]
