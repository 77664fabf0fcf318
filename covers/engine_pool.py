"""The engines of this process: each loaded once and kept, in a supervised process of its own or here."""

from __future__ import annotations

import atexit
import contextlib
from collections.abc import Callable, Iterator

from django.conf import settings

from covers import registry
from covers.engine import load_engine
from covers.engine.engine_contract import CoverEngine
from covers.engine.host import EngineHost
from covers.models import CoverRequest

_engines: dict[str, CoverEngine] = {}


_in_this_process = False


def engine_for(what: CoverRequest | str) -> CoverEngine:
    """The engine of a request, or of a choice's key, loaded once and kept: in its own supervised process, or here inside
    `engines_inline()`. Of one kind of engine only one is kept: two checkpoints seldom fit on a card.

    Raises EngineError: "engine:unknown", and what fetching its model to this machine may raise.
    """
    name, options, cache_key = registry.engine_options(what)
    if cache_key not in _engines:
        close_engines(but=lambda engine: engine.name != name)
        _engines[cache_key] = (
            load_engine(name, **options)
            if _in_this_process
            else EngineHost(name, options, step_timeout_seconds=settings.ENGINE_STEP_TIMEOUT_SECONDS)
        )
    return _engines[cache_key]


def close_engines(but: Callable[[CoverEngine], bool] = lambda _engine: False) -> None:
    """End the engine processes of this process, and forget those in it; `but` says which stay."""
    for key, engine in list(_engines.items()):
        if but(engine):
            continue
        if isinstance(engine, EngineHost):
            engine.close()
        del _engines[key]


atexit.register(close_engines)


@contextlib.contextmanager
def engines_inline() -> Iterator[None]:
    """Draw in this very process: for a command that does everything itself."""
    global _in_this_process
    close_engines()
    _in_this_process = True
    try:
        yield
    finally:
        _in_this_process = False
        _engines.clear()
