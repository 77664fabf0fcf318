"""How much pictures are like photos that were not trained on: by faces where there are any, else by the pictures.

Both give a number from -1 to 1, larger for more alike. They cannot be compared with each other, so a run keeps to one, and
says which.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from PIL import Image

from personalize import faces

logger = logging.getLogger(__name__)

SIDE = 16
"""Pixels that pictures are reduced to where no face is looked for: the layout of colours, no detail."""
WINDOW = 0.28
"""Deviation of the bell that pixels count by, in sides: what is behind a head counts little."""
FACE_RESOLUTION = 256
"""Pixels of a picture from which on faces are looked for: the detector wants 80 of a face, and looks long for none."""
LEAST_GAIN = 0.005
"""A check that is not better by this much counts as no better: what other seeds would change."""


class LikenessMetric(Protocol):
    """name: stands beside every likeness."""

    name: str

    def likeness(self, pictures: Sequence[np.ndarray]) -> float | None:
        """-1 to 1, the mean over `pictures` (height, width, 3) uint8; None where it can read none of them."""


class FaceLikeness:
    """Likeness of faces by their embeddings. photos: held-out pictures in which a face was found."""

    name = faces.METRIC_NAME

    def __init__(self, photos: Sequence[np.ndarray]) -> None:
        self._known = [known for photo in photos if (known := embedded(photo)) is not None]

    @property
    def is_usable(self) -> bool:
        return bool(self._known)

    def likeness(self, pictures: Sequence[np.ndarray]) -> float | None:
        """Of the pictures with a face, to the held-out photo that each is most like. A picture without one counts -1,
        unless none has one.
        """
        found = [embedded(picture) for picture in pictures]
        if not any(one is not None for one in found):
            return None
        scores = [-1.0 if one is None else max(faces.likeness(one, known) for known in self._known) for one in found]
        return float(np.mean(scores))


def embedded(picture: np.ndarray) -> np.ndarray | None:
    """The largest face's embedding, or None."""
    found = faces.find_faces(np.ascontiguousarray(picture))
    return faces.embed(np.ascontiguousarray(picture), found[0]) if found else None


class PictureLikeness:
    """Correlation of blurred colours, mostly of the middle: for pictures too small or too rough for faces.

    It sees that hair, skin and clothes are where they are in the photos, and not whose face it is. A picture may be a photo's
    mirror image, as half of what is trained on is.
    """

    name = "colour-layout"

    def __init__(self, photos: Sequence[np.ndarray]) -> None:
        self._known = [side for photo in photos for side in (small(photo), small(photo)[:, ::-1])]

    def likeness(self, pictures: Sequence[np.ndarray]) -> float | None:
        """Each to the held-out photo that it is most like."""
        scores = [max(correlation(small(picture), known) for known in self._known) for picture in pictures]
        return float(np.mean(scores)) if scores else None


def small(picture: np.ndarray) -> np.ndarray:
    """(SIDE, SIDE, 3) from 0 to 1."""
    image = Image.fromarray(np.ascontiguousarray(picture)).resize((SIDE, SIDE), Image.Resampling.BOX)
    return np.asarray(image, np.float64) / 255


@functools.cache
def window() -> np.ndarray:
    """How much each pixel counts, (SIDE, SIDE, 1); three channels sum to 1."""
    y, x = np.mgrid[0:SIDE, 0:SIDE] / (SIDE - 1) - 0.5
    bell = np.exp(-(x * x + y * y) / (2 * WINDOW**2))
    return (bell / bell.sum() / 3)[..., None]


def correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Pearson's, weighted by the window; 0 where one has no differences."""
    a, b = a - (window() * a).sum(), b - (window() * b).sum()
    size = np.sqrt((window() * a * a).sum() * (window() * b * b).sum())
    return float((window() * a * b).sum() / size) if size > 1e-12 else 0.0


def metric_for(held_out: Sequence[np.ndarray], as_drawn: Sequence[np.ndarray]) -> LikenessMetric:
    """Faces, if they can be found in what the model could draw at best; else whole pictures.

    held_out: photos; as_drawn: the same after the VAE, which loses what no picture of this model can have.
    """
    if faces.is_available() and min(len(picture) for picture in as_drawn) >= FACE_RESOLUTION:
        try:
            if all(embedded(picture) is not None for picture in as_drawn):
                metric = FaceLikeness(held_out)
                if metric.is_usable:
                    return metric
        except faces.BrokenNetwork as error:
            logger.warning("face networks are unusable, likeness goes by pictures error=%s", error)
    return PictureLikeness(held_out)
