"""The writer without a network: the right things and the right mood for songs, and sense for anything else that is typed."""

from __future__ import annotations

import re

import pytest

from covers.brief.brief_contract import GENRES, MOODS, Brief, Song
from covers.brief.vocabulary import MOTIF_KEYS, MOTIFS, english_name, korean_name
from covers.writing.ideas import idea_of
from covers.writing.rules_writer import RulesWriter
from tests.covers.writing import songs

HELD_OUT_RIGHT_UNTUNED = 16
"""Of the 20 held-out songs, the number that was right in motifs and mood on the first run; it must not fall."""


def brief_of(title: str, genre: str = "", lyrics: str = "", **song: str) -> Brief:
    return RulesWriter().write(Song(title, "Somebody", genre=genre, lyrics=lyrics, **song))


def is_right(expected: songs.Expected) -> bool:
    brief = RulesWriter().write(expected.song)
    first = set(brief.motifs[:4])
    return brief.mood in expected.moods and all(first & group for group in expected.wanted)


@pytest.mark.parametrize("expected", songs.SONGS, ids=lambda expected: expected.song.title)
def test_a_song_gets_its_things_and_its_mood(expected):
    brief = RulesWriter().write(expected.song)
    for group in expected.wanted:
        assert group & set(brief.motifs[:4]), brief.motifs
    assert brief.mood in expected.moods


def test_songs_that_nothing_was_tuned_for_come_out_right_as_often_as_at_first():
    assert sum(map(is_right, songs.HELD_OUT_SONGS)) >= HELD_OUT_RIGHT_UNTUNED


def test_every_motif_is_found_by_its_own_english_and_korean_name():
    missed = [key for key in MOTIF_KEYS if key not in brief_of(f"the {english_name(key)}").motifs]
    missed += [
        key for key in MOTIF_KEYS if key not in brief_of(f"{MOTIFS[key].korean[0].rstrip('+')}가 있는 곳").motifs
    ]
    assert missed == []


def test_every_motif_has_words_in_both_languages():
    assert set(MOTIFS) == set(MOTIF_KEYS)
    assert all(re.search("[a-z]", english_name(key)) and re.search("[가-힣]", korean_name(key)) for key in MOTIF_KEYS)


@pytest.mark.parametrize(
    ("line", "motif"),
    [
        ("해 줘 사랑해 줘 그렇게 해도 돼", "sun"),
        ("별로 특별하지 않은 새로운 날", "star"),
        ("기다리고 기다리다", "bridge"),
        ("검은 옷을 입고", "sword"),
        ("나는 네 곁에서 살 거야 산다는 건", "mountain"),
        ("Watch me as I rose and I can't bear it", "watch"),
        ("I watch you leave", "watch"),
        ("she rose up and swallowed her pride", "rose"),
        ("I can't bear to lose you", "bear"),
        ("stoned and ringing", "stone"),
        ("月曜日", "moon"),
        ("cross the line", "cross"),
    ],
)
def test_words_that_only_look_like_things_are_not_drawn(line, motif):
    spoken = brief_of("qxz", lyrics=line).motifs
    silent = brief_of("qxz", lyrics="qxz").motifs
    assert motif not in silent, "the line proves nothing: without it the motif is drawn as well"
    assert motif not in spoken


@pytest.mark.parametrize(
    ("line", "motif"),
    [
        ("해가 지는 쪽으로", "sun"),
        ("별들이 쏟아져", "star"),
        ("겨울바다에서", "sea"),
        ("눈이 내리네", "snowflake"),
        ("네 눈을 바라볼 때", "eye"),
        ("종이배를 띄워요", "paper_boat"),
        ("꽃잎처럼", "flower"),
        ("기차에서는", "train"),
        ("고래사냥", "whale"),
        ("어머님께", "mother"),
        ("wolves and foxes", "wolf"),
        ("two butterflies", "butterfly"),
        ("the rose on my table", "rose"),
        ("her mother's piano", "piano"),
        ("a broken heart", "broken_heart"),
    ],
)
def test_inflected_and_compound_words_are_found(line, motif):
    assert motif in brief_of(line).motifs[:3]


@pytest.mark.parametrize(
    ("title", "genre", "moods"),
    [
        ("슬프지 않아", "", {"comfort", "hope"}),
        ("안 슬퍼", "", {"comfort", "hope"}),
        ("울지 마", "", {"comfort"}),
        ("Not Sad Anymore", "", {"comfort", "hope"}),
        ("외롭지 않아", "", {"comfort"}),
        ("잊지 못해", "", {"longing"}),
        ("포기하지 마", "", {"hope"}),
        ("떠나지 마", "", {"heartbreak"}),
        ("그리워서", "dance", {"longing"}),
        ("설레는 밤", "", {"romance", "night"}),
        ("My Heart's on Fire", "", {"romance"}),
        ("불타오르네", "hiphop", {"triumph", "rebellion"}),
        ("Party All Night", "ccm", {"dance", "night"}),
    ],
)
def test_mood_follows_what_is_said_before_what_the_genre_suggests(title, genre, moods):
    assert brief_of(title, genre).mood in moods


@pytest.mark.parametrize("genre", GENRES)
def test_a_genre_alone_decides_when_the_words_say_nothing(genre):
    moods = {brief_of(f"qz{turn}x", genre).mood for turn in range(12)}
    assert moods < set(MOODS)
    assert len(moods) <= 4


def test_a_repeated_chorus_counts_but_does_not_drown_the_rest():
    verse = "a lighthouse on the cliff\n"
    motifs = brief_of("qzx", lyrics=verse + "dancing in the rain\n" * 200).motifs
    assert motifs[0] in ("rain", "dancer")
    assert "lighthouse" in motifs[:4]


def test_the_title_leads_over_the_lyrics():
    lyrics = "the ocean again\na bus went by\nyour coat upon the chair"
    assert brief_of("The Lemon Tree", lyrics=lyrics).motifs[0] in ("lemon", "tree")


@pytest.mark.parametrize(
    ("title", "images"),
    [
        ("사랑", {"heart", "rose", "ring", "letter"}),
        ("시간", {"clock", "hourglass"}),
        ("Freedom", {"bird", "road", "kite"}),
        ("Memories", {"photo", "cassette", "mailbox"}),
    ],
)
def test_an_idea_becomes_a_picture(title, images):
    assert set(brief_of(title).motifs[:4]) & images


@pytest.mark.parametrize(
    ("title", "colours"),
    [
        ("빨간 우산", 1),
        ("Golden Hour in the Blue House", 2),
        ("I'm So Blue", 0),
        ("파란 하늘 하얀 구름", 2),
        ("우산", 0),
        ("내가 보라고 했지", 0),
    ],
)
def test_colours_that_a_title_names_are_used_and_no_others(title, colours):
    assert len(brief_of(title).palette) == colours


def test_a_colour_that_passes_by_in_the_lyrics_is_not_used_and_one_that_returns_is():
    assert brief_of("qzx", lyrics="a yellow cab went by").palette == ()
    assert brief_of("qzx", lyrics="a yellow cab\nyellow light\na yellow dress").palette == ("#f4c430",)


HOSTILE = {
    "nothing": Song("", ""),
    "long title": Song("비" * 300, "a" * 300),
    "markup": Song("<script>alert(1)</script>", "<b>", lyrics="<img src=x onerror=alert(1)>" * 50),
    "template": Song("{{ settings.SECRET_KEY }}", "{% debug %}", lyrics="${7*7} {{7*7}} %s %(x)s {0}"),
    "control": Song("\x00\x1b[31m\u202eabc\u202c", "\x07", lyrics="\u200b\ufeff\r\r\n\t" * 99),
    "arabic": Song("حبيبي يا نور العين", "فنان", lyrics="القمر والليل"),
    "hebrew": Song("ירח מלא", "אמן"),
    "thai": Song("ดวงจันทร์", "ศิลปิน"),
    "surrogate": Song("\ud800 broken", "x"),
    "emoji": Song("🎸🔥👨‍👩‍👧‍👦", "🙂", lyrics="🌧️" * 500),
    "unknown genre": Song("Title", "Artist", genre="polka"),
    "brackets": Song("((((((", "[[[[", lyrics="[" * 5_000 + "<" * 5_000 + "{%" * 5_000),
    "long lyrics": Song("t", "a", lyrics="비가 내리는 밤 the rain falls on me 月の雨 " * 1_300),
    "one word of many meanings": Song("배 위의 눈", "a", lyrics="배 " * 25_000),
    "one long word": Song("t", "a", lyrics="가" * 50_000),
}


@pytest.mark.parametrize("song", HOSTILE.values(), ids=HOSTILE.keys())
def test_anything_that_can_be_typed_gets_a_whole_brief(song):
    brief = RulesWriter().write(song)
    assert brief.mood in MOODS
    assert 4 <= len(brief.motifs) <= 8
    assert set(brief.motifs) <= set(MOTIFS)
    assert re.fullmatch(r"[A-Za-z ,;.'-]{20,400}", brief.scene)
    assert brief.subject
    assert brief.written_by == "rules"
    assert RulesWriter().write(song) == brief


def test_four_covers_show_four_ideas():
    for expected in (*songs.SONGS, *songs.HELD_OUT_SONGS):
        motifs = RulesWriter().write(expected.song).motifs
        assert len({idea_of(key) for key in motifs}) == len(motifs) >= 4


def test_songs_without_a_known_word_differ_by_their_title():
    assert len({brief_of(f"Qzx {turn}", "indie").motifs[:2] for turn in range(30)}) >= 6


def test_neither_artist_nor_title_nor_lyrics_are_in_the_scene():
    brief = RulesWriter().write(
        Song("Zanzibar Parade", "Marlon Quince", "Album Zed", "folk", "we held a crooked lantern over the harbor wall")
    )
    for word in ("Zanzibar", "Parade", "Marlon", "Quince", "Zed", "crooked"):
        assert word.lower() not in brief.scene.lower()


def test_section_marks_are_not_sung():
    assert "bridge" not in brief_of("qzx", lyrics="[Bridge]\nla la\n[Bridge: x2]\nla").motifs[:1]
