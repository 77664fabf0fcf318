"""Whether the names of a song stand whole on a sleeve: read from a stored layout, without a drawing library."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from unicodedata import normalize

from albumsite.letters import BLANKS, clusters, compose, has_ink, is_hidden


@dataclass(frozen=True)
class Loss:
    """What a sleeve lacks. letters: those that no face had, each once. is_cut: whether a name ends early."""

    letters: tuple[str, ...] = ()
    is_cut: bool = False

    def __bool__(self) -> bool:
        return bool(self.letters) or self.is_cut


def loss(layout: Mapping[str, Any] | None, title: str, artist: str) -> Loss:
    """What of a title and an artist is not on a picture. layout: as `report` describes it; None: set without type."""
    if layout is None:
        return Loss()
    if "missing" in layout:
        letters = (*layout["missing"]["title"], *layout["missing"]["artist"])
        return Loss(tuple(dict.fromkeys(letters)), bool(layout["cut"]))
    return _compared(layout, title, artist)


def _compared(layout: Mapping[str, Any], title: str, artist: str) -> Loss:
    """A layout from before they said what they lack: by what stands there."""
    lines = [line for name in ("title", "artist") if layout.get(name) for line in layout[name]["lines"]]
    if any(line.endswith("…") for line in lines) and "…" not in title + artist:
        return Loss(is_cut=True)
    there = _letters_of("".join(lines))
    wanted = [cluster for cluster in clusters(_shown(title + artist)) if has_ink(cluster)]
    return Loss(tuple(dict.fromkeys(cluster for cluster in wanted if _letters_of(cluster) not in there)))


def _shown(text: str) -> str:
    return "".join(letter for letter in compose(text) if not is_hidden(letter) and letter not in BLANKS)


def spelled(letters: Iterable[str]) -> str:
    """Letters for a sentence, with their code points: who reads it may have no typeface for them either."""
    return ", ".join(f"{letter} ({' '.join(f'U+{ord(part):04X}' for part in letter)})" for letter in letters)


def is_all(text: str, lines: Iterable[str]) -> bool:
    """Whether the lines hold a whole text: hyphens at their ends and the spaces between them do not count."""
    return _letters_of(text) == _letters_of("".join(lines))


def _letters_of(text: str) -> str:
    """The letters alone, whatever their case or width."""
    return "".join(letter for letter in normalize("NFKC", text).casefold() if letter != "-" and not letter.isspace())
