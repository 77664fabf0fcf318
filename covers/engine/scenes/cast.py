"""Who and what is in a scene: people and telling things at the spots that the scene offers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from covers.engine.scenes.shot import Shot


@dataclass(frozen=True)
class Spot:
    """A place for somebody or something. x, foot: page units, where it stands. metre: how large one metre is there, in pages.

    holds: of "people", "ground", "table", "wall", "water", "air", "sky", with spaces between. depth: of air before it, 0 to 1.
    sits: poses that the place asks for, such as "sitting"; facing: -1 left, 1 right.
    """

    x: float
    foot: float
    metre: float
    holds: str = "people ground"
    depth: float = 0.0
    facing: int = 1
    poses: tuple[str, ...] = ()


def cast(shot: Shot, spots: Sequence[Spot], people: str = "", things: Sequence[str] = ()) -> None:
    """Put the concept's people and things in their spots, else the scene's own (`people`, `things`), from back to front.

    What finds no spot that holds it is left out.
    """
