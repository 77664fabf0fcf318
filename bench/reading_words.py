"""reading_words: how often a word of many meanings is told right, on the lines of tests/covers/reading_songs/words.tsv.

    python -m bench.reading_words [--misses] [--held] [--kiwi]

Each line says whether it names a thing: "배가 고파" names no ship, "the train leaves at nine" no leaf. --kiwi reads the Korean
ones with the analyser kiwipiepy as well (pip install kiwipiepy==0.24.1; the site does not need it), with the same senses. The last
line holds the share that is right over its target.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from covers.writing.lexicon import NOTION, indexes
from covers.writing.mentions import Text, mentions_in
from covers.writing.notions import NOTHING, senses

TARGET = 1.0
RIGHT = 0.9
LINES = Path(__file__).parents[1] / "tests" / "covers" / "reading_songs" / "words.tsv"


@dataclass(frozen=True)
class WordLine:
    """is_named: whether the line names the notion."""

    is_held: bool
    notion: str
    is_named: bool
    line: str

    @property
    def is_korean(self) -> bool:
        return any("가" <= char <= "힣" for char in self.line)


def word_lines() -> list[WordLine]:
    rows = [
        row.split("\t") for row in LINES.read_text(encoding="utf-8").splitlines() if row and not row.startswith("#")
    ]
    return [WordLine(part == "held", notion, sign == "+", line) for part, notion, sign, line in rows]


def ours(line: str) -> set[str]:
    """The notions that a line of lyrics names, as the writer reads it."""
    return {one.notion.key for one in mentions_in(Text("", "", ((line, 1),))) if not one.is_denied}


def is_right(one: WordLine, reader: Callable[[str], set[str]] = ours) -> bool:
    return (one.notion in reader(one.line)) == one.is_named


def kiwi() -> Callable[[str], set[str]]:
    """The same tables on nouns and verbs that kiwipiepy finds, with the same neighbours for senses."""
    from kiwipiepy import Kiwi  # type: ignore[import-not-found, unused-ignore]

    analyser: Any = Kiwi()
    index = indexes()[NOTION].korean

    def read(line: str) -> set[str]:
        found = set()
        for token in analyser.tokenize(line):
            is_verb = token.tag.startswith(("VV", "VA"))
            if not is_verb and not token.tag.startswith("NN"):
                continue
            entry = next(
                (one for one in index.get(token.form[0], ()) if one.stem == token.form and one.needs_verb is is_verb),
                None,
            )
            key = entry.key if entry else ""
            known = senses().get(token.form) if not is_verb else None
            if known:
                near = next((one for one in known if one.near and one.near.search(line.replace(" ", ""))), None)
                chosen = near or next((one for one in known if one.near is None), None)
                key = "" if chosen is None or chosen.notion == NOTHING else chosen.notion
            found.add(key)
        return found

    return read


def share(lines: Sequence[WordLine], reader: Callable[[str], set[str]] = ours) -> float:
    return sum(is_right(one, reader) for one in lines) / (len(lines) or 1)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--held", action="store_true", help="name misses of the held-out part, too")
    parser.add_argument("--kiwi", action="store_true")
    options = parser.parse_args(arguments)
    lines = word_lines()
    readers = {"ours": ours} | ({"kiwi": kiwi()} if options.kiwi else {})
    for name, reader in readers.items():
        for language, is_korean in (("Korean", True), ("English", False)):
            if name == "kiwi" and not is_korean:
                continue
            part = [one for one in lines if one.is_korean is is_korean]
            started = time.process_time()
            tuned, held = (share([one for one in part if one.is_held is held], reader) for held in (False, True))
            milliseconds = (time.process_time() - started) / len(part) * 1000
            print(
                f"{name:<6}{language:<9}{len(part):>4} lines  tuned {tuned:.1%}  held out {held:.1%}  {milliseconds:.2f} ms a line"
            )
        if options.misses:
            for one in lines:
                if (
                    (options.held or not one.is_held)
                    and (name == "ours" or one.is_korean)
                    and not is_right(one, reader)
                ):
                    print(f"  {name}: {'+' if one.is_named else '-'}{one.notion}: {one.line}")
    print(f"reading_words ratio={share(lines) / RIGHT:.2f} target={TARGET}")


if __name__ == "__main__":
    main()
