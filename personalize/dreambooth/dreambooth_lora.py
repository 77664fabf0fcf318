"""Teaches a checkpoint of the SDXL family a person from some photos: DreamBooth, as a low-rank adapter of the UNet.

DreamBooth: Ruiz et al. 2022, arXiv 2208.12242. LoRA: Hu et al. 2021, arXiv 2106.09685. What it leaves open is in `rules`.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import diffusers
import peft
import torch

from albumsite.errors import EngineError
from covers.engine.engine_contract import BaseModel
from covers.engine.sdxl.device_memory import is_out_of_memory, memory_of, release_memory
from covers.engine.sdxl.engine_errors import loading_errors
from covers.engine.sdxl.loading import pick_device
from covers.training.lora.base import Base, Checkpoint, look_at
from covers.training.lora.classroom import Classroom
from covers.training.lora.pace import Pace
from covers.training.lora.prediction import TrainingPlan, flops_per_second, load_of, plan_training
from covers.training.lora.processes import Processes
from covers.training.lora.recipe import dtype_of, target_modules
from covers.training.lora.watching import Watch
from personalize.dreambooth.checkpoints import identity_of
from personalize.dreambooth.face_contract import Progress, ProgressCallback, TrainingFailed, TrainingSpec, TrainingStage
from personalize.dreambooth.person import Person
from personalize.dreambooth.preparing import Preparation, Pupil, pupil_of
from personalize.dreambooth.session import Result, Session

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Together:
    """What people must have in common to be taught in one step."""

    base_model: BaseModel
    resolution: int
    rank: int
    lora_alpha: float
    mixed_precision: str
    with_gradient_checkpointing: bool | None

    @classmethod
    def of(cls, pupil: Pupil) -> Together:
        recipe, options = pupil.recipe, pupil.spec.options
        return cls(
            pupil.spec.base_model,
            recipe.resolution,
            recipe.rank,
            recipe.lora_alpha,
            recipe.mixed_precision,
            options.with_gradient_checkpointing,
        )


class DreamBoothLoraTrainer:
    """Any SDXL-family checkpoint, on a GPU or a CPU, several people in shared steps: `FaceTrainer`.

    device: None picks the best there is. most_rows: of one forward, None goes by memory. Several processes that were started
    by `accelerate launch` or torchrun share one training: each calls `train` with the same specs, the main one reports.

    A run's result does not depend on those beside it, but for rounding. Raises EngineError as `FaceTrainer.train` says,
    and "training:too-large".
    """

    def __init__(self, device: str | None = None, most_rows: int | None = None) -> None:
        self._device_name = device
        self._most_rows = most_rows

    def train(self, specs: Sequence[TrainingSpec], on_progress: ProgressCallback) -> Iterator[Result]:
        """As `FaceTrainer.train`."""
        device = pick_device(self._device_name)
        processes = Processes.found(device)
        device = processes.device or device
        watch: Watch[Progress] = Watch(on_progress, processes)
        models = dict.fromkeys(spec.base_model for spec in specs)
        for model in models:
            own = [spec for spec in specs if spec.base_model == model]
            try:
                yield from self._train_on(model, own, device, watch, processes)
            except EngineError as error:
                if len(models) == 1:
                    raise
                yield from failures(own, watch, error)  # those of other base models can go on

    def _train_on(
        self,
        model: BaseModel,
        specs: Sequence[TrainingSpec],
        device: torch.device,
        watch: Watch[Progress],
        processes: Processes,
    ) -> Iterator[Result]:
        watch.tell(Progress(spec.run_id, TrainingStage.PREPARE, 0, 1) for spec in specs)
        checkpoint = look_at(model, device)
        groups: dict[Together, list[Pupil]] = {}
        for spec in specs:
            try:
                pupil = pupil_of(spec, checkpoint)
            except EngineError as error:
                yield TrainingFailed(spec.run_id, error.message_id, error.detail)
            else:
                groups.setdefault(Together.of(pupil), []).append(pupil)
        for together, pupils in groups.items():
            yield from self._train_group(checkpoint, together, pupils, device, watch, processes)

    def _train_group(
        self,
        checkpoint: Checkpoint,
        together: Together,
        pupils: Sequence[Pupil],
        device: torch.device,
        watch: Watch[Progress],
        processes: Processes,
    ) -> Iterator[Result]:
        """In one go, or as many at once as memory holds."""
        waiting = list(pupils)
        while waiting := [pupil for pupil in waiting if watch.wants(pupil.run_id)]:
            plan = self._plan(checkpoint, together, waiting, device)
            some, waiting = waiting[: plan.most_people], waiting[plan.most_people :]
            lesson = Lesson(checkpoint, together, plan, device, watch, processes)
            try:
                yield from lesson.results(some)
            except EngineError as error:
                if not waiting and len(some) == len(pupils):
                    raise
                yield from failures([pupil.spec for pupil in some if pupil.run_id not in lesson.ended], watch, error)
            release_memory()

    def _plan(
        self, checkpoint: Checkpoint, together: Together, pupils: Sequence[Pupil], device: torch.device
    ) -> TrainingPlan:
        dtype = dtype_of(together.mixed_precision)
        is_small = checkpoint.ground.is_small
        with loading_errors():
            load = load_of(checkpoint.config_folder, together.resolution, together.rank, dtype, is_small=is_small)
        recipes = [pupil.recipe for pupil in pupils]
        rows = sum(recipe.samples * (1 + recipe.with_prior_preservation) for recipe in recipes)
        plan = plan_training(
            checkpoint.model_info,
            load,
            memory_of(device),
            dtype=dtype,
            resolution=together.resolution,
            people=len(pupils),
            rows=min(rows, self._most_rows or rows),
            flops_per_second=flops_per_second(device, dtype),
            with_gradient_checkpointing=together.with_gradient_checkpointing,
        )
        logger.info(
            "training planned people=%d at_once=%d rows=%d checkpointing=%s peak_bytes=%d step_seconds=%.2f",
            len(pupils), plan.most_people, plan.most_rows, plan.with_gradient_checkpointing, plan.peak_bytes,
            plan.step_seconds(rows),
        )  # fmt: skip
        return plan


class Lesson:
    """One loading of a base model and the people who are taught it together. ended: run ids that have a result."""

    def __init__(
        self,
        checkpoint: Checkpoint,
        together: Together,
        plan: TrainingPlan,
        device: torch.device,
        watch: Watch[Progress],
        processes: Processes,
    ) -> None:
        self._checkpoint, self._together, self._plan = checkpoint, together, plan
        self._device, self._watch, self._processes = device, watch, processes
        self.ended: set[str] = set()

    def results(self, pupils: Sequence[Pupil]) -> Iterator[Result]:
        """Raises EngineError when none of them can go on."""
        try:
            base = Base(self._checkpoint, self._device, dtype_of(self._together.mixed_precision))
            for pupil in pupils:
                self._watch.tell_here(
                    Progress(pupil.run_id, TrainingStage.PREPARE, 1, 1, seconds_left=self._seconds_ahead(pupils, pupil))
                )
            for result in self._taught(base, pupils):
                self.ended.add(result.run_id)
                yield result
        except (RuntimeError, MemoryError) as error:
            if error is self._watch.raised:
                raise
            message_id = "engine:out-of-memory" if is_out_of_memory(error) else "engine:failed"
            raise EngineError(message_id, " ".join(str(error).split())) from error

    def _taught(self, base: Base, pupils: Sequence[Pupil]) -> Iterator[Result]:
        preparation = Preparation(base, self._watch, self._processes, lambda pupil: self._seconds_ahead(pupils, pupil))
        preparation.encode_prompts(pupils)
        preparation.draw_class_images(pupils)
        room: Classroom[Person] = Classroom(
            base,
            target_modules(base.unet, is_small=self._checkpoint.ground.is_small),
            rank=self._together.rank,
            lora_alpha=self._together.lora_alpha,
            most_rows=self._plan.most_rows,
            with_gradient_checkpointing=self._plan.with_gradient_checkpointing,
            processes=self._processes,
        )
        try:
            people = list(preparation.people(pupils, room.names, room.store))
            self._watch.agree()
            people = [person for person in people if self._watch.wants(person.spec.run_id)]
            base.rest_vae()
            identities = {
                pupil.run_id: identity_of(pupil.spec, pupil.recipe, self._checkpoint.name, pupil.photos_hash)
                for pupil in pupils
            }
            session = Session(room, self._watch, self._pace(pupils), identities, self._made_with())
            yield from session.run(people)
        finally:
            room.leave()

    def _seconds_ahead(self, pupils: Sequence[Pupil], pupil: Pupil) -> float:
        return pupil.recipe.max_train_steps * self._plan.step_seconds(rows_of(pupils))

    def _pace(self, pupils: Sequence[Pupil]) -> Pace:
        """On a card memory that overflows is what to look out for; a CPU's own seconds tell of its own work alone."""
        on_card = self._device.type == "cuda"
        judge = time.perf_counter if on_card else time.process_time
        return Pace(self._plan.step_seconds(rows_of(pupils)), is_trusted=on_card, judges_by=judge)

    def _made_with(self) -> dict[str, object]:
        return {
            "base_model": self._together.base_model.model,
            "base_model_revision": self._checkpoint.source.revision,
            "device": self._device.type,
            "with_gradient_checkpointing": self._plan.with_gradient_checkpointing,
            "processes": self._processes.count,
            "torch": torch.__version__,
            "diffusers": diffusers.__version__,
            "peft": peft.__version__,
        }


def rows_of(pupils: Sequence[Pupil]) -> int:
    """Of one step of all."""
    return sum(pupil.recipe.samples * (1 + pupil.recipe.with_prior_preservation) for pupil in pupils)


def failures(specs: Sequence[TrainingSpec], watch: Watch[Progress], error: EngineError) -> Iterator[TrainingFailed]:
    for spec in specs:
        if watch.wants(spec.run_id):
            yield TrainingFailed(spec.run_id, error.message_id, error.detail)
