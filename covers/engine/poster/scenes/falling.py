"""What falls before a scene: rain and snow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import skia

from covers.engine.poster.color import blend

if TYPE_CHECKING:
    from covers.engine.poster.scenes.shot import Shot


def rain(shot: Shot, strength: float = 0.5, slant: float | None = None) -> None:
    """Streaks in three depths, lit by what shines."""
    slant = shot.number(-0.09, 0.09) if slant is None else slant
    visible = shot.page.visible
    color = blend(shot.light.key, shot.light.haze, 0.4)
    for width, length, count, alpha in (
        (0.0007, 0.03, 420, 0.16),
        (0.0011, 0.06, 190, 0.20),
        (0.0019, 0.12, 46, 0.16),
    ):
        path = skia.Path()
        for _ in range(round(count * strength * 2)):
            x, y = (
                shot.number(visible.left() - 0.1, visible.right() + 0.1),
                shot.number(visible.top() - 0.1, visible.bottom()),
            )
            long = length * shot.number(0.5, 1.2)
            path.moveTo(x, y)
            path.lineTo(x + slant * long * 4, y + long)
        shot.page.line(path, color, width, alpha)


def snow(shot: Shot, strength: float = 0.5) -> None:
    """Flakes in four depths; the nearest are out of focus."""
    visible, wind = shot.page.visible, shot.number(-0.3, 0.3)
    for radius, count, alpha, blur in (
        (0.0011, 900, 0.75, 0),
        (0.0019, 420, 0.8, 0),
        (0.0034, 120, 0.75, 0.3),
        (0.009, 20, 0.4, 0.5),
    ):
        path = skia.Path()
        for _ in range(round(count * strength * 1.6)):
            x, y = shot.number(visible.left(), visible.right()), shot.number(visible.top(), visible.bottom())
            r = radius * shot.number(0.6, 1.35)
            path.addOval(skia.Rect.MakeLTRB(x - r * (1 + abs(wind) * 0.5), y - r, x + r, y + r))
        tint = blend("#ffffff", shot.light.key, 0.2)
        if blur:
            shot.page.blurred(path, tint, radius * blur, alpha)
        else:
            shot.page.fill(path, tint, alpha)
