"""Sets a title and an artist in real type on any picture: `render(…) -> Lettered`.

Loaded on first use: engines and web pages read the contract in this package and must not pay for a drawing library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from covers.lettering.rendering import Lettered, render
    from covers.lettering.title_contract import TypePlan, Zone

__all__ = ["Lettered", "TypePlan", "Zone", "render"]


def __getattr__(name: str) -> Any:
    if name in ("Lettered", "render"):
        from covers.lettering import rendering

        return getattr(rendering, name)
    if name in ("TypePlan", "Zone"):
        from covers.lettering import title_contract

        return getattr(title_contract, name)
    raise AttributeError(name)
