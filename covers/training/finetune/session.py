"""The steps of one week's training: the fine-tune, then preferences, with looks and checkpoints on the way."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from torch import Tensor

from albumsite.errors import EngineError
from covers.training.finetune.checkpoints import Averaged, read_checkpoint, write_checkpoint
from covers.training.finetune.looking import sample_sheet, validation_loss
from covers.training.finetune.preference import implicit_accuracy, preference_gradients, step_lines
from covers.training.finetune.recipe import Recipe
from covers.training.finetune.schedule import Schedule
from covers.training.finetune.student import Lesson, PairLesson, Student
from covers.training.lora.adapters import ADAPTER_FILE, check_adapter, write_adapter
from covers.training.lora.checkpoints import CHECKPOINT_FILE
from covers.training.lora.classroom import Classroom
from covers.training.lora.optimiser import Optimiser
from covers.training.lora.pace import Pace
from covers.training.lora.stepping import is_due, within_memory
from covers.training.lora.streams import seed_of
from covers.training.lora.watching import Watch
from covers.training.training_contract import FineTuned, FineTuneProgress, FineTuneSpec, FineTuneStage

logger = logging.getLogger(__name__)

TAUGHT, AVERAGE, REFERENCE = 0, 1, 2
"""Rows of the store: what learns, its average over the steps, and the model that the week began with."""
NOTHING_SHOWN: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Material:
    """Everything encoded. pair_schedule: of preference training's steps."""

    lessons: Sequence[Lesson]
    held_out: Sequence[Lesson]
    pairs: Sequence[PairLesson]
    held_out_pairs: Sequence[PairLesson]
    pair_schedule: Schedule | None


class Session:
    """Teaches `student` in `room` until it is done. identity: of its checkpoints. made_with: for the result's parameters."""

    def __init__(
        self,
        room: Classroom[Student],
        spec: FineTuneSpec,
        student: Student,
        material: Material,
        watch: Watch[FineTuneProgress],
        pace: Pace,
        identity: str,
        made_with: Mapping[str, object],
    ) -> None:
        self._room, self._spec, self._student, self._material = room, spec, student, material
        self._watch, self._pace, self._identity, self._made_with = watch, pace, identity, made_with
        self._recipe: Recipe = student.recipe
        self._is_main = room.processes.is_main
        self._samples = NOTHING_SHOWN
        self._look_seconds = 0.0

    @property
    def _average(self) -> Tensor:
        """What is kept: the averaged weights, or without an average the last ones."""
        return self._room.store.weights[self._kept_place]

    @property
    def _kept_place(self) -> int:
        return TAUGHT if self._recipe.ema_decay is None else AVERAGE

    def run(self) -> FineTuned | None:
        """None when it was told to stop. Raises EngineError."""
        student = self._student
        averaged = Averaged(student.initial)
        reference = student.initial
        path = self._spec.work_folder / CHECKPOINT_FILE
        if read_checkpoint(path, student, self._room.store, averaged, self._identity):
            logger.info("training goes on run=%s step=%d", self._spec.run_id, student.steps)
        self._room.seat([student], beside=[averaged.row, reference])
        if not student.validation_losses and self._material.held_out:
            self._validate()
        if not (self._fine_tune() and self._prefer(averaged.preferring)):
            return None
        return self._finish()

    def _fine_tune(self) -> bool:
        student, rows = self._student, self._recipe.train_batch_size
        while not student.is_taught:
            within_memory(self._room, lambda: self._pace.step(self._room.step), lambda: rows)
            self._go_on_only_if_finite()
            self._follow(student.step)
            if not self._after_step(
                FineTuneStage.TRAIN, student.step, self._recipe.max_train_steps, student.losses[-1]
            ):
                return False
        return True

    def _prefer(self, moments: Mapping[str, Tensor] | None) -> bool:
        """Preference training from the averaged weights on, with an optimiser of its own."""
        student, total = self._student, self._recipe.max_preference_steps
        if not total:
            return True
        if not student.preference_losses:
            student.row.copy_(self._average)
        course = replace(self._recipe, learning_rate=self._recipe.preference_learning_rate, lr_scheduler="constant")
        student.optimiser = Optimiser(course, student.row, self._room.store.gradients[TAUGHT])
        if moments is not None:
            student.optimiser.restore(moments)
        rows = 2 * self._recipe.train_batch_size
        while len(student.preference_losses) < total:
            within_memory(self._room, lambda: self._pace.step(self._preference_step), lambda: rows)
            self._go_on_only_if_finite()
            step = len(student.preference_losses)
            self._follow(step)
            if not self._after_step(FineTuneStage.PREFER, step, total, student.preference_losses[-1]):
                return False
        return True

    def _preference_step(self) -> None:
        student, schedule, step = self._student, self._material.pair_schedule, len(self._student.preference_losses)
        assert schedule is not None
        assert student.optimiser is not None
        batch, timesteps = schedule.batch(step), self._room.noising.timesteps
        lines = step_lines(student, self._material.pairs, batch, step, timesteps)
        loss = preference_gradients(self._room, lines, REFERENCE)
        if not math.isfinite(loss) or not student.optimiser.step(step):
            student.failure = (
                "training:not-finite",
                f"the loss of preference step {step + 1} is {loss}, or its gradient",
            )
            return
        student.preference_losses.append(loss)

    def _go_on_only_if_finite(self) -> None:
        if self._student.failure is not None:
            raise EngineError(*self._student.failure)

    def _follow(self, step: int) -> None:
        """The average follows the weights."""
        if self._recipe.ema_decay is not None:
            self._average.lerp_(self._student.row, 1.0 - self._recipe.ema_decay_at(step))

    def _after_step(self, stage: FineTuneStage, step: int, total: int, loss: float) -> bool:
        """Look, save and tell, where it is time to. Whether to go on."""
        samples, validation, checkpoint = NOTHING_SHOWN, None, None
        is_train, is_last = stage is FineTuneStage.TRAIN, step >= total
        is_end = is_last or (is_train and self._student.schedule.is_epoch_end(step))
        if is_end:
            started = time.perf_counter()
            validation = self._validate() if self._material.held_out else None
            samples = self._samples = self._sheet()
            self._look_seconds = time.perf_counter() - started
        is_between = is_last and is_train and self._recipe.max_preference_steps > 0
        if self._is_main and (is_between or (is_due(step, self._recipe.checkpoint_every_steps) and not is_last)):
            path = self._spec.work_folder / CHECKPOINT_FILE
            checkpoint = write_checkpoint(path, self._student, self._room.store, self._average, self._identity)
        self._watch.tell_here(
            FineTuneProgress(
                self._spec.run_id, stage, step, total, loss, validation, self._seconds_left(), samples, checkpoint
            )
        )
        self._watch.agree()
        return self._watch.wants(self._spec.run_id)

    def _seconds_left(self) -> float | None:
        each = self._pace.seconds_per_step
        if each is None:
            return None
        recipe, student = self._recipe, self._student
        left = recipe.max_train_steps - student.step + recipe.max_preference_steps - len(student.preference_losses)
        epochs = student.schedule.epochs_before(recipe.max_train_steps) - student.schedule.epochs_before(student.step)
        return left * each + epochs * self._look_seconds

    def _validate(self) -> float:
        loss = validation_loss(self._room, self._material.held_out, self._kept_place) if self._is_main else 0.0
        loss = self._room.processes.told(loss)
        self._student.validation_losses.append((self._student.steps, loss))
        return loss

    def _sheet(self) -> tuple[bytes, ...]:
        prompts = self._spec.sample_prompts
        seeds = [seed_of("sample", number) for number in range(len(prompts))]  # alike in every week
        drawn = NOTHING_SHOWN
        if self._is_main:
            drawn = sample_sheet(self._room, prompts, seeds, self._recipe.resolution, self._kept_place)
        return self._room.processes.told(drawn)

    def _accuracy(self) -> float | None:
        pairs = self._material.held_out_pairs
        if not pairs:
            return None
        accuracy = implicit_accuracy(self._room, pairs, self._kept_place, REFERENCE) if self._is_main else 0.0
        return self._room.processes.told(accuracy)

    def _finish(self) -> FineTuned:
        """Write what is kept, and read it back as the drawing engine does."""
        spec, student = self._spec, self._student
        self._tell_end(0)
        accuracy = self._accuracy()
        matrices = self._room.store.matrices_of(self._average)
        parameters = {**vars(self._recipe), **self._made_with, "is_averaged": self._recipe.ema_decay is not None}
        path, sha256 = spec.work_folder / ADAPTER_FILE, ""
        if self._is_main:
            sha256 = write_adapter(path, matrices, self._recipe, parameters)
            check_adapter(path, self._room.base.unet, matrices)
        sha256 = self._room.processes.told(sha256)
        self._tell_end(1)
        logger.info("adapter written run=%s steps=%d", spec.run_id, student.steps)
        return FineTuned(
            spec.run_id,
            path,
            sha256,
            student.steps,
            (*student.losses, *student.preference_losses),
            tuple(student.validation_losses),
            accuracy,
            self._samples or self._sheet(),
            parameters,
        )

    def _tell_end(self, step: int) -> None:
        self._watch.tell_here(FineTuneProgress(self._spec.run_id, FineTuneStage.FINISH, step, 1, seconds_left=0.0))
