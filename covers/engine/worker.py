"""The draw worker: an RQ worker that keeps its engine loaded, in a process of its own, from job to job."""

from __future__ import annotations

import atexit
import contextlib
import logging
from collections.abc import Iterator
from types import FrameType
from typing import Any

from django.conf import settings
from rq import SimpleWorker

from albumsite import jobs
from albumsite.errors import EngineError
from covers.engine import load_engine
from covers.engine.contract import CoverEngine
from covers.engine.host import EngineHost

logger = logging.getLogger(__name__)

_engines: dict[str, CoverEngine] = {}
_in_this_process = False


def engine_options(name: str) -> dict[str, Any]:
    """What an engine needs to know, from the settings."""
    if name != "sdxl":
        return {}
    return {
        "model": settings.SDXL_MODEL,
        "revision": settings.SDXL_REVISION or None,
        "config": settings.SDXL_CONFIG or None,
    }


def engine_for(name: str) -> CoverEngine:
    """The engine of that name, loaded once and kept: in its own supervised process, or here inside `engines_inline()`.

    Raises EngineError "engine:unknown".
    """
    if name not in _engines:
        options = engine_options(name)
        _engines[name] = (
            load_engine(name, **options)
            if _in_this_process
            else EngineHost(name, options, step_timeout_seconds=settings.ENGINE_STEP_TIMEOUT_SECONDS)
        )
    return _engines[name]


@atexit.register
def close_engines() -> None:
    """End the engine processes of this process."""
    for engine in _engines.values():
        if isinstance(engine, EngineHost):
            engine.close()
    _engines.clear()


@contextlib.contextmanager
def engines_inline() -> Iterator[None]:
    """Draw in this very process: for a command that does everything itself."""
    global _in_this_process  # noqa: PLW0603 one switch for one process
    close_engines()
    _in_this_process = True
    try:
        yield
    finally:
        _in_this_process = False
        _engines.clear()


class ResidentWorker(SimpleWorker):
    """Runs jobs in its own process, where engine handles, imports and the writer's circuit breaker stay from job to job.

    Told to stop, it hands the running row back. RQ would notice its death late; the lease notices in time.
    """

    def work(self, *args: Any, **kwargs: Any) -> bool:
        try:
            return super().work(*args, **kwargs)
        finally:
            close_engines()

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        jobs.shutting_down.set()
        super().request_stop(signum, frame)


class DrawWorker(ResidentWorker):
    """Loads the site's engine before the first person waits for it."""

    def work(self, *args: Any, **kwargs: Any) -> bool:
        with contextlib.suppress(EngineError):  # said on the request that needs it; the worker stays up
            engine = engine_for(settings.COVER_ENGINE)
            if isinstance(engine, EngineHost):
                engine.start()
        return super().work(*args, **kwargs)
