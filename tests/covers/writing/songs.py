"""Songs of our own making with what a person would expect on their covers. Lyrics are invented; some titles are well known.

songs.tsv was used while the tables were made. held_out_songs.tsv was written afterwards and never tuned for.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from covers.brief.brief_contract import Song


@dataclass(frozen=True)
class Expected:
    """wanted: each group must have one of its motifs among the first four. moods: any of these is right."""

    song: Song
    wanted: tuple[frozenset[str], ...]
    moods: frozenset[str]


def _read(name: str) -> tuple[Expected, ...]:
    lines = (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines()
    return tuple(_expected(*line.split("\t")) for line in lines if not line.startswith("#"))


def _expected(title: str, genre: str, wanted: str, moods: str, lyrics: str) -> Expected:
    groups = tuple(frozenset(group.split("|")) for group in wanted.split())
    return Expected(Song(title, "Somebody", "", genre, lyrics.replace(" / ", "\n")), groups, frozenset(moods.split()))


SONGS = _read("songs.tsv")
HELD_OUT_SONGS = _read("held_out_songs.tsv")
