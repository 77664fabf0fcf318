"""What one call of a trainer has, whatever it trains on: a device, its processes, a plan that fits into memory, versions."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Generic

import diffusers
import peft
import torch

from albumsite.errors import EngineError
from covers.engine.engine_contract import BaseModel
from covers.engine.sdxl.device_memory import is_out_of_memory, memory_of
from covers.engine.sdxl.engine_errors import loading_errors
from covers.engine.sdxl.loading import pick_device
from covers.training.lora.base_model import Checkpoint, LoadedBaseModel, inspect_checkpoint
from covers.training.lora.distributed import ProcessGroup
from covers.training.lora.lora_recipe import LoraRecipe, dtype_of, target_modules
from covers.training.lora.memory_planner import TrainingPlan, flops_per_second, measure_memory_cost, plan_training
from covers.training.lora.multi_lora_trainer import MultiLoraTrainer
from covers.training.lora.progress_reporter import P, ProgressReporter
from covers.training.lora.step_timer import StepTimer

logger = logging.getLogger(__name__)


class LoraTraining(Generic[P]):
    """device_name: None picks the best there is. max_rows: of one forward; None goes by memory."""

    def __init__(self, device_name: str | None, max_rows: int | None, on_progress: Callable[[P], bool]) -> None:
        device = pick_device(device_name)
        self.process_group = ProcessGroup.from_launch(device)
        self.device = self.process_group.device or device
        self.reporter: ProgressReporter[P] = ProgressReporter(on_progress, self.process_group)
        self._max_rows = max_rows

    @contextmanager
    def engine_errors(self) -> Iterator[None]:
        """What torch raises inside becomes an EngineError; what the callback raised is handed on as it is."""
        try:
            yield
        except (RuntimeError, MemoryError) as error:
            if error is self.reporter.raised or isinstance(error, EngineError):
                raise
            message_id = "engine:out-of-memory" if is_out_of_memory(error) else "engine:failed"
            raise EngineError(message_id, " ".join(str(error).split())) from error

    def inspect(self, base_model: BaseModel) -> Checkpoint:
        return inspect_checkpoint(base_model, self.device)

    def plan(
        self, checkpoint: Checkpoint, recipe: LoraRecipe, *, jobs: int, rows: int, with_checkpointing: bool | None
    ) -> TrainingPlan:
        """jobs: with matrices in memory, shaped as the recipe says. rows: of a step of all of them.

        Raises EngineError "training:too-large", and as reading a checkpoint's configuration does.
        """
        dtype, is_small = dtype_of(recipe.mixed_precision), checkpoint.base_model_info.is_small
        with loading_errors():
            cost = measure_memory_cost(
                checkpoint.config_folder, recipe.resolution, recipe.rank, dtype, is_small=is_small
            )
        plan = plan_training(
            checkpoint.model_info,
            cost,
            memory_of(self.device),
            dtype=dtype,
            resolution=recipe.resolution,
            jobs=jobs,
            rows=min(rows, self._max_rows or rows),
            flops_per_second=flops_per_second(self.device, dtype),
            with_gradient_checkpointing=with_checkpointing,
        )
        logger.info(
            "training planned jobs=%d at_once=%d rows=%d checkpointing=%s peak_bytes=%d step_seconds=%.2f",
            jobs, plan.max_jobs, plan.max_rows, plan.with_gradient_checkpointing, plan.peak_bytes,
            plan.step_seconds(rows),
        )  # fmt: skip
        return plan

    def load(self, checkpoint: Checkpoint, recipe: LoraRecipe) -> LoadedBaseModel:
        return LoadedBaseModel(checkpoint, self.device, dtype_of(recipe.mixed_precision))

    @contextmanager
    def lora_installed(
        self, base: LoadedBaseModel, recipe: LoraRecipe, plan: TrainingPlan, *, caches_prompts: bool
    ) -> Iterator[MultiLoraTrainer[Any]]:
        """A trainer for jobs that are shaped as the recipe says. The UNet is left as it was."""
        trainer: MultiLoraTrainer[Any] = MultiLoraTrainer(
            base,
            target_modules(base.unet, is_small=base.checkpoint.base_model_info.is_small),
            rank=recipe.rank,
            lora_alpha=recipe.lora_alpha,
            max_rows=plan.max_rows,
            with_gradient_checkpointing=plan.with_gradient_checkpointing,
            process_group=self.process_group,
            caches_prompts=caches_prompts,
        )
        try:
            yield trainer
        finally:
            trainer.remove_lora()

    def step_timer(self, predicted_seconds: float) -> StepTimer:
        """On a card memory that overflows is what to look out for; a CPU's own seconds count its own work alone."""
        on_card = self.device.type == "cuda"
        clock = time.perf_counter if on_card else time.process_time
        return StepTimer(predicted_seconds, is_trusted=on_card, judging_clock=clock)

    def made_with(self, base_model: BaseModel, checkpoint: Checkpoint, plan: TrainingPlan) -> Mapping[str, object]:
        """For the parameters of a result."""
        return {
            "base_model": base_model.model,
            "base_model_revision": checkpoint.source.revision,
            "with_gradient_checkpointing": plan.with_gradient_checkpointing,
            "processes": self.process_group.count,
            "torch": torch.__version__,
            "diffusers": diffusers.__version__,
            "peft": peft.__version__,
        }
