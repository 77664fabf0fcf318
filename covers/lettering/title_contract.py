"""How an engine tells the lettering where type may stand. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass

VOICES: tuple[str, ...] = (
    "grotesk", "slab", "rounded", "riso", "thin_serif", "photocopy", "poster_heavy", "brush",
    "soft_serif", "mono_small", "small_caps", "geometric", "dot", "gala", "folk", "wide_tiny",
)  # fmt: skip
"""Pairs of a Latin and a Hangul typeface with their tracking and case, one for each style family."""

FINISHES: tuple[str, ...] = ("clean", "ink", "halftone", "photocopy", "glow", "shadow", "misregister")
"""What the type is made of, so that it belongs to the surface below it."""


@dataclass(frozen=True)
class Zone:
    """A calm rectangle kept free for type, in unit coordinates (0, 0 top left to 1, 1 bottom right).

    align: "left", "center" or "right". valign: "top", "middle" or "bottom". vertical: characters run down, columns from
    the right, as in old Korean and Japanese books (Hangul and CJK titles only; Latin falls back to horizontal).
    """

    x: float
    y: float
    width: float
    height: float
    align: str = "left"
    valign: str = "top"
    vertical: bool = False


@dataclass(frozen=True)
class TypePlan:
    """A style's wish for its type; the lettering tests it against the picture and departs from it where it must.

    voice: one of VOICES. title_zones, artist_zones: best first; the first where the type fits, collides with nothing
    and reaches contrast wins. An empty artist_zones sets the artist under the title. inks: "#rrggbb", best first.
    panel: colour of a knock-out block to lay under the type if no zone is calm enough, or None for ink on paper/white.
    finish: one of FINISHES. uppercase: Latin letters only. title_scale: wished title cap height as a share of the
    picture's height (0.03 tiny to 0.25 huge), shrunk as needed. sets_title: False where the picture itself shows the title: then
    the artist alone is set, in title_zones at title_scale.
    """

    voice: str
    title_zones: tuple[Zone, ...]
    inks: tuple[str, ...]
    artist_zones: tuple[Zone, ...] = ()
    panel: str | None = None
    finish: str = "clean"
    uppercase: bool = False
    title_scale: float = 0.09
    sets_title: bool = True
