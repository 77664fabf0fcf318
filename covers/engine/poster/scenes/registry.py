"""Every scene by its key, with the moments at which it can be played."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from covers.engine.poster.scenes.shot import Shot

Draw = Callable[[Shot], None]


@dataclass(frozen=True)
class SceneProgram:
    """key: of `covers.brief.scenery`. hours, weathers: where it is itself, best first; empty means any. What the concept asks for outside
    them is played as near as it comes."""

    key: str
    draw: Draw
    hours: tuple[str, ...] = ()
    weathers: tuple[str, ...] = ()
    seasons: tuple[str, ...] = ()


PROGRAMS: dict[str, SceneProgram] = {}


def scene(key: str, hours: str = "", weathers: str = "", seasons: str = "") -> Callable[[Draw], Draw]:
    """Registers a scene. hours, weathers, seasons: keys with spaces between."""

    def register(draw: Draw) -> Draw:
        PROGRAMS[key] = SceneProgram(key, draw, tuple(hours.split()), tuple(weathers.split()), tuple(seasons.split()))
        return draw

    return register
