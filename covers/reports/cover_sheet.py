"""The contact sheet: the best and the worst rated covers of the week that are on the wall, with title, artist and stars."""

from __future__ import annotations

from typing import Any

from albumsite.media import storage
from covers.reports.canvas import FAINT, INK, MUTED, STRONG, Canvas
from covers.reports.phrases import Phrases

ACROSS, SIDE, GAP, EDGE = 6, 240, 28, 56
WIDTH = 2 * EDGE + ACROSS * SIDE + (ACROSS - 1) * GAP
HEAD, CAPTION = 58, 120
"""Heights of a row's title and of the lines below a cover."""

Figures = dict[str, Any]


def draw(figures: Figures, language: str) -> bytes | None:
    """JPEG, or None when no cover on the wall was rated. Raises StorageError."""
    say = Phrases(language)
    rows = [(key, figures[key]) for key in ("best", "worst") if figures[key]]
    if not rows:
        return None
    canvas = Canvas(WIDTH, 2 * EDGE - 45 + len(rows) * (HEAD + SIDE + CAPTION))
    for place, (key, covers) in enumerate(rows):
        top = EDGE + place * (HEAD + SIDE + CAPTION)
        canvas.text(say(key), EDGE, top + 26, 27, setting=STRONG)
        for column, cover in enumerate(covers):
            _cover(canvas, EDGE + column * (SIDE + GAP), top + HEAD, cover, say)
    return canvas.jpeg()


def _cover(canvas: Canvas, left: float, top: float, cover: Figures, say: Phrases) -> None:
    canvas.box(left, top, left + SIDE, top + SIDE, FAINT)
    canvas.picture(_content(cover["picture"]), left, top, SIDE)
    canvas.text(cover["title"], left, top + SIDE + 26, 19, ink=INK, setting=STRONG, width=SIDE)
    canvas.text(cover["artist"], left, top + SIDE + 49, 17, ink=MUTED, width=SIDE)
    stars = say("stars", stars=say.stars(cover["half_stars"]))
    canvas.text(f"{stars}  ({say.count(cover['reviews'])})", left, top + SIDE + 73, 17, ink=INK, width=SIDE)


def _content(key: str) -> bytes:
    """A cover that was deleted while the sheet is drawn leaves its place empty."""
    try:
        return storage.read(storage.private(), key)
    except storage.ObjectMissing:
        return b""
