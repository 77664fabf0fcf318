"""What type is made of: solid ink, ink that spreads, a screen, toner, light, a hard shadow, two plates that miss each other.

Every measure is a share of the picture's height and all chance is drawn on a grid in those units, so that a finish is the
same at every size.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import cos, sin, tau

import numpy as np
import skia
from numpy.typing import NDArray

from covers.lettering.inks import Rgb, contrast, luminance, parse
from covers.lettering.picture import Floats

SPREAD = {"ink": 0.002, "photocopy": 0.002, "glow": 0.016, "shadow": 0.012, "misregister": 0.004}
"""How far a finish reaches beyond the outlines."""

SMALL_CAP = 0.034
"""Below this cap height a finish would eat the letters: small type stays solid."""


def spread_of(finish: str) -> float:
    """Raises ValueError on an unknown finish."""
    if finish not in FINISH_TABLE:
        raise ValueError(f"unknown finish: {finish!r}")
    return SPREAD.get(finish, 0.0)


@dataclass(frozen=True)
class Sheet:
    """A window of the picture to be printed on, with the type over it.

    below: (rows, columns, 3) float32, 0 to 255. top, left: the window's corner in pixels. scale: pixels a unit.
    path: outlines in units. cap: their cap height. ink, second_ink: colours. seed: of all chance.
    """

    below: Floats
    top: int
    left: int
    scale: int
    path: skia.Path
    cap: float
    ink: str
    second_ink: str
    seed: int

    def cover(self, across: float = 0.0, down: float = 0.0, *, blur: float = 0.0) -> Floats:
        """Coverage 0 to 1 of the outlines, moved and blurred by so many units."""
        return self.cover_of([(across, down)], blur=blur)

    def cover_of(self, moves: list[tuple[float, float]], *, blur: float = 0.0) -> Floats:
        cells = np.zeros((*self.below.shape[:2], 4), np.uint8)
        canvas = skia.Surface(cells).getCanvas()
        canvas.translate(-self.left, -self.top)
        canvas.scale(self.scale, self.scale)
        paint = skia.Paint(AntiAlias=True, Color=skia.ColorWHITE)
        if blur > 0:
            paint.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, blur))
        for across, down in moves:
            moved = skia.Path()
            moved.setFillType(self.path.getFillType())  # addPath takes the contours only; a frame would be filled
            moved.addPath(self.path, skia.Matrix.Translate(across, down))
            canvas.drawPath(moved, paint)
        return cells[:, :, 3].astype(np.float32) / 255

    def noise(self, cells: int, salt: int) -> Floats:
        """Smooth noise 0 to 1 with `cells` random values down the picture."""
        rows, columns = self.below.shape[:2]
        ys = (np.arange(rows, dtype=np.float32) + self.top + 0.5) / self.scale * cells
        xs = (np.arange(columns, dtype=np.float32) + self.left + 0.5) / self.scale * cells
        first_y, first_x = int(ys[0]), int(xs[0])
        lattice = _lattice(first_y, first_x, int(ys[-1]) - first_y + 2, int(xs[-1]) - first_x + 2, self.seed + salt)
        down = _lerp(lattice, ys - first_y, axis=0)
        return _lerp(down, xs - first_x, axis=1)


def _lattice(top: int, left: int, rows: int, columns: int, seed: int) -> Floats:
    """Random values 0 to 1 that depend on their own place only, so that every window sees the same ones."""
    ys = np.arange(top, top + rows, dtype=np.uint64)[:, None]
    xs = np.arange(left, left + columns, dtype=np.uint64)[None, :]
    mixed = ys * np.uint64(0x9E3779B97F4A7C15) + xs * np.uint64(0xC2B2AE3D27D4EB4F)
    mixed = mixed + np.uint64(seed * 0x165667B19E3779F9 % 2**64)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB), (31, 1)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return (mixed >> np.uint64(40)).astype(np.float32) / np.float32(2**24)


def _lerp(values: Floats, at: Floats, axis: int) -> Floats:
    low = at.astype(np.int64)
    share = (at - low).astype(np.float32)
    share = share[:, None] if axis == 0 else share[None, :]
    return np.take(values, low, axis) * (1 - share) + np.take(values, low + 1, axis) * share


def _over(below: Floats, colour: Rgb, cover: Floats) -> Floats:
    return below + (np.array(colour, np.float32) - below) * cover[..., None]


def _clean(sheet: Sheet) -> Floats:
    return _over(sheet.below, parse(sheet.ink), sheet.cover())


def _ink(sheet: Sheet) -> Floats:
    """Ink that swelled a little into the fibre, and lies a little unevenly."""
    cover = _swollen(sheet, blur=min(0.0011, 0.03 * sheet.cap), rough=0.5 if sheet.cap >= SMALL_CAP else 0.2)
    density = 0.93 + 0.07 * np.clip(2.2 * sheet.noise(90, 11) - 0.2, 0.0, 1.0)
    return _over(sheet.below, parse(sheet.ink), cover * density)


def _swollen(sheet: Sheet, *, blur: float, rough: float) -> Floats:
    """The outline as a level of its own blur, shaken by noise: rough edges that stay sharp at every size."""
    soft = sheet.cover(blur=blur)
    soft = soft + 4 * soft * (1 - soft) * rough * (sheet.noise(520, 3) - 0.5) * 0.6  # the edge only
    steepness = max(1.12, 1.6 * blur * sheet.scale)  # below 1.12 bare ground would keep a veil of ink
    return np.clip((soft - 0.46) * steepness + 0.5, 0.0, 1.0)


def _halftone(sheet: Sheet) -> Floats:
    """A screen at 45 degrees: small holes of ground in the ink, larger towards the foot of the letters."""
    rows, columns = sheet.below.shape[:2]
    cell = min(max(0.075 * sheet.cap, 0.0042), 0.011)
    ys = ((np.arange(rows, dtype=np.float32) + sheet.top) / sheet.scale)[:, None]
    xs = ((np.arange(columns, dtype=np.float32) + sheet.left) / sheet.scale)[None, :]
    turn = tau / cell
    wave = np.cos((xs + ys) * turn * 0.7071) * np.cos((xs - ys) * turn * 0.7071)
    hole = np.clip((wave - 0.62) * max(1.0, 0.5 * cell * sheet.scale), 0.0, 1.0)
    return _over(sheet.below, parse(sheet.ink), sheet.cover() * (1 - 0.85 * hole))


def _photocopy(sheet: Sheet) -> Floats:
    """Toner of the fourth generation: ragged, with pinholes and streaks where the drum was worn."""
    cover = _swollen(sheet, blur=min(0.0013, 0.02 * sheet.cap), rough=0.9)
    worn = sheet.noise(700, 5) * 0.75 + sheet.noise(60, 6) * 0.25
    pinholes = np.clip((worn - 0.74) * 14, 0.0, 1.0)
    return _over(sheet.below, parse(sheet.ink), cover * (1 - 0.9 * pinholes))


def _glow(sheet: Sheet) -> Floats:
    """Light on a dark ground; dark ink does not shine and stays solid."""
    below = sheet.below
    if luminance(sheet.ink) > 0.3:
        halo = 0.34 * sheet.cover(blur=0.0052) + 0.3 * sheet.cover(blur=0.0016)
        below = _over(below, parse(sheet.ink), np.clip(halo, 0.0, 0.6))
    return _over(below, parse(sheet.ink), sheet.cover())


def _shadow(sheet: Sheet) -> Floats:
    """A block shadow to the lower right, as on a painted sign."""
    depth = min(0.0105, 0.085 * sheet.cap)
    steps = max(2, round(depth * sheet.scale * 1.2))
    solid = sheet.cover_of([(depth * step / steps, depth * step / steps) for step in range(1, steps + 1)])
    return _over(_over(sheet.below, parse(sheet.second_ink), solid), parse(sheet.ink), sheet.cover())


def _misregister(sheet: Sheet) -> Floats:
    """A second plate, printed first and 2 or 3 px off; inks multiply on light ground and add up on dark."""
    angle = tau * (sheet.seed % 997) / 997
    offset = min(0.0032, 0.03 * sheet.cap)
    plate = sheet.cover(offset * cos(angle), offset * sin(angle))[..., None] * 0.9
    colour = np.array(parse(sheet.second_ink), np.float32)
    is_light = float(sheet.below.mean()) > 110
    mixed = sheet.below * colour / 255 if is_light else 255 - (255 - sheet.below) * (255 - colour) / 255
    return _over(sheet.below + (mixed - sheet.below) * plate, parse(sheet.ink), sheet.cover() * 0.97)


FINISH_TABLE: dict[str, Callable[[Sheet], Floats]] = {
    "clean": _clean, "ink": _ink, "halftone": _halftone, "photocopy": _photocopy, "glow": _glow,
    "shadow": _shadow, "misregister": _misregister,
}  # fmt: skip
"""Keys are contract.FINISHES."""

KEEPS_WHEN_SMALL = ("clean", "ink", "glow")


def printed(sheet: Sheet, finish: str) -> NDArray[np.uint8]:
    """The window with the type on it."""
    if sheet.cap < SMALL_CAP and finish not in KEEPS_WHEN_SMALL:
        finish = "clean"
    return np.clip(np.round(FINISH_TABLE[finish](sheet)), 0, 255).astype(np.uint8)


def second_ink(finish: str, ink: str, inks: tuple[str, ...], extremes: tuple[str, ...]) -> str:
    """The other colour of a two-colour finish: for a shadow the farthest in lightness, else the plan's next ink."""
    if finish == "shadow":
        return max((*inks, *extremes), key=lambda one: contrast(one, ink))
    return next((one for one in inks if one != ink), extremes[0])
