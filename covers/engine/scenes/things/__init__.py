"""The things that tell a scene, drawn at their size, in its light, standing on what they stand on."""

from covers.engine.scenes.things import home  # noqa: F401  registers its things
from covers.engine.scenes.things.registry import THINGS, Thing, draw_thing

__all__ = ["THINGS", "Thing", "draw_thing"]
