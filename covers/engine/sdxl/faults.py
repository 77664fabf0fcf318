"""What torch and diffusers raise, as errors that a person can act on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from diffusers import StableDiffusionXLPipeline

from albumsite.errors import EngineError
from covers.engine.sdxl.decoding import release_memory
from covers.engine.sdxl.loading import is_out_of_memory


@contextmanager
def errors_told(pipeline: StableDiffusionXLPipeline) -> Iterator[None]:
    """Turn an error of a model into EngineError "engine:out-of-memory" or "engine:failed", and leave nothing behind of it.

    To be put around the work of the model alone: what `on_step` raises is not the model's.
    """
    try:
        yield
    except (RuntimeError, ValueError, MemoryError) as error:
        message_id = "engine:out-of-memory" if is_out_of_memory(error) else "engine:failed"
        detail = f"{type(error).__name__}: {error}"
    else:
        return
    with suppress(RuntimeError):
        pipeline.maybe_free_model_hooks()
    release_memory()
    raise EngineError(message_id, detail)
