"""What torch, diffusers and other libraries raise, as errors that a person can act on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from diffusers import StableDiffusionXLPipeline
from diffusers.loaders.single_file_utils import SingleFileComponentError
from safetensors import SafetensorError

from albumsite.errors import EngineError
from covers.engine.sdxl.device_memory import is_out_of_memory, release_memory


@contextmanager
def loading_errors() -> Iterator[None]:
    """Turn what libraries raise about weights they cannot read into EngineError "engine:model-broken".

    "engine:out-of-memory" where memory ran out.
    """
    try:
        yield
    except (SafetensorError, SingleFileComponentError, OSError, ValueError, LookupError, RuntimeError, TypeError,
            AttributeError) as error:  # fmt: skip
        message_id = "engine:out-of-memory" if is_out_of_memory(error) else "engine:model-broken"
        raise EngineError(message_id, f"{type(error).__name__}: {one_line(error)}") from error


@contextmanager
def inference_errors(pipeline: StableDiffusionXLPipeline) -> Iterator[None]:
    """Turn an error of a model into EngineError "engine:out-of-memory" or "engine:failed", and free what it held.

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


def one_line(error: BaseException) -> str:
    return " ".join(str(error).split())
