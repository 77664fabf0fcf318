"""Trains a checkpoint of the SDXL family on a week's set, as a low-rank adapter of the UNet (LoRA, Hu et al. 2021,
arXiv 2106.09685). What options leave open is in `finetune_recipe`; how the parts work together stands in docs/training.md.
"""

from __future__ import annotations

import hashlib
import logging

import torch
from torch import Tensor

from covers.engine.sdxl.device_memory import release_memory
from covers.training.finetune.batch_schedule import BatchSchedule
from covers.training.finetune.finetune_dataset import FineTunePreparation, check_dataset
from covers.training.finetune.finetune_job import FineTuneJob, identity_of
from covers.training.finetune.finetune_recipe import FineTuneRecipe, recipe_for
from covers.training.finetune.finetune_session import FineTuneSession
from covers.training.finetune.start_adapter import start_matrices
from covers.training.lora.adapters import fresh_matrices
from covers.training.lora.base_model import Checkpoint
from covers.training.lora.lora_training import LoraTraining
from covers.training.lora.memory_planner import TrainingPlan
from covers.training.lora.multi_lora_trainer import MultiLoraTrainer
from covers.training.training_contract import FineTuneCallback, FineTuned, FineTuneProgress, FineTuneSpec, FineTuneStage

logger = logging.getLogger(__name__)

ROWS_HELD = 2
"""The averaged weights and the reference take as much memory again as what `plan_training` counts for a job."""


class LoraFineTuner:
    """Any SDXL-family checkpoint, on a GPU or a CPU: `covers.training.training_contract.FineTuner`.

    device: None picks the best there is. max_rows: of one forward, None goes by memory. Several processes that were started
    by `accelerate launch` or torchrun share one training: each calls `train` with the same spec, the main one reports.

    Raises EngineError as the contract says, and "training:bad-image", "training:other-adapter", "training:too-large",
    "training:too-slow".
    """

    def __init__(self, device: str | None = None, max_rows: int | None = None) -> None:
        self._device, self._max_rows = device, max_rows

    def train(self, spec: FineTuneSpec, on_progress: FineTuneCallback) -> FineTuned | None:
        """As `FineTuner.train`."""
        training: LoraTraining[FineTuneProgress] = LoraTraining(self._device, self._max_rows, on_progress)
        try:
            with training.engine_errors():
                return self._train(spec, training)
        finally:
            release_memory()

    def _train(self, spec: FineTuneSpec, training: LoraTraining[FineTuneProgress]) -> FineTuned | None:
        check_dataset(spec)
        reporter = training.reporter
        reporter.report([FineTuneProgress(spec.run_id, FineTuneStage.PREPARE, 0, 1)])
        checkpoint = training.inspect(spec.base_model)
        recipe = recipe_for(spec.options, checkpoint.base_model_info, len(spec.images), len(spec.pairs))
        plan = training.plan(
            checkpoint,
            recipe,
            jobs=ROWS_HELD,
            rows=recipe.train_batch_size * (2 if recipe.max_preference_steps else 1),
            with_checkpointing=spec.options.with_gradient_checkpointing,
        )
        spec.work_folder.mkdir(parents=True, exist_ok=True)
        base = training.load(checkpoint, recipe)
        base.prompt_device = torch.device("cpu")
        seconds = plan.step_seconds(recipe.train_batch_size)
        seconds_left = recipe.max_train_steps * seconds
        reporter.report([FineTuneProgress(spec.run_id, FineTuneStage.PREPARE, 1, 1, seconds_left=seconds_left)])
        # Captions come in ever new company, so their keys and values are not kept.
        with training.lora_installed(base, recipe, plan, caches_prompts=False) as trainer:
            dataset = FineTunePreparation(base, recipe, spec, reporter, training.process_group).dataset()
            if dataset is None or not reporter.is_wanted(spec.run_id):
                return None
            base.offload_vae()
            sizes = [example.picture.size for example in dataset.examples]
            weights = [image.weight for image in spec.images]
            schedule = BatchSchedule(sizes, weights, recipe.train_batch_size, recipe.seed, "images")
            initial_row = start_row(spec, recipe, trainer)
            job = FineTuneJob(recipe=recipe, examples=dataset.examples, schedule=schedule, initial_row=initial_row)
            start_sha256 = file_hash(spec)
            made_with = self._made_with(spec, training, checkpoint, plan) | {
                "start_adapter_sha256": start_sha256,
                "target_modules": len(trainer.names),
            }
            identity = identity_of(spec, recipe, checkpoint.name, start_sha256)
            step_timer = training.step_timer(seconds)
            return FineTuneSession(trainer, reporter, step_timer, made_with, spec, job, dataset, identity).run()

    @staticmethod
    def _made_with(
        spec: FineTuneSpec, training: LoraTraining[FineTuneProgress], checkpoint: Checkpoint, plan: TrainingPlan
    ) -> dict[str, object]:
        return {
            **training.made_with(spec.base_model, checkpoint, plan),
            "images": len(spec.images),
            "held_out": len(spec.held_out),
            "pairs": len(spec.pairs),
            "held_out_pairs": len(spec.held_out_pairs),
        }


def start_row(spec: FineTuneSpec, recipe: FineTuneRecipe, trainer: MultiLoraTrainer[FineTuneJob]) -> Tensor:
    """(length,): the current model's adapter, or a fresh one, which changes nothing yet."""
    unet = trainer.base.unet
    if spec.start_adapter is None:
        return trainer.store.row_of(fresh_matrices(unet, recipe, trainer.names))
    return trainer.store.row_of(start_matrices(spec.start_adapter, unet, recipe, trainer.names))


def file_hash(spec: FineTuneSpec) -> str:
    """sha256 of the adapter that the run begins at; "" for none."""
    return "" if spec.start_adapter is None else hashlib.sha256(spec.start_adapter.read_bytes()).hexdigest()
