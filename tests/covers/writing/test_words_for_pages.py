"""Prompts, alternative texts and descriptions that are made out of a brief."""

from __future__ import annotations

import re

import pytest

from covers.brief.brief_contract import MOODS, STYLES, Brief, Concept, Song
from covers.brief.scenery import LETTERINGS, TREATMENTS
from covers.brief.vocabulary import MOTIF_KEYS
from covers.writing.alt import TREATED, alt_text, describe, pictured_in
from covers.writing.names import LETTERING_PHRASES, MOOD_PHRASES, STYLE_NAMES, TREATMENT_NAMES
from covers.writing.prompts import PROMPT_WORDS_MOST, prompt_for
from covers.writing.rules_writer import RulesWriter
from covers.writing.scene import MOOD_LOOKS


def brief(**values: object) -> Brief:
    known: dict[str, object] = {
        "subject": "letter",
        "motifs": ("letter", "rain", "train", "moon"),
        "mood": "longing",
        "palette": (),
        "style": "",
        "scene": "",
        "avoid": (),
        "written_by": "rules",
    }
    return Brief(**(known | values))  # type: ignore[arg-type]


def test_the_pictures_of_a_request_are_asked_for_in_different_ways():
    prompts = [prompt_for(brief(), position, 8)[0] for position in range(8)]
    assert len(set(prompts)) == 8
    assert "letter" in prompts[0]
    assert "rain" in prompts[1]


def test_the_first_picture_keeps_the_scene_of_the_brief():
    prompt, _ = prompt_for(brief(scene="A paper letter on a wet bench, lamplight; photograph."), 0, 4)
    assert prompt.startswith("A paper letter on a wet bench, lamplight")


@pytest.mark.parametrize("mood", MOODS)
def test_prompts_stay_within_what_clip_reads_and_say_the_mood(mood):
    for style in ("", *STYLES):
        for position in range(4):
            prompt, negative_prompt = prompt_for(brief(mood=mood, style=style, palette=("#d7263d",)), position, 4)
            assert len(prompt.split()) <= PROMPT_WORDS_MOST
            assert f"{MOOD_LOOKS[mood][2]} mood" in prompt
            assert "red palette" in prompt
            assert {"text", "watermark", "logo"} <= set(negative_prompt.split(", "))


def test_a_fixed_style_is_in_the_prompt():
    assert "bauhaus" in prompt_for(brief(style="bauhaus"), 1, 4)[0]


def test_prompts_of_a_real_song_hold_neither_title_nor_artist():
    made = RulesWriter().write(Song("Zanzibar Parade", "Marlon Quince", genre="jazz"))
    for position in range(4):
        assert not re.search("zanzibar|parade|marlon|quince", prompt_for(made, position, 4)[0], re.I)


def test_the_alternative_text_tells_what_is_seen_and_whose_cover_it_is():
    assert alt_text(brief(), "Fighting", "KJY", "en") == "A lone letter under a dusky sky, cover for ‘Fighting’ by KJY"
    assert alt_text(brief(), "파이팅", "KJY", "ko", "moon") == "노을빛 하늘 아래의 달, KJY의 ‘파이팅’ 커버"


def test_a_motif_that_is_none_falls_back_to_the_first():
    assert alt_text(brief(), "T", "A", "en", "nonsense") == alt_text(brief(), "T", "A", "en")


def test_where_the_title_is_the_picture_that_is_what_is_said():
    english = alt_text(brief(), "비", "유진", "en", style="type_light")
    assert english == "The title ‘비’ in letters of light, cover by 유진"
    assert alt_text(brief(), "비", "유진", "ko", style="type_light") == "빛으로 쓴 제목 ‘비’, 유진의 커버"
    through = alt_text(brief(), "비", "유진", "en", style="type_cutout", scene_key="pier", hour="dusk")
    assert "a pier over still water seen through it" in through
    assert pictured_in(Concept("matter", style="type_carved", motif="moon"), "en") == "Carved letters"
    assert set(LETTERING_PHRASES) == set(LETTERINGS)


def test_a_long_title_is_cut_for_a_screen_reader():
    assert len(alt_text(brief(), "x" * 300, "y" * 300, "en")) < 400


def test_every_motif_in_every_mood_reads_as_a_sentence_in_english():
    for key in MOTIF_KEYS:
        for mood in MOODS:
            text = alt_text(brief(motifs=(key,), mood=mood), "T", "A", "en")
            assert re.match(r"An? [a-z]", text)
            assert not re.match(r"An [^aeiou]|A [aeiou]", text)


def test_the_description_is_polite_korean_with_the_right_particles():
    assert describe(brief(motifs=("letter",)), "ko") == "편지를 그리운 분위기로 그려요."
    assert (
        describe(brief(motifs=("moon",), style="photocopy"), "ko")
        == "달을 그리운 분위기로 그려요. 스타일은 복사기예요."
    )
    assert describe(brief(motifs=("moon",), style="night_sky"), "ko").endswith("스타일은 밤하늘이에요.")


def test_the_description_in_english_lists_what_is_drawn():
    assert describe(brief(), "en") == "A letter, a sheet of rain, a train and a moon, in a wistful mood."


def test_all_that_a_page_can_name_has_a_name_in_both_languages():
    named = ((MOOD_PHRASES, MOODS), (STYLE_NAMES, STYLES), (TREATMENT_NAMES, TREATMENTS), (TREATED, TREATMENTS))
    for names, keys in named:
        assert set(names) == set(keys)
        assert all(english.strip() and korean.strip() for english, korean in names.values())


def test_a_cover_of_a_brought_picture_is_told_by_what_was_made_of_it_and_never_by_what_it_shows():
    for key in TREATMENTS:
        english, korean = (alt_text(brief(), "밤", "하람", language, treatment=key) for language in ("en", "ko"))
        assert english.startswith("A picture the musician chose")
        assert "‘밤’ by 하람" in english
        assert "하람의 ‘밤’ 커버" in korean
        assert "letter" not in english
        assert "편지" not in korean
    assert len({alt_text(brief(), "밤", "하람", "ko", treatment=key) for key in TREATMENTS}) == len(TREATMENTS)


def test_a_brief_of_concepts_is_told_by_its_one_subject_and_no_further_motif():
    writer = RulesWriter(None)
    for title, english, korean in (
        ("할머니의 재봉틀", "A sewing machine, in a", "재봉틀을"),
        ("밤바다", "A wide sea, in a", "바다를"),
        ("Qzxv", "A picture of letters, in a", "글자를"),
    ):
        written = writer.write(Song(title, "Somebody"))
        assert describe(written, "en").startswith(english)
        assert describe(written, "ko").startswith(korean)
