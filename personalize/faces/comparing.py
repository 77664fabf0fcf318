"""Whether two faces are one person's."""

from __future__ import annotations

from typing import Any

import numpy as np
from PIL import Image

from personalize.faces import networks
from personalize.faces.finding import FoundFace

SAME_PERSON_DISTANCE = 0.6
"""The network was trained so that distances within a person stay below this: 99.38 % of pairs of LFW (dlib's own figure).

Its author says that it is less sure on East Asian faces and on children: different people come out closer there.
"""

METRIC_NAME = "dlib-resnet-v1"

FACE_SIDE = 224
"""Pixels of a face's box before it is cut out, so that the whole-number landmarks of dlib are fine enough."""


def embed(rgb: np.ndarray, face: FoundFace) -> np.ndarray:
    """128 float32 numbers that stand for the person; 0.1 s. rgb: uint8, (height, width, 3), where `face` was found."""
    margin = 0.8 * face.width
    left, top = max(0, int(face.left - margin)), max(0, int(face.top - margin))
    right, bottom = int(face.left + face.width + margin), int(face.top + face.height + margin)
    piece = Image.fromarray(rgb[top:bottom, left:right])
    scale = FACE_SIDE / max(face.width, 1)
    size = (max(1, round(piece.width * scale)), max(1, round(piece.height * scale)))
    scaled = np.asarray(piece.resize(size, Image.Resampling.BICUBIC))
    return np.asarray(
        networks.recogniser().compute_face_descriptor(scaled, _landmarks(face, left, top, scale)), np.float32
    )


def _landmarks(face: FoundFace, left: int, top: int, scale: float) -> Any:
    """In pixels of a piece that begins at (left, top) and is scaled by `scale`."""
    import dlib

    points = dlib.points()
    for x, y in face.points:
        points.append(dlib.point(round((x - left) * scale), round((y - top) * scale)))
    return dlib.full_object_detection(dlib.rectangle(0, 0, FACE_SIDE - 1, FACE_SIDE - 1), points)


def distance(a: np.ndarray, b: np.ndarray) -> float:
    """Euclidean, 0 to about 1.3. Below SAME_PERSON_DISTANCE they are probably the same person."""
    return float(np.linalg.norm(np.asarray(a, np.float64) - np.asarray(b, np.float64)))


def likeness(a: np.ndarray, b: np.ndarray) -> float:
    """1 for the same embedding, 0 where "same person" ends, negative for others: 1 - distance / 0.6, at least -1.

    Not the cosine: the embeddings share a large common part, so strangers, too, have cosines of 0.8 and more, while the
    network was trained on the distance. It is linear, so that steps of a training compare along the whole way.
    """
    return max(-1.0, 1.0 - distance(a, b) / SAME_PERSON_DISTANCE)
