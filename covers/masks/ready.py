"""Masks that nobody need brush: the sky, what lies behind the subject, the lower third. Computed from the picture; nothing is learnt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from PIL import Image, ImageFilter

from albumsite.media.encoding import saved
from covers.engine.poster.own.saliency import saliency, subject_mask
from covers.engine.poster.portrait.filters import Floats, soft
from covers.engine.poster.portrait.separation import lab_like

SIDE = 192
"""Pixels of the picture that is looked at: a part is found, not an outline."""
SKY_SIDE = 96
"""The same for a sky."""
SKY_LEAST, SKY_MOST = 0.04, 0.85
"""Share of the picture that a sky covers; what is found outside of it was none, and the top third is taken."""
STEEP, SHORTEST = 1.5, 0.0005
"""How much farther a step over a clear edge is than many over a soft one; what any step costs."""


def lower_third(rgb: Floats) -> np.ndarray:
    mask = np.zeros(rgb.shape[:2], bool)
    mask[rgb.shape[0] * 2 // 3 :] = True
    return mask


def background(rgb: Floats) -> np.ndarray:
    """All but what draws the eye, with some room around it."""
    subject = Image.fromarray((subject_mask(saliency(rgb)) * 255).astype(np.uint8), "L")
    return np.asarray(subject.filter(ImageFilter.MaxFilter(7))) == 0


def sky(rgb: Floats) -> np.ndarray:
    """What is nearer to the upper edge than to the lower one, where a step is as far as colours differ: a sky goes over into itself, from
    dark to bright, and parts from what stands before it. Places that are restless are far from the upper edge, not from the lower one."""
    shrunk = Image.fromarray((rgb * 255).astype(np.uint8)).resize((SKY_SIDE, SKY_SIDE), Image.Resampling.BOX)
    color = lab_like(soft(np.asarray(shrunk, np.float32) / 255, 1.0))
    down, across = ((np.diff(color, axis=axis) ** 2).sum(-1) ** 0.5 for axis in (0, 1))
    unrest = np.zeros((SKY_SIDE, SKY_SIDE, 1), np.float32)
    unrest[1:, 1:, 0] = np.hypot(down[:, 1:], across[1:])
    rough = 0.1 * soft(unrest, 2.0)[..., 0] ** STEEP
    steps = down**STEEP + SHORTEST, across**STEEP + SHORTEST
    rougher = steps[0] + (rough[1:] + rough[:-1]) / 2, steps[1] + (rough[:, 1:] + rough[:, :-1]) / 2
    found = _far_from(0, rougher) < _far_from(-1, steps)
    if SKY_LEAST <= found.mean() <= SKY_MOST:
        mask = Image.fromarray((found * 255).astype(np.uint8), "L").resize(rgb.shape[1::-1], Image.Resampling.BILINEAR)
        return np.asarray(mask) >= 128
    third = np.zeros(rgb.shape[:2], bool)
    third[: rgb.shape[0] // 3] = True
    return third


def _far_from(row: int, steps: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """The length of the shortest way from a row to each place. steps: to the place below, and to the one on the right."""
    down, right = steps
    far = np.full((SKY_SIDE, SKY_SIDE), np.inf)
    far[row] = 0
    while True:
        nearer = far.copy()
        nearer[1:] = np.minimum(nearer[1:], far[:-1] + down)
        nearer[:-1] = np.minimum(nearer[:-1], far[1:] + down)
        nearer[:, 1:] = np.minimum(nearer[:, 1:], far[:, :-1] + right)
        nearer[:, :-1] = np.minimum(nearer[:, :-1], far[:, 1:] + right)
        if (nearer == far).all():
            return far
        far = nearer


READY_MASKS: Mapping[str, Callable[[Floats], np.ndarray]] = MappingProxyType(
    {"sky": sky, "background": background, "lower_third": lower_third}
)


def ready_mask(picture: Image.Image, name: str) -> bytes:
    """A PNG as large as the picture, white where it is drawn anew. 0.1 s. Raises KeyError for another name than those of READY_MASKS."""
    small = picture.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BOX)
    mask = READY_MASKS[name](np.asarray(small, np.float32) / 255)
    if not mask.any():  # a picture without anything that stands out, or with nothing else
        mask = np.ones_like(mask)
    image = Image.fromarray((mask * 255).astype(np.uint8), "L").resize(picture.size, Image.Resampling.BILINEAR)
    return saved(image.point(lambda value: 255 if value >= 128 else 0), "PNG")
