"""A training's loss as a line to look at."""

from __future__ import annotations

CURVE_WIDTH, CURVE_HEIGHT = 320, 80
CURVE_BOX = f"0 0 {CURVE_WIDTH} {CURVE_HEIGHT}"
"""The viewBox of an SVG with such a line."""
SMOOTHING = 0.9
"""Weight of what was before in the drawn curve: single losses jump with their random noise levels."""

POINTS_MOST = 400
"""That a row keeps of a curve; after that every other one goes."""


def with_point(points: list[list[float]], step: int, loss: float) -> list[list[float]]:
    """The curve with one more point. A resumed training may be at a step that was there: what it said then is replaced."""
    kept = [*(point for point in points if point[0] < step), [step, round(loss, 6)]]
    return kept[::2] if len(kept) > POINTS_MOST else kept


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
