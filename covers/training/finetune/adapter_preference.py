"""What an adapter file prefers: for evaluations, without any training."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from torch import Tensor

from albumsite.errors import EngineError
from covers.engine.engine_contract import BaseModel
from covers.engine.sdxl.adapter_files import AdapterWeights
from covers.engine.sdxl.loading import pick_device
from covers.training.finetune.diffusion_dpo import implicit_accuracy
from covers.training.finetune.encoded_images import ImageEncoder, ImageToEncode, size_of
from covers.training.finetune.finetune_job import FineTuneJob, PairExample
from covers.training.finetune.start_adapter import read_weights
from covers.training.lora.adapter_store import AdapterStore
from covers.training.lora.adapters import Matrices
from covers.training.lora.base_model import LoadedBaseModel, inspect_checkpoint
from covers.training.lora.lora_recipe import default_precision, dtype_of
from covers.training.lora.multi_lora_trainer import MultiLoraTrainer
from covers.training.training_contract import PreferencePair

ROWS = 16
"""Of one pass."""


def preference_accuracy(
    base_model: BaseModel,
    adapter: Path,
    pairs: Sequence[PreferencePair],
    *,
    reference: Path | None = None,
    device: str | None = None,
) -> float:
    """Share of `pairs` whose chosen picture `adapter` finds likelier than `reference` does, 0 to 1; undecided count half.

    reference: an adapter of the same checkpoint; None is the checkpoint itself. Rank and modules of both may differ. Noise and
    times are fixed. Raises EngineError: of the model, the adapters, "training:bad-image", "training:no-images".
    """
    if not pairs:
        raise EngineError("training:no-images", "there are no pairs to judge by")
    chosen_device = pick_device(device)
    checkpoint = inspect_checkpoint(base_model, chosen_device)
    base = LoadedBaseModel(checkpoint, chosen_device, dtype_of(default_precision(checkpoint.base_model_info)))
    names = [
        name for name, module in base.unet.named_modules() if isinstance(module, torch.nn.Linear | torch.nn.Conv2d)
    ]
    both = [read_weights(path, base.unet, names) if path is not None else None for path in (adapter, reference)]
    adapted = sorted({name for weights in both if weights is not None for name in weights.unet})
    rank = max(weights.rank for weights in both if weights is not None)
    examples = encoded_pairs(base, pairs)
    trainer: MultiLoraTrainer[FineTuneJob] = MultiLoraTrainer(
        base, adapted, rank=rank, lora_alpha=float(rank), max_rows=ROWS, caches_prompts=False
    )
    try:
        trainer.set_jobs([], frozen_rows=[row_of(trainer.store, weights, rank) for weights in both])
        return implicit_accuracy(trainer, examples, 0, 1)
    finally:
        trainer.remove_lora()


@torch.no_grad()
def encoded_pairs(base: LoadedBaseModel, pairs: Sequence[PreferencePair]) -> list[PairExample]:
    """Both pictures of each pair at the size of the first; their latents stay in memory."""
    side, unit = base.checkpoint.base_model_info.side, base.checkpoint.base_model_info.unit
    examples = []
    with TemporaryDirectory() as folder:
        encoder = ImageEncoder(base, Path(folder))
        for pair in pairs:
            base.encode_prompt(pair.caption)
            size = size_of(pair.chosen, side, unit)
            chosen, rejected = (
                encoder.encode(ImageToEncode(path, sha256, size)).in_memory()
                for path, sha256 in ((pair.chosen, pair.chosen_sha256), (pair.rejected, pair.rejected_sha256))
            )
            examples.append(PairExample(chosen, rejected, pair.caption))
    return examples


def row_of(store: AdapterStore, weights: AdapterWeights | None, rank: int) -> Tensor:
    """(length,); noughts for no adapter."""
    return store.row_of(padded(store, weights, rank))


def padded(store: AdapterStore, weights: AdapterWeights | None, rank: int) -> Matrices:
    """At `rank`, with noughts where an adapter has less, or nothing."""
    matrices = {}
    for name, slot in store.slots.items():
        down, up = torch.zeros(slot.down_shape), torch.zeros(slot.up_shape)
        part = weights.unet.get(name) if weights is not None else None
        if part is not None:
            down[: part.rank] = part.down
            up[:, : part.rank] = part.up
        matrices[name] = (down, up)
    return matrices
