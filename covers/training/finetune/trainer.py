"""Teaches a checkpoint of the SDXL family a week's taste, as a low-rank adapter of the UNet (LoRA, Hu et al. 2021,
arXiv 2106.09685). What options leave open is in `rules`; how the parts work together stands in docs/training.md.
"""

from __future__ import annotations

import hashlib
import logging
import time

import diffusers
import peft
import torch
from torch import Tensor

from albumsite.errors import EngineError
from covers.engine.sdxl.device_memory import is_out_of_memory, memory_of, release_memory
from covers.engine.sdxl.engine_errors import loading_errors
from covers.engine.sdxl.loading import pick_device
from covers.training.finetune.checkpoints import identity_of
from covers.training.finetune.preparing import Preparation, check_material
from covers.training.finetune.recipe import Recipe, recipe_for
from covers.training.finetune.schedule import Schedule
from covers.training.finetune.session import Session
from covers.training.finetune.starting import start_matrices
from covers.training.finetune.student import Student
from covers.training.lora.adapters import fresh_matrices
from covers.training.lora.base import Base, Checkpoint, look_at
from covers.training.lora.classroom import Classroom
from covers.training.lora.pace import Pace
from covers.training.lora.prediction import TrainingPlan, flops_per_second, load_of, plan_training
from covers.training.lora.processes import Processes
from covers.training.lora.recipe import dtype_of, target_modules
from covers.training.lora.watching import Watch
from covers.training.training_contract import FineTuneCallback, FineTuned, FineTuneProgress, FineTuneSpec, FineTuneStage

logger = logging.getLogger(__name__)

ROWS_HELD = 2
"""The averaged weights and the reference take as much memory again as what `plan_training` counts for a learner."""


class LoraFineTuner:
    """Any SDXL-family checkpoint, on a GPU or a CPU: `covers.training.training_contract.FineTuner`.

    device: None picks the best there is. most_rows: of one forward, None goes by memory. Several processes that were started
    by `accelerate launch` or torchrun share one training: each calls `train` with the same spec, the main one reports.

    Raises EngineError as the contract says, and "training:bad-image", "training:other-adapter", "training:too-large",
    "training:too-slow".
    """

    def __init__(self, device: str | None = None, most_rows: int | None = None) -> None:
        self._device_name, self._most_rows = device, most_rows

    def train(self, spec: FineTuneSpec, on_progress: FineTuneCallback) -> FineTuned | None:
        """As `FineTuner.train`."""
        device = pick_device(self._device_name)
        processes = Processes.found(device)
        device = processes.device or device
        watch: Watch[FineTuneProgress] = Watch(on_progress, processes)
        try:
            return self._train(spec, device, watch, processes)
        except (RuntimeError, MemoryError) as error:
            if error is watch.raised or isinstance(error, EngineError):
                raise
            message_id = "engine:out-of-memory" if is_out_of_memory(error) else "engine:failed"
            raise EngineError(message_id, " ".join(str(error).split())) from error
        finally:
            release_memory()

    def _train(
        self, spec: FineTuneSpec, device: torch.device, watch: Watch[FineTuneProgress], processes: Processes
    ) -> FineTuned | None:
        check_material(spec)
        watch.tell([FineTuneProgress(spec.run_id, FineTuneStage.PREPARE, 0, 1)])
        checkpoint = look_at(spec.base_model, device)
        recipe = recipe_for(spec.options, checkpoint.ground, len(spec.images), len(spec.pairs))
        plan = self._plan(spec, recipe, checkpoint, device)
        spec.work_folder.mkdir(parents=True, exist_ok=True)
        base = Base(checkpoint, device, dtype_of(recipe.mixed_precision))
        base.prompts_on = torch.device("cpu")
        seconds = plan.step_seconds(recipe.train_batch_size)
        watch.tell([
            FineTuneProgress(
                spec.run_id, FineTuneStage.PREPARE, 1, 1, seconds_left=recipe.max_train_steps * seconds
            )
        ])  # fmt: skip
        room = room_for(base, recipe, plan, processes)
        try:
            material = Preparation(base, recipe, spec, watch, processes).material()
            if material is None or not watch.wants(spec.run_id):
                return None
            base.rest_vae()
            sizes = [lesson.picture.size for lesson in material.lessons]
            weights = [image.weight for image in spec.images]
            schedule = Schedule(sizes, weights, recipe.train_batch_size, recipe.seed, "images")
            student = Student(recipe, material.lessons, schedule, initial_row(spec, recipe, room))
            started_from = file_hash(spec)
            identity = identity_of(spec, recipe, checkpoint.name, started_from)
            made_with = self._made_with(spec, checkpoint, plan, processes, started_from, len(room.names))
            pace = pace_for(seconds, device)
            return Session(room, spec, student, material, watch, pace, identity, made_with).run()
        finally:
            room.leave()

    def _plan(self, spec: FineTuneSpec, recipe: Recipe, checkpoint: Checkpoint, device: torch.device) -> TrainingPlan:
        dtype, is_small = dtype_of(recipe.mixed_precision), checkpoint.ground.is_small
        with loading_errors():
            load = load_of(checkpoint.config_folder, recipe.resolution, recipe.rank, dtype, is_small=is_small)
        rows = recipe.train_batch_size * (2 if recipe.max_preference_steps else 1)
        plan = plan_training(
            checkpoint.model_info,
            load,
            memory_of(device),
            dtype=dtype,
            resolution=recipe.resolution,
            people=ROWS_HELD,
            rows=min(rows, self._most_rows or rows),
            flops_per_second=flops_per_second(device, dtype),
            with_gradient_checkpointing=spec.options.with_gradient_checkpointing,
        )
        logger.info(
            "training planned run=%s rows=%d checkpointing=%s peak_bytes=%d step_seconds=%.2f",
            spec.run_id, plan.most_rows, plan.with_gradient_checkpointing, plan.peak_bytes,
            plan.step_seconds(recipe.train_batch_size),
        )  # fmt: skip
        return plan

    @staticmethod
    def _made_with(
        spec: FineTuneSpec,
        checkpoint: Checkpoint,
        plan: TrainingPlan,
        processes: Processes,
        start_adapter: str,
        modules: int,
    ) -> dict[str, object]:
        return {
            "base_model": spec.base_model.model,
            "base_model_revision": checkpoint.source.revision,
            "start_adapter_sha256": start_adapter,
            "images": len(spec.images),
            "held_out": len(spec.held_out),
            "pairs": len(spec.pairs),
            "held_out_pairs": len(spec.held_out_pairs),
            "target_modules": modules,
            "with_gradient_checkpointing": plan.with_gradient_checkpointing,
            "processes": processes.count,
            "torch": torch.__version__,
            "diffusers": diffusers.__version__,
            "peft": peft.__version__,
        }


def room_for(base: Base, recipe: Recipe, plan: TrainingPlan, processes: Processes) -> Classroom[Student]:
    return Classroom(
        base,
        target_modules(base.unet, is_small=base.checkpoint.ground.is_small),
        rank=recipe.rank,
        lora_alpha=recipe.lora_alpha,
        most_rows=plan.most_rows,
        with_gradient_checkpointing=plan.with_gradient_checkpointing,
        processes=processes,
        keeps_texts=False,  # captions come in ever new company
    )


def initial_row(spec: FineTuneSpec, recipe: Recipe, room: Classroom[Student]) -> Tensor:
    """(length,): the current model's adapter, or a fresh one, which changes nothing yet."""
    unet = room.base.unet
    if spec.start_adapter is None:
        return room.store.row_of(fresh_matrices(unet, recipe, room.names))
    return room.store.row_of(start_matrices(spec.start_adapter, unet, recipe, room.names))


def file_hash(spec: FineTuneSpec) -> str:
    """sha256 of the adapter that the run begins at; "" for none."""
    return "" if spec.start_adapter is None else hashlib.sha256(spec.start_adapter.read_bytes()).hexdigest()


def pace_for(predicted: float, device: torch.device) -> Pace:
    """On a card memory that overflows is what to look out for; a CPU's own seconds tell of its own work alone."""
    on_card = device.type == "cuda"
    return Pace(predicted, is_trusted=on_card, judges_by=time.perf_counter if on_card else time.process_time)
