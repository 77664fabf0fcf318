"""A training's loss as a line to look at."""

from __future__ import annotations

CURVE_WIDTH, CURVE_HEIGHT = 320, 80
CURVE_BOX = f"0 0 {CURVE_WIDTH} {CURVE_HEIGHT}"
"""The viewBox of an SVG with such a line."""
SMOOTHING = 0.9
"""Weight of what was before in the drawn curve: single losses jump with their random noise levels."""


def curve_points(losses: list[list[float]]) -> str:
    """The smoothed loss over the steps, as points in a box of CURVE_WIDTH × CURVE_HEIGHT."""
    if len(losses) < 2:
        return ""
    smooth, values = losses[0][1], []
    for _step, loss in losses:
        smooth = SMOOTHING * smooth + (1 - SMOOTHING) * loss
        values.append(smooth)
    low, high, first, last = min(values), max(values), losses[0][0], losses[-1][0]
    return " ".join(
        f"{(step - first) / max(1, last - first) * CURVE_WIDTH:.1f},"
        f"{CURVE_HEIGHT - (value - low) / max(1e-9, high - low) * (CURVE_HEIGHT - 4) - 2:.1f}"
        for (step, _loss), value in zip(losses, values, strict=True)
    )
