"""What is refused as words, with the tricks that people use, and that songs pass."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from bench.songs import SONGS as BENCH_SONGS
from covers.safety.folding import fold, words_of
from covers.safety.people import asks_for_likeness, people_in, without_people
from covers.safety.text import is_unfit, sexualises_a_child
from tests.covers.writing.songs import HELD_OUT_SONGS, SONGS


def lines_of(name: str) -> list[str]:
    lines = (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines()
    return [line.replace("\\u200b", "\u200b") for line in lines if line and not line.startswith("#")]


ORDINARY = lines_of("ordinary.txt")


def ordinary_texts() -> list[str]:
    """Each alone, each with its lyrics, and lyrics put together of lines that have nothing to do with each other."""
    songs = [expected.song for expected in (*SONGS, *HELD_OUT_SONGS)] + [song for song, _brief in BENCH_SONGS]
    texts = [*ORDINARY, *(song.title for song in songs), *(song.lyrics for song in songs if song.lyrics)]
    return texts + ["\n".join(ORDINARY[at : at + 8]) for at in range(0, len(ORDINARY), 4)]


def test_ordinary_songs_pass():
    texts = ordinary_texts()
    refused = [text for text in texts if sexualises_a_child(text)]
    print(f"refused {len(refused)} of {len(texts)} ordinary texts")
    assert len(texts) > 500
    assert len(refused) <= len(texts) * 0.01, refused


@pytest.mark.parametrize("text", lines_of("refused.txt"))
def test_a_child_in_a_sexual_scene_is_refused_whatever_the_spelling(text):
    assert sexualises_a_child(text)
    assert sexualises_a_child(f"A quiet evening\n{text}\nby the sea")
    assert sexualises_a_child(text, is_prompt=True)


def test_a_song_about_abuse_is_no_such_scene_but_a_prompt_of_it_is():
    line = "he raped a child"
    assert not sexualises_a_child(
        "he hurt me when I was twelve, they called it rape, I was twelve years old\nnow I sing"
    )
    assert sexualises_a_child(f"{line}, dramatic light", is_prompt=True)


@pytest.mark.parametrize(
    "text", ["a naked figure", "n u d e woman", "gory b0dies, dismembered", "누드", "s3xual pose", "erotic mood"]
)
def test_unfit_words_of_a_prompt_are_seen(text):
    assert is_unfit(f"A street at night, {text}, soft light")


@pytest.mark.parametrize(
    "text",
    ["A lone letter on a wet platform, warm lamplight", "Two children run over a field at dusk", "A skull and a sword"],
)
def test_fit_prompts_are_left_alone(text):
    assert not is_unfit(text)
    assert without_people(text) == text


@pytest.mark.parametrize(
    ("typed", "read"),
    [("ㅅㅔㄱ스", "섹스"), ("섹1스", "섹스"), ("ｎｕｄｅ", "nude"), ("lоlitа", "lolita"), ("n@ked", "naked"),
     ("SËX", "sex"), ("seeeex", "sex"),
     ("16th", "16th"), ("한강", "한강")],
)  # fmt: skip
def test_a_word_is_read_as_a_person_reads_it(typed, read):
    assert fold(typed) == read


def test_positions_are_those_of_the_text_as_typed():
    text = "s e x and l\u200boli\nin two lines"
    for word in words_of(text):
        assert text[word.start : word.end]
    assert [word.line for word in words_of(text)][-1] == 1


@pytest.mark.parametrize(
    "text",
    ["Taylor Swift", "taylorswift", "Tayler Swift", "TAYLOR  SWIFT's dress", "Beyoncé", "beyonce",
     "아이유처럼", "아이유", "송 혜 교", "테일러스위프트",
     "도널드 트럼프", "Donald Trump", "손흥민이 달린다", "Son Heung-min", "rihanna", "Elon  Musk"],
)  # fmt: skip
def test_widely_known_people_are_known(text):
    assert people_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "rain on the sea",
        "a rose in winter",
        "태연하게 웃는 너",
        "Prince of darkness",
        "drake on a pond",
        "pink sky",
        "현실",
        "비 오는 날",
    ],
)
def test_ordinary_words_are_nobodys_name(text):
    assert not people_in(text)


def test_ordinary_songs_name_hardly_anybody():
    named = [text for text in ordinary_texts() if people_in(text)]
    assert len(named) <= len(ordinary_texts()) * 0.01, named


def test_names_are_taken_out_of_a_prompt():
    prompt = without_people("A stage where Taylor Swift and rihanna sing under red light; photograph")
    assert prompt == "A stage where somebody and somebody sing under red light; photograph"


@pytest.mark.parametrize(
    ("text", "asked"),
    [("a woman who looks like Taylor Swift", True), ("아이유처럼 생긴 여자", True), ("아이유 닮은 소녀", True),
     ("제니퍼 로렌스의 얼굴로", True),
     ("in the likeness of Elon Musk", True), ("you look like an angel", False), ("닮은 사람", False), ("I love Taylor Swift", False)],
)  # fmt: skip
def test_asking_for_a_likeness(text, asked):
    assert asks_for_likeness(text) is asked


@pytest.mark.parametrize(
    "text", ["a " * 10_000, "가 " * 10_000, "sex child " * 2_000, "sex\n\n\n" * 2_500, "ㅅㅔ" * 9_000, "1" * 20_000]
)
def test_the_longest_lyrics_take_moments_whatever_they_hold(text):
    started = time.process_time()
    sexualises_a_child(text[:20_000])
    people_in(text[:20_000])
    assert time.process_time() - started < 5
