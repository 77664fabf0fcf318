"""From photos and a base model to jobs that can be trained: prompts, class images, latents, what to judge by."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from covers.engine.sdxl.vae import LatentDistribution, decode
from covers.training.lora.adapter_store import AdapterStore
from covers.training.lora.adapters import fresh_matrices
from covers.training.lora.base_model import Checkpoint, LoadedBaseModel
from covers.training.lora.distributed import ProcessGroup
from covers.training.lora.progress_reporter import ProgressReporter
from personalize.dreambooth.class_images import ClassImages
from personalize.dreambooth.face_contract import FaceProgress, TrainingSpec, TrainingStage
from personalize.dreambooth.face_job import FaceJob, InstanceAndClass, identity_of
from personalize.dreambooth.face_recipe import FaceRecipe, recipe_for
from personalize.dreambooth.identifiers import check_identifier
from personalize.dreambooth.instance_photos import Crop, PhotoSplit, split_photos, square_time_ids, trained_count
from personalize.dreambooth.likeness import LikenessMetric, metric_for

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class PendingFaceJob:
    """A run before its base model is loaded: its options are filled in, its photos read."""

    spec: TrainingSpec
    recipe: FaceRecipe
    photo_split: PhotoSplit

    @property
    def run_id(self) -> str:
        return self.spec.run_id

    @property
    def photos_hash(self) -> str:
        """Of what is trained on and judged by."""
        digest = hashlib.sha256()
        for crop in (*self.photo_split.training, *self.photo_split.held_out):
            digest.update(crop.pixels.tobytes())
        return digest.hexdigest()[:32]

    def identity(self, base_model_revision: str) -> str:
        return identity_of(self.spec, self.recipe, base_model_revision, self.photos_hash)


def pending_job_of(spec: TrainingSpec, checkpoint: Checkpoint) -> PendingFaceJob:
    """Raises EngineError "training:bad-options", "training:bad-identifier" or "training:bad-photo"."""
    recipe = recipe_for(spec.options, checkpoint.base_model_info, trained_count(len(spec.instance_photos)))
    check_identifier(checkpoint.config_folder, spec.identifier_token, spec.class_noun)
    spec.work_folder.mkdir(parents=True, exist_ok=True)
    return PendingFaceJob(spec, recipe, split_photos(spec.instance_photos, recipe.resolution))


class FacePreparation:
    """All that comes before the first step, for people who share a base model. The VAE and the text encoders work here."""

    def __init__(
        self,
        base: LoadedBaseModel,
        reporter: ProgressReporter[FaceProgress],
        process_group: ProcessGroup,
        seconds_ahead: Callable[[PendingFaceJob], float],
    ) -> None:
        self._base, self._reporter, self._process_group = base, reporter, process_group
        self._seconds_ahead = seconds_ahead

    def encode_prompts(self, pending_jobs: Sequence[PendingFaceJob]) -> None:
        for pending in pending_jobs:
            self._base.encode_prompt(pending.spec.instance_prompt)
            self._base.encode_prompt(pending.spec.class_prompt)
        self._base.free_text_encoders()

    def draw_class_images(self, pending_jobs: Sequence[PendingFaceJob]) -> None:
        """All that are missing, by the main process alone. Who shares a prompt finds those that another drew."""
        for pending in pending_jobs if self._process_group.is_main else ():
            if self._reporter.is_wanted(pending.run_id) and pending.recipe.with_prior_preservation:
                self._class_images(pending).ready(pending.recipe.num_class_images, self._count_reporter(pending))
        self._process_group.wait()
        self._reporter.synchronize()

    def jobs(
        self, pending_jobs: Sequence[PendingFaceJob], names: Sequence[str], store: AdapterStore
    ) -> Iterator[FaceJob]:
        """Those still wanted, ready for their first step. names: of the modules to train."""
        for pending in pending_jobs:
            if self._reporter.is_wanted(pending.run_id):
                examples = self._examples(pending)
                if examples is not None and self._report(pending, TrainingStage.ENCODE, 1, 1):
                    initial_row = store.row_of(fresh_matrices(self._base.unet, pending.recipe, names))
                    yield FaceJob(
                        recipe=pending.recipe,
                        initial_row=initial_row,
                        spec=pending.spec,
                        examples=examples,
                        metric=self._metric(pending),
                        identity=pending.identity(self._base.checkpoint.name),
                    )

    def _class_images(self, pending: PendingFaceJob) -> ClassImages:
        return ClassImages(pending.spec.class_folder, self._base, pending.spec.class_prompt, pending.recipe.resolution)

    def _count_reporter(self, pending: PendingFaceJob) -> Callable[[int, int], bool]:
        """Reports class images; how long the rest will take is known once some were drawn."""
        began: tuple[float, int] | None = None

        def on_count(there: int, count: int) -> bool:
            nonlocal began
            began = began or (time.monotonic(), there)
            drawn = there - began[1]
            left = (count - there) * (time.monotonic() - began[0]) / drawn if drawn else 0.0
            return self._report(pending, TrainingStage.CLASS_IMAGES, there, count, left)

        return on_count

    def _report(
        self, pending: PendingFaceJob, stage: TrainingStage, step: int, total: int, seconds: float = 0.0
    ) -> bool:
        ahead = self._seconds_ahead(pending) + seconds
        return self._reporter.report_here(FaceProgress(pending.run_id, stage, step, total, seconds_left=ahead))

    def _examples(self, pending: PendingFaceJob) -> InstanceAndClass | None:
        """None when the run was stopped meanwhile."""
        recipe, crops = pending.recipe, pending.photo_split.training
        photos = []
        for number, crop in enumerate(crops):
            if not self._report(pending, TrainingStage.ENCODE, number, len(crops) + 1):
                return None
            photos.append(self._base.encode_image(crop.tensor, with_flip=recipe.with_flip))
        class_images: LatentDistribution | None = None
        if recipe.with_prior_preservation:
            # They are there already, but for files that somebody took away in between.
            is_wanted = lambda _there, _count: self._reporter.is_wanted(pending.run_id)  # noqa: E731
            class_images = self._class_images(pending).ready(recipe.num_class_images, is_wanted)
            if class_images is None:
                return None
        return InstanceAndClass(
            LatentDistribution.cat(photos),
            tuple(crop.time_ids for crop in crops),
            class_images,
            square_time_ids(recipe.resolution, recipe.resolution),
        )

    def _metric(self, pending: PendingFaceJob) -> LikenessMetric:
        held_out = [crop.pixels for crop in pending.photo_split.held_out]
        return metric_for(held_out, [self._as_drawn(crop) for crop in pending.photo_split.held_out])

    @torch.no_grad()
    def _as_drawn(self, crop: Crop) -> np.ndarray:
        """A photo after the VAE: the best that could be drawn of it."""
        posterior = self._base.encode_image(crop.tensor, with_flip=False)
        pixels: Tensor = decode(self._base.pipeline.vae, posterior.mean[0].to(self._base.device), self._base.device)
        rows = pixels[0].clamp(-1, 1).add(1).mul(127.5).round().byte().permute(1, 2, 0)
        return rows.contiguous().cpu().numpy()
