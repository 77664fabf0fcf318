"""What there is to know of a brought picture before a cover is planned of it: what may be shown, where the subject is, its light."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from albumsite.errors import EngineError
from covers.engine.engine_contract import OwnPicture
from covers.engine.poster.color import lch_of, oklch
from covers.engine.poster.own import saliency
from covers.engine.poster.own.photos import CropSquare, copy_to_look_at, size_of
from covers.engine.poster.own.saliency import Box
from covers.engine.poster.portrait.filters import LUMA, Floats, soft
from covers.engine.poster.portrait.separation import clustered, lab_like

SIDE = 96
"""Cells along the square that is looked at."""


@dataclass(frozen=True)
class Seen:
    """square: what may be shown; crop: the same as the contract writes it.

    found: (SIDE, SIDE) 0..1, how much each place of the square draws the eye. rgb: (SIDE, SIDE, 3) of
    it. subject: its box in the square, None where nothing stands out. faces: boxes in the square. is_chosen: whether a person chose
    the square."""

    square: CropSquare
    crop: tuple[float, float, float]
    found: Floats
    rgb: Floats
    subject: Box | None
    faces: tuple[Box, ...]
    is_chosen: bool = False

    @cached_property
    def light(self) -> Floats:
        return np.asarray(self.rgb @ LUMA, np.float32)

    @cached_property
    def mean(self) -> float:
        return float(self.light.mean())

    @cached_property
    def span(self) -> float:
        """From the darkest to the lightest twentieth."""
        return float(np.quantile(self.light, 0.95) - np.quantile(self.light, 0.05))

    @cached_property
    def chroma(self) -> float:
        """How colourful it is: 0 grey to about 1."""
        lab = lab_like(self.rgb)
        return float(np.sqrt((lab[..., 1:] ** 2).sum(-1)).mean())

    @cached_property
    def is_flat(self) -> bool:
        """One colour, or nearly."""
        return self.span < 0.05 and self.chroma_span < 0.05

    @cached_property
    def chroma_span(self) -> float:
        lab = lab_like(self.rgb)[..., 1:].reshape(-1, 2)
        return float((np.quantile(lab, 0.95, axis=0) - np.quantile(lab, 0.05, axis=0)).max())

    @cached_property
    def is_graphic(self) -> bool:
        return not self.is_flat and is_graphic(self.rgb)

    @cached_property
    def unrest(self) -> float:
        """How much of it is fine detail: 0 to about 0.1."""
        return float(np.abs(self.light - soft(self.light, 1.2)).mean())

    @cached_property
    def colors(self) -> tuple[str, ...]:
        """Up to five colours of its own, the most of it first."""
        points = lab_like(self.rgb).reshape(-1, 3)[::4]
        flat = self.rgb.reshape(-1, 3)[::4]
        labels = clustered(points)
        order = sorted(np.unique(labels), key=lambda label: -int((labels == label).sum()))
        means = [flat[labels == label].mean(0) for label in order]
        named = ["#{:02x}{:02x}{:02x}".format(*(round(255 * float(value)) for value in mean)) for mean in means]
        return tuple(dict.fromkeys(named))[:5]

    @cached_property
    def hue(self) -> tuple[float, float]:
        """Chroma and hue of what colour there is, in OKLCH; the liveliest counts most."""
        vivid = max(self.colors, key=lambda color: lch_of(color)[1])
        _, chroma, hue = lch_of(vivid)
        return chroma, hue

    def tint(self, lightness: float, chroma: float) -> str:
        """A colour of the picture's own hue."""
        own, hue = self.hue
        return oklch(lightness, min(chroma, own), hue)

    @property
    def focus(self) -> tuple[float, float]:
        """The subject's middle in the square; a face's before any other."""
        boxes = self.faces or ((self.subject,) if self.subject else ())
        if not boxes:
            return 0.5, 0.5
        weights = [width * height for _, _, width, height in boxes]
        x = sum(weight * (left + width / 2) for weight, (left, _, width, _) in zip(weights, boxes, strict=True))
        y = sum(weight * (top + height / 2) for weight, (_, top, _, height) in zip(weights, boxes, strict=True))
        return x / sum(weights), y / sum(weights)


def seen_in(picture: OwnPicture) -> Seen:
    """Looks at a picture; always at the same size. Raises EngineError "engine:bad-spec" when it cannot be read."""
    faces = tuple(face for face in picture.faces if all(math.isfinite(value) for value in face))
    return seen_of(copy_to_look_at(picture), *size_of(picture), faces, picture.crop)


def seen_of(
    rgb: Floats, width: int, height: int, faces: tuple[Box, ...] = (), chosen: tuple[float, float, float] | None = None
) -> Seen:
    """rgb: (rows, columns, 3) 0..1, the whole picture, small. width, height: of the picture itself. chosen: the crop that a person
    chose, as the contract writes it."""
    found = saliency.saliency(rgb, faces)
    if chosen is None:
        x, y = saliency.best_square(found, width, height, faces)
        square = held(x, y, 1.0, width, height)
    else:
        square = held(*chosen, width, height)
    part = square.x / width, square.y / height, square.size / width, square.size / height
    within = saliency.square_of(found, *part, SIDE)
    boxes = tuple(square.of(face, width, height) for face in faces)
    boxes = tuple(box for box in boxes if 0 < box[0] + box[2] / 2 < 1 and 0 < box[1] + box[3] / 2 < 1)
    pixels = saliency.square_of(rgb, *part, SIDE)
    subject = saliency.box_of(saliency.subject_mask(within))
    if is_graphic(pixels):  # its marks are all there is, however thin
        within = np.maximum(within, saliency.marks(pixels))
        subject = saliency.extent_of(saliency.marks(pixels))
    crop = (part[0] + part[2] / 2, part[1] + part[3] / 2, square.size / min(width, height))
    return Seen(square, crop, within, pixels, subject, boxes, is_chosen=chosen is not None)


def is_graphic(rgb: Floats) -> bool:
    """Whether it is a drawing, a page, a screenshot: most of it is one flat colour with sharp marks."""
    codes = (rgb * 15.99).astype(np.int64)
    counts = np.bincount((codes[..., 0] * 256 + codes[..., 1] * 16 + codes[..., 2]).ravel(), minlength=4096)
    step = np.abs(np.diff(rgb @ LUMA, axis=1))
    is_even = float((step < 0.006).mean()) > 0.55
    return is_even and float(counts.max() / codes[..., 0].size) > 0.34 and float((step > 0.06).mean()) > 0.015


def held(x: float, y: float, size: float, width: int, height: int) -> CropSquare:
    """The square that a crop means, moved into the picture where it stands out of it."""
    if not all(math.isfinite(value) for value in (x, y, size)):
        raise EngineError("engine:bad-spec", "crop is not finite")
    short = min(width, height)
    side = min(max(size, 0.0) * short, float(short))
    side = max(side, 1.0)
    left = min(max(x * width - side / 2, 0.0), width - side)
    top = min(max(y * height - side / 2, 0.0), height - side)
    return CropSquare(left, top, side)
