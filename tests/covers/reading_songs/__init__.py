"""Songs of our own making with what a person would accept on their covers, and what would be absurd.

The example songs, from which the writer has learnt; of them the fresh ones, for which no table was written; and songs.tsv, which is held
out: nothing was tuned for those, and only their figure is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from covers.brief.brief_contract import Song
from covers.writing.learning import Example, example, examples


@dataclass(frozen=True)
class ReadSong:
    """right, absurd, is_fresh: as of `Example`."""

    is_held: bool
    song: Song
    right: frozenset[str]
    moods: frozenset[str]
    absurd: frozenset[str]
    is_fresh: bool = False


def _songs() -> tuple[ReadSong, ...]:
    lines = (Path(__file__).parent / "songs.tsv").read_text(encoding="utf-8").splitlines()
    held = [example(*line.split("\t")) for line in lines if line and not line.startswith("#")]
    return (*(_read(one, is_held=False) for one in examples()), *(_read(one, is_held=True) for one in held))


def _read(one: Example, *, is_held: bool) -> ReadSong:
    return ReadSong(is_held, one.song, one.right, one.moods, one.absurd, one.is_fresh)


READ_SONGS = _songs()
