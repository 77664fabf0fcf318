"""What drawing will take of a card's memory, predicted before anything is loaded, and how to draw so that it fits.

Weights are counted from the headers of the files; what forwards hold at their fullest is followed through the levels of
the UNet and the VAE by their widths (checked against what really is alive in them: within a few per cent for SDXL's
sizes). Attention is taken to hold no scores, as torch's own kernels do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch

from albumsite.errors import EngineError
from covers.engine.sdxl.device_memory import DeviceMemory
from covers.engine.sdxl.model_info import ModelInfo

MAX_BATCH_SIZE = 8
VAE_TILE_PIXELS = 512
"""Side of the tiles that the VAE decodes when memory is short. Its own default is its picture size: for SDXL no tiles."""
SEQUENCE_LENGTH = 77
SMALL_TENSORS_SHARE, TEXT_COPIES = 0.05, 1.5
"""Of the UNet beyond its large tensors, as a share; and how often the prompt is held."""
FRAGMENTATION = 1.10
"""What torch's allocator holds for each byte of a forward, since blocks that come and go leave gaps."""


@dataclass(frozen=True)
class InferencePlan:
    """How to draw, and what it takes.

    dtype, vae_dtype: of torch. offload: "none"; "model": parts are on the card when their turn comes; "group": of the
    UNet, blocks are. with_vae_tiling: the VAE decodes in tiles. batch_size: the most pictures to draw at once. peak_bytes:
    for those, with what card and torch take for themselves.
    """

    dtype: torch.dtype
    vae_dtype: torch.dtype
    offload: str
    with_vae_tiling: bool
    batch_size: int
    peak_bytes: int


def plan_inference(
    info: ModelInfo,
    memory: DeviceMemory,
    width: int,
    height: int,
    *,
    dtype: torch.dtype | None = None,
    adapter_bytes: int = 0,
) -> InferencePlan:
    """The fastest way to draw pictures of width x height pixels, with guidance, that fits, and how many at once.

    dtype: None picks by the device. adapter_bytes: set aside for adapters. Raises EngineError "engine:out-of-memory" when
    one picture does not fit in any way, with what it needs and what is there.
    """
    dtype = dtype or default_dtype(memory.device_type)
    vae_dtype = pick_vae_dtype(info, memory, dtype)
    for offload, with_vae_tiling in offload_options(memory.device_type):
        peaks = [
            peak_memory(info, dtype, vae_dtype, offload, with_vae_tiling, width, height, count) + adapter_bytes
            for count in range(1, MAX_BATCH_SIZE + 1)
        ]
        fitting = [count for count, peak in enumerate(peaks, start=1) if peak <= memory.usable_bytes]
        if fitting:
            own = memory.free_bytes - memory.usable_bytes
            return InferencePlan(dtype, vae_dtype, offload, with_vae_tiling, fitting[-1], peaks[fitting[-1] - 1] + own)
    needed = peaks[0] + memory.free_bytes - memory.usable_bytes
    raise EngineError(
        "engine:out-of-memory",
        f"one picture of {width}x{height} needs {gigabytes(needed)} of {memory.device_type} memory even in the thriftiest way, "
        f"and {gigabytes(memory.free_bytes)} are free",
    )


def offload_options(device_type: str) -> Iterator[tuple[str, bool]]:
    """Offload and tiling, the fastest first. Main memory has nowhere to offload to."""
    for offload in ("none", "model", "group") if device_type == "cuda" else ("none",):
        yield offload, False
        yield offload, True


def default_dtype(device_type: str) -> torch.dtype:
    """float16 on cards: its mantissa keeps smooth skies smooth. float32 on a CPU, where bfloat16 is 12 times slower."""
    return torch.float32 if device_type == "cpu" else torch.float16


def pick_vae_dtype(info: ModelInfo, memory: DeviceMemory, dtype: torch.dtype) -> torch.dtype:
    """SDXL's own VAE overflows in float16. bfloat16 has float32's range and half its size, where a card has it."""
    if dtype != torch.float16 or not info.vae_force_upcast:
        return dtype
    return torch.bfloat16 if memory.device_type == "cuda" and memory.has_bfloat16 else torch.float32


def peak_memory(
    info: ModelInfo,
    dtype: torch.dtype,
    vae_dtype: torch.dtype,
    offload: str,
    with_vae_tiling: bool,
    width: int,
    height: int,
    batch_size: int,
) -> int:
    """The most that is alive at once: weights that are on the device, and the fullest moment of UNet or VAE."""
    text = info.text_params * dtype.itemsize
    unet = info.unet_params * dtype.itemsize
    vae = info.vae_params * vae_dtype.itemsize
    drawing = round(FRAGMENTATION * unet_activation_bytes(info, width, height, batch_size, dtype))
    tile = min(width, VAE_TILE_PIXELS), min(height, VAE_TILE_PIXELS)
    decoding = round(
        FRAGMENTATION * vae_activation_bytes(info, *(tile if with_vae_tiling else (width, height)), vae_dtype)
    )
    if offload == "none":
        return text + unet + vae + max(drawing, decoding)
    if offload == "group":
        unet = info.largest_block_params * dtype.itemsize
    return max(text, unet + drawing, vae + decoding)


def largest_batch(
    info: ModelInfo, free_bytes: int, width: int, height: int, dtype: torch.dtype, *, passes: int = 2
) -> int:
    """How many pictures to draw at once with the weights loaded and `free_bytes` left: 1 to MAX_BATCH_SIZE.

    passes: 2 with guidance. One is answered even if that does not fit: the card has the last word.
    """
    each = FRAGMENTATION * unet_activation_bytes(info, width, height, 1, dtype, passes=passes)
    return max(1, min(MAX_BATCH_SIZE, int(free_bytes / each)))


def unet_activation_bytes(
    info: ModelInfo, width: int, height: int, batch_size: int, dtype: torch.dtype, *, passes: int = 2
) -> int:
    """What a forward of the UNet holds at its fullest, weights aside."""
    latents = width * height / info.vae_scale_factor**2
    samples = batch_size * passes
    values = latents * unet_activations(info.unet_block_out_channels, info.layers_per_block, info.has_cross_attention)
    return round(
        samples
        * (values * (1 + SMALL_TENSORS_SHARE) + TEXT_COPIES * SEQUENCE_LENGTH * info.cross_attention_dim)
        * dtype.itemsize
    )


def unet_activations(channels: Sequence[int], layers: int, has_cross_attention: Sequence[bool]) -> float:
    """Values alive at the fullest moment, for each latent of the picture.

    The way up is the fullest: the skips of the blocks still to come are held, and a resnet holds what came up, that
    joined with a skip, normalised and activated. A transformer holds its input, two copies and 16 widths of its
    feed-forward part.
    """
    skips = [(channels[0], 0)]
    for level, width in enumerate(channels):
        skips += [(width, level)] * layers
        if level + 1 < len(channels):
            skips.append((width, level + 1))
    fullest, hidden = 0.0, channels[-1]
    for level in reversed(range(len(channels))):
        skipped = sum(width / 4**level_of_skip for width, level_of_skip in skips)
        for _ in range(layers + 1):
            skip, _at = skips.pop()
            moment = hidden + 3 * (hidden + skip) + channels[level]
            if has_cross_attention[level]:
                moment = max(moment, 19 * channels[level])
            fullest = max(fullest, skipped + moment / 4**level)
            hidden = channels[level]
        if level:  # upsampled: nearest neighbours, then a convolution
            fullest = max(fullest, skipped + 2 * hidden / 4 ** (level - 1))
    return fullest


def vae_activation_bytes(info: ModelInfo, width: int, height: int, dtype: torch.dtype) -> int:
    """What decoding one picture, or encoding it, holds at its fullest: in the last block, at the picture's full size."""
    first, second = (
        info.vae_block_out_channels[0],
        info.vae_block_out_channels[min(1, len(info.vae_block_out_channels) - 1)],
    )
    return round(width * height * max(3 * second, 5 * first) * dtype.itemsize)


def gigabytes(number: int) -> str:
    return f"{max(0, number) / 1e9:.1f} GB"
