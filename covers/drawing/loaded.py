"""Which models this process has loaded, and since when: they outlive a turn at drawing."""

from __future__ import annotations

import time

from covers.drawing import fairness
from covers.engine.engine_contract import CoverEngine
from covers.engine.host import EngineHost
from covers.engine_pool import engine_for
from covers.models import CoverRequest

MODEL_TURN_SECONDS = 30.0
"""How long a model that was just loaded is kept while somebody waits for it: loading takes about as long."""


class LoadedModels:
    """Engines of this process by the model that they have loaded, as `fairness.Waiting.model` names it."""

    def __init__(self) -> None:
        self._engines: dict[tuple[object, ...], CoverEngine] = {}
        self._loaded_at = float("-inf")

    def has(self, model: tuple[object, ...]) -> bool:
        engine = self._engines.get(model)
        return engine is not None and (not isinstance(engine, EngineHost) or engine.is_alive)

    @property
    def may_load_another(self) -> bool:
        """Whether the model that is loaded has had its time."""
        return time.monotonic() - self._loaded_at > MODEL_TURN_SECONDS

    def engine_of(self, row: CoverRequest) -> CoverEngine:
        """The engine that draws the request. Raises what `engine_for` raises."""
        engine, model = engine_for(row), fairness.model_of(row)
        if self._engines.get(model) is not engine:
            self._loaded_at = time.monotonic()
        self._engines[model] = engine
        return engine


LOADED = LoadedModels()
