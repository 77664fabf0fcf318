"""How sharp and how bright a face is."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter

from personalize.faces.finding import FoundFace

FACE_SIDE = 128
"""Pixels that a face is scaled to before it is measured: a sharp face measures alike at any resolution above."""


def _grey(rgb: np.ndarray, face: FoundFace) -> Image.Image:
    """Eyes, nose and mouth, set by the landmarks: the detector's boxes come in steps of a fifth."""
    points = np.asarray(face.points)
    eyes = (points[0] + points[2]) / 2
    middle = (eyes + points[4]) / 2
    half = float(np.linalg.norm(points[0] - points[2]))
    box = (middle[0] - half, middle[1] - half, middle[0] + half, middle[1] + half)
    left, top = max(0, int(box[0])), max(0, int(box[1]))
    piece = rgb[top : max(top + 1, round(box[3])), left : max(left + 1, round(box[2]))]
    return Image.fromarray(piece).convert("L").resize((FACE_SIDE, FACE_SIDE), Image.Resampling.BOX)


def sharpness(rgb: np.ndarray, face: FoundFace) -> float:
    """Energy of fine detail of the face over that of its contrast, times 1000: about 20 in a good photo.

    The detail is the difference of two Gaussians (1 and 2 pixels of 128), which noise of single pixels hardly enters;
    divided by contrast, it does not depend on light.
    """
    grey = _grey(rgb, face)
    fine, coarse = (np.asarray(grey.filter(ImageFilter.GaussianBlur(radius)), np.float64) for radius in (1, 2))
    contrast = coarse.var()
    return float(1000 * (fine - coarse).var() / contrast) if contrast > 0 else 0.0


def brightness(rgb: np.ndarray, face: FoundFace) -> tuple[float, float, float]:
    """The 10th, 50th and 90th percentile of the face's grey values, 0 to 255: its shadows, middle and lights."""
    shadows, median, lights = np.percentile(np.asarray(_grey(rgb, face)), (10, 50, 90)).tolist()
    return shadows, median, lights
