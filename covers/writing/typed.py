"""What people and files say, cleaned: text that can be shown, and genres by any usual name."""

from __future__ import annotations

import re
from functools import lru_cache

from albumsite.letters import compose, is_hidden, without_stray_tags

GENRE_WORDS = {
    "ballad": "발라드",
    "dance": "댄스",
    "hiphop": "rap raphiphop 랩 힙합 랩힙합",
    "rnb": "rb soul rbsoul rnbsoul 알앤비 소울 알앤비소울",
    "indie": "인디 인디음악",
    "rock": "metal rockmetal 록 락 메탈 록메탈 락메탈",
    "trot": "트로트 성인가요 성인가요트로트",
    "folk": "blues folkblues 포크 블루스 포크블루스",
    "electronic": "edm electronica 일렉트로닉 일렉트로니카 전자음악",
    "jazz": "재즈",
    "classical": "instrumental classicalinstrumental 클래식 연주곡",
    "children": "kids 동요 키즈 어린이",
    "ccm": "worship worshipccm 찬양 찬송가",
    "soundtrack": "ost",
}
"""Other words that people and scripts use for a genre, in lower case and without anything but letters and digits."""

_GENRE_OF = {word: genre for genre, words in GENRE_WORDS.items() for word in (genre, *words.split())}


@lru_cache(maxsize=1024)  # an import asks a million times
def genre_of(name: str) -> str:
    """A genre's key, by any usual name or the first known one of a list ("발라드, 국내드라마"); "" where none is known."""
    for part in (name, *re.split(r"[,/|;]", name)):
        if genre := _GENRE_OF.get("".join(char for char in part.lower() if char.isalnum())):
            return genre
    return ""


def clean_text(value: str, *, keep_lines: bool = False) -> str:
    """Composed, without control and other characters that hide; joiners of emoji and scripts stay, and letters that are new."""
    text = compose(value.replace("\r\n", "\n").replace("\r", "\n") if "\r" in value else value)
    # what is printable needs no look at each character, and that is nearly every text
    kept = text if text.replace("\n", "").isprintable() else _without_hidden(text, keep_lines)
    if keep_lines:
        return "\n".join([line.rstrip() for line in kept.split("\n")]).strip()
    return " ".join(kept.split())


def _without_hidden(text: str, keep_lines: bool) -> str:
    kept = (char for char in text if (keep_lines and char == "\n") or char.isspace() or not is_hidden(char))
    return without_stray_tags("".join(kept))
