"""A trainer whose contract is real and whose arithmetic is small: what is tested with it is everything around a training.

It counts to its number of steps, keeps the count in its checkpoint, and does what its seed says: see FAULTS.
"""

from __future__ import annotations

import hashlib
import os
import signal
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from albumsite.errors import EngineError
from albumsite.media.encoding import saved
from personalize.dreambooth.face_contract import (
    FaceProgress,
    ProgressCallback,
    TrainedAdapter,
    TrainingFailed,
    TrainingSpec,
    TrainingStage,
)

STEPS, CHECKPOINT_EVERY, STEP_SECONDS = 12, 4, 0.03
DIES, DIES_ONCE, FAILS, BREAKS, HANGS, IS_SLOW = 101, 102, 103, 104, 105, 106
"""Seeds: killed at step 6 each time; only while there is no checkpoint; loses its loss; raises; goes silent; takes long."""
CHECKPOINT = "checkpoint.safetensors"


LAST = 200


def sample(level: int) -> bytes:
    """A small grey picture, so light."""
    return saved(Image.new("RGB", (16, 16), (level, level, level)), "WEBP", lossless=True)


@dataclass
class Pupil:
    spec: TrainingSpec
    step: int = 0
    people: int = 1
    losses: list[float] = field(default_factory=list)

    @property
    def checkpoint(self) -> Path:
        return self.spec.work_folder / CHECKPOINT


class CountingTrainer:
    """Trains all its people step by step together, as the real one does."""

    def train(
        self, specs: Sequence[TrainingSpec], on_progress: ProgressCallback
    ) -> Iterator[TrainedAdapter | TrainingFailed]:
        pupils = [Pupil(spec, self._begun(spec), len(specs)) for spec in specs]
        pupils = [
            pupil for pupil in pupils if on_progress(FaceProgress(pupil.spec.run_id, TrainingStage.PREPARE, 1, 1))
        ]
        while pupils:
            time.sleep(STEP_SECONDS if all(pupil.spec.options.seed != IS_SLOW for pupil in pupils) else 0.2)
            for pupil in list(pupils):
                result = self._step(pupil, on_progress)
                if result is not None:
                    pupils.remove(pupil)
                    if not isinstance(result, str):
                        yield result

    @staticmethod
    def _begun(spec: TrainingSpec) -> int:
        file = spec.work_folder / CHECKPOINT
        return int(file.read_text()) if file.is_file() else 0

    def _step(self, pupil: Pupil, on_progress: ProgressCallback) -> TrainedAdapter | TrainingFailed | str | None:
        spec = pupil.spec
        fault = self._fault(pupil)
        if fault is not None:
            return fault
        if pupil.step == STEPS:  # killed between its last checkpoint and its end
            return self._result(pupil)
        pupil.step += 1
        pupil.losses.append(1 / pupil.step)
        is_kept = pupil.step % CHECKPOINT_EVERY == 0
        if is_kept:
            pupil.checkpoint.write_text(str(pupil.step))
        progress = FaceProgress(
            spec.run_id,
            TrainingStage.TRAIN,
            pupil.step,
            STEPS,
            loss=1 / pupil.step,
            seconds_left=(STEPS - pupil.step) * STEP_SECONDS,
            checkpoint=pupil.checkpoint if is_kept else None,
            samples=(sample(pupil.step),) if pupil.step == 6 else (),
        )
        if not on_progress(progress):
            return "stopped"
        if pupil.step < STEPS:
            return None
        on_progress(FaceProgress(spec.run_id, TrainingStage.FINISH, 1, 1, samples=(sample(LAST),)))
        return self._result(pupil)

    @staticmethod
    def _fault(pupil: Pupil) -> TrainingFailed | None:
        seed = pupil.spec.options.seed
        if pupil.step != 6:
            return None
        if seed == DIES or (seed == DIES_ONCE and not pupil.losses[6:] and len(pupil.losses) == 6):
            os.kill(os.getpid(), signal.SIGKILL)
        if seed == BREAKS:
            raise EngineError("engine:out-of-memory", "asked for too much")
        if seed == HANGS:
            time.sleep(600)
        if seed == FAILS:
            return TrainingFailed(pupil.spec.run_id, "training:not-finite")
        return None

    @staticmethod
    def _result(pupil: Pupil) -> TrainedAdapter:
        spec = pupil.spec
        names = sorted(photo.path.name for photo in spec.instance_photos)
        photos = hashlib.sha256(b"".join((spec.work_folder / name).read_bytes() for name in names)).hexdigest()
        content = f"{spec.identifier_token} {spec.class_noun} {photos} {pupil.step}".encode()
        path = spec.work_folder / "adapter.safetensors"
        path.write_bytes(content)
        return TrainedAdapter(
            run_id=spec.run_id,
            path=path,
            sha256=hashlib.sha256(content).hexdigest(),
            steps=len(pupil.losses),
            losses=tuple(pupil.losses),
            likeness=0.7,
            likeness_before=0.1,
            likeness_metric="counting",
            parameters={"begun_at_step": pupil.step - len(pupil.losses), "people": pupil.people},
        )


class PatientTrainer:
    """Goes on until it is told to stop: for pages that show a training, and must not find it over."""

    def train(
        self, specs: Sequence[TrainingSpec], on_progress: ProgressCallback
    ) -> Iterator[TrainedAdapter | TrainingFailed]:
        still, step = list(specs), 0
        while still:
            step += 1
            time.sleep(0.2)
            steps = [FaceProgress(spec.run_id, TrainingStage.TRAIN, step, 10_000, seconds_left=600.0) for spec in still]
            still = [spec for spec, progress in zip(still, steps, strict=True) if on_progress(progress)]
        yield from ()
