"""The UNet's transformer blocks as compiled kernels, made once at the start of a worker and kept on disk.

Only the blocks that repeat are compiled (`compile_repeated_blocks`): SDXL has 70 of three shapes, so that a few
compilations serve all. The whole UNet compiled at once took more than nine minutes on two cores. Query, key and value stay
three products: fused into one they are worth about a per cent, and adapters address them one by one.
"""

from __future__ import annotations

import logging
import os
import time
from pathlib import Path

import torch
from diffusers import UNet2DConditionModel
from torch import Tensor

from covers.engine.sdxl.lora_manager import LoraManager

logger = logging.getLogger(__name__)

RECOMPILE_LIMIT = 64
"""Of one block: widths, times batch sizes, with adapters and without. torch's own bound of 8 would end in slow blocks."""
SEQUENCE_LENGTH, TIME_IDS = 77, 6


def compile_blocks(
    unet: UNet2DConditionModel, lora_manager: LoraManager, *, cache_folder: str | None = None, backend: str = "inductor"
) -> bool:
    """Compile and run once at the checkpoint's own size, with guidance. Whether that worked.

    cache_folder: where compiled kernels are kept for the next start; None leaves it to torch. backend: of torch.compile.
    A failure (no compiler, no Triton for this card) is logged, and drawing goes on without; so it does for a later shape
    that cannot be compiled.
    """
    if cache_folder:
        Path(cache_folder).mkdir(parents=True, exist_ok=True)
        os.environ["TORCHINDUCTOR_CACHE_DIR"] = str(cache_folder)
    torch._dynamo.config.recompile_limit = RECOMPILE_LIMIT
    torch._dynamo.config.suppress_errors = False
    started = time.monotonic()
    try:
        unet.compile_repeated_blocks(backend=backend)
        warm_up(unet)
    except Exception as error:  # whatever a compiler or a driver raises: without it, pictures come later but they come
        reset_compilation(unet)
        logger.warning("blocks not compiled, drawing goes on without: %s: %s", type(error).__name__, first_line(error))
        return False
    torch._dynamo.config.suppress_errors = True
    lora_manager.fixed_shapes = True
    logger.info("blocks compiled backend=%s seconds=%.1f", backend, time.monotonic() - started)
    return True


def reset_compilation(unet: UNet2DConditionModel) -> None:
    for module in unet.modules():
        module._compiled_call_impl = None
    torch._dynamo.reset()


def first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [""])[0]


@torch.no_grad()
def warm_up(unet: UNet2DConditionModel) -> Tensor:
    """A forward of nothing in particular, as large as a guided picture of the checkpoint's own size."""
    config, batch_size = unet.config, 2
    options = {"device": unet.device, "dtype": unet.dtype}
    sample_size = config.sample_size if isinstance(config.sample_size, int) else max(config.sample_size)
    pooled_dim = config.projection_class_embeddings_input_dim - TIME_IDS * config.addition_time_embed_dim
    return unet(
        torch.zeros(batch_size, config.in_channels, sample_size, sample_size, **options),
        torch.tensor(500, device=unet.device),
        encoder_hidden_states=torch.zeros(batch_size, SEQUENCE_LENGTH, config.cross_attention_dim, **options),
        added_cond_kwargs={
            "text_embeds": torch.zeros(batch_size, pooled_dim, **options),
            "time_ids": torch.zeros(batch_size, TIME_IDS, **options),
        },
        return_dict=False,
    )[0]
