"""People in a scene: a skeleton that is posed in space, clothed, and looked at from any side."""

from covers.engine.poster.scenes.figures.groups import people
from covers.engine.poster.scenes.figures.person import draw_person
from covers.engine.poster.scenes.figures.poses import POSES
from covers.engine.poster.scenes.figures.wardrobe import Look, look_of

__all__ = ["POSES", "Look", "draw_person", "look_of", "people"]
