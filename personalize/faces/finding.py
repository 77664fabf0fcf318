"""Where the faces of a photo are."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from personalize.faces import networks

WORK_SIDE = 1280
"""Longest side of the copy that is searched: the HOG detector then sees faces of a sixteenth of it."""

MOST_ENLARGED = 2.0

CNN_PIXELS = 480 * 360
"""What the CNN searches when the HOG detector sees nothing, 1.7 s on one core: it knows faces of 80 pixels and more."""

SOUND_SCORE = 0.5
"""The best HOG hit is a face above this, and below if the CNN agrees. Real faces: 0.5 to 2.2, in suits and bushes 0 to 0.6."""

SOUND_SCORE_BESIDE = 1.0
"""The same for the hits beside it, which would have a photo refused for showing several people."""

CNN_SCORE = 0.4

MOST_DOUBTFUL = 3
"""Asking the CNN about one doubtful hit takes 0.4 s."""

DOUBTFUL_SIDE = 100
"""Pixels of a doubtful hit when the CNN is asked."""


@dataclass(frozen=True)
class FoundFace:
    """In pixels of the given picture. The box is the detector's, cut to the picture: brows to chin, cheek to cheek.

    score: HOG detector's, 0 to about 3; of a face that only the CNN sees, its confidence, 0 to about 1.1. points: outer
    and inner corner of the eye on the right of the picture, the same of the one on its left, base of the nose. They are guessed
    where the picture ends before them. part_inside: share of the detector's box that lies in the picture, 0 to 1.
    """

    left: float
    top: float
    width: float
    height: float
    score: float
    points: tuple[tuple[float, float], ...]
    part_inside: float = 1.0


@dataclass(frozen=True)
class _Hit:
    rectangle: Any
    score: float


def find_faces(rgb: np.ndarray) -> list[FoundFace]:
    """All faces, largest first. rgb: uint8, (height, width, 3), upright.

    A small or large copy is searched, so time depends little on size: 0.3 s on one core where the first detector is
    sure, 2 to 3 s where it is not.
    """
    scale = min(WORK_SIDE / max(rgb.shape[:2]), MOST_ENLARGED)
    work = _scaled(rgb, scale)
    hits = list(_agreed(work, _hog_hits(work))) or list(_cnn_hits(work))
    faces = [_face(work, hit, scale, rgb.shape) for hit in hits]
    return _apart(sorted(faces, key=lambda face: face.width * face.height, reverse=True))


def _apart(faces: Sequence[FoundFace]) -> list[FoundFace]:
    """Without those whose middle lies in a larger one: a face found twice, at two sizes."""
    kept: list[FoundFace] = []
    for face in faces:
        x, y = face.left + face.width / 2, face.top + face.height / 2
        if not any(
            other.left < x < other.left + other.width and other.top < y < other.top + other.height for other in kept
        ):
            kept.append(face)
    return kept


def _scaled(rgb: np.ndarray, scale: float) -> np.ndarray:
    size = (max(1, round(rgb.shape[1] * scale)), max(1, round(rgb.shape[0] * scale)))
    return np.asarray(Image.fromarray(rgb).resize(size, Image.Resampling.BILINEAR))


def _hog_hits(work: np.ndarray) -> list[_Hit]:
    rectangles, scores, _ = networks.hog_detector().run(work, 0, 0.0)
    return [_Hit(*pair) for pair in zip(rectangles, scores, strict=True)]


def _agreed(work: np.ndarray, hits: Sequence[_Hit]) -> Iterator[_Hit]:
    """The sound hits, and of the others the best that the CNN confirms."""
    asked = 0
    for rank, hit in enumerate(sorted(hits, key=lambda hit: hit.score, reverse=True)):
        if hit.score >= (SOUND_SCORE_BESIDE if rank else SOUND_SCORE):
            yield hit
        elif asked < MOST_DOUBTFUL:
            asked += 1
            if _is_confirmed(work, hit.rectangle):
                yield hit


def _is_confirmed(work: np.ndarray, box: Any) -> bool:
    """Whether the CNN sees a face there, in a piece about twice as wide."""
    margin = box.width() // 2
    left, top = max(0, box.left() - margin), max(0, box.top() - margin)
    piece = np.ascontiguousarray(work[top : max(0, box.bottom() + margin), left : max(0, box.right() + margin)])
    scale = DOUBTFUL_SIDE / box.width()
    return any(
        abs(hit.rect.center().x / scale + left - box.center().x) < margin
        and abs(hit.rect.center().y / scale + top - box.center().y) < margin
        for hit in networks.cnn_detector()(_scaled(piece, scale), 0)
        if hit.confidence >= CNN_SCORE
    )


def _cnn_hits(work: np.ndarray) -> Iterator[_Hit]:
    import dlib

    scale = min(1.0, math.sqrt(CNN_PIXELS / (work.shape[0] * work.shape[1])))
    for hit in networks.cnn_detector()(_scaled(work, scale), 0):
        if hit.confidence >= CNN_SCORE:
            corners = (hit.rect.left(), hit.rect.top(), hit.rect.right(), hit.rect.bottom())
            yield _Hit(dlib.rectangle(*(round(corner / scale) for corner in corners)), hit.confidence)


def _face(work: np.ndarray, hit: _Hit, scale: float, shape: tuple[int, ...]) -> FoundFace:
    """In the given picture's pixels, its box cut to the picture."""
    found = networks.landmarks()(work, hit.rectangle)
    box = hit.rectangle
    left, right = np.clip([box.left() / scale, (box.right() + 1) / scale], 0, shape[1]).tolist()
    top, bottom = np.clip([box.top() / scale, (box.bottom() + 1) / scale], 0, shape[0]).tolist()
    points = tuple((point.x / scale, point.y / scale) for point in found.parts())
    part = (right - left) * (bottom - top) * scale**2 / (box.width() * box.height())
    return FoundFace(left, top, right - left, bottom - top, float(hit.score), points, min(1.0, part))
