"""Adapters of files, for the UNet and the text encoders of one pipeline, other ones for each sample of a batch.

This stands where diffusers has `load_lora_weights`, `set_adapters` and `enable_lora_hotswap`. The last copies one adapter
after the other into matrices of one rank, so that compiled blocks stay valid. That is one adapter set for a whole batch, and
the whole pipeline waits for each swap. Here adapters are inputs: with `fixed_shapes` all layers of the kinds that any file
adapts get matrices, of a rank rounded up to 16, 32, 64 …, zeros where a file has none. Compiled blocks then see the same
shapes whatever the adapters are, and swapping costs the stacking of some matrices and never a compilation.
"""

from __future__ import annotations

import logging
import math
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path

import torch
from diffusers import UNet2DConditionModel
from torch import Tensor, nn

from albumsite.errors import EngineError
from covers.engine.engine_contract import Adapter
from covers.engine.sdxl.adapter_files import AdapterWeights, read_adapter, summary
from covers.engine.sdxl.lora_layers import StackedLora, install_lora_layers, loras_set
from covers.engine.sdxl.lora_stacking import LoadedAdapters, fixed_rank, layer_names, same_kinds, stack
from covers.engine.weights.adapter_formats import UNET

logger = logging.getLogger(__name__)

CACHE_BYTES = 1 << 30
FileKey = tuple[str, int, int, int]


class LoraManager:
    """Reads adapters, keeps the last ones read on the device, and applies them to one UNet and its text encoders.

    fixed_shapes: for compiled blocks, see above. cache_bytes: how much read adapters may take; files are known by path,
    time and size, so a file that is written anew is read anew. Not for two threads at once.

    Their Linear and Conv2d modules become ones that can be adapted: same weights, names and outputs as before.
    text_encoders: "text_encoder", "text_encoder_2" → encoder; without them only the UNet's part of a file is used.
    """

    def __init__(
        self,
        unet: UNet2DConditionModel,
        *,
        text_encoders: Mapping[str, nn.Module] | None = None,
        fixed_shapes: bool = False,
        cache_bytes: int = CACHE_BYTES,
    ) -> None:
        self._unet = unet
        self._unet_layers = install_lora_layers(unet)
        self._text_layers = {part: install_lora_layers(encoder) for part, encoder in (text_encoders or {}).items()}
        self._cache = AdapterCache(cache_bytes)
        self._last_stack: tuple[object, dict[str, StackedLora]] = ((), {})
        self.fixed_shapes = fixed_shapes

    def load(self, adapters: Sequence[Adapter]) -> LoadedAdapters:
        """Read the files that are not in memory yet.

        Raises EngineError: "engine:adapter-missing"; "engine:adapter-broken" for a file that is truncated, no
        safetensors, or not a LoRA of this UNet; "engine:bad-spec" for a scale that is no number.
        """
        return tuple((self._read(adapter), adapter.scale) for adapter in adapters)

    def describe(self, adapters: Sequence[Adapter]) -> list[dict[str, object]]:
        """For the parameters of a picture: each adapter's file name, scale, rank, and what in its file was not used."""
        return [
            {"adapter": Path(adapter.path).name, "adapter_scale": adapter.scale, "rank": weights.rank,
             "formats": list(weights.formats), "ignored": list(weights.ignored)}
            for adapter, (weights, _) in zip(adapters, self.load(adapters), strict=True)
        ]  # fmt: skip

    @contextmanager
    def applied(self, adapters: Sequence[tuple[Adapter, ...]], passes: int) -> Iterator[None]:
        """Inside, forwards of the UNet have each sample's adapters, all of a sample at once.

        adapters: of each sample. passes: how often the samples stand in a batch, one pass after the other: 2 with guidance.
        Raises EngineError as `load` does, before anything is changed; ValueError for a batch of another size.
        """
        loaded = [tuple((weights, scale) for weights, scale in self.load(of_sample) if scale) for of_sample in adapters]
        if not any(loaded):
            yield
            return
        if len({tuple((id(weights), scale) for weights, scale in of_sample) for of_sample in loaded}) == 1:
            loaded = loaded[:1]  # all alike: plain small products instead of batched ones
        stacked = self._stack(loaded)
        hook = self._unet.register_forward_pre_hook(check_batch_size(passes * len(adapters)), with_kwargs=True)
        try:
            with loras_set(self._unet_layers, stacked):
                yield
        finally:
            hook.remove()

    def load_for_text_encoders(self, adapters: Sequence[Adapter]) -> LoadedAdapters:
        """Those of the adapters that change the text encoders; empty for most. Raises EngineError as `load`."""
        return tuple((weights, scale) for weights, scale in self.load(adapters) if scale and weights.has_text_encoders)

    @contextmanager
    def applied_to_text_encoders(self, adapters: LoadedAdapters) -> Iterator[None]:
        """Inside, both text encoders have these adapters, for all prompts alike."""
        with ExitStack() as applied:
            for part, layers in self._text_layers.items():
                names = layer_names([adapters], part)
                applied.enter_context(loras_set(layers, stack([adapters], part, layers, names, self._device)))
            yield

    @cached_property
    def _device(self) -> torch.device:
        """Where forwards of the UNet happen, from its loading on. Asked once: the answer walks all modules."""
        return execution_device(self._unet)

    @cached_property
    def _dtype(self) -> torch.dtype:
        return self._unet.dtype

    def _read(self, adapter: Adapter) -> AdapterWeights:
        if not math.isfinite(adapter.scale):
            raise EngineError("engine:bad-spec", f"adapter scale {adapter.scale}: a number is wanted")
        path = Path(adapter.path).expanduser()
        key = (*file_key(path), str(self._device), str(self._dtype))
        weights = self._cache.get(key)
        if weights is None:
            weights = read_adapter(path, self._unet, self._unet_layers, self._device, self._dtype, self._text_layers)
            self._cache.put(key, weights)
            logger.info("adapter read file=%s bytes=%d modules=%s", path.name, weights.size_bytes, summary(weights))
            for ignored in weights.ignored:
                logger.warning("adapter not used as a whole, the rest is ignored file=%s %s", path.name, ignored)
        return weights

    def _stack(self, adapters: Sequence[LoadedAdapters]) -> dict[str, StackedLora]:
        """Stacked matrices; those of the last call again when nothing changed, as when guidance ends."""
        if self._last_stack[0] == adapters:
            return self._last_stack[1]
        self._last_stack = ((), {})  # give the memory back before taking as much again
        names, min_rank = layer_names(adapters, UNET), 1
        if self.fixed_shapes:
            names |= same_kinds(self._unet_layers, names)
            min_rank = fixed_rank(max(sum(weights.unet_rank for weights, _ in of_sample) for of_sample in adapters))
        stacked = stack(adapters, UNET, self._unet_layers, names, self._device, min_rank)
        self._last_stack = (adapters, stacked)
        return stacked


class AdapterCache:
    """The adapters used last, within a bound of bytes. The newest always stays: it is about to be used."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._cache: OrderedDict[object, AdapterWeights] = OrderedDict()

    def get(self, key: object) -> AdapterWeights | None:
        if key in self._cache:
            self._cache.move_to_end(key)
        return self._cache.get(key)

    def put(self, key: object, weights: AdapterWeights) -> None:
        self._cache[key] = weights
        while len(self._cache) > 1 and self.size_bytes > self._limit_bytes:
            self._cache.popitem(last=False)

    @property
    def size_bytes(self) -> int:
        return sum(weights.size_bytes for weights in self._cache.values())


def execution_device(unet: UNet2DConditionModel) -> torch.device:
    """Where forwards happen, also when the weights wait in main memory for their turn."""
    device = getattr(getattr(unet, "_hf_hook", None), "execution_device", None)
    return torch.device(device) if device is not None else unet.device


def file_key(path: Path) -> FileKey:
    try:
        status = path.stat()
    except OSError as error:
        raise EngineError("engine:adapter-missing", f"{path}: {error.strerror or error}") from error
    return str(path.resolve()), status.st_ino, status.st_mtime_ns, status.st_size


def check_batch_size(expected: int) -> Callable[[nn.Module, tuple[object, ...], dict[str, object]], None]:
    """A forward hook of the UNet: adapters of one sample must not fall on another's row of the batch."""

    def check(unet: nn.Module, args: tuple[object, ...], kwargs: dict[str, object]) -> None:
        latents = args[0] if args else kwargs["sample"]
        if isinstance(latents, Tensor) and latents.shape[0] != expected:
            raise ValueError(f"adapters are laid over {expected} places of a batch, not {latents.shape[0]}")

    return check
