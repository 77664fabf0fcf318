"""Where a title breaks: at phrases, in balanced lines, Korean words kept whole."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf

from albumsite.letters import clusters
from covers.lettering.shaping import is_eastern

MAX_LINES = 8

CLINGS_TO_NEXT = frozenset((
    "a", "an", "the", "of", "in", "on", "at", "to", "by", "for", "from", "with", "and", "or", "but", "nor", "as", "is",
    "are", "my", "your", "our", "his", "her", "its", "no", "not", "&", "+", "le", "la", "les", "de", "des", "du", "un",
    "une", "el", "los", "las", "der", "die", "das", "그", "이", "저", "내", "네", "제", "너의", "나의", "우리", "첫", "한",
    "두", "세", "다섯", "안", "못", "더", "좀", "꼭",
))  # fmt: skip
"""Words that a reader takes together with the next one: a line does not like to end on them."""

PHRASE_ENDS = (
    "은",
    "는",
    "이",
    "가",
    "을",
    "를",
    "에",
    "서",
    "로",
    "와",
    "과",
    "도",
    "고",
    "면",
    "지만",
    "는데",
    "니까",
    "며",
    "라",
)
"""Particles and endings after which Korean pauses."""

PAUSES = tuple(",.!?;:…—–/·|~、。，！？)]」』")
NO_LINE_START = frozenset(
    "、。，．・：；！？）」』】〕〉》ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々…,.!?;:)]}’”ะาำๅๆฯະາຳຽໆຯ"
)
NO_LINE_END = frozenset("（「『【〔〈《([{‘“เแโใไເແໂໃໄ")


@dataclass(frozen=True)
class Token:
    """A piece that stays whole. is_spaced: whether a space stands before it. hyphen: whether a break after it wants one."""

    text: str
    is_spaced: bool
    hyphen: bool = False


def words(text: str) -> list[Token]:
    """Words of a text; Han and kana, written without spaces, break between letters as their own rules allow."""
    out: list[Token] = []
    for word in text.split(" "):
        pieces = _eastern_pieces(word)
        out += [Token(piece, is_spaced=bool(out) and index == 0) for index, piece in enumerate(pieces)]
    return out


def _eastern_pieces(word: str) -> list[str]:
    pieces = [""]
    for cluster in clusters(word):
        previous = pieces[-1][-1:]
        if previous and _may_part(previous, cluster[0]):
            pieces.append(cluster)
        else:
            pieces[-1] += cluster
    return pieces


def _may_part(previous: str, letter: str) -> bool:
    if letter in NO_LINE_START or previous in NO_LINE_END:
        return False
    return (previous in "/—–\u0f0b" and letter not in "/—–") or (_is_unspaced(previous) and _is_unspaced(letter))


def _is_unspaced(letter: str) -> bool:
    """Han, kana, Thai, Lao, Khmer, Myanmar; not Hangul, which has spaces."""
    code = ord(letter)
    return 0x0E00 <= code <= 0x0EFF or 0x1000 <= code <= 0x109F or 0x1780 <= code <= 0x17FF or (
        is_eastern(letter) and not (0x1100 <= code <= 0x11FF or 0x3130 <= code <= 0x318F or 0xA960 <= code <= 0xD7FF)
    )  # fmt: skip


def split_long(tokens: Sequence[Token], longest: int) -> list[Token]:
    """Cut words longer than `longest` clusters into near-equal parts; cut Latin words get a hyphen."""
    out: list[Token] = []
    for token in tokens:
        parts = clusters(token.text)
        count = -(-len(parts) // longest)
        bounds = [round(index * len(parts) / count) for index in range(count + 1)]
        for index in range(count):
            piece = "".join(parts[bounds[index] : bounds[index + 1]])
            hyphen = index + 1 < count and piece[-1].isalpha() and not is_eastern(piece[-1])
            out.append(Token(piece, token.is_spaced and index == 0, hyphen))
    return out


def join(tokens: Sequence[Token]) -> str:
    """The text of one line."""
    text = "".join((" " if token.is_spaced and index else "") + token.text for index, token in enumerate(tokens))
    return text + ("-" if tokens and tokens[-1].hyphen else "")


def balanced_lines(tokens: Sequence[Token], count: int, width_of: Callable[[str], float]) -> tuple[str, ...] | None:
    """Break into exactly `count` lines of near-equal width at the kindest places; None when there are too few pieces."""
    if count > len(tokens):
        return None
    space = width_of("n n") - width_of("nn")
    widths = [width_of(token.text) + (space if token.is_spaced else 0.0) for token in tokens]
    target = (sum(widths) + space) / count
    after = [_break_cost(tokens, index) for index in range(len(tokens))]
    is_lone = [len(clusters(token.text)) == 1 for token in tokens]
    best: list[list[tuple[float, int]]] = [[(inf, 0)] * (len(tokens) + 1) for _ in range(count + 1)]
    best[0][0] = (0.0, 0)
    for line in range(1, count + 1):
        ends = range(line, len(tokens) - (count - line) + 1) if line < count else (len(tokens),)
        for end in ends:
            best[line][end] = _best_start(best[line - 1], end, widths, target, is_lone, after[end - 1])
    return _trace(tokens, best, count)


def _best_start(
    previous: Sequence[tuple[float, int]], end: int, widths: Sequence[float], target: float, is_lone: Sequence[bool],
    break_cost: float,
) -> tuple[float, int]:  # fmt: skip
    """Least cost of a line that ends before `end`, and where it starts; a line much too wide is not looked at."""
    found, width = (inf, 0), 0.0
    for start in range(end - 1, -1, -1):
        width += widths[start]
        if width > 2.2 * target and start < end - 1:
            break
        fill = width / target - 1.0
        cost = previous[start][0] + fill * fill + max(0.0, fill) ** 2
        if start == end - 1 and is_lone[start]:
            cost += 1.5  # a letter alone on a line
        if cost < found[0]:
            found = cost, start
    return found[0] + break_cost, found[1]


def _trace(tokens: Sequence[Token], best: list[list[tuple[float, int]]], count: int) -> tuple[str, ...] | None:
    if best[count][len(tokens)][0] == inf:
        return None
    lines, end = [], len(tokens)
    for line in range(count, 0, -1):
        start = best[line][end][1]
        lines.append(join(tokens[start:end]))
        end = start
    return tuple(reversed(lines))


def _break_cost(tokens: Sequence[Token], index: int) -> float:
    """What a reader would stumble over, or be glad of, if a line ended after this piece."""
    if index + 1 == len(tokens):
        return 0.0
    last, following, cost = tokens[index].text, tokens[index + 1], 0.0
    if last.lower() in CLINGS_TO_NEXT:
        cost += 0.2
    if "\u3040" <= following.text[0] <= "\u309f" and not following.is_spaced:
        cost += 0.5  # kana after a break is the ending of a word, or a particle
    if tokens[index].hyphen:
        cost += 0.15
    if last.endswith(PAUSES):
        cost -= 0.12
    elif last.endswith(PHRASE_ENDS) and len(last) > 1:
        cost -= 0.05
    return cost


def shorten(text: str, keep: int) -> str:
    """The first `keep` clusters with an ellipsis, at the end of a word where one is near."""
    parts = clusters(text)
    if len(parts) <= keep:
        return text
    cut = "".join(parts[:keep])
    at_space = cut.rfind(" ")
    if at_space > len(cut) * 0.7:
        cut = cut[:at_space]
    while cut and (cut[-1] == " " or unicodedata.category(cut[-1]).startswith("P")):
        cut = cut[:-1]
    return cut + "…"
