"""The steps of people who share a base model: looks at them on the way, checkpoints, their ends."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from covers.training.lora.adapters import ADAPTER_FILE, check_adapter, write_adapter
from covers.training.lora.base import webp
from covers.training.lora.checkpoints import CHECKPOINT_FILE
from covers.training.lora.classroom import Classroom
from covers.training.lora.pace import Pace
from covers.training.lora.stepping import is_due, within_memory
from covers.training.lora.streams import seed_of
from covers.training.lora.watching import Watch
from personalize.dreambooth.checkpoints import read_checkpoint, write_checkpoint
from personalize.dreambooth.face_contract import Progress, TrainedAdapter, TrainingFailed, TrainingStage
from personalize.dreambooth.likeness import LEAST_GAIN
from personalize.dreambooth.person import Person
from personalize.dreambooth.recipe import as_parameters

logger = logging.getLogger(__name__)

SAMPLES = 4
"""Pictures of one look at a run, always of the same seeds."""
NOTHING_SHOWN: tuple[bytes, ...] = ()
Result = TrainedAdapter | TrainingFailed


class Session:
    """Teaches `people` in `room` until each is done. made_with: for their parameters. identities: of their checkpoints, by
    run id, see `checkpoints.identity_of`.
    """

    def __init__(
        self,
        room: Classroom[Person],
        watch: Watch[Progress],
        pace: Pace,
        identities: Mapping[str, str],
        made_with: Mapping[str, object],
    ) -> None:
        self._room, self._watch, self._pace = room, watch, pace
        self._identities, self._made_with = identities, made_with
        self._is_main = room.processes.is_main
        self._look_seconds = 0.0
        self._most_rows = 0

    def run(self, people: Sequence[Person]) -> Iterator[Result]:
        """Each one's result as it ends. Raises EngineError when nobody can go on."""
        for person in people:
            if read_checkpoint(person, self._room.store, self._identities[person.spec.run_id]):
                logger.info("training goes on run=%s step=%d", person.spec.run_id, person.step)
        self._room.seat(people)
        self._most_rows = self._rows()
        for person in list(people):
            if person.step == 0 and person.recipe.sample_every_steps:
                self._look(person)
        yield from self._dismiss()
        while self._room.people:
            within_memory(self._room, lambda: self._pace.step(self._room.step), self._rows)
            for person in self._room.people:
                self._after_step(person)
            self._watch.agree()
            yield from self._dismiss()

    def _rows(self) -> int:
        return sum(person.recipe.samples * (1 + person.recipe.with_prior_preservation) for person in self._room.people)

    def _after_step(self, person: Person) -> None:
        """Look, save and tell, where it is time to."""
        if person.failure is not None:
            return
        recipe, samples, has_checkpoint = person.recipe, NOTHING_SHOWN, False
        is_last = person.step >= recipe.max_train_steps and recipe.sample_every_steps > 0
        if is_last or is_due(person.step, recipe.sample_every_steps):
            self._look(person, is_told=False)
            samples = person.samples
        if is_due(person.step, recipe.checkpoint_every_steps) and not person.is_done and self._is_main:
            write_checkpoint(person, self._room.store, self._identities[person.spec.run_id])
            has_checkpoint = True
        self._watch.tell_here(self._progress(person, samples, has_checkpoint))

    def _progress(self, person: Person, samples: tuple[bytes, ...], has_checkpoint: bool) -> Progress:
        return person.progress(
            TrainingStage.TRAIN,
            person.step,
            person.recipe.max_train_steps,
            loss=person.losses[-1] if person.losses else None,
            seconds_left=self._seconds_left(person),
            likeness=person.likeness,
            samples=samples,
            checkpoint=person.spec.work_folder / CHECKPOINT_FILE if has_checkpoint else None,
        )

    def _seconds_left(self, person: Person) -> float | None:
        """Of steps and looks up to its last step; an early stop makes it less."""
        each = self._pace.seconds_per_step
        if each is None:
            return None
        left = person.recipe.max_train_steps - person.step
        every = person.recipe.sample_every_steps
        looks = left // every + 1 if every else 0
        return left * each + looks * len(self._room.people) * self._look_seconds

    def _look(self, person: Person, *, is_told: bool = True) -> None:
        """Draw samples with the weights as they are, and see how like they are."""
        started = time.perf_counter()
        pictures = self._pictures(person) if self._is_main else []
        likeness = person.metric.likeness(pictures) if pictures else None
        likeness, person.samples = self._room.processes.told((likeness, tuple(webp(picture) for picture in pictures)))
        self._look_seconds = time.perf_counter() - started
        if person.step == 0:
            person.likeness = person.best.before = likeness
        else:
            person.checked(likeness, LEAST_GAIN)
        if is_told:
            self._watch.tell_here(self._progress(person, person.samples, has_checkpoint=False))

    def _pictures(self, person: Person) -> list[np.ndarray]:
        seeds = [seed_of(person.recipe.seed, "sample", number) for number in range(SAMPLES)]
        self._room.draw_as(person)
        try:
            base, prompt = self._room.base, person.spec.instance_prompt
            drawn = dict(base.draw(prompt, seeds, person.recipe.resolution, lambda: True))
        finally:
            self._room.draw_as(None)
        return [drawn[number] for number in sorted(drawn)]

    def _dismiss(self) -> Iterator[Result]:
        """Let go of who is done, failed or no longer wanted, with a result for the first two."""
        staying: list[Person] = []
        results: list[Result] = []
        for person in self._room.people:
            if not self._watch.wants(person.spec.run_id):
                continue
            if person.failure is not None:
                results.append(TrainingFailed(person.spec.run_id, *person.failure))
            elif person.is_done:
                results.append(self._finish(person))
            else:
                staying.append(person)
        if len(staying) < len(self._room.people):
            self._room.seat(staying)
            if staying:
                self._pace.workload(self._rows() / self._most_rows)
        yield from results

    def _finish(self, person: Person) -> TrainedAdapter:
        """Keep the best weights, or the last where none were judged, and write them."""
        spec, best = person.spec, person.best
        self._tell_end(person, 0)
        keeps_best = best.row is not None and person.recipe.patience_checks > 0 and best.step != person.step
        if keeps_best and best.row is not None:
            person.row.copy_(best.row)
            person.samples = self._room.processes.told(
                tuple(webp(picture) for picture in self._pictures(person)) if self._is_main else ()
            )
        matrices = self._room.store.matrices_of(person.row)
        kept_step = best.step if keeps_best else person.step
        parameters = {
            **as_parameters(person.recipe, self._room.names),
            **self._made_with,
            "kept_step": kept_step,
            "identifier_token": spec.identifier_token,
            "class_noun": spec.class_noun,
        }
        path, sha256 = spec.work_folder / ADAPTER_FILE, ""
        if self._is_main:
            sha256 = write_adapter(path, matrices, person.recipe, parameters)
            check_adapter(path, self._room.base.unet, matrices)
        sha256 = self._room.processes.told(sha256)
        self._tell_end(person, 1)
        logger.info("adapter written run=%s steps=%d kept_step=%d", spec.run_id, person.step, kept_step)
        return TrainedAdapter(
            spec.run_id,
            path,
            sha256,
            person.step,
            tuple(person.losses),
            best.likeness if keeps_best else person.likeness,
            best.before,
            person.metric.name,
            person.samples,
            parameters,
        )

    def _tell_end(self, person: Person, step: int) -> None:
        likeness = person.best.likeness if person.best.likeness is not None else person.likeness
        self._watch.tell_here(
            person.progress(TrainingStage.FINISH, step, 1, seconds_left=0.0, likeness=likeness, samples=person.samples)
        )
