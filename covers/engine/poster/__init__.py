"""The built-in engine: a designer's hand instead of a diffusion model. Needs no weights and no GPU.

The engine is loaded when it is asked for: whoever wants one small part of it, as the child that looks at uploads does, loads no more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from covers.engine.poster.engine import PosterEngine

__all__ = ["PosterEngine"]


def __getattr__(name: str) -> Any:
    if name == "PosterEngine":
        from covers.engine.poster.engine import PosterEngine

        return PosterEngine
    raise AttributeError(name)
