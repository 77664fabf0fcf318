"""No letter of a name is lost without a word: each of a zoo of names is set whole in every voice, or what is missing is named."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import uharfbuzz as hb
from fontTools.ttLib import TTFont

from albumsite.letters import clusters, compose, has_ink
from covers.lettering import TypePlan, Zone
from covers.lettering.breaking import words
from covers.lettering.copy import prepare
from covers.lettering.coverage import (
    CJK,
    FALLBACK,
    FONT_FOLDER,
    JAMO,
    clean,
    letters_of,
    missing_from,
    settable,
    shaper,
    spelled_for,
)  # fmt: skip
from covers.lettering.shaping import Setting, face_for, in_voice, is_eastern, shape
from covers.lettering.title_contract import VOICES
from covers.lettering.voices import VOICE_TABLE
from covers.lettering.wholeness import Loss, loss
from tests.covers.lettering import zoo
from tests.covers.lettering.pictures import PLAN, flat, pixels_of, set_on

PAPER = flat((244, 238, 226))
NOWHERE = {"\U0001b001": ("\U0001b001",), "\U0002a6a5": ("\U0002a6a5",)}
"""Names of the zoo with a letter that Noto of that day has not: an old kana, and the Han with the most strokes."""


def glyphs_missing(text: str, voice: str) -> list[str]:
    """Clusters for which the face that draws them has no glyph: asked of HarfBuzz once more."""
    lacking = []
    for cluster in clusters(text):
        face = face_for(cluster, VOICE_TABLE[voice], is_eastern(cluster[0]))
        if face is None:
            lacking.append(cluster)
            continue
        buffer = hb.Buffer()
        buffer.add_str(spelled_for(face.name, cluster))
        buffer.guess_segment_properties()
        hb.shape(face.shaper, buffer)
        if any(info.codepoint == 0 for info in buffer.glyph_infos):
            lacking.append(cluster)
    return lacking


def test_the_zoo_is_large_and_has_every_kind():
    assert len(set(zoo.EVERYBODY)) > 300


@pytest.mark.parametrize("voice", VOICES)
def test_every_name_of_the_zoo_is_set_whole_or_what_is_missing_is_named(voice):
    for name in zoo.EVERYBODY:
        found = in_voice(clean(name), VOICE_TABLE[voice])
        assert found.missing == NOWHERE.get(name, ()), name
        assert glyphs_missing(found.text, voice) == [], name
        assert found.text == "" or not shape(found.text, Setting(VOICE_TABLE[voice], 0.0, 0.0)).path.isEmpty(), name


def test_few_of_the_zoo_lose_a_letter():
    assert {name for name in zoo.EVERYBODY if missing_from(name)} == set(NOWHERE)


@pytest.mark.parametrize("name", zoo.EVERYBODY[::9])
def test_a_name_of_the_zoo_stands_on_the_sleeve(name):
    one = set_on(PAPER, name, "")
    assert (pixels_of(one) != PAPER).any() or name in NOWHERE
    assert loss(one.layout, name, "") == Loss(NOWHERE.get(name, ()))


def test_letters_stand_beside_each_other_and_not_on_each_other():
    """Every Georgian letter adds ink of its own: no box, and not the same shape for all."""
    pictures = {np.packbits(pixels_of(set_on(PAPER, letter, ""))[..., 0] < 128).tobytes() for letter in "აბგდევზთიკლმნ"}
    assert len(pictures) == 13


@pytest.mark.parametrize("name", zoo.UNKNOWN)
def test_what_no_face_has_is_named_and_the_rest_is_set(name):
    found = settable(clean(name))
    assert found.missing
    assert set("".join(found.missing)) <= set(name)
    assert loss(set_on(PAPER, name, "무영").layout, name, "무영").letters == found.missing


@pytest.mark.parametrize("name", zoo.INKLESS)
def test_a_name_without_ink_is_none_and_breaks_no_drawing(name):
    assert not has_ink(name)
    assert clean(name) == "" or not settable(clean(name)).text
    for plan in (PLAN, None):
        assert set_on(PAPER, name, name, plan).layout["title"] is None
        assert set_on(PAPER, name, "무영", plan).layout["title"]["lines"] == ["무영"]


def test_empty_letters_between_others_are_a_space():
    assert clean("ㅤ밤ㅤ의⠀강ㅤ") == "밤 의 강"


@pytest.mark.parametrize(
    ("typed", "stands"),
    [
        ("\u1112\u119e\u11ab글", "ᄒᆞᆫ글"),
        ("神社", "神社"),
        ("\ufa19社", "\ufa19社"),
        ("e\u0301", "é"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_a_name_is_set_as_it_was_typed(typed, stands):
    assert compose(typed) == clean(typed) == settable(clean(typed)).text == stands


def test_letters_of_compatibility_are_folded_only_where_no_face_has_them():
    assert settable("㍿ﬁ①Ａ").text == "㍿ﬁ①Ａ"
    assert settable("㍿ﬁ①Ａ", lambda cluster: cluster in "株式会社fi1A") == settable(
        "株式会社fi1A", lambda cluster: True
    )


def test_a_mark_that_no_face_puts_on_its_letter_is_named_with_it():
    found = settable("가\u20dd나", lambda cluster: len(cluster) == 1)
    assert (found.text, found.missing) == ("가나", ("가\u20dd",))


def test_old_hangul_is_composed_and_its_neighbours_are_in_the_same_hand():
    copy = prepare("나랏말ᄊᆞ미", "무영", PLAN, 1.0)
    assert shape(copy.title, copy.title_setting).faces == (JAMO,)
    syllable, alone = (shape(text, copy.title_setting) for text in ("ᄒᆞᆫ", "한"))
    assert syllable.width == pytest.approx(alone.width, rel=0.05)
    assert shape("하ᇫ", copy.title_setting).width == pytest.approx(alone.width, rel=0.05)


@pytest.mark.parametrize("voice", VOICES)
@pytest.mark.parametrize(
    "name", ["Ánh Nguyệt", "Đặng Hữu Phước", "Ǫ́lafr ɔ́ ŋ", "Đorđe Ψ", "Ночь", "Ελλάδα", "Ėglė Žirnytė"]
)
def test_no_word_is_in_two_hands(voice, name):
    """A fat sans ệ in the middle of a thin serif name is worse than a plain name."""
    copy = prepare(name, "x", replace(PLAN, voice=voice), 1.0)
    hands = {
        re.sub(r"-(latin|latin-ext|vietnamese)\.ttf$", "", file) for file in shape(copy.title, copy.title_setting).faces
    }
    assert len(hands) == 1, hands
    assert copy.missing == ((), ())


def test_vietnamese_stays_in_the_hand_of_the_voice_where_it_has_the_letters():
    copy = prepare("Ánh Nguyệt", "x", replace(PLAN, voice="thin_serif"), 1.0)
    faces = shape(copy.title, copy.title_setting).faces
    assert all(face.startswith("cormorant-garamond-400") for face in faces), faces


def test_a_variation_selector_brings_the_form_that_a_place_writes():
    setting = Setting(VOICE_TABLE["grotesk"], 0.0, 0.0)
    usual, chosen, unknown = (shape(text, setting) for text in ("辻", "辻\U000e0100", "辻\U000e01ef"))
    assert chosen.path != usual.path == unknown.path
    assert chosen.bottom - chosen.top == pytest.approx(usual.bottom - usual.top, rel=0.05)


@pytest.mark.parametrize("voice", VOICES)
def test_accents_stand_on_their_letters(voice):
    """No mark stands beside its letter: the ink ends where the letter ends."""
    setting = Setting(VOICE_TABLE[voice], 0.0, 0.0)
    for accented in ("ź", "ễ", "n\u0308", "ọ\u0301", "ư\u0301", "ш\u0301", "ŵ", "ḱ", "Ǻ"):
        one = shape(accented, setting)
        assert one.right < one.width * 1.2, accented
        assert one.left > -0.2 * one.width, accented


@pytest.mark.parametrize("name", ["ᄒᆞᆫ글", "辻\U000e0100村", "佢哋嘅𨋢", "𠮷田﨑"])
def test_rare_letters_run_down_as_common_ones_do(name):
    plan = TypePlan("brush", (Zone(0.5, 0.06, 0.43, 0.8, "right", "top", True),), ("#14121a",), title_scale=0.12)
    one = set_on(PAPER, name, "", plan)
    _, _, across, down = one.layout["title"]["box"]
    assert one.layout["title"]["vertical"]
    assert down > across
    assert not loss(one.layout, name, "")


def test_rare_han_is_as_large_as_common_han_beside_it():
    setting = Setting(VOICE_TABLE["grotesk"], 0.0, 0.0)
    common, rare = (shape(text, setting) for text in ("高橋", "髙槗"))
    assert rare.bottom - rare.top == pytest.approx(common.bottom - common.top, rel=0.08)


@pytest.mark.parametrize(
    "whole", ["👩‍👩‍👧‍👦", "🇰🇷", "1️⃣", "❤️‍🔥", "ᄒᆞᆫ", "क्षि", "ஸ்", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "葛󠄀", "ක්‍ෂ", "ಕ್ಷ", "ကျော်", "กำ", "ﾊﾞ"]
)
def test_what_readers_count_as_one_is_one_cluster(whole):
    assert clusters(f"a{whole}b") == ["a", whole, "b"]


def test_two_flags_are_two_letters():
    assert clusters("🇰🇷🇯🇵!") == ["🇰🇷", "🇯🇵", "!"]


def test_no_line_begins_with_a_vowel_that_hangs_on_the_letter_before():
    assert not any(token.text[0] in "າะา" or token.text[-1] in "เແ" for token in words("ສະບາຍດີ เบิร์ดธงไชย มานะ"))


def test_the_table_says_what_the_fonts_hold():
    for name in FALLBACK:
        held = set(TTFont(FONT_FOLDER / name, lazy=True).getBestCmap())
        letters = letters_of(name)
        assert all(code in letters for code in held), name
        assert sum(last - first + 1 for first, last in zip(letters.firsts, letters.lasts, strict=True)) == len(held), (
            name
        )


def test_ordinary_titles_open_no_face_of_the_world():
    code = (
        "from covers.lettering import coverage, copy\n"
        "from covers.lettering.shaping import shape\n"
        "from tests.covers.lettering.pictures import PLAN\n"
        "for title in ('한강의 밤', 'Neon Undertow', '夜に駆ける', 'Łódź 🌙'):\n"
        "    one = copy.prepare(title, '시티 라이츠', PLAN, 1.0); shape(one.title, one.title_setting)\n"
        "from covers.lettering.typefaces import load_face\n"
        "print(coverage.shaper.cache_info().currsize, load_face.cache_info().currsize)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    opened, loaded = map(int, done.stdout.split())
    assert opened < 12
    assert loaded < 12


def test_the_check_of_a_form_loads_no_drawing_library():
    code = (
        "import sys; from covers.lettering.coverage import missing_from; missing_from('髙橋優 𓀀'); print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"skia", "numpy", "django"} & {name.partition(".")[0] for name in done.stdout.split()}


def test_the_common_face_of_han_is_asked_first():
    assert shaper(CJK).get_nominal_glyph(ord("国"))
    assert shape("国東", Setting(VOICE_TABLE["gala"], 0.0, 0.0)).faces == (CJK,)


@pytest.mark.parametrize(
    ("lines", "title", "lost"),
    [
        (["橋優"], "髙橋優", Loss(("髙",))),
        (["RAZOR", "WIRE"], "Razor wire", Loss()),
        (["Pneumono-", "ultra"], "Pneumonoultra", Loss()),
        (["끝없는…"], "끝없는 이야기", Loss(is_cut=True)),
        (["STRASSE"], "Straße", Loss()),
        ([], "სულიკო", Loss(("ს", "უ", "ლ", "ი", "კ", "ო"))),
    ],
)
def test_a_layout_from_before_says_what_it_lacks_by_its_lines(lines, title, lost):
    assert loss({"title": {"lines": lines} if lines else None, "artist": None}, title, "") == lost


def test_a_name_that_had_to_be_cut_is_not_whole():
    title = "끝없는 이야기 " * 120
    assert loss(set_on(PAPER, title, "무영").layout, title, "무영").is_cut
    assert not loss(set_on(PAPER, "한강의 밤", "무영").layout, "한강의 밤", "무영")


def test_a_picture_without_type_lacks_nothing():
    assert not loss(None, "\U00014400", "")
