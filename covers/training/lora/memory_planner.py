"""What a training will take of memory and time, measured from configurations and headers before weights are read.

The UNet is built without memory (on torch's "meta" device) and one row is sent through it: what autograd would keep for
the way back is counted tensor by tensor, and so are the operations. So it holds for every shape of UNet, without a
formula for each.
"""

from __future__ import annotations

import functools
import json
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from diffusers import UNet2DConditionModel
from diffusers.models.attention import BasicTransformerBlock
from diffusers.models.resnet import ResnetBlock2D
from torch import Tensor, nn
from torch.autograd.graph import saved_tensors_hooks
from torch.utils.flop_counter import FlopCounterMode

from albumsite.errors import EngineError
from covers.engine.sdxl.device_memory import DeviceMemory
from covers.engine.sdxl.inference_memory import FRAGMENTATION, SEQUENCE_LENGTH, gigabytes, vae_activation_bytes
from covers.engine.sdxl.model_info import ModelInfo, read_config
from covers.training.lora.adapter_store import LoraPair, shapes_of, slots_of
from covers.training.lora.lora_recipe import target_modules
from covers.training.lora.multi_lora import BatchRouting, RowGroup, install_lora

ROWS_AT_MOST = {"cuda": 16, "cpu": 32}
"""Of one micro-batch. On a card more rows bring nothing at SDXL's size; small pictures are quicker in large ones."""
ADAPTER_COPIES = 5
"""What is held of each job's matrices in float32: weights, gradients, two moments, the best so far."""
BACKWARD, BACKWARD_AGAIN = 1.1, 1.86
"""Operations of the way back, in forwards: frozen weights have no gradients. With gradient checkpointing one more forward,
of which some is spared. Counted for SDXL at 1024 px."""
REACHED = {"cuda": 0.40, "cpu": 0.35}
"""Of what a device does in plain large products, the share that a training step reaches."""
CALL_SECONDS = {"cuda": 25e-6, "cpu": 180e-6}
"""What each module costs beside its operations, there and back. Measured on a CPU with the tiny and the pocket checkpoint."""
PROBE_SIDE, PROBE_SECONDS = {"cuda": 4096, "cpu": 768}, 0.05


@dataclass(frozen=True)
class MemoryCost:
    """Of one row through the UNet and back. saved_bytes, checkpointed_bytes: what autograd saves, without and with gradient
    checkpointing. flops: of the forward. modules: that compute. adapter_values: of one job's matrices.
    """

    saved_bytes: int
    checkpointed_bytes: int
    flops: float
    modules: int
    adapter_values: int


@dataclass(frozen=True)
class TrainingPlan:
    """How to train so that it fits. max_rows: of a micro-batch; max_jobs: with matrices in memory at once. seconds_per_row:
    predicted, there and back; call_seconds: of each micro-batch whatever its rows.
    """

    with_gradient_checkpointing: bool
    max_rows: int
    max_jobs: int
    peak_bytes: int
    seconds_per_row: float
    call_seconds: float

    def step_seconds(self, rows: int) -> float:
        """Of one optimizer step over so many rows."""
        return rows * self.seconds_per_row + math.ceil(rows / self.max_rows) * self.call_seconds


class CountedAttention(torch.autograd.Function):
    """Attention for counting: keeps what torch's own kernels keep, which is no scores."""

    @staticmethod
    def forward(ctx: Any, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        result = torch.empty_like(query)
        ctx.save_for_backward(query, key, value, result)
        return result

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        query, key, value, _ = ctx.saved_tensors
        return torch.empty_like(query), torch.empty_like(key), torch.empty_like(value)


class CountingAttnProcessor:
    """A processor of diffusers' attention that counts, as `AttnProcessor2_0` would compute."""

    def __init__(self) -> None:
        self.flops = 0.0

    def __call__(
        self, attn: Any, hidden_states: Tensor, encoder_hidden_states: Tensor | None = None, *_: object, **__: object
    ) -> Tensor:
        text = hidden_states if encoder_hidden_states is None else encoder_hidden_states
        query, key, value = attn.to_q(hidden_states), attn.to_k(text), attn.to_v(text)
        self.flops += 4.0 * query.numel() * key.shape[1]
        result: Tensor = attn.to_out[0](CountedAttention.apply(query, key, value))
        return result


def measure_memory_cost(
    config_folder: Path, resolution: int, rank: int, dtype: torch.dtype, *, is_small: bool
) -> MemoryCost:
    """Count one row of `resolution` pixels, of one job. Raises OSError, ValueError or LookupError for a bad config.

    Takes one second for a small UNet and ten for SDXL's, the first time.
    """
    config = json.dumps(dict(read_config(config_folder / "unet")), sort_keys=True)
    levels = len(read_config(config_folder / "vae")["block_out_channels"])
    return _measure_memory_cost(config, resolution // 2 ** (levels - 1), rank, dtype, is_small)


@functools.lru_cache(maxsize=16)
def _measure_memory_cost(config: str, side: int, rank: int, dtype: torch.dtype, is_small: bool) -> MemoryCost:
    """config: of the UNet, as JSON; side: in latents."""
    usual = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        with torch.device("meta"):
            unet = UNet2DConditionModel.from_config(json.loads(config)).requires_grad_(False)
            return _counted(unet, side, rank, dtype, is_small=is_small)
    finally:
        torch.set_default_dtype(usual)


def _counted(unet: UNet2DConditionModel, side: int, rank: int, dtype: torch.dtype, *, is_small: bool) -> MemoryCost:
    names = target_modules(unet, is_small=is_small)
    shapes = shapes_of(unet, names, rank)
    _, length = slots_of(shapes)
    attention = CountingAttnProcessor()
    unet.set_attn_processor(attention)
    group = RowGroup(0, 1, 0, 1)
    for name, layer_state in install_lora(unet, names, BatchRouting(groups=(group,))).items():
        pair = [torch.zeros(1, *shape, dtype=torch.float32, requires_grad=True) for shape in shapes[name]]
        for matrix in pair:
            matrix.grad = torch.zeros_like(matrix)
        layer_state.pairs[0, 1] = LoraPair(*pair)
    counter = FlopCounterMode(display=False)
    with counter, counting_saved_tensors(unet) as kept:
        _one_row(unet, side, dtype)
    return MemoryCost(
        saved_bytes=kept.total,
        checkpointed_bytes=kept.inputs + kept.largest,
        flops=float(counter.get_total_flops()) + attention.flops,
        modules=sum(not list(module.children()) for module in unet.modules()),
        adapter_values=length,
    )


def _one_row(unet: UNet2DConditionModel, side: int, dtype: torch.dtype) -> None:
    config = unet.config
    pooled = config.projection_class_embeddings_input_dim - 6 * config.addition_time_embed_dim
    unet(
        torch.empty(1, config.in_channels, side, side, dtype=dtype),
        torch.zeros(1),
        torch.empty(1, SEQUENCE_LENGTH, config.cross_attention_dim, dtype=dtype),
        added_cond_kwargs={
            "text_embeds": torch.empty(1, pooled, dtype=dtype),
            "time_ids": torch.empty(1, 6, dtype=dtype),
        },
    )


@dataclass
class SavedBytes:
    """Bytes. total: kept for the way back; inputs: of blocks, all that gradient checkpointing keeps; largest: of one block."""

    total: int = 0
    inputs: int = 0
    largest: int = 0


@contextmanager
def counting_saved_tensors(unet: nn.Module) -> Iterator[SavedBytes]:
    """Count what forwards inside keep: each storage once, weights not."""
    kept = SavedBytes()
    seen = {weight.untyped_storage()._cdata for weight in unet.parameters()}
    alive: list[Tensor] = []
    of_block = 0

    def pack(tensor: Tensor) -> Tensor:
        nonlocal of_block
        storage = tensor.untyped_storage()
        if storage._cdata not in seen:
            seen.add(storage._cdata)
            alive.append(tensor)  # an address that is freed would be given to the next
            kept.total += storage.nbytes()
            of_block += storage.nbytes()
        return tensor

    def enter(_module: nn.Module, given: tuple[Any, ...]) -> None:
        nonlocal of_block
        of_block = 0
        kept.inputs += given[0].numel() * given[0].element_size()

    def remove_lora(_module: nn.Module, _given: object, _result: object) -> None:
        kept.largest = max(kept.largest, of_block)

    hooks = [
        hook
        for block in unet.modules()
        if isinstance(block, BasicTransformerBlock | ResnetBlock2D)
        for hook in (block.register_forward_pre_hook(enter), block.register_forward_hook(remove_lora))
    ]
    try:
        with saved_tensors_hooks(pack, lambda tensor: tensor):
            yield kept
    finally:
        for hook in hooks:
            hook.remove()


def plan_training(
    model_info: ModelInfo,
    load: MemoryCost,
    memory: DeviceMemory,
    *,
    dtype: torch.dtype,
    resolution: int,
    jobs: int,
    rows: int,
    flops_per_second: float,
    with_gradient_checkpointing: bool | None = None,
) -> TrainingPlan:
    """The fastest way that fits: whole micro-batches, then smaller ones, then fewer jobs, then gradient checkpointing.

    rows: of one step of all jobs. with_gradient_checkpointing: None leaves it to this. Raises EngineError
    "training:too-large" when one row of one job does not fit in any way, with what it needs and what is there.
    """
    fixed = model_info.unet_params * dtype.itemsize
    decoding = (
        round(FRAGMENTATION * vae_activation_bytes(model_info, resolution, resolution, torch.float32))
        + model_info.vae_params * 4
    )
    per_job = ADAPTER_COPIES * load.adapter_values * 4
    least = 0
    for is_checkpointed in (False, True) if with_gradient_checkpointing is None else (with_gradient_checkpointing,):
        row = round(FRAGMENTATION * (load.checkpointed_bytes if is_checkpointed else load.saved_bytes))
        least = fixed + per_job + max(row, decoding)
        free = memory.usable_bytes - fixed - max(row, decoding)
        max_jobs = min(jobs, free // per_job)
        if max_jobs < 1:
            continue
        left = memory.usable_bytes - fixed - max_jobs * per_job
        at_most = min(rows, ROWS_AT_MOST.get(memory.device_type, 8))
        max_rows = max(1, min(at_most, left // row))
        own = memory.free_bytes - memory.usable_bytes
        peak = fixed + max_jobs * per_job + max(max_rows * row, decoding) + own
        back = BACKWARD_AGAIN if is_checkpointed else BACKWARD
        rate = flops_per_second * REACHED.get(memory.device_type, 0.3)
        calls = load.modules * CALL_SECONDS.get(memory.device_type, 50e-6)
        return TrainingPlan(is_checkpointed, max_rows, max_jobs, peak, load.flops * (1 + back) / rate, calls)
    needed = least + memory.free_bytes - memory.usable_bytes
    raise EngineError(
        "training:too-large",
        f"one image of {resolution}x{resolution} of one person needs {gigabytes(needed)} of {memory.device_type} memory even in "
        f"the thriftiest way, and {gigabytes(memory.free_bytes)} are free",
    )


def flops_per_second(device: torch.device, dtype: torch.dtype) -> float:
    """What the device does in large products now, measured for some hundredths of a second."""
    side = PROBE_SIDE.get(device.type, 768)
    left = torch.ones(side, side, device=device, dtype=dtype)
    times: list[float] = []
    until = time.perf_counter() + PROBE_SECONDS
    while len(times) < 3 or time.perf_counter() < until:
        started = time.perf_counter()
        float((left @ left)[0, 0])  # asking for a number waits for the card
        times.append(time.perf_counter() - started)
    return 2.0 * side**3 / min(times)
