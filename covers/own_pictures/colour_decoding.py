"""The colours of one picture that somebody brought, in a child of `albumsite.processes.sandbox`: no Django or database here."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from albumsite.media.decoding import UploadBounds, UploadRefused, decode_upload, prepare_decoders
from albumsite.processes.picture_answers import HEADER, packed
from covers.lettering.oklab import oklab_of, rgb_of_oklab

Floats = NDArray[np.float64]

SMALLEST_SIDE, LOOKED_AT_SIDE = 64, 256
CELLS = 64
"""Along each side of the copy that is clustered: a pixel each, for a mean of two colours at an edge would be a third."""
COLOURS = 5
ROUNDS = 12
SAME = 0.035
"""In OKLab, where 0.02 is just visible: nearer ones are one colour."""
RARE = 0.35
"""Power of a cell's share in the choice of where clusters begin: a small thing in a colour of its own gets one as well."""
BIN = 0.05


def prepare() -> None:
    """Load the decoders, in the stem."""
    prepare_decoders()
    Image.init()


def answer(content: bytes) -> bytes:
    """A JSON object (problem; or colours, the most of it first), its length before it. content: how many bytes a file may have, then the
    file."""
    (max_bytes,) = HEADER.unpack_from(content)
    try:
        image = decode_upload(content[HEADER.size :], UploadBounds(max_bytes, SMALLEST_SIDE, LOOKED_AT_SIDE))
    except UploadRefused as refused:
        return packed({"problem": refused.reason})
    return packed({"colours": colours_of(image)})


def colours_of(image: Image.Image) -> list[str]:
    """Up to COLOURS colours of a picture as "#rrggbb", the most of it first; fewer where it has fewer.

    Clusters in OKLab (k-means, Lloyd 1982), begun far from each other, so that an accent is not lost in a large sky; the same picture
    gives the same colours.
    """
    small = np.asarray(image.convert("RGB").resize((CELLS, CELLS), Image.Resampling.NEAREST))
    points = oklab_of(small.reshape(-1, 3))
    middles = _begun(points, COLOURS)
    for _ in range(ROUNDS):
        nearest = _distances(points, middles).argmin(axis=1)
        middles = np.stack([points[nearest == one].mean(axis=0) for one in np.unique(nearest)])
    nearest = _distances(points, middles).argmin(axis=1)
    order = np.argsort(-np.bincount(nearest, minlength=len(middles)), kind="stable")
    kept: list[Floats] = []
    for middle in middles[order]:
        if all(np.linalg.norm(middle - other) >= SAME for other in kept):
            kept.append(middle)
    named = np.clip(np.rint(rgb_of_oklab(np.stack(kept))), 0, 255).astype(int)
    return list(dict.fromkeys("#{:02x}{:02x}{:02x}".format(*one) for one in named))


def _begun(points: Floats, most: int) -> Floats:
    """Where clusters begin: at the commonest colour, then each time at the one that is far from those before it, and not too rare."""
    bins, places, counts = np.unique(np.rint(points / BIN), axis=0, return_inverse=True, return_counts=True)
    places = places.reshape(-1)
    means = np.stack([np.bincount(places, points[:, axis], len(bins)) / counts for axis in range(3)], axis=1)
    weight = (counts / counts.sum()) ** RARE
    chosen = [int(counts.argmax())]
    while len(chosen) < min(most, len(bins)):
        away = _distances(means, means[chosen]).min(axis=1)
        if away.max() < SAME:
            break
        chosen.append(int((away * weight).argmax()))
    return means[chosen]


def _distances(points: Floats, middles: Floats) -> Floats:
    return np.asarray(np.linalg.norm(points[:, None] - middles[None], axis=2))
