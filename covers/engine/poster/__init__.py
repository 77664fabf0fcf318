"""The built-in engine: a designer's hand instead of a diffusion model. Needs no weights and no GPU."""

from __future__ import annotations

from covers.engine.poster.engine import PosterEngine

__all__ = ["PosterEngine"]
