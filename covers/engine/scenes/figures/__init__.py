"""People in a scene: a skeleton that is posed in space, clothed, and looked at from any side."""

from covers.engine.scenes.figures.groups import people
from covers.engine.scenes.figures.person import draw_person
from covers.engine.scenes.figures.poses import POSES
from covers.engine.scenes.figures.wardrobe import Look, look_of

__all__ = ["POSES", "Look", "draw_person", "look_of", "people"]
