"""Pictures to set type on, and what a person would measure on the result. All are numpy arrays (height, width, 3)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from covers.lettering import Lettered, TypePlan, Zone, render

Pixels = NDArray[np.uint8]


def flat(colour: tuple[int, int, int], side: int = 256) -> Pixels:
    return np.full((side, side, 3), colour, np.uint8)


def gradient(side: int = 256) -> Pixels:
    down = np.linspace(0, 1, side)[:, None, None]
    one = np.array([16, 18, 70]) * (1 - down) + np.array([250, 190, 140]) * down
    return np.broadcast_to(one, (side, side, 3)).astype(np.uint8)


def noise(side: int = 256) -> Pixels:
    return np.random.default_rng(5).integers(0, 256, (side, side, 3)).astype(np.uint8)


def checks(side: int = 256) -> Pixels:
    ys, xs = np.mgrid[0:side, 0:side] * 12 // side
    return np.where(((xs + ys) % 2)[..., None], np.array([235, 60, 50]), np.array([20, 60, 130])).astype(np.uint8)


def disc(side: int = 256) -> Pixels:
    """A bright disc low on the right of a dark ground."""
    ys, xs = np.mgrid[0:side, 0:side] / side
    inside = ((xs - 0.58) ** 2 + (ys - 0.62) ** 2 < 0.3**2)[..., None]
    return np.where(inside, np.array([245, 220, 120]), np.array([30, 26, 80])).astype(np.uint8)


def photograph(side: int = 256) -> Pixels:
    """Soft blotches of every lightness, with grain: busy everywhere, as a photograph may be."""
    chance = np.random.default_rng(11)
    coarse = chance.uniform(0, 255, (14, 14, 3))
    size = np.arange(side) * 13 / side
    low, share = size.astype(int), (size % 1)[:, None, None]
    rows = coarse[low] * (1 - share) + coarse[low + 1] * share
    across = share.transpose(1, 0, 2)
    soft = rows[:, low] * (1 - across) + rows[:, low + 1] * across
    return np.clip(soft + chance.normal(0, 6, (side, side, 1)), 0, 255).astype(np.uint8)


def enlarged(picture: Pixels, times: int) -> Pixels:
    return np.repeat(np.repeat(picture, times, axis=0), times, axis=1)


PICTURES = {
    "light": flat((244, 238, 226)), "dark": flat((18, 20, 34)), "mid": flat((140, 120, 116)), "gradient": gradient(),
    "noise": noise(), "checks": checks(), "disc": disc(), "photograph": photograph(),
}  # fmt: skip

PLAN = TypePlan(
    "grotesk", (Zone(0.07, 0.07, 0.86, 0.3),), ("#fff4e0", "#16141c"), (Zone(0.07, 0.86, 0.86, 0.07, "left", "bottom"),)
)


def set_on(
    picture: Pixels, title: str = "한강의 밤", artist: str = "시티 라이츠", plan: TypePlan | None = PLAN, seed: int = 3
) -> Lettered:
    height, width = picture.shape[:2]
    return render(picture.tobytes(), width, height, title=title, artist=artist, plan=plan, seed=seed)


def pixels_of(one: Lettered) -> Pixels:
    return np.frombuffer(one.rgb, np.uint8).reshape(one.height, one.width, 3)


def changed(before: Pixels, one: Lettered) -> NDArray[np.bool_]:
    return (before.astype(int) != pixels_of(one)).any(-1)


def window(box: list[float], picture: Pixels, slack: int = 0) -> tuple[slice, slice]:
    """The pixels of a reported box, `slack` pixels larger on every side."""
    height, width = picture.shape[:2]
    x, y, across, down = box
    top, left = max(0, int(y * height) - slack), max(0, int(x * width) - slack)
    return slice(top, int(np.ceil((y + down) * height)) + slack), slice(
        left, int(np.ceil((x + across) * width)) + slack
    )


def luminance(srgb: NDArray[np.float64]) -> NDArray[np.float64]:
    """WCAG relative luminance of (…, 3) values 0 to 255, written again here so that the test has its own ruler."""
    part = srgb / 255
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])


def contrast_under(ground: Pixels, one: Lettered, block: str) -> float:
    """Worst decile of the contrast between a block's ink and the pixels that its letters cover."""
    part = one.layout[block]
    rows, columns = window(part["box"], ground)
    ink = np.array([int(part["ink"][at : at + 2], 16) for at in (1, 3, 5)], float)
    inked = np.abs(pixels_of(one)[rows, columns] - ink).sum(-1) < 12
    below = luminance(ground[rows, columns][inked].astype(float))
    own = luminance(ink)
    return float(np.quantile((np.maximum(below, own) + 0.05) / (np.minimum(below, own) + 0.05), 0.1))


def meet(first: list[float], second: list[float]) -> bool:
    return (
        first[0] < second[0] + second[2] and second[0] < first[0] + first[2]
        and first[1] < second[1] + second[3] and second[1] < first[1] + first[3]
    )  # fmt: skip
