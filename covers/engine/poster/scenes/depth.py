"""Depth of field: a lens that is set to what stands near, or to what is far, and leaves the other a little soft.

Nothing is blurred after it was drawn together: what is behind the focus is softened before anything nearer is drawn over it, and what is
before the focus is drawn in a sheet of its own that is soft as a whole. So no edge has a halo, and nothing in focus loses its edge.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import skia

from covers.engine.poster.page import BLEED_MAX, BLEED_MIN, Blend

if TYPE_CHECKING:
    from covers.engine.poster.scenes.shot import Shot

DEEP, NEAR, FAR = "deep", "near", "far"
FOCUSES: dict[str, tuple[str, ...]] = {
    "wet_street": (NEAR,), "sign_alley": (NEAR,), "market_street": (NEAR,), "rooftop": (NEAR,), "pier": (NEAR,),
    "lone_tree": (NEAR,), "snow_platform": (NEAR,), "airport_glass": (NEAR,), "temple_snow": (NEAR,), "hanok_rain": (NEAR,),
    "autumn_path": (NEAR, FAR), "night_blossom": (NEAR, FAR), "river_reeds": (NEAR, FAR), "festival": (FAR,),
}  # fmt: skip
"""Scenes that have depth, and where a lens may be set there; all others are sharp throughout."""
SHARP_SHARE = 0.4
"""How often a scene with depth is sharp throughout all the same."""
SOFTEST = 0.0062
"""Standard deviation of the strongest blur, in pages: 6 pixels of a cover of 1024."""


@dataclass(frozen=True)
class Lens:
    """focus: one of "deep", "near", "far": what is sharp. blur: how soft the rest is, 0 to 1."""

    focus: str = DEEP
    blur: float = 0.0

    @property
    def sigma(self) -> float:
        return SOFTEST * self.blur


def lens_of(scene: str, seed: int) -> Lens:
    """By a chance of its own, so that it changes nothing else in the scene."""
    chance = random.Random(f"{seed}:{scene}:lens")
    focuses = FOCUSES.get(scene, ())
    if not focuses or chance.random() < SHARP_SHARE:
        return Lens()
    return Lens(chance.choice(focuses), round(chance.uniform(0.35, 1.0), 2))


def far_is_drawn(shot: Shot, near: float | None = None) -> None:
    """Call when all that is far stands, before anything near does. near: the height on the page of the ground that is in focus; the ground
    grows sharp towards it. None: all of it is far."""
    if shot.lens.focus != NEAR:
        return
    page, horizon = shot.page, shot.camera.horizon
    image = page.surface.makeImageSnapshot()
    # twice, so that what is half as far is half as soft, and no sharp edge shines through a soft one
    for share, start, end in ((0.45, 0.5, 0.9), (1.0, 0.0, 0.55)):
        sigma = shot.lens.sigma * share
        page.canvas.saveLayer(page.visible)
        soft = skia.Paint(ImageFilter=skia.ImageFilters.Blur(sigma, sigma, skia.TileMode.kClamp))
        page.canvas.drawImageRect(image, page.on_surface, skia.SamplingOptions(skia.FilterMode.kLinear), soft)
        if near is not None:
            ends = [skia.Point(0, horizon + (near - horizon) * part) for part in (start, end)]
            shader = skia.GradientShader.MakeLinear(ends, [0xFF000000, 0x00000000])
            area = skia.Rect.MakeLTRB(BLEED_MIN, BLEED_MIN, BLEED_MAX, BLEED_MAX)
            page.canvas.drawRect(area, skia.Paint(Shader=shader, BlendMode=Blend.kDstIn))
        page.canvas.restore()


@contextmanager
def before_the_lens(shot: Shot) -> Iterator[None]:
    """What is drawn inside is nearer than the focus of a lens that is set far."""
    if shot.lens.focus != FAR:
        yield
        return
    sigma = shot.lens.sigma * 1.3
    shot.page.canvas.saveLayer(None, skia.Paint(ImageFilter=skia.ImageFilters.Blur(sigma, sigma)))
    try:
        yield
    finally:
        shot.page.canvas.restore()
