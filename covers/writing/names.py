"""What moods, styles and genres are called on a page."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

MOOD_NAMES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "longing": ("longing", "그리움"),
        "quiet": ("quiet", "고요함"),
        "joy": ("joy", "기쁨"),
        "dance": ("dance", "흥"),
        "anger": ("anger", "분노"),
        "dream": ("dreaminess", "몽환"),
        "night": ("night", "밤"),
        "swagger": ("swagger", "당당함"),
        "nostalgia": ("nostalgia", "추억"),
        "tenderness": ("tenderness", "다정함"),
        "faith": ("faith", "믿음"),
        "awe": ("awe", "경이"),
        "melancholy": ("melancholy", "쓸쓸함"),
        "heartbreak": ("heartbreak", "이별의 아픔"),
        "hope": ("hope", "희망"),
        "freedom": ("freedom", "자유"),
        "loneliness": ("loneliness", "외로움"),
        "romance": ("romance", "설렘"),
        "rebellion": ("rebellion", "반항"),
        "mystery": ("mystery", "신비로움"),
        "summer": ("summer", "여름"),
        "winter": ("winter", "겨울"),
        "comfort": ("comfort", "위로"),
        "triumph": ("triumph", "승리"),
    }
)
"""Mood → English and Korean noun."""

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
        "lines": ("Field of lines", "선의 들판"),
        "botanical": ("Botanical plate", "식물도감"),
        "bauhaus": ("Bauhaus", "바우하우스"),
        "glitch": ("Glitch signal", "글리치"),
        "gala": ("Trot gala", "트로트 쇼"),
        "folk": ("Pressed flower", "포크"),
        "monolith": ("Monolith", "모노리스"),
    }
)
"""Style → English and Korean name."""

GENRE_NAMES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "ballad": ("Ballad", "발라드"),
        "dance": ("Dance", "댄스"),
        "hiphop": ("Rap / Hip-hop", "랩/힙합"),
        "rnb": ("R&B / Soul", "R&B/소울"),
        "indie": ("Indie", "인디"),
        "rock": ("Rock / Metal", "록/메탈"),
        "trot": ("Trot", "트로트"),
        "folk": ("Folk / Blues", "포크/블루스"),
        "electronic": ("Electronic", "일렉트로닉"),
        "jazz": ("Jazz", "재즈"),
        "classical": ("Classical", "클래식"),
        "children": ("Children's", "동요"),
        "ccm": ("Gospel / CCM", "CCM"),
        "soundtrack": ("Soundtrack", "사운드트랙"),
    }
)
"""Genre → English and Korean name."""
