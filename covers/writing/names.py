"""What moods and styles are called on a page."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from covers.brief.vocabulary import MOTIFS, english_name, korean_name, pictured

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
        "waterside": ("By the water", "물가"),
        "city_night": ("City at night", "도시의 밤"),
        "indoors": ("Rooms", "방 안"),
        "open_land": ("Open land", "들과 산"),
        "great_skies": ("Great skies", "넓은 하늘"),
        "journeys": ("On the way", "길 위"),
        "stages": ("On stage", "무대"),
        "still_life": ("Still life", "정물"),
        "printed_place": ("A place in print", "판화로 찍은 장소"),
        "chrome": ("Liquid chrome", "흐르는 크롬"),
        "glow_orb": ("Glowing orb", "빛나는 구슬"),
        "lens_glass": ("Refracting glass", "굴절하는 유리"),
        "marbled": ("Marbled liquid", "마블링"),
        "smoke_light": ("Smoke", "연기"),
        "ink_water": ("Ink in water", "물속의 잉크"),
        "folded_paper": ("Folded paper", "접은 종이"),
        "draped_cloth": ("Draped cloth", "드리운 천"),
        "foil": ("Foil", "금속 호일"),
        "thermal_flower": ("Thermal image", "열화상"),
        "halftone_solid": ("Halftoned solid", "망점 입체"),
        "pressed_clay": ("Pressed clay", "눌린 점토"),
        "type_stretched": ("Letters drawn out", "길게 늘인 글자"),
        "type_melted": ("Melting letters", "녹아내리는 글자"),
        "type_huge": ("Huge letters", "화면을 채운 글자"),
        "type_cutout": ("Letters cut out", "오려 낸 글자"),
        "type_field": ("A field of letters", "되풀이되는 글자"),
        "type_light": ("Letters of light", "빛으로 쓴 글자"),
        "type_carved": ("Carved letters", "새긴 글자"),
        "type_curve": ("Letters on a curve", "휘어진 글자"),
    }
)
"""Style → English and Korean name."""

TREATMENT_NAMES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "plain": ("As it is", "그대로"),
        "film": ("Film", "필름"),
        "tinted": ("Toned black and white", "단색 인화"),
        "night_push": ("Night film", "밤 필름"),
        "cyanotype": ("Cyanotype", "청사진"),
        "xerox": ("Photocopy", "복사기"),
        "painted": ("Painted over", "붓질"),
        "torn": ("Torn paper", "찢은 종이"),
        "framed": ("Framed print", "액자"),
        "duotone": ("Duotone", "듀오톤"),
        "halftone": ("Halftone dots", "망점"),
        "engraving": ("Engraved lines", "새긴 선"),
        "screenprint": ("Screen print", "실크스크린"),
        "riso": ("Riso print", "리소"),
        "collage": ("Cut-out collage", "오려 붙이기"),
        "bands": ("Cut to bands", "띠 자르기"),
        "contact": ("Contact sheet", "밀착 인화"),
    }
)
"""What is made of a picture that somebody brought (`covers.brief.scenery.TREATMENTS`) → English and Korean name."""

LETTERING_PHRASES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "type_stretched": ("in letters drawn out long", "길게 늘인 글자로 쓴"),
        "type_melted": ("in letters that melt", "녹아내리는 글자로 쓴"),
        "type_huge": ("in letters as large as the page", "화면을 채운 글자로 쓴"),
        "type_cutout": ("cut out as with a knife", "칼로 오려 낸"),
        "type_field": ("repeated all over, one unlike the others", "수없이 되풀이되고 하나만 다른"),
        "type_light": ("in letters of light", "빛으로 쓴"),
        "type_carved": ("carved, with light from one side", "한쪽에서 빛을 받는, 새겨 넣은"),
        "type_curve": ("in letters that follow a curve", "곡선을 따라 휘어진 글자로 쓴"),
    }
)
"""Style whose picture is the title → how the title stands there, after it in English and before it in Korean."""

SCENE_NAMES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "moon_sea": ("the sea under a wide sky", "넓은 하늘 아래 바다"),
        "ferry_harbour": ("a ferry leaving a harbour", "항구를 떠나는 배"),
        "pier": ("a pier over still water", "고요한 물 위의 부두"),
        "lighthouse": ("a lighthouse by the sea", "바닷가 등대"),
        "storm_sea": ("a stormy sea", "폭풍우 치는 바다"),
        "river_reeds": ("reeds by a river", "강가의 갈대"),
        "under_water": ("shafts of light under water", "물속으로 내려오는 빛"),
        "wet_street": ("a street at night after rain", "비 온 뒤의 밤거리"),
        "rooftop": ("a rooftop over the city", "도시가 내려다보이는 옥상"),
        "sign_alley": ("an alley with one lit sign", "간판 하나 켜진 골목"),
        "crossing": ("a crossing from above", "위에서 본 횡단보도"),
        "underpass": ("an underpass", "지하보도"),
        "night_store": ("a convenience store at night", "한밤의 편의점"),
        "petrol_station": ("a petrol station at night", "한밤의 주유소"),
        "flats_evening": ("apartment blocks with a few lit windows", "창 몇 개만 켜진 아파트"),
        "playground": ("an empty playground", "텅 빈 놀이터"),
        "market_street": ("a market street under bulbs", "전구 아래 시장 골목"),
        "rain_window": ("a window in the rain", "비 내리는 창"),
        "window_room": ("a room with the window’s light on the wall", "벽에 창빛이 드는 방"),
        "kitchen": ("a kitchen table by the window", "창가의 부엌 식탁"),
        "noon_bed": ("an empty bed with light through blinds", "블라인드 빛이 드는 빈 침대"),
        "desk_lamp": ("a desk under a lamp", "스탠드 켜진 책상"),
        "bookshelf": ("shelves of books", "책이 꽂힌 서가"),
        "greenhouse": ("a greenhouse full of leaves", "잎으로 가득한 온실"),
        "turntable": ("a record on a turntable", "턴테이블 위의 레코드"),
        "fog_ridges": ("mountain ridges in the mist", "안개 낀 산등성이"),
        "lone_tree": ("a lone tree in a field", "들판의 나무 한 그루"),
        "autumn_path": ("a path between autumn trees", "단풍나무 사이의 길"),
        "desert_road": ("a straight road through the desert", "사막을 가로지르는 길"),
        "night_blossom": ("cherry blossom at night", "밤의 벚꽃"),
        "temple_snow": ("a tiled house in the snow", "눈 덮인 기와집"),
        "hanok_rain": ("a hanok in the rain", "비 내리는 한옥"),
        "burning_bridge": ("a burning bridge", "불타는 다리"),
        "tall_clouds": ("towering clouds", "높이 솟은 구름"),
        "aurora_lake": ("northern lights over a lake", "호수 위의 오로라"),
        "tent_stars": ("a lit tent under the stars", "별빛 아래 불 켜진 텐트"),
        "planet_rim": ("the rim of a planet", "행성의 가장자리"),
        "snow_platform": ("a railway platform in the snow", "눈 내리는 기차 승강장"),
        "dusk_motorway": ("a motorway from the driver’s seat", "운전석에서 본 고속도로"),
        "bus_last_row": ("a bus from its last row", "맨 뒷자리에서 본 버스 안"),
        "subway_window": ("a subway window", "지하철 창"),
        "airport_glass": ("an airport window with a plane behind it", "비행기가 보이는 공항 유리창"),
        "festival": ("a festival stage over the crowd", "사람들 너머의 페스티벌 무대"),
        "disco_floor": ("a dance floor under a mirror ball", "미러볼 아래 춤추는 바닥"),
        "theatre_curtain": ("a theatre curtain in a spotlight", "조명 하나 비친 극장 막"),
    }
)
"""Scene → what it shows, in English and Korean."""

PALETTE_NAMES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "dusk": ("Dusk", "해 질 녘"), "winter_sea": ("Winter sea", "겨울 바다"), "midnight": ("Midnight", "한밤"),
        "neon_rain": ("Neon", "네온"), "candy": ("Candy", "사탕"), "blush": ("Blush", "복숭앗빛"), "citrus": ("Citrus", "귤"),
        "poster_red": ("Red poster", "빨간 포스터"), "sage": ("Sage", "세이지"), "sepia": ("Old photo", "빛바랜 사진"),
        "gold_black": ("Gold and black", "금빛과 검정"), "ink_seal": ("Ink and seal", "먹과 인주"),
    }
)  # fmt: skip
"""Palette of `covers.brief.wishes` → English and Korean name."""

THING_NAMES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "lit_window": ("lit window", "불 켜진 창"), "coat_chair": ("chair with a coat", "외투가 걸린 의자"),
        "two_cups": ("pair of cups", "잔 두 개"), "boat_leaving": ("boat that leaves", "떠나는 배"),
        "phone_box": ("phone box", "공중전화 부스"), "street_bench": ("bench", "벤치"), "vase": ("vase of flowers", "꽃병"),
        "record_player": ("record player", "턴테이블"), "traffic_light": ("traffic light", "신호등"),
        "signpost": ("signpost", "이정표"), "kettle": ("kettle", "주전자"), "pot": ("cooking pot", "냄비"),
        "teddy": ("teddy bear", "곰 인형"), "rocking_horse": ("rocking horse", "흔들 목마"), "parasol": ("parasol", "파라솔"),
        "surfboard": ("surfboard", "서핑보드"), "lifebuoy": ("lifebuoy", "구명튜브"), "carousel": ("carousel", "회전목마"),
        "fireworks": ("burst of fireworks", "불꽃놀이"), "firefly": ("swarm of fireflies", "반딧불이"), "seagull": ("seagull", "갈매기"),
        "snowman": ("snowman", "눈사람"), "potted_plant": ("potted plant", "화분"), "telescope": ("telescope", "망원경"),
        "spaceship": ("spaceship", "우주선"), "astronaut": ("astronaut", "우주비행사"),
        "sewing_machine": ("sewing machine", "재봉틀"), "scarf": ("scarf", "목도리"), "shopping_bag": ("bag of shopping", "장바구니"),
        "vending_machine": ("vending machine", "자판기"), "laundry_line": ("line of laundry", "빨랫줄"),
        "fishing_rod": ("fishing rod", "낚싯대"), "milk_bottle": ("milk bottle", "우유병"), "petals": ("drift of petals", "흩날리는 꽃잎"),
        "drum_kit": ("drum kit", "드럼 세트"),
    }
)  # fmt: skip
"""Things that are no motif → English and Korean name."""

HOUR_NAMES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "dawn": ("at dawn", "새벽녘"),
        "morning": ("in the morning", "아침"),
        "noon": ("at noon", "한낮"),
        "afternoon": ("in the afternoon", "오후"),
        "dusk": ("at dusk", "해 질 녘"),
        "evening": ("in the evening", "저녁"),
        "night": ("at night", "밤"),
        "small_hours": ("in the small hours", "깊은 밤"),
    }
)
"""Hour → when, in English and Korean."""

WEATHER_NAMES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "clear": ("clear sky", "맑은 하늘"),
        "cloudy": ("clouds", "구름"),
        "rain": ("rain", "비"),
        "snow": ("snow", "눈"),
        "fog": ("mist", "안개"),
        "storm": ("storm", "폭풍"),
        "wind": ("wind", "바람"),
    }
)
"""Weather → what it is called, in English and Korean."""

SEASON_NAMES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "spring": ("spring", "봄"),
        "summer": ("summer", "여름"),
        "autumn": ("autumn", "가을"),
        "winter": ("winter", "겨울"),
    }
)
PEOPLE_NAMES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "nobody": ("nobody", "아무도 없이"),
        "one": ("somebody standing", "서 있는 한 사람"),
        "sitting": ("somebody sitting", "앉아 있는 한 사람"),
        "walking": ("somebody walking", "걷는 한 사람"),
        "pair": ("two people", "두 사람"),
        "child": ("a child", "아이"),
        "parent_child": ("an adult and a child", "어른과 아이"),
        "elder": ("an old person", "노인"),
        "dancer": ("somebody dancing", "춤추는 사람"),
        "band": ("a band", "밴드"),
        "crowd": ("a crowd", "많은 사람들"),
    }
)

BY_NIGHT: Mapping[str, tuple[str, str]] = MappingProxyType({"moon_sea": ("the sea by moonlight", "달빛 아래 바다")})
"""Scenes that show something else in the dark."""


def thing_name(key: str) -> tuple[str, str]:
    """A thing of `covers.brief.scenery` in English, without an article, and Korean; one of another release by its key."""
    return THING_NAMES.get(key) or (pictured(key), korean_name(key) if key in MOTIFS else english_name(key))


def scene_name(key: str, hour: str) -> tuple[str, str]:
    """What a scene shows at an hour, in English and Korean. Raises KeyError for an unknown scene."""
    is_dark = hour in ("evening", "night", "small_hours")
    return BY_NIGHT[key] if is_dark and key in BY_NIGHT else SCENE_NAMES[key]
