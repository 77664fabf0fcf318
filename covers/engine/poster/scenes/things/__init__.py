"""The things that tell a scene, drawn at their size, in its light, standing on what they stand on."""

from covers.engine.poster.scenes.things import (  # noqa: F401  each registers its things
    air,
    beasts,
    fair,
    home,
    keepsakes,
    music,
    nature,
    play,
    sound,
    street,
    table,
    travel,
    water,
    wings,
    worn,
)  # fmt: skip
from covers.engine.poster.scenes.things.registry import THINGS, Thing, draw_thing

__all__ = ["THINGS", "Thing", "draw_thing"]
