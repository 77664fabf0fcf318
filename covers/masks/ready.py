"""Masks that nobody need brush: the sky, what lies behind the subject, the lower third. Computed from the picture; nothing is learnt."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from PIL import Image, ImageFilter

from covers.engine.poster.own.saliency import saliency, subject_mask
from covers.engine.poster.portrait.filters import LUMA, Floats
from covers.engine.poster.portrait.separation import connected

SIDE = 192
"""Pixels of the picture that is looked at: a part is found, not an outline."""
SKY_DOWN_TO = 0.75
SKY_LEAST, SKY_MOST = 0.04, 0.7
"""Share of the picture that a sky covers; what is found outside of it was none, and the top third is taken."""
SKY_ALIKE = 0.16
"""How far in lightness a place may be from the top of the picture to be its sky."""


def lower_third(rgb: Floats) -> np.ndarray:
    mask = np.zeros(rgb.shape[:2], bool)
    mask[rgb.shape[0] * 2 // 3 :] = True
    return mask


def background(rgb: Floats) -> np.ndarray:
    """All but what draws the eye, with some room around it."""
    subject = Image.fromarray((subject_mask(saliency(rgb)) * 255).astype(np.uint8), "L")
    return np.asarray(subject.filter(ImageFilter.MaxFilter(7))) == 0


def sky(rgb: Floats) -> np.ndarray:
    """What hangs together with the upper edge and is about as bright as that."""
    rows = rgb.shape[0]
    light = (
        np.asarray(Image.fromarray(((rgb @ LUMA) * 255).astype(np.uint8), "L").filter(ImageFilter.GaussianBlur(2)))
        / 255
    )
    top = np.median(light[: max(1, rows // 16)])
    alike = np.abs(light - top) < SKY_ALIKE
    alike[round(rows * SKY_DOWN_TO) :] = False
    seeds = np.zeros_like(alike)
    seeds[:2] = alike[:2]
    found = connected(alike, seeds)
    if SKY_LEAST <= found.mean() <= SKY_MOST:
        return found
    third = np.zeros_like(alike)
    third[: rows // 3] = True
    return third


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
    stream = io.BytesIO()
    image.point(lambda value: 255 if value >= 128 else 0).save(stream, "PNG")
    return stream.getvalue()
