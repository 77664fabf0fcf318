"""The sentence that says why a picture shows what it shows, in both languages."""

from __future__ import annotations

import pytest
from django.utils import translation

from covers.brief.brief_contract import Concept
from covers.brief.why import reason

LINE = "we kept the porch light on"


@pytest.mark.parametrize(
    ("source", "english", "korean"),
    [
        ("lyrics", f"Because of the line “{LINE}”.", f"가사 “{LINE}”에서 떠올렸어요."),
        ("title", f"Because of the title “{LINE}”.", f"제목 “{LINE}”에서 떠올렸어요."),
        ("album", f"Because of the album's name, “{LINE}”.", f"앨범 이름 “{LINE}”에서 떠올렸어요."),
        (
            "genre",
            "Because of the genre: the words name nothing that can be shown.",
            "보여 줄 만한 것이 가사에 없어서 장르에 맞췄어요.",
        ),
        (
            "mood",
            "Because of the song's mood: the words name nothing that can be shown.",
            "보여 줄 만한 것이 가사에 없어서 노래의 분위기에 맞췄어요.",
        ),
        (
            "again",
            "The first picture's place once more, at another hour.",
            "첫 번째 그림의 장소를 다른 시간에 담았어요.",
        ),
        (
            "near",
            "A place near the one that the song tells of, for the same feeling.",
            "노래가 말하는 곳 가까이에서 같은 느낌의 장소를 골랐어요.",
        ),
    ],
)
def test_each_source_has_its_sentence(source, english, korean):
    concept = Concept("scene", source=source, line=LINE)
    with translation.override("en"):
        assert reason(concept) == english
    with translation.override("ko"):
        assert reason(concept) == korean


def test_a_long_line_is_cut_and_a_percent_sign_is_only_a_letter():
    assert "…”" in reason(Concept("scene", source="lyrics", line="word " * 24))
    assert "100%s" in reason(Concept("scene", source="lyrics", line="100%s pure"))
