"""Cover engines, found by name. Nothing here imports an engine before it is asked for: torch stays out of the web."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import cast

from albumsite.errors import EngineError
from albumsite.processes.importing import import_large
from covers.engine.engine_contract import CoverEngine, Portrait

ENGINES: Mapping[str, str] = MappingProxyType(
    {
        "poster": "covers.engine.poster.PosterEngine",
        "sdxl": "covers.engine.sdxl.SdxlEngine",
        "pocket": "covers.engine.pocket.engine.PocketEngine",
    }
)
"""Short name to dotted path of the class."""


DRAWS_AT_ANY_SIZE: frozenset[str] = frozenset({"poster"})
"""Engines that give the same picture at every size, so that a release file is drawn and not enlarged."""

DRAWS_FROM_PICTURES: frozenset[str] = frozenset({"sdxl", "pocket"})
"""Engines that take `DrawSpec.image` and `mask`: image-to-image, and inpainting."""

OWN_DRAWINGS: frozenset[str] = frozenset({"poster"})
"""Engines that put drawings of ours together. Whatever another one draws, a model has thought of: it is looked at before it is shown."""


def load_engine(name: str, **options: object) -> CoverEngine:
    """Build the engine called `name` (a key of ENGINES, or the dotted path of a class) with its own options.

    May take long: an engine loads its weights when it is built. Raises EngineError: "engine:unknown" when there is no
    such engine, "engine:not-installed" when a library that it needs is absent, and whatever the engine itself raises.
    """
    path = ENGINES.get(name, name)
    module_name, _, class_name = path.rpartition(".")
    if not module_name or not all(part.isidentifier() for part in path.split(".")):
        raise EngineError("engine:unknown", f"no engine is called {name!r}; known: {', '.join(ENGINES)}")
    try:
        module = import_large(module_name)
    except ModuleNotFoundError as error:
        is_engine_itself = f"{module_name}.".startswith(f"{error.name}.")
        raise EngineError("engine:unknown" if is_engine_itself else "engine:not-installed", str(error)) from error
    except ImportError as error:
        raise EngineError("engine:not-installed", str(error)) from error
    engine_class = getattr(module, class_name, None)
    if not isinstance(engine_class, type):
        raise EngineError("engine:unknown", f"{module_name} has no class {class_name}")
    return cast(CoverEngine, engine_class(**options))


def develop_portrait(portrait: Portrait) -> bytes:
    """What `poster` needs of a photo when the photo has gone: `Portrait.layers`. Takes seconds.

    Raises EngineError "engine:bad-spec" for a photo that cannot be read.
    """
    layers = import_module("covers.engine.poster.portrait.layers")
    return cast(bytes, layers.packed(layers.develop(portrait)))
