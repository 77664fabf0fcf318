"""What drawing will take of a card's memory, told before anything is loaded, and how to draw so that it fits.

Weights are counted from the headers of the files; what forwards hold at their fullest is followed through the levels of
the UNet and the VAE by their widths (checked against what really is alive in them: within a few per cent for SDXL's
sizes). Attention is taken to hold no scores, as torch's own kernels do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch

from albumsite.errors import EngineError

MOST_PICTURES = 8
TILE_PIXELS = 512
"""Side of the tiles that the VAE decodes when memory is short. Its own default is its picture size: for SDXL no tiles."""
PLACES = 77
SMALL_THINGS, TEXT_COPIES = 0.05, 1.5
"""Of the UNet beyond its large tensors, as a share; and how often the prompt is held."""
UNUSABLE = 1.10
"""What torch's allocator holds for each byte of a forward, since blocks that come and go leave gaps."""
CARD_OWN_BYTES = 1_000_000_000
"""What a card keeps for itself, for CUDA's context, and for the workspaces of cuDNN and cuBLAS."""
PROCESS_OWN_BYTES = 300_000_000
"""What torch itself takes of main memory while it draws on a CPU."""


@dataclass(frozen=True)
class Anatomy:
    """What a checkpoint is made of, as far as memory goes.

    unet_weights, vae_weights, text_weights: numbers of values; text_weights of both encoders together.
    largest_block: values of the UNet's largest block, all that is on a card when blocks are fetched in turns.
    unet_channels, unet_layers, vae_channels, text_width: as the configurations have them. unet_attends: which levels
    have transformers.
    vae_overflows: whether the VAE says that 16 bits are not safe for it (`force_upcast`).
    """

    unet_weights: int
    vae_weights: int
    text_weights: int
    largest_block: int
    unet_channels: tuple[int, ...]
    unet_layers: int
    unet_attends: tuple[bool, ...]
    text_width: int
    vae_channels: tuple[int, ...]
    vae_overflows: bool

    @property
    def pixels_per_latent(self) -> int:
        return 2 ** (len(self.vae_channels) - 1)


@dataclass(frozen=True)
class Memory:
    """Where to draw. kind: "cuda", "mps" or "cpu". free_bytes: before the checkpoint is loaded."""

    kind: str
    free_bytes: int
    has_bfloat16: bool = True

    @property
    def usable_bytes(self) -> int:
        return self.free_bytes - (CARD_OWN_BYTES if self.kind == "cuda" else PROCESS_OWN_BYTES)


@dataclass(frozen=True)
class Plan:
    """How to draw, and what it takes.

    dtype, vae_dtype: of torch. offload: "none"; "model": parts are on the card when their turn comes; "group": of the
    UNet, blocks are. with_tiling: the VAE decodes in tiles. pictures: the most to draw at once. peak_bytes: for those,
    with what card and torch take for themselves.
    """

    dtype: torch.dtype
    vae_dtype: torch.dtype
    offload: str
    with_tiling: bool
    pictures: int
    peak_bytes: int


def plan_memory(
    anatomy: Anatomy,
    memory: Memory,
    width: int,
    height: int,
    *,
    dtype: torch.dtype | None = None,
    most_pictures: int = MOST_PICTURES,
    adapter_bytes: int = 0,
) -> Plan:
    """The fastest way to draw pictures of width x height pixels, with guidance, that fits, and how many at once.

    dtype: None picks by the device. adapter_bytes: set aside for adapters. Raises EngineError "engine:out-of-memory" when
    one picture does not fit in any way, with what it needs and what is there.
    """
    dtype = dtype or default_dtype(memory.kind)
    vae_dtype = safe_vae_dtype(anatomy, memory, dtype)
    for offload, with_tiling in ways(memory.kind):
        peaks = [
            peak_bytes(anatomy, dtype, vae_dtype, offload, with_tiling, width, height, count) + adapter_bytes
            for count in range(1, most_pictures + 1)
        ]
        fitting = [count for count, peak in enumerate(peaks, start=1) if peak <= memory.usable_bytes]
        if fitting:
            own = memory.free_bytes - memory.usable_bytes
            return Plan(dtype, vae_dtype, offload, with_tiling, fitting[-1], peaks[fitting[-1] - 1] + own)
    needed = peaks[0] + memory.free_bytes - memory.usable_bytes
    raise EngineError(
        "engine:out-of-memory",
        f"one picture of {width}x{height} needs {gigabytes(needed)} of {memory.kind} memory even in the thriftiest way, "
        f"and {gigabytes(memory.free_bytes)} are free",
    )


def ways(kind: str) -> Iterator[tuple[str, bool]]:
    """Offload and tiling, the fastest first. Main memory has nowhere to offload to."""
    for offload in ("none", "model", "group") if kind == "cuda" else ("none",):
        yield offload, False
        yield offload, True


def default_dtype(kind: str) -> torch.dtype:
    """float16 on cards: its mantissa keeps smooth skies smooth. float32 on a CPU, where bfloat16 is 12 times slower."""
    return torch.float32 if kind == "cpu" else torch.float16


def safe_vae_dtype(anatomy: Anatomy, memory: Memory, dtype: torch.dtype) -> torch.dtype:
    """SDXL's own VAE overflows in float16. bfloat16 has float32's range and half its size, where a card has it."""
    if dtype != torch.float16 or not anatomy.vae_overflows:
        return dtype
    return torch.bfloat16 if memory.kind == "cuda" and memory.has_bfloat16 else torch.float32


def peak_bytes(
    anatomy: Anatomy,
    dtype: torch.dtype,
    vae_dtype: torch.dtype,
    offload: str,
    with_tiling: bool,
    width: int,
    height: int,
    pictures: int,
) -> int:
    """The most that is alive at once: weights that are on the device, and the fullest moment of UNet or VAE."""
    text = anatomy.text_weights * dtype.itemsize
    unet = anatomy.unet_weights * dtype.itemsize
    vae = anatomy.vae_weights * vae_dtype.itemsize
    drawing = round(UNUSABLE * unet_bytes(anatomy, width, height, pictures, dtype))
    tile = min(width, TILE_PIXELS), min(height, TILE_PIXELS)
    decoding = round(UNUSABLE * vae_bytes(anatomy, *(tile if with_tiling else (width, height)), vae_dtype))
    if offload == "none":
        return text + unet + vae + max(drawing, decoding)
    if offload == "group":
        unet = anatomy.largest_block * dtype.itemsize
    return max(text, unet + drawing, vae + decoding)


def largest_batch(
    anatomy: Anatomy, free_bytes: int, width: int, height: int, dtype: torch.dtype, *, passes: int = 2
) -> int:
    """How many pictures to draw at once with the weights loaded and `free_bytes` left: 1 to MOST_PICTURES.

    passes: 2 with guidance. One is answered even if that does not fit: the card has the last word.
    """
    each = UNUSABLE * unet_bytes(anatomy, width, height, 1, dtype, passes=passes)
    return max(1, min(MOST_PICTURES, int(free_bytes / each)))


def unet_bytes(anatomy: Anatomy, width: int, height: int, pictures: int, dtype: torch.dtype, *, passes: int = 2) -> int:
    """What a forward of the UNet holds at its fullest, weights aside."""
    latents = width * height / anatomy.pixels_per_latent**2
    rows = pictures * passes
    values = latents * unet_values(anatomy.unet_channels, anatomy.unet_layers, anatomy.unet_attends)
    return round(rows * (values * (1 + SMALL_THINGS) + TEXT_COPIES * PLACES * anatomy.text_width) * dtype.itemsize)


def unet_values(channels: Sequence[int], layers: int, attends: Sequence[bool]) -> float:
    """Values alive at the fullest moment, for each latent of the picture.

    The way up is the fullest: the skips of the blocks still to come are waiting, and a resnet holds what came up, that
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
        waiting = sum(width / 4**at for width, at in skips)
        for _ in range(layers + 1):
            skip, _at = skips.pop()
            moment = hidden + 3 * (hidden + skip) + channels[level]
            if attends[level]:
                moment = max(moment, 19 * channels[level])
            fullest = max(fullest, waiting + moment / 4**level)
            hidden = channels[level]
        if level:  # upsampled: nearest neighbours, then a convolution
            fullest = max(fullest, waiting + 2 * hidden / 4 ** (level - 1))
    return fullest


def vae_bytes(anatomy: Anatomy, width: int, height: int, dtype: torch.dtype) -> int:
    """What decoding one picture, or encoding it, holds at its fullest: in the last block, at the picture's full size."""
    first, second = anatomy.vae_channels[0], anatomy.vae_channels[min(1, len(anatomy.vae_channels) - 1)]
    return round(width * height * max(3 * second, 5 * first) * dtype.itemsize)


def gigabytes(number: int) -> str:
    return f"{max(0, number) / 1e9:.1f} GB"
