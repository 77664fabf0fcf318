"""A brief in the words of a page: what a cover shows, for those who cannot see it, and what was drawn, for its maker."""

from __future__ import annotations

from covers.brief.brief_contract import Brief, Concept
from covers.brief.scenery import PRINTED_PLACE, STILL_LIFE, THINGS
from covers.brief.vocabulary import MOTIFS, korean_name, pictured
from covers.edits.own_words import WORDS_MAX
from covers.writing import scene
from covers.writing.korean import HANGUL
from covers.writing.lexicon import MOTIF
from covers.writing.names import (
    HOUR_NAMES,
    LETTERING_PHRASES,
    MOOD_PHRASES,
    SCENE_NAMES,
    STYLE_NAMES,
    scene_name,
    thing_name,
)  # fmt: skip
from covers.writing.reading import found_in

ALT_TITLE_MOST = 120
"""Characters of a title in an alternative text; a screen reader should not read 300."""
NAMED_MOST = 3
"""Things that are named of a prompt in another language."""

AIR: dict[str, tuple[str, str]] = {
    "longing": ("under a dusky sky", "노을빛 하늘 아래"),
    "quiet": ("in calm, empty space", "고요한 여백 속"),
    "joy": ("in bright colours", "밝은 색 속"),
    "dance": ("in glowing colours", "빛나는 색 속"),
    "anger": ("in stark contrast", "강한 명암 속"),
    "dream": ("in a dreamlike glow", "꿈결 같은 빛 속"),
    "night": ("in the night", "깊은 밤 속"),
    "swagger": ("in bold colours", "대담한 색 속"),
    "nostalgia": ("in faded, warm colours", "빛바랜 따뜻한 색 속"),
    "tenderness": ("in soft pastel light", "부드러운 파스텔빛 속"),
    "faith": ("in rays of light", "쏟아지는 빛 속"),
    "awe": ("in vast space", "광활한 공간 속"),
    "melancholy": ("in grey light", "잿빛 공기 속"),
    "heartbreak": ("in cold light", "차가운 빛 속"),
    "hope": ("in first light", "밝아 오는 빛 속"),
    "freedom": ("under an open sky", "탁 트인 하늘 아래"),
    "loneliness": ("in a lot of empty space", "텅 빈 공간 속"),
    "romance": ("in warm rosy light", "따뜻한 장밋빛 속"),
    "rebellion": ("in harsh contrast", "거친 명암 속"),
    "mystery": ("half hidden in haze", "안개 같은 어둠 속"),
    "summer": ("in summer light", "여름 햇빛 속"),
    "winter": ("in pale winter light", "창백한 겨울빛 속"),
    "comfort": ("in warm lamplight", "포근한 불빛 속"),
    "triumph": ("in blazing light", "눈부신 빛 속"),
}

TREATED: dict[str, tuple[str, str]] = {
    "plain": ("as it is", "그대로 담은 이미지"),
    "film": ("as if on old film", "오래된 필름 느낌의 이미지"),
    "tinted": ("printed in one tint", "한 가지 색조로 인화한 이미지"),
    "night_push": ("as if on grainy night film", "거친 밤 필름 느낌의 이미지"),
    "cyanotype": ("printed as a blue cyanotype", "푸른 청사진으로 인화한 이미지"),
    "xerox": ("photocopied in black toner", "복사기로 거듭 복사한 이미지"),
    "painted": ("painted over in brush strokes", "붓질로 덧그린 이미지"),
    "torn": ("torn and pasted on paper", "찢어 붙인 이미지"),
    "framed": ("as a print on coloured ground", "색 바탕 위에 놓인 인화지 이미지"),
    "duotone": ("printed in two inks", "두 가지 잉크로 찍은 이미지"),
    "halftone": ("printed in coarse dots", "굵은 망점으로 찍은 이미지"),
    "engraving": ("engraved in lines", "선으로 새긴 이미지"),
    "screenprint": ("screen printed in flat colours", "실크스크린으로 찍은 이미지"),
    "riso": ("printed in two spot inks", "리소 잉크로 찍은 이미지"),
    "collage": ("cut out and pasted on paper", "오려 붙인 이미지"),
    "bands": ("cut to shifted bands", "띠로 잘라 어긋나게 붙인 이미지"),
    "contact": ("in several small frames", "작은 칸 여러 개로 나눈 이미지"),
}
"""What was made of a picture that the musician brought; what it shows nobody has looked at, so nobody says."""

AS_A_PRINT = ("as a print", "판화로 찍은 이미지")


def alt_text(
    brief: Brief, title: str, artist: str, language: str, motif: str | None = None, *, shows_face: bool = False,
    scene_key: str = "", hour: str = "", thing: str = "", treatment: str = "", style: str = "",
) -> str:  # fmt: skip
    """One sentence for the `alt` of a cover: "A lone letter under a dusky sky, cover for ‘Fighting’ by KJY".

    language: "ko" or anything else for English. motif: what this cover shows; the brief's first when None or unknown.
    shows_face: it shows a person whose face was given, which counts before any motif. scene_key, hour: of a lit scene, which is
    shown in a motif's place. thing: what a still life shows, likewise. treatment: of a picture that the musician brought, which is
    shown in place of anything else, or of the place that is printed. style: as drawn; where the picture is the title, that is what is
    said, with the place seen through it.
    """
    if treatment in TREATED and style != PRINTED_PLACE:
        return _of_own_picture(treatment, _one_line(title), _one_line(artist), language)
    if style in LETTERING_PHRASES and not shows_face:
        return _of_letters(style, scene_key, hour, _one_line(title), _one_line(artist), language)
    if scene_key in SCENE_NAMES and not shows_face:
        printed = TREATED.get(treatment, ("", ""))
        return _of_scene(scene_key, hour, printed, _one_line(title), _one_line(artist), language)
    key = motif if motif and motif in MOTIFS else next((name for name in brief.motifs if name in MOTIFS), "circle")
    english_name, its_korean_name = thing_name(thing) if thing in THINGS else (pictured(key), korean_name(key))
    english_air, korean_air = AIR.get(brief.mood, AIR["quiet"])
    title, artist = _one_line(title), _one_line(artist)
    if language == "ko":
        return f"{korean_air}의 {'인물 초상' if shows_face else its_korean_name}, {artist}의 ‘{title}’ 커버"
    adjective = scene.MOOD_LOOKS.get(brief.mood, scene.MOOD_LOOKS["quiet"])[0]
    lead = scene.with_article(f"{adjective} {'portrait of a person' if shows_face else english_name}")
    return f"{lead.capitalize()} {english_air}, cover for ‘{title}’ by {artist}"


def of_words(words: str, title: str, artist: str, language: str) -> str:
    """Of a cover that shows what somebody has said in words of their own, in whichever language."""
    said = " ".join(words.split()).rstrip(".")
    said = said if len(said) <= WORDS_MAX else f"{said[: WORDS_MAX - 1].rstrip()}…"
    title, artist = _one_line(title), _one_line(artist)
    return f"{said}, {artist}의 ‘{title}’ 커버" if language == "ko" else f"{said}, cover for ‘{title}’ by {artist}"


def of_prompt(words: str, title: str, artist: str, language: str) -> str:
    """Of a picture that a model drew anew from these words: as they stand in a page of their language, else what is recognised in them."""
    if bool(HANGUL.search(words)) == (language == "ko"):
        return of_words(words, title, artist, language)
    found = [one.entry.key for one in found_in(words.casefold(), (MOTIF,)) if not one.is_denied]
    keys = list(dict.fromkeys(found))[:NAMED_MOST]
    title, artist = _one_line(title), _one_line(artist)
    if language == "ko":
        names = ", ".join(korean_name(key) for key in keys)
        said = f"{names}{_object_particle(names)} 담아 새로 그린 이미지" if names else "새로 그린 이미지"
        return f"{said}, {artist}의 ‘{title}’ 커버"
    said = f"A picture drawn anew, with {_listed([pictured(key) for key in keys])}" if keys else "A picture drawn anew"
    return f"{said}, cover for ‘{title}’ by {artist}"


def marked_explicit(text: str, language: str) -> str:
    """An alternative text of a cover that says so on itself."""
    return f"{text}, ‘Explicit’ 표시 있음" if language == "ko" else f"{text}, marked explicit"


def pictured_in(concept: Concept, language: str) -> str:
    """What one picture of a request shows, in a few words: "A pier over still water at dusk"."""
    place = 1 if language == "ko" else 0
    if concept.scene in SCENE_NAMES:
        said, when = scene_name(concept.scene, concept.hour)[place], HOUR_NAMES.get(concept.hour, ("", ""))[place]
        if when and when not in said:
            said = f"{when}, {said}" if place else f"{said} {when}"
        if concept.style == PRINTED_PLACE:
            said = f"{said}, {AS_A_PRINT[place]}"
    elif concept.style == STILL_LIFE and concept.things and concept.things[0] in THINGS:
        said = f"{thing_name(concept.things[0])[place]}, {STYLE_NAMES[STILL_LIFE][place].lower()}"
        said = said if place else scene.with_article(said)
    else:
        style = STYLE_NAMES[concept.style][place] if concept.style in STYLE_NAMES else ""
        has_motif = concept.motif in MOTIFS and concept.style not in LETTERING_PHRASES
        motif = (korean_name(concept.motif) if place else pictured(concept.motif)) if has_motif else ""
        said = ", ".join(part for part in (motif, style) if part) or ("글자" if place else "letters")
    return f"{said[0].upper()}{said[1:]}"


def _of_letters(style: str, scene_key: str, hour: str, title: str, artist: str, language: str) -> str:
    english, korean = LETTERING_PHRASES[style]
    place = scene_name(scene_key, hour) if scene_key in SCENE_NAMES else None
    if language == "ko":
        seen = f", 글자 너머로 보이는 {place[1]}" if place else ""
        return f"{korean} 제목 ‘{title}’{seen}, {artist}의 커버"
    seen = f", with {place[0]} seen through it" if place else ""
    return f"The title ‘{title}’ {english}{seen}, cover by {artist}"


def _of_scene(key: str, hour: str, printed: tuple[str, str], title: str, artist: str, language: str) -> str:
    english, korean = scene_name(key, hour)
    when = HOUR_NAMES.get(hour)
    if language == "ko":
        said = f"{when[1]}, {korean}" if when and when[1] not in korean else korean
        return f"{', '.join(filter(None, (said, printed[1])))}, {artist}의 ‘{title}’ 커버"
    said = f"{english} {when[0]}" if when and when[0] not in english else english
    return f"{said[0].upper()}{', '.join(filter(None, (said[1:], printed[0])))}, cover for ‘{title}’ by {artist}"


def _of_own_picture(treatment: str, title: str, artist: str, language: str) -> str:
    english, korean = TREATED[treatment]
    if language == "ko":
        return f"직접 고른 사진이나 그림을 {korean}, {artist}의 ‘{title}’ 커버"
    return f"A picture the musician chose, {english}, cover for ‘{title}’ by {artist}"


def describe(brief: Brief, language: str) -> str:
    """The brief in a sentence or two of the page's language, for the person who asked: what, in which mood, how."""
    keys = [key for key in brief.motifs if key in MOTIFS][:4] or ["circle"]
    named = [(pictured(key), korean_name(key)) for key in keys]
    if brief.concepts:  # four pictures of one subject; the further motifs are for engines that know no concepts
        alone = next((one.things[0] for one in brief.concepts if one.style == STILL_LIFE and one.things), "")
        named = [thing_name(alone)] if alone else named[:1]
        if all(one.kind == "matter" for one in brief.concepts):
            named = [("picture of letters", "글자")]
    phrase = MOOD_PHRASES.get(brief.mood, MOOD_PHRASES["quiet"])
    style = STYLE_NAMES.get(brief.style)
    if language == "ko":
        names = ", ".join(korean for _english, korean in named)
        drawn = f"{names}{_object_particle(names)} {phrase[1]} 분위기로 그려요."
        return f"{drawn} 스타일은 {style[1]}{_copula(style[1])}." if style else drawn
    drawn = f"{_listed([english for english, _korean in named])}, in a {phrase[0]} mood."
    return f"{drawn[0].upper()}{drawn[1:]}" + (f" Style: {style[0]}." if style else "")


def _one_line(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= ALT_TITLE_MOST else f"{text[: ALT_TITLE_MOST - 1]}…"


def _listed(names: list[str]) -> str:
    words = [scene.with_article(name) for name in names]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _ends_in_consonant(text: str) -> bool:
    """Whether the last Hangul syllable has a final consonant, which decides the particle after it."""
    last = text[-1:]
    return "가" <= last <= "힣" and (ord(last) - ord("가")) % 28 != 0


def _object_particle(text: str) -> str:
    return "을" if _ends_in_consonant(text) else "를"


def _copula(text: str) -> str:
    return "이에요" if _ends_in_consonant(text) else "예요"
