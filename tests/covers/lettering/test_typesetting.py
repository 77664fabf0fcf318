"""What is set: the right face for every script, no tofu, breaks at phrases, every voice and finish."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from covers.lettering import TypePlan, Zone
from covers.lettering.breaking import balanced_lines, words
from covers.lettering.coverage import FALLBACK, FONT_FOLDER, WORLD, clean
from covers.lettering.finishes import FINISH_TABLE, Sheet
from covers.lettering.first_type import document_of
from covers.lettering.judging import raster
from covers.lettering.shaping import Line, Setting, drawable, face_for, is_eastern, shape
from covers.lettering.title_contract import FINISHES, VOICES
from covers.lettering.typefaces import load_face
from covers.lettering.voices import VOICE_TABLE
from tests.covers.lettering.pictures import PICTURES, PLAN, changed, flat, pixels_of, set_on, window

EVERY_VOICE = pytest.mark.parametrize("voice", VOICES)
PAPER = flat((244, 238, 226))
BOOK = TypePlan("folk", (Zone(0.07, 0.07, 0.86, 0.5),), ("#14121a",))


def line(text: str, voice: str = "grotesk") -> Line:
    return shape(text, Setting(VOICE_TABLE[voice], 0.0, 0.0))


def test_voices_and_finishes_are_those_of_the_contract():
    assert set(VOICE_TABLE) == set(VOICES)
    assert set(FINISH_TABLE) == set(FINISHES)


@EVERY_VOICE
def test_every_modern_syllable_has_a_face(voice):
    """11,172 syllables; display faces hold about 2,350 of them."""
    lacking = [chr(code) for code in range(0xAC00, 0xD7A4) if face_for(chr(code), VOICE_TABLE[voice], True) is None]
    assert lacking == []


@EVERY_VOICE
@pytest.mark.parametrize("text", ["뷁", "똠방각하", "펲", "힣"])
def test_rare_syllables_are_drawn_and_not_boxes(voice, text):
    one = VOICE_TABLE[voice]
    for letter in text:
        face = face_for(letter, one, True)
        assert face.shaper.get_nominal_glyph(ord(letter)) not in (None, 0)
        assert not line(letter, voice).path.isEmpty()


@pytest.mark.parametrize(
    "text",
    [
        "夜に駆ける",
        "我的歌声里",
        "Привет, мир",
        "Ελλάδα",
        "مرحبا يا عالم",
        "שלום עולם",
        "สวัสดี",
        "हिन्दी गीत",
        "Đường về",
        "Łódź",
    ],
)
@pytest.mark.parametrize("voice", ["grotesk", "brush", "dot"])
def test_other_scripts_are_kept_whole(voice, text):
    assert drawable(clean(text), VOICE_TABLE[voice]) == text
    assert not line(text, voice).path.isEmpty()


def test_japanese_is_set_in_one_hand():
    assert len(line("夜に駆ける", "poster_heavy").faces) == 1


def test_emoji_are_drawn_in_line_with_the_letters():
    one = set_on(PAPER, "여름밤 🌙🔥👩‍👩‍👧 ❤️", "DJ 🎧", BOOK)
    assert "noto-emoji-700-emoji.ttf" in one.layout["title"]["typefaces"]
    assert "noto-emoji-700-emoji.ttf" in one.layout["artist"]["typefaces"]


def test_what_no_face_has_is_left_out_and_the_rest_is_set():
    assert set_on(PAPER, "Song \U00014400\U00014401 One", "A", BOOK).layout["title"]["lines"] == ["Song One"]


def test_each_script_of_a_title_gets_its_own_face():
    faces = line("한강 NIGHT", "slab").faces
    assert faces == ("hahmlet-800-korean.ttf", "zilla-slab-700-latin.ttf")


@EVERY_VOICE
def test_hangul_and_latin_look_equally_tall(voice):
    hangul, latin = line("한글밤", voice), line("HEN", voice)
    assert 1.0 <= (hangul.bottom - hangul.top) / (latin.bottom - latin.top) <= 1.35


def test_a_small_name_in_hangul_is_set_in_letters_that_bear_it_and_an_older_one_stays_as_it_was():
    plan = TypePlan("geometric", (Zone(0.07, 0.07, 0.86, 0.5),), ("#14121a",))
    layout = set_on(PAPER, "막내의 이사", "푸른밤", plan).layout
    assert layout["artist"]["typefaces"] != layout["title"]["typefaces"]
    of_before = layout | {"artist": layout["artist"] | {"typefaces": layout["title"]["typefaces"]}}
    for one, voice in ((layout, "grotesk"), (of_before, "geometric")):
        assert document_of(one, title="막내의 이사", artist="푸른밤", seed=1).line("artist").voice == voice


def test_right_to_left_text_runs_right_to_left():
    """Qof is the one letter of the two that reaches below the line: written first, it stands on the right."""

    def place_of_qof(text: str) -> float:
        one = line(text)
        below = raster(one.path, 30, 200, 100, top=0.05).sum(axis=0)
        return float((below * np.arange(200)).sum() / below.sum() / 100 / one.width)

    assert place_of_qof("קא") > 0.5 > place_of_qof("אק")


def test_arabic_letters_join():
    joined = line("سلام").width
    apart = sum(line(letter).width for letter in "سلام")
    assert joined < 0.8 * apart


def test_numbers_in_a_hebrew_title_keep_their_order():
    alone, inside = line("2026"), line("אב 2026")
    assert inside.left == pytest.approx(alone.left, abs=0.02)


def test_a_number_after_latin_words_stays_after_them_in_a_hebrew_title():
    """Rule W7 of UAX #9: "world 2026" reads as one, at the left end of the line, with what is Hebrew to its right."""
    whole, latin = line("שלום world 2026"), line("world 2026")
    alone = raster(latin.path, 20, 200, 40)
    left = raster(whole.path, 20, 400, 40)[:, : int(latin.right * 20)]
    assert np.abs(left.astype(int) - alone[:, : left.shape[1]].astype(int)).mean() < 2


@pytest.mark.parametrize(
    "dirt", ["한강의\n밤", "한강의\t밤", "  한강의   밤 ", "한강의\u0000 밤", "한강의\u202e 밤", "한강의\u200b 밤"]
)
def test_control_characters_and_newlines_are_taken_out(dirt):
    assert clean(dirt) == "한강의 밤"


def test_decomposed_hangul_is_composed():
    assert clean("\u1112\u1161\u11ab") == "한"


@pytest.mark.parametrize("artist", ["", "   ", "\n"])
def test_an_empty_artist_is_no_line(artist):
    layout = set_on(PAPER, "한강의 밤", artist, BOOK).layout
    assert layout["artist"] is None
    assert layout["title"]["lines"] == ["한강의 밤"]


def test_nothing_to_say_leaves_the_picture_as_it_was():
    one = set_on(PAPER, "", "", BOOK)
    assert one.rgb == PAPER.tobytes()
    assert one.layout["title"] is None


def test_markup_is_set_as_it_was_typed():
    assert "".join(set_on(PAPER, "<b>{{x}}</b> & co", "a", BOOK).layout["title"]["lines"]) == "<b>{{x}}</b> & co"


def test_korean_words_stay_whole():
    title = "너를 보내고 돌아오는 길에 비가 내렸다"
    lines = set_on(PAPER, title, "무영", replace(BOOK, title_scale=0.12)).layout["title"]["lines"]
    assert len(lines) >= 2
    assert " ".join(lines) == title


def test_lines_do_not_end_on_words_that_cling_to_the_next():
    lines = balanced_lines(words("The Sound of the Sea"), 2, lambda text: float(len(text)))
    assert lines == ("The Sound", "of the Sea")


def test_no_single_letter_is_left_alone_on_a_line():
    for count in (2, 3):
        lines = balanced_lines(words("봄날 에 그 꽃 이 피면 나 도"), count, lambda text: float(len(text)))
        assert all(len(one) > 1 for one in lines)


def test_a_short_word_does_not_get_a_line_of_its_own():
    plan = replace(BOOK, title_zones=(Zone(0.07, 0.07, 0.36, 0.6),), title_scale=0.12)
    lines = set_on(PAPER, "새벽 네 시의 고래", "무영", plan).layout["title"]["lines"]
    assert "네" not in lines


def test_japanese_does_not_start_a_line_with_a_full_stop_or_small_kana():
    for count in (2, 3):
        lines = balanced_lines(words("明日、きっと会えるって。"), count, lambda text: float(len(text)))
        assert not any(one[0] in "、。っ" for one in lines)


def test_a_long_word_is_cut_rather_than_made_tiny():
    layout = set_on(PAPER, "가" * 60, "무영", BOOK).layout["title"]
    assert len(layout["lines"]) > 1
    assert layout["cap"] > 0.03


def test_a_cut_latin_word_shows_its_hyphen():
    lines = set_on(PAPER, "Pneumonoultramicroscopicsilicovolcanoconiosis", "A", replace(BOOK, title_scale=0.12)).layout
    assert all(one.endswith("-") for one in lines["title"]["lines"][:-1])
    assert len(lines["title"]["lines"]) > 1


@pytest.mark.parametrize("length", [100, 200, 300])
def test_long_titles_are_set_whole_in_at_most_eight_lines(length):
    title = ("사랑은 비를 타고 흘러가는 긴 강물처럼 " * 20)[:length].strip()
    layout = set_on(PAPER, title, "무영", None).layout["title"]
    assert len(layout["lines"]) <= 8
    assert "".join(layout["lines"]).replace(" ", "") == title.replace(" ", "")


def test_a_title_that_cannot_stay_readable_ends_in_an_ellipsis():
    lines = set_on(PICTURES["noise"], "끝없는 이야기 " * 120, "무영", PLAN).layout["title"]["lines"]
    assert lines[-1].endswith("…")


def test_capitals_are_set_where_the_plan_asks_and_the_face_can_bear_it():
    def title(voice: str) -> list[str]:
        return set_on(PAPER, "Razor wire", "A", replace(BOOK, voice=voice, uppercase=True)).layout["title"]["lines"]

    assert title("poster_heavy") == ["RAZOR WIRE"]
    assert title("photocopy") == ["Razor wire"]  # blackletter capitals in a row cannot be read


def test_hangul_runs_down_in_a_vertical_zone():
    plan = TypePlan("brush", (Zone(0.8, 0.08, 0.13, 0.7, "center", "top", True),), ("#14121a",), title_scale=0.09)
    layout = set_on(PAPER, "아리랑", "소리", plan).layout
    _, _, across, down = layout["title"]["box"]
    assert layout["title"]["vertical"]
    assert down > 2 * across


def test_columns_run_from_the_right():
    plan = TypePlan("brush", (Zone(0.6, 0.08, 0.33, 0.4, "right", "top", True),), ("#14121a",), title_scale=0.12)
    layout = set_on(PAPER, "소주 한 잔의 거리", "", plan).layout["title"]
    assert layout["vertical"]
    assert len(layout["lines"]) >= 2
    assert layout["lines"][0].startswith("소주")


def test_latin_falls_back_to_lines_in_a_vertical_zone():
    plan = TypePlan("brush", (Zone(0.5, 0.08, 0.43, 0.7, "right", "top", True),), ("#14121a",))
    assert not set_on(PAPER, "Neon Undertow", "Orrery", plan).layout["title"]["vertical"]


@EVERY_VOICE
@pytest.mark.parametrize("finish", FINISHES)
def test_every_voice_prints_in_every_finish(voice, finish):
    is_light = finish in ("halftone", "misregister", "ink")
    picture, ink = (PICTURES["light"], "#2a1a4a") if is_light else (PICTURES["dark"], "#f4d890")
    plan = TypePlan(voice, (Zone(0.07, 0.07, 0.86, 0.5),), (ink, "#d0402c"), finish=finish, title_scale=0.14)
    one = set_on(picture, "한강 Neon", "무영", plan)
    difference = changed(picture, one)
    assert difference.sum() > 300
    for part in ("title", "artist"):
        difference[window(one.layout[part]["box"], picture, slack=1)] = False
    assert not difference.any()


@pytest.mark.parametrize("finish", ["ink", "halftone", "photocopy"])
def test_rough_finishes_leave_the_paper_between_the_letters_clean(finish):
    picture = flat((18, 20, 60), side=512)
    plan = TypePlan("slab", (Zone(0.07, 0.07, 0.86, 0.5),), ("#f6e7c8",), finish=finish, title_scale=0.12)
    one = set_on(picture, "I   I", "", plan)
    rows, columns = window(one.layout["title"]["box"], picture)
    middle = (columns.start + columns.stop) // 2
    assert (pixels_of(one)[rows, middle - 2 : middle + 2] == picture[0, 0]).all()


def test_finishes_differ_from_each_other():
    pictures = {
        set_on(PAPER, "밤", "무영", replace(BOOK, finish=finish, inks=("#2a1a4a", "#d0402c"))).rgb
        for finish in FINISHES
    }
    assert len(pictures) >= len(FINISHES) - 1  # a glow of dark ink is solid ink


def test_voices_look_different():
    assert len(
        {pixels_of(set_on(PAPER, "봄 Hey", "", replace(BOOK, voice=voice))).tobytes() for voice in VOICES}
    ) == len(VOICES)


def test_every_font_file_is_used_and_loads():
    used = {name for voice in VOICE_TABLE.values() for name in (*voice.latin, *voice.hangul, voice.stand_in)} | {
        *FALLBACK
    }
    stored = {
        path.relative_to(FONT_FOLDER).as_posix() for path in FONT_FOLDER.rglob("*") if path.suffix in (".ttf", ".otf")
    }
    assert used == stored
    assert all(load_face(name).units_per_em for name in used)


def test_the_fonts_stay_small_and_every_package_has_its_licence():
    packages = {re.sub(r"-\d{3}.*$", "", name).lower() for name in (path.stem for path in FONT_FOLDER.glob("*.?tf"))}
    licences = {path.stem for path in (FONT_FOLDER / "licences").iterdir()}
    listed = (FONT_FOLDER / "licences" / "noto-fonts.txt").read_text(encoding="utf-8")  # one for all of that collection
    assert all(f"{path.parent.name}/{path.name}: " in listed for path in (FONT_FOLDER / WORLD).glob("*.?tf"))
    own = {name for name in packages if name.startswith("aibum")}  # cut down and renamed: NOTICE has the source
    assert {name.removesuffix("-bold") for name in packages - own} <= licences
    assert sum(path.stat().st_size for path in FONT_FOLDER.rglob("*") if path.is_file()) < 60 * 2**20


def test_han_and_kana_count_as_square_letters():
    assert all(map(is_eastern, "한漢かカ"))
    assert not any(map(is_eastern, "aЖ𝄞م"))


def test_noise_is_the_same_wherever_the_window_begins():
    """A finish may not change when type moves by a pixel or when a band is drawn in two windows."""

    def sheet(top: int, left: int) -> np.ndarray:
        below = np.zeros((40, 40, 3), np.float32)
        one = Sheet(below, top, left, 400, line("a").path, 0.1, "#000000", "#ffffff", 7)
        return one.noise(100, 1)

    assert np.allclose(sheet(0, 0)[10:, 10:], sheet(10, 10)[:30, :30], atol=1e-4)


def test_the_first_typeface_says_nothing_of_the_machines_own_fonts():
    """Skia's Fontconfig complains of configurations that are newer than itself, or missing, on stderr."""
    code = "from covers.lettering.typefaces import load_face; load_face('Pretendard-Bold.otf')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == ""
