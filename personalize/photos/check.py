"""The judging of one photo, in a child of `albumsite.processes.sandbox`: no Django here, and no database or network."""

from __future__ import annotations

from typing import Any

import numpy as np
from PIL import Image

from albumsite.media.decoding import UploadRefused, decode_upload, encode_photo, prepare_decoders
from albumsite.media.fingerprints import fingerprint
from albumsite.processes.picture_answers import packed
from personalize import faces
from personalize.faces import FoundFace

# Measured on NASA's portrait in some 80 variants and six other portraits; tests/personalize/test_photo_faces.py holds the
# main ones. All are lenient: a photo that the network can still recognise teaches something.

MIN_FACE_SIDE = 80
"""Pixels of the kept picture: a square of head and shoulders then has 176. Boxes come in steps of a fifth."""

SECOND_FACE_PART = 1 / 3
"""A second face with this part of the first one's side is a second person, a smaller one is somebody passing by."""

MIN_SHARPNESS = 3.0
"""Good photos have 13 to 48. A Gaussian blur of 1 % of the face's width leaves 9 to 25, of 2 % 4 to 9, of 3 % 1.6 to 4.6."""

MIN_LIGHTS = 40
"""Grey value that a tenth of the face is above: 213 in NASA's portrait, 189 to 165 in other people's; a sixth is 35."""

MAX_MEDIAN = 250
"""Half of the face is burnt out above it: NASA's portrait at 1.8 times its brightness, which is hardly the same person."""


def prepare() -> None:
    """Load networks and decoders, in the stem."""
    faces.load()
    prepare_decoders()
    Image.init()


def answer(content: bytes) -> bytes:
    """A JSON object (fields of `personalize.photos.judging.Judged`), its length before it, and the JPEG after it."""
    return packed(*check(content))


def check(content: bytes) -> tuple[dict[str, Any], bytes]:
    """What was found, and the picture to keep: of a refused photo no picture and no embedding."""
    try:
        image = decode_upload(content)
    except UploadRefused as refused:
        return {"problem": refused.reason}, b""
    rgb = np.asarray(image)
    found: dict[str, Any] = {"width": image.width, "height": image.height}
    present = faces.find_faces(rgb)
    if problem := _problem_of_many(rgb, present):
        return found | {"problem": problem}, b""
    face = present[0]
    found |= _measured(rgb, face)
    if faces.is_cut(image.width, image.height, face):
        return found | {"problem": "face-cut"}, b""
    if problem := _problem_of_one(face, found["details"]):
        return found | {"problem": problem}, b""
    found |= {"fingerprint": fingerprint(image), "embedding": faces.embed(rgb, face).tolist()}
    return found, encode_photo(image)


def _problem_of_many(rgb: np.ndarray, present: list[FoundFace]) -> str | None:
    if not present:
        return _too_dark_for_faces(rgb) or "no-face"
    second = present[1].width if len(present) > 1 else 0
    return "several-faces" if second >= SECOND_FACE_PART * present[0].width else None


def _too_dark_for_faces(rgb: np.ndarray) -> str | None:
    lights = np.percentile(rgb[::4, ::4].max(axis=2), 90)
    return "too-dark" if lights < MIN_LIGHTS else None


def _measured(rgb: np.ndarray, face: FoundFace) -> dict[str, Any]:
    shadows, median, lights = faces.brightness(rgb, face)
    return {
        "face_left": face.left,
        "face_top": face.top,
        "face_width": face.width,
        "face_height": face.height,
        "details": {
            "score": face.score,
            "sharpness": faces.sharpness(rgb, face),
            "shadows": shadows,
            "median": median,
            "lights": lights,
        },
    }


def _problem_of_one(face: FoundFace, details: dict[str, float]) -> str | None:
    if min(face.width, face.height) < MIN_FACE_SIDE:
        return "face-too-small"
    if details["lights"] < MIN_LIGHTS:
        return "too-dark"
    if details["median"] > MAX_MEDIAN:
        return "too-bright"
    return "blurred" if details["sharpness"] < MIN_SHARPNESS else None
