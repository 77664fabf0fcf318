"""Two dozen very different songs with hand-written briefs, for contact sheets and benchmarks."""

from __future__ import annotations

from covers.brief.brief_contract import Brief, Song


def _song(
    title: str, artist: str, genre: str, mood: str, motifs: str, palette: str = "", style: str = ""
) -> tuple[Song, Brief]:
    keys = tuple(motifs.split())
    brief = Brief(keys[0].replace("_", " "), keys, mood, tuple(palette.split()), style, "", (), "rules", genre)
    return Song(title, artist, genre=genre), brief


SONGS: tuple[tuple[Song, Brief], ...] = (
    _song("봄날의 편지", "하람", "ballad", "longing", "letter cherry_blossom hand bird"),
    _song("트로트 열차", "박달재", "trot", "joy", "train microphone crown flower"),
    _song("RAZOR//WIRE", "Afterpsalm", "rock", "anger", "skull wolf chain knife"),
    _song("Late Train", "Ida Moreau Quartet", "jazz", "nostalgia", "saxophone train cello wine"),
    _song("한강의 밤", "시티 라이츠", "rnb", "night", "bridge city moon car"),
    _song("Slow Post", "Harlan & Reyes", "folk", "comfort", "tree mailbox mountain crow"),
    _song("새벽 네 시의 고래", "무영", "indie", "dream", "whale sea constellation window"),
    _song("Super Shy Robot", "NJ", "dance", "dance", "robot disco_ball heart sneaker"),
    _song("아리랑", "소리", "folk", "longing", "mountain crane gayageum river"),
    _song("Crown Heights", "MC Okonkwo", "hiphop", "swagger", "crown lion sneaker car"),
    _song("Signal / No Signal", "Orrery", "electronic", "mystery", "signal satellite eye spiral"),
    _song("아침반 친구들", "소년서점", "children", "joy", "rabbit balloon rainbow kite"),
    _song("주의 은혜라", "새벽종 성가대", "ccm", "faith", "dove cross candle church"),
    _song("Tidal", "Weir", "electronic", "quiet", "wave moon shell lighthouse"),
    _song("소주 한 잔의 거리", "김광호", "ballad", "loneliness", "soju streetlight rain umbrella"),
    _song("Wildflower Girls", "The Marigolds", "indie", "freedom", "sunflower bicycle swallow butterfly"),
    _song("O", "Lux", "electronic", "awe", "eclipse planet circle stairs"),
    _song("Strawberry Summer Forever and Ever", "Candy Lane", "dance", "summer", "strawberry palm sun sailboat"),
    _song("엄마의 손", "이서진", "ballad", "tenderness", "mother rice_bowl hands_joined persimmon"),
    _song("Nocturne in Blue", "Ensemble Aster", "classical", "melancholy", "piano violin feather crescent"),
    _song("불꽃놀이", "네온고양이", "rock", "rebellion", "cat fire electric_guitar lightning"),
    _song("Winter Letters", "Sólveig", "folk", "winter", "deer pine snowflake house"),
    _song("미로", "검은 거울", "hiphop", "mystery", "maze snake mirror door"),
    _song("Champion", "Goldie Vance", "soundtrack", "triumph", "trophy horse flag wing"),
)
