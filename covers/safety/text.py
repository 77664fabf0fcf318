"""Whether a text puts somebody under age in a sexual scene, and what of a prompt is not fit to be drawn.

A word alone refuses nothing: "Sex on Fire", "Young Lust" and "어린 시절" are songs. What is refused is words of the two kinds near each
other, nearer the milder they are, or one that means both. Songs about abuse speak of it without being it: words of crime count in a
prompt only. All lists are compared with folded text (`folding`), longer words with a wrong letter or two as well.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from rapidfuzz.distance import OSA

from covers.safety.folding import Word, jamo, words_of

BOTH, CHILD, YOUNG, SEX, NUDE, HINT, CRIME, GORE = "both", "child", "young", "sex", "nude", "hint", "crime", "gore"


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


ENGLISH: dict[str, frozenset[str]] = {
    BOTH: _set("lolicon lolicons shotacon shota-con pedo pedos pedophile pedophilia paedophile paedophilia jailbait cp-porn kiddieporn "
               "kidporn childporn teenporn lolihentai toddlercon"),
    CHILD: _set("underage underaged preteen preteens prepubescent pubescent schoolgirl schoolgirls schoolboy schoolboys loli lolis "
               "lolita "
                "lolitas shota minors toddler toddlers infant infants kindergartner kindergartners kindergartener tween tweens "
                "tweenager juvenile juveniles"),
    YOUNG: _set("child children kid kids teen teens teenage teenaged teenager teenagers childlike girlchild adolescent adolescents"),
    SEX: _set("sex sexual sexually sexualized sexualised porn porno porns pron pornographic pornography hentai erotic erotica masturbate "
              "masturbating masturbation orgasm orgasms blowjob blowjobs handjob intercourse genitals genitalia penis vagina pussy tits "
              "titties nipples nipple cumshot cumming fellatio cunnilingus gangbang threesome xxx nsfw orgy fucking fucked fuck "
              "topless bottomless upskirt undressing undressed striptease fetish bdsm bondage boobs breasts lingerie thong panties"),
    NUDE: _set("nude nudes nudity naked nakedness unclothed bare-naked fullynude"),
    HINT: _set("sexy sexier sexiest seductive seducing seduce lewd lustful lusting horny slutty slut aroused arousing provocative kinky "
               "sensual steamy bikini"),
    CRIME: _set("rape raped raping rapes molest molested molesting incest"),
    GORE: _set("gore gory dismember dismembered dismembering beheaded beheading decapitated decapitation mutilated mutilation "
               "disembowelled "
               "disemboweled entrails viscera guro snuff corpse corpses massacre bloodbath torture tortured suicide self-harm "
               "swastika swastikas nazi hitler lynched lynching"),
}  # fmt: skip
KOREAN: dict[str, tuple[str, ...]] = {
    BOTH: ("로리콘", "쇼타콘", "아청물", "아동포르노", "아동음란", "로리야동", "로리물", "로리망가", "페도필", "소아성애", "초딩야동",
          "여고생야동",
           "여중생야동", "미성년야동", "아동성착취", "원조교제"),
    CHILD: ("초등학생", "초등생", "초딩", "중학생", "중딩", "고등학생", "고딩", "여중생", "여고생", "남중생", "남고생", "여학생",
          "남학생", "미성년",
            "유치원생", "유치원", "여자아이", "남자아이", "여자애", "소녀", "소년", "어린이", "아동", "유아", "꼬마", "어린애",
          "어린아이", "꼬맹이"),
    YOUNG: ("청소년", "십대", "10대", "아이", "아이들", "애들", "어린"),
    SEX: ("섹스", "쎅스", "쎽스", "색스", "섹쓰", "섹ㅅ", "성관계", "성행위", "성교", "음란", "포르노", "야동", "야설", "야짤", "자위",
          "오르가즘",
          "음부", "성기", "보지를", "보지에", "자지를", "젖꼭지", "유두", "가슴골", "속옷", "팬티", "란제리", "에로틱", "떡방", "따먹",
          "박아줘",
          "벗겨", "벗긴", "야한", "야하게", "19금", "십구금", "망가", "헨타이", "노출사진"),
    NUDE: ("누드", "알몸", "나체", "전라", "맨몸", "벌거벗은", "발가벗은", "벌거벗긴", "홀딱벗"),
    HINT: ("섹시", "쎅시", "관능", "요염", "선정적", "야릇", "유혹하는", "비키니"),
    CRIME: ("강간", "성폭행", "성추행", "겁탈"),
    GORE: ("참수", "토막살", "토막난", "난도질", "내장이", "고어물", "시체", "학살", "나치", "히틀러", "자해", "자살"),
}  # fmt: skip
_PHRASES: tuple[tuple[str, tuple[str, ...]], ...] = tuple(
    (kind, tuple(phrase.split()))
    for kind, phrases in {
        BOTH: ("child porn", "child pornography", "kiddie porn", "kid porn", "teen porn", "underage sex", "child sex", "barely legal"),
        CHILD: ("little girl", "little girls", "little boy", "little boys", "school girl", "school girls", "school boy", "young girl",
                "young girls", "young boy", "minor child", "minor girl", "minor boy", "grade schooler", "grade school",
                "middle schooler", "middle school", "elementary school",
                "primary school", "high schooler", "under age", "pre teen", "pre teens", "baby girl child", "어린 여자", "여자 아이",
          "남자 아이"),
        SEX: ("have sex", "having sex", "no clothes", "without clothes", "take off her clothes", "spread her legs", "spread legs",
              "make love", "making love", "옷을 벗", "옷 벗"),
        GORE: ("self harm", "severed head", "severed limbs"),
    }.items()
    for phrase in phrases
)  # fmt: skip
_PHRASES_BY_FIRST: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
for _kind, _phrase in _PHRASES:
    _PHRASES_BY_FIRST.setdefault(_phrase[0], []).append((_kind, _phrase))
_EXACT_ONLY = _set(
    "exotic exotica neurotic aquatic heretic erratic robotic ironic iconic tennis venus genius pennies pianist spears skirt "
    "schoolyard sexton sextant sussex essex unisex lolly lollipop tweed between children chillin infantry instant minus miners mirrors "
    "vintage variant vanilla nimble dimple ripple nickel porch portion parts spirits tights lights tots bits hits titan pity pushy "
    "fussy gypsy hussy organism touched turtle tortured nature pastures border core more gone story glory corpse horses course"
)
"""Ordinary words that differ by a letter or two from one of the lists."""
_FUZZY_FROM = 6
"""Letters of a word from which one may be wrong; from 9 on two."""
_NEAR_BY: dict[tuple[str, str], int] = {
    (SEX, CHILD): 10, (SEX, YOUNG): 3, (NUDE, CHILD): 5, (NUDE, YOUNG): 1, (HINT, CHILD): 3, (HINT, YOUNG): 1,
    (CRIME, CHILD): 6, (CRIME, YOUNG): 3,
}  # fmt: skip
"""How many words apart the two kinds are still one thought, in what somebody typed."""
_MILD = _set(
    "making_love fuck fucking fucked breasts undressed undressing panties thong 속옷 야한 야하게 벗겨 벗긴 벌거벗은 발가벗은 19금"
)
"""Of SEX and NUDE: swearing, love songs and poems use them; they count only close to a word of childhood."""
_MILD_NEAR = 2

_NUMBERS = {
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17,
}  # fmt: skip
_AGE_WORD = re.compile(r"(?:1[0-7]|[1-9])(?:yo|y/o|yr|yrs|yrold|yearold)$")
_AGE_KOREAN = re.compile(
    r"(?:1[0-8]|[1-9])(?:살|세)(?!기|대|트|계)|^(?:열)?(?:한|두|세|네|다섯|여섯|일곱|여덟|아홉)살|^열살"
)
_COUNTED = re.compile(r"^(?:1[0-7]|[1-9])$")
_KOREAN_TENS = re.compile(r"^열(?:한|두|세|네|다섯|여섯|일곱)?$|^(?:다섯|여섯|일곱|여덟|아홉)$")


@dataclass(frozen=True)
class Hit:
    """A word of a list, by where it stands. word: its place among the words of the text; start, end: in the text itself."""

    kind: str
    term: str
    word: int
    start: int
    end: int
    line: int


def sexualises_a_child(text: str, *, is_prompt: bool = False) -> bool:
    """Whether words about somebody under age and sexual ones stand near each other, or one means both.

    is_prompt: it is about to be drawn, so it is one scene: how near does not matter, and words of crime and nakedness count in full.
    """
    hits = hits_in(text)
    if any(hit.kind == BOTH for hit in hits):
        return True
    children = [hit for hit in hits if hit.kind in (CHILD, YOUNG)]
    sexual = [hit for hit in hits if hit.kind in (SEX, NUDE, HINT) or (hit.kind == CRIME and is_prompt)]
    if is_prompt:
        return bool(sexual and children)
    children.sort(key=lambda hit: hit.word)
    places = [hit.word for hit in children]
    return any(
        _is_one_thought(one, child)
        for one in sexual
        for child in children[bisect_left(places, one.word - _FARTHEST) : bisect_right(places, one.word + _FARTHEST)]
    )


_FARTHEST = max(_NEAR_BY.values())


def _is_one_thought(sexual: Hit, child: Hit) -> bool:
    apart = abs(sexual.word - child.word)
    if abs(sexual.line - child.line) > 1:
        return False
    near = _NEAR_BY[sexual.kind, child.kind]
    if sexual.term in _MILD:
        near = min(near, _MILD_NEAR) if child.kind == CHILD else int(sexual.kind == SEX)
    if sexual.line != child.line:
        near //= 2
    return apart <= near


def is_unfit(text: str) -> bool:
    """Whether a prompt says anything sexual, naked or gory: it is drawn without the sentence that says it."""
    return any(hit.kind in (BOTH, SEX, NUDE, HINT, CRIME, GORE) for hit in hits_in(text))


UNDRESSING = _set(
    "clothes clothing clothed cloth dressed garment garments underwear censored censoring censorship 옷 의상 속옷 옷차림"
)


def undresses(text: str) -> bool:
    """Whether words that say what a picture shall not show take clothes away. That they name nudity is well meant."""
    return any(word.text in UNDRESSING for word in words_of(text))


def hits_in(text: str) -> list[Hit]:
    """Every word of the lists in the text."""
    words = words_of(text)
    found: list[Hit] = []
    for at, word in enumerate(words):
        found += [
            Hit(kind, term, at, word.start, word.end, word.line) for kind, term in _kinds_of(word.text, word.is_spelled)
        ]
    found += _phrases_in(words)
    found += _ages_in(words)
    return found


@lru_cache(maxsize=4096)  # a chorus comes back
def _kinds_of(word: str, is_spelled: bool) -> tuple[tuple[str, str], ...]:
    """(kind, term) of the lists that the folded word is, holds or nearly is; of each kind the first."""
    found: dict[str, str] = {}
    if not word.isascii():
        for kind, pattern, short in _korean_patterns():
            if match := (pattern.search(word) or (is_spelled and short.search(word)) or short.match(word)):
                found[kind] = match[0]
        for kind, term, letters in _korean_by_letter().get(jamo(word[:1])[:1], ()) if len(word) > 2 else ():
            if kind not in found and OSA.distance(jamo(word)[: len(letters)], letters, score_cutoff=1) <= 1:
                found[kind] = term
    for kind, known in ENGLISH.items():
        if word in known:
            found[kind] = word
        elif (
            is_spelled
            and word.isascii()
            and (held := next((term for term in known if len(term) > 3 and term in word), ""))
        ):
            found[kind] = held  # "a n u d e" is read as one word
        elif kind in (BOTH, CHILD, SEX) and (near := _nearly(word, known)):
            found.setdefault(kind, near)
    return tuple(found.items())


@cache
def _korean_patterns() -> tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...]:
    """Of each kind the terms that count anywhere in a word, and the short ones, which count at its beginning."""
    return tuple(
        (
            kind,
            re.compile(
                "|".join(sorted((re.escape(term) for term in terms if len(term) > 2), key=len, reverse=True)) or r"(?!)"
            ),
            re.compile("|".join(re.escape(term) for term in terms if len(term) <= 2) or r"(?!)"),
        )
        for kind, terms in KOREAN.items()
    )


@cache
def _korean_by_letter() -> dict[str, list[tuple[str, str, str]]]:
    """(kind, term, its letters) of the terms of three syllables and more, by first letter: of these one may be wrong."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for kind, term in ((kind, term) for kind, terms in KOREAN.items() for term in terms if len(term) > 2):
        found.setdefault(jamo(term)[0], []).append((kind, term, jamo(term)))
    return found


def _nearly(word: str, known: frozenset[str]) -> str:
    if len(word) < _FUZZY_FROM or word in _EXACT_ONLY or not word.isascii() or not word.isalpha() or _is_ordinary(word):
        return ""
    wrong = 1 if len(word) < 9 else 2
    for term in known:
        is_alike = term[0] == word[0] and abs(len(term) - len(word)) <= wrong and len(term) >= _FUZZY_FROM
        if is_alike and OSA.distance(word, term, score_cutoff=wrong) <= wrong:
            return term
    return ""


def _is_ordinary(word: str) -> bool:
    """A plain form of a word that is itself harmless: "undress", "minor", "sexist"."""
    return any(word in known for known in ENGLISH.values())


def _phrases_in(words: Sequence[Word]) -> Iterable[Hit]:
    texts = [word.text for word in words]
    for at in range(len(words)):
        for kind, phrase in _PHRASES_BY_FIRST.get(texts[at], ()):
            if len(texts) >= at + len(phrase):
                rest = zip(texts[at + 1 : at + len(phrase)], phrase[1:], strict=True)
                if all(text == wanted or (not wanted.isascii() and text.startswith(wanted)) for text, wanted in rest):
                    last = words[at + len(phrase) - 1]
                    yield Hit(
                        kind,
                        "making_love" if "love" in phrase else phrase[-1],
                        at,
                        words[at].start,
                        last.end,
                        words[at].line,
                    )


def _ages_in(words: Sequence[Word]) -> Iterable[Hit]:
    """ "12 years old", "fifteen-year-old", "13yo", "aged 14", "14살", "열네 살" and the like, up to 17 and, in Korean count, 18."""
    for at, word in enumerate(words):
        after = [other.text for other in words[at + 1 : at + 3]]
        is_number = bool(_COUNTED.match(word.text)) or word.text in _NUMBERS
        said = is_number and len(after) == 2 and after[0] in ("year", "years", "yr", "yrs") and after[1] == "old"
        said = said or (is_number and bool(after) and after[0] in ("yo", "y/o", "yearold"))
        said = said or (is_number and at > 0 and words[at - 1].text in ("aged", "age"))
        said = said or bool(_AGE_WORD.match(word.text)) or bool(_AGE_KOREAN.search(word.text))
        said = said or (bool(_KOREAN_TENS.match(word.text)) and bool(after) and after[0].startswith("살"))
        said = said or (is_number and bool(after) and re.match(r"(?:살|세)(?!기|대|트|계)", after[0]) is not None)
        if said:
            yield Hit(CHILD, "age", at, word.start, word.end, word.line)
