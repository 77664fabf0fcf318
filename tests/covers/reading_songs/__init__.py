"""Songs of our own making with what a person would accept on their covers, and what would be absurd.

songs.tsv: a third is marked "held": nothing was tuned for those, and their figure is only looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from covers.brief_contract import Song
from covers.scenery import PLACES


@dataclass(frozen=True)
class ReadSong:
    """right: scenes, things and motifs that the set accepts, with "abstract" where a material alone is right. absurd: the same, named
    because a careless reading would take them."""

    is_held: bool
    song: Song
    right: frozenset[str]
    moods: frozenset[str]
    absurd: frozenset[str]


def _songs() -> tuple[ReadSong, ...]:
    lines = (Path(__file__).parent / "songs.tsv").read_text(encoding="utf-8").splitlines()
    return tuple(_song(*line.split("\t")) for line in lines if line and not line.startswith("#"))


def _song(part: str, title: str, genre: str, right: str, moods: str, absurd: str, lyrics: str) -> ReadSong:
    names = {name for token in right.split() for name in PLACES.get(token, (token,))}
    song = Song(title, "Somebody", "", genre, lyrics.replace(" / ", "\n"))
    return ReadSong(part == "held", song, frozenset(names), frozenset(moods.split()), frozenset(absurd.split()))


READ_SONGS = _songs()
