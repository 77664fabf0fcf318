"""The pocket checkpoint, a very small SDXL of our own, as an engine; `covers.learning.pocket` taught it."""

from covers.engine.pocket.engine import PocketEngine

__all__ = ["PocketEngine"]
