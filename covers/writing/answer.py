"""Reads what a language model answered. The answer is untrusted: parsed, clamped, moderated, or refused with WriterError.

Whoever wrote the lyrics may have written instructions into them, and a model may have obeyed. So nothing of the answer is
believed: names are mapped to our own lists, free text is cut to plain English words and thrown away when it smells.
"""

from __future__ import annotations

import html
import math
import re
import unicodedata

from albumsite.errors import WriterDeclined, WriterError
from covers.brief.brief_contract import MOODS, STYLES, Brief, Song
from covers.brief.vocabulary import english_name
from covers.safety.people import without_people
from covers.safety.text import is_unfit
from covers.writing import instructions, scene, strict_json
from covers.writing.happening import happens
from covers.writing.ideas import idea_of
from covers.writing.lexicon import MOOD
from covers.writing.mentions import text_of
from covers.writing.moods import MOOD_IMAGES
from covers.writing.near_keys import key_in, motif_of
from covers.writing.reading import read
from covers.writing.told_concepts import told_concepts
from covers.writing.typed import clean_text

SCENE_MOST, SUBJECT_MOST, HAPPENS_MOST, AVOID_MOST = 400, 80, 160, 12
MOTIFS_LEAST, MOTIFS_MOST, PALETTE_MOST = 4, 8, 5
SCENE_WORDS_LEAST, CLAUSE_WORDS_LEAST = 5, 3
QUOTED_RUN_WORDS, QUOTED_LINE_WORDS = 6, 4
"""So many words in a row out of the lyrics are a quotation, and so is a whole line of so many."""
AVOIDED_WORDS_MOST = 3
"""Words of one thing to avoid: what is longer is a sentence."""

_TAGS = re.compile(r"<[^<>]{0,300}>|\{[{%#].{0,200}?[}%#]\}")
_ADDRESSES = re.compile(r"\S*(?:://|www\.)\S*|\S+@\S+|\b[\w-]+\.(?:com|net|org|io|kr|co|ai|dev|ru|cn)\b\S*", re.I)
_QUOTED = re.compile(r"[\"“”«»„][^\"“”«»„]{0,200}[\"“”«»„]|(?<!\w)['‘][^'‘’]{2,80}['’](?!\w)|`[^`]*`")
_IN_STYLE_OF = re.compile(
    r"\b(?:in the style of|inspired by|in the manner of|featuring|starring|portrait of|looks? like)\s+[^,.;]+", re.I
)
_NAMES = re.compile(
    r"\b(?!(?:An?|The|In|On|Under|At|Over|One|Two|Wide|Close|With|Low|Soft|Deep)\s)[A-Z][\w'’-]+(?:\s+[A-Z][\w'’-]+)+"
)
_BRANDS = re.compile(
    r"\b(?:disney|pixar|marvel|nike|adidas|gucci|chanel|louis vuitton|prada|coca[- ]?cola|pepsi|mcdonald'?s|starbucks|apple inc|iphone|"
    r"samsung|netflix|youtube|spotify|instagram|tiktok|facebook|google|ferrari|lamborghini|tesla|rolex|pokemon|pikachu|hello kitty|"
    r"mickey mouse|lego|barbie|ghibli|bts|blackpink|newjeans|taylor swift|beyonc[eé]|drake|eminem|iu|trump|biden|putin|elon musk)\b",
    re.I,
)
_PLAIN = re.compile(r"[^A-Za-zÀ-ɏ0-9 ,.;:'()&%-]+")
_CODED = re.compile(r"[A-Za-z0-9+/=_-]{32,}")
"""No English word is as long: base64, hashes, keys."""
_OBEYED = re.compile(
    r"\b(?:art director|record label|user message|schema|json|prompts?|guidelines|my rules|token limit|"
    r"ignore|disregard|override|instructions?|system prompt|prompt injection|jailbreak|developer mode|api[ _-]?keys?|passwords?|"
    r"secrets? key|as an ai|language model|i cannot|i can't|i'm sorry|sorry|hacked|pwned|javascript|script|onerror|select \*|drop table|"
    r"sudo|rm -rf|eval|exec|import os|base64|assistant|chatgpt|openai|visit|click here|buy now|subscribe)\b",
    re.I,
)
_UNFIT = re.compile(
    r"\b(?:nude|naked|nudity|nsfw|porn\w*|sexual\w*|erotic\w*|genital\w*|breasts?|nipples?|lingerie|underage|lolita|gore|gory|dismember\w*|"
    r"beheaded|decapitat\w*|mutilat\w*|corpses?|suicide|self[- ]harm|hanging body|swastikas?|nazi|hitler|isis|kkk|lynch\w*|rape\w*|"
    r"torture\w*|terroris\w*|massacre|bloodbath|cocaine|heroin|syringe)\b",
    re.I,
)


_DECLINES = re.compile(
    r"\W*(?:"
    r"(?:i['’]?m|i am|we['’]?re|we are)\s+(?:really |very |so )?(?:sorry|afraid|unable|not able|not comfortable)|(?:my )?apolog|"
    r"sorry,?\s+(?:but\s+)?(?:i|we)\s+(?:can|could|won|am|must|will)|"
    r"(?:i|we)\s+(?:can['’]?t|cannot|can not|won['’]?t|will not|must decline|have to decline|must refuse|refuse to|don['’]?t feel)\b|"
    r"(?:this|your) (?:request|content|song) (?:violates|cannot|can['’]?t|goes against|is not something)|as an ai\b|"
    r"죄송|미안하지만|유감|이 요청|요청하신|저는 .{0,40}(?:수 없|않겠|못)|도와\s?드릴 수 없"
    r")",
    re.I,
)
"""How models that will not do it begin, where a server has no field for that."""


def brief_of(content: str, song: Song, rules: Brief) -> Brief:
    """The brief in a model's answer. rules: the rules writer's of the same song, for what the answer lacks.

    Raises WriterError when it is no JSON object or says nothing that can be drawn, and WriterDeclined when the model says
    that it will not.
    """
    _heed(content)
    answer = _parsed(content)
    for name in ("scene", "subject", "refusal", "error", "message", "reason"):
        _heed(answer.get(name))
    if answer.get("refusal"):
        raise WriterDeclined("the model refused")
    mood = _mood(answer.get("mood"))
    motifs = _motifs(answer.get("motifs"), mood)
    palette = _palette(answer.get("palette"))
    own_scene = scene.sentence(motifs, mood, (), song.genre, palette)
    concepts = told_concepts(answer.get("concepts"), song, mood, motifs, rules)
    return Brief(
        subject=_fit(answer.get("subject"), SUBJECT_MOST, song) or english_name(motifs[0]),
        motifs=motifs,
        mood=mood,
        palette=palette,
        style=key_in(answer.get("style"), STYLES),
        scene=_long_enough(_fit(answer.get("scene"), SCENE_MOST, song), SCENE_WORDS_LEAST) or own_scene,
        avoid=_avoid(answer.get("avoid"), mood, song),
        written_by="openai",
        genre=song.genre,
        concepts=concepts,
        happens=_clause(_fit(answer.get("happens"), HAPPENS_MOST, song)) or happens(concepts[0], text_of(song)),
        valence=_share(answer.get("valence"), rules.valence),
        energy=_share(answer.get("energy"), rules.energy),
    )


def _heed(said: object) -> None:
    """Raises WriterDeclined for text that begins as a refusal does."""
    if isinstance(said, str) and _DECLINES.match(said[:400]):
        raise WriterDeclined("the model says that it will not")


def _parsed(content: str) -> dict[str, object]:
    """The JSON object, also out of a code fence or a sentence around it, as servers without a JSON mode answer."""
    start, end = content.find("{"), content.rfind("}")
    try:
        answer = strict_json.loads(content[start : end + 1])
    except (
        ValueError,
        RecursionError,
    ) as error:  # the depth was looked at; recursion near the end of our own stack is left
        raise WriterError("the answer is not JSON") from error
    if not isinstance(answer, dict):
        raise WriterError("the answer is not an object")
    return answer


def _mood(value: object) -> str:
    """One of MOODS; a near word ("sad", "melancholic") is mapped through the mood words."""
    if not isinstance(value, str):
        raise WriterError("the answer has no mood")
    word = value.strip().lower()[:60]
    if word in MOODS:
        return word
    near = next((key for (kind, key, _), _count in read(word).items() if kind == MOOD), "")
    if not near:
        raise WriterError("the answer has an unknown mood")
    return near


def _motifs(value: object, mood: str) -> tuple[str, ...]:
    """Known motifs in the answer's order, each another idea, filled up from the mood's own images."""
    if not isinstance(value, list):
        raise WriterError("the answer has no motifs")
    named = [key for item in value[:40] if (key := motif_of(item))]
    if not named:
        raise WriterError("the answer names no motif that can be drawn")
    chosen: dict[str, str] = {}
    for key in named:
        chosen.setdefault(idea_of(key), key)
    for key in MOOD_IMAGES[mood]:
        if len(chosen) < MOTIFS_LEAST:
            chosen.setdefault(idea_of(key), key)
    return tuple(chosen.values())[:MOTIFS_MOST]


def _palette(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        return ()
    colours = [item.strip().lower() for item in value if isinstance(item, str)]
    return tuple(dict.fromkeys(colour for colour in colours if re.fullmatch(r"#[0-9a-f]{6}", colour)))[:PALETTE_MOST]


def _share(value: object, otherwise: float) -> float:
    """A number from -1 to 1; what is none is the rules writer's."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return otherwise
    return round(max(-1.0, min(1.0, float(value))), 3)


def _clause(text: str) -> str:
    """As the rules writer's: no capital, no full stop; nothing where it is no clause."""
    text = _long_enough(text.rstrip(". "), CLAUSE_WORDS_LEAST)
    return text if re.match(r"[AI]\b", text[:2]) else f"{text[:1].lower()}{text[1:]}"


def _avoid(value: object, mood: str, song: Song) -> tuple[str, ...]:
    """Our own words to avoid first: an answer can add to them and take none away."""
    said = [item for item in value[:AVOID_MOST] if isinstance(item, str)] if isinstance(value, list) else []
    if instructions.repeats(" ".join(item[:200] for item in said)):
        said = []
    words = [word.lower() for item in said if (word := _fit(item, 40, song))]
    return tuple(dict.fromkeys([*scene.avoid(mood), *(word for word in words if word.count(" ") < AVOIDED_WORDS_MOST)]))


def _fit(value: object, most: int, song: Song) -> str:
    """Free text as plain English words of at most `most` characters, or nothing when it must not be used."""
    if not isinstance(value, str):
        return ""
    text = unicodedata.normalize("NFKC", clean_text(html.unescape(html.unescape(value[: most * 10]))))
    if _OBEYED.search(text) or _CODED.search(text) or instructions.repeats(text) or _quotes(text, song.lyrics):
        return ""
    if _UNFIT.search(text) or is_unfit(text):
        return ""
    text = without_people(text)
    for pattern in (_TAGS, _ADDRESSES, _QUOTED, _IN_STYLE_OF, _named(song), _NAMES, _BRANDS, _PLAIN):
        text = pattern.sub(" ", text)
    text = re.sub(r"\s+([,.;:])", r"\1", re.sub(r"\s+", " ", text)).strip(" ,;:'-&%()")
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0].rstrip(" ,;:")


def _named(song: Song) -> re.Pattern[str]:
    """The artist's name, whole; and the title when it is no common word, since engines would write it into the picture."""
    names = [song.artist.strip()] + ([song.title.strip()] if " " in song.title.strip() else [])
    names = [re.escape(name) for name in names if name]
    return re.compile(rf"(?<!\w)(?:{'|'.join(names)})(?!\w)" if names else r"(?!)", re.I)


def _quotes(text: str, lyrics: str) -> bool:
    words = instructions.words_in(text)
    said, sung = f" {' '.join(words)} ", f" {' '.join(instructions.words_in(lyrics))} "
    if any(
        f" {' '.join(words[at : at + QUOTED_RUN_WORDS])} " in sung for at in range(len(words) - QUOTED_RUN_WORDS + 1)
    ):
        return True
    lines = (instructions.words_in(line) for line in lyrics.split("\n"))
    return any(f" {' '.join(line)} " in said for line in lines if len(line) >= QUOTED_LINE_WORDS)


def _long_enough(text: str, words: int) -> str:
    return text if len(text.split()) >= words else ""
