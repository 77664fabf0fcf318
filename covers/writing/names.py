"""What moods and styles are called on a page."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

MOOD_PHRASES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "longing": ("wistful", "그리운"),
        "quiet": ("quiet", "고요한"),
        "joy": ("joyful", "즐거운"),
        "dance": ("lively", "신나는"),
        "anger": ("fierce", "거친"),
        "dream": ("dreamlike", "몽환적인"),
        "night": ("nocturnal", "깊은 밤의"),
        "swagger": ("bold", "당당한"),
        "nostalgia": ("nostalgic", "아련한"),
        "tenderness": ("tender", "다정한"),
        "faith": ("reverent", "경건한"),
        "awe": ("majestic", "장엄한"),
        "melancholy": ("melancholy", "쓸쓸한"),
        "heartbreak": ("heartbroken", "가슴 아픈"),
        "hope": ("hopeful", "희망찬"),
        "freedom": ("free", "자유로운"),
        "loneliness": ("lonely", "외로운"),
        "romance": ("romantic", "설레는"),
        "rebellion": ("rebellious", "반항적인"),
        "mystery": ("mysterious", "신비로운"),
        "summer": ("summery", "여름 같은"),
        "winter": ("wintry", "겨울 같은"),
        "comfort": ("comforting", "포근한"),
        "triumph": ("triumphant", "벅찬"),
    }
)
"""Mood → English and Korean adjective."""

STYLE_NAMES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "swiss": ("Swiss", "스위스 모던"),
        "duotone": ("Duotone block", "듀오톤"),
        "sunset": ("City sunset", "도시의 노을"),
        "riso": ("Riso collage", "리소 콜라주"),
        "night_sky": ("Night sky", "밤하늘"),
        "photocopy": ("Photocopy", "복사기"),
        "op_rings": ("Op rings", "옵아트 동심원"),
        "brush": ("Ink and brush", "먹과 붓"),
        "paper_cut": ("Paper cut", "종이 오리기"),
        "lines": ("Field of lines", "선 무늬"),
        "botanical": ("Botanical plate", "식물도감"),
        "bauhaus": ("Bauhaus", "바우하우스"),
        "glitch": ("Glitch signal", "글리치"),
        "gala": ("Trot gala", "트로트 쇼"),
        "folk": ("Pressed flower", "압화"),
        "monolith": ("Monolith", "모노리스"),
    }
)
"""Style → English and Korean name."""
