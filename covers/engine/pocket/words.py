"""What the pocket checkpoint is taught to show, and the sentences that say it."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from types import MappingProxyType

from covers.brief.vocabulary import english_name
from covers.engine.poster.color import Lch

CHECKPOINT = Path(__file__).with_name("checkpoint")
"""Where the trained one lies in the repository."""
ABOUT_FILE = "about.json"
"""In a checkpoint's folder: {"recipe": name, "side": pixels, "motifs": [key, …]}."""

COLOURS: Mapping[str, Lch] = MappingProxyType(
    {
        "red": (0.56, 0.21, 27),
        "orange": (0.72, 0.17, 55),
        "yellow": (0.88, 0.17, 96),
        "green": (0.56, 0.15, 148),
        "blue": (0.45, 0.19, 262),
        "purple": (0.45, 0.18, 300),
        "pink": (0.78, 0.13, 355),
        "black": (0.18, 0.015, 270),
        "white": (0.96, 0.012, 90),
    }
)
"""Name to the middle of what it means, in OKLCH. Chosen so that no two can be mistaken for each other."""

TOO_CLOSE: frozenset[frozenset[str]] = frozenset(
    frozenset(pair.split("/")) for pair in ("white/yellow", "blue/purple", "pink/orange")
)
"""Pairs that are told apart easily on their own, but not as a figure on a ground."""

FEW_MOTIFS: tuple[str, ...] = (
    "sun", "crescent", "star", "cloud", "heart", "flower", "tree", "mountain", "dove", "fish", "cat", "butterfly",
    "house", "sailboat", "airplane", "key", "crown", "guitar", "music_note", "bell", "skull", "face", "umbrella", "eye",
)  # fmt: skip
"""Silhouettes that differ at a glance: where teaching begins."""

MORE_MOTIFS: tuple[str, ...] = (
    "planet", "lightning", "snowflake", "wave", "cactus", "pine", "palm", "leaf", "maple_leaf", "tulip", "rose",
    "mushroom", "apple", "cherry", "strawberry", "owl", "swan", "rooster", "whale", "jellyfish", "octopus", "fox",
    "bear", "horse", "rabbit", "elephant", "snake", "hand", "ghost", "church", "temple", "castle", "bicycle", "rocket",
    "anchor", "balloon", "envelope", "camera", "clock", "candle", "cup", "diamond", "dress", "feather", "microphone",
    "vinyl", "piano", "trumpet",
)  # fmt: skip

MANY_MOTIFS: tuple[str, ...] = FEW_MOTIFS + MORE_MOTIFS

UNSEEN_SHARE = 25 / 99
"""Of all combinations, those that are never taught."""


@dataclass(frozen=True, order=True)
class Subject:
    """One thing that can be asked for: a motif of the vocabulary in one colour of COLOURS on a ground in another."""

    motif: str
    colour: str
    ground: str


def subjects(motifs: tuple[str, ...]) -> list[Subject]:
    """Every combination worth asking for."""
    return [
        Subject(motif, colour, ground)
        for motif, colour, ground in product(motifs, COLOURS, COLOURS)
        if colour != ground and frozenset((colour, ground)) not in TOO_CLOSE
    ]


def split(motifs: tuple[str, ...]) -> tuple[list[Subject], list[Subject]]:
    """(seen, unseen) combinations; the unseen are never trained on. The same motifs give the same split.

    The few and the others are split apart, so that what is unseen among the few stays so when others join them.
    """
    seen: list[Subject] = []
    unseen: list[Subject] = []
    for group in (FEW_MOTIFS, MORE_MOTIFS):
        shuffled = subjects(tuple(motif for motif in group if motif in motifs))
        random.Random("unseen").shuffle(shuffled)
        count = round(UNSEEN_SHARE * len(shuffled))
        unseen += shuffled[:count]
        seen += shuffled[count:]
    return sorted(seen), sorted(unseen)


CAPTION_TEMPLATES: tuple[str, ...] = (
    "a {colour} {noun} on a {ground} ground",
    "{colour} {noun}, {ground} ground",
    "a {noun} in {colour} on {ground}",
    "{ground} ground with a {colour} {noun}",
    "album cover, a {colour} {noun} on a {ground} ground, flat colour",
    "a {colour} {noun} on a {ground} ground, album cover art, single focal point",
)


UNCOLOURED_TEMPLATE = "a {noun} in colour on colour ground"
"""Names no colour: the model's own taste decides. Never a lesson, but all its words are known, and its motifs come out."""


def uncoloured_caption(motif: str) -> str:
    """The motif in a sentence that leaves its colours to the model."""
    return UNCOLOURED_TEMPLATE.format(noun=english_name(motif))


def caption(subject: Subject, template: int = 0) -> str:
    """The subject in a sentence; `template` chooses one of CAPTION_TEMPLATES, of which the first is what the engine itself writes."""
    return CAPTION_TEMPLATES[template % len(CAPTION_TEMPLATES)].format(
        colour=subject.colour, noun=english_name(subject.motif), ground=subject.ground
    )


def all_captions(motifs: tuple[str, ...]) -> Iterator[str]:
    """Every sentence that may be trained on: what the tokenizer is made from."""
    for subject, template in product(subjects(motifs), range(len(CAPTION_TEMPLATES))):
        yield caption(subject, template)


def known_motifs(folder: Path) -> tuple[str, ...]:
    """What the checkpoint in `folder` can show; the few that every one knows if it does not say."""
    try:
        return tuple(json.loads((folder / ABOUT_FILE).read_text(encoding="utf-8"))["motifs"])
    except (OSError, KeyError, ValueError):
        return FEW_MOTIFS
