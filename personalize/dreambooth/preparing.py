"""From photos and a base model to people who can be taught: prompts, class images, latents, what to judge by."""

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
from covers.training.lora.adapters import fresh_matrices
from covers.training.lora.base import Base, Checkpoint
from covers.training.lora.processes import Processes
from covers.training.lora.store import AdapterStore
from covers.training.lora.watching import Watch
from personalize.dreambooth.class_images import ClassImages
from personalize.dreambooth.face_contract import Progress, TrainingSpec, TrainingStage
from personalize.dreambooth.identifiers import check_identifier
from personalize.dreambooth.likeness import Metric, metric_for
from personalize.dreambooth.person import Lessons, Person
from personalize.dreambooth.photos import Album, Crop, album_of, time_ids, trained_count
from personalize.dreambooth.recipe import Recipe, recipe_for

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pupil:
    """A run before its base model is loaded: its options are filled in, its photos read."""

    spec: TrainingSpec
    recipe: Recipe
    album: Album

    @property
    def run_id(self) -> str:
        return self.spec.run_id

    @property
    def photos_hash(self) -> str:
        """Of what is trained on and judged by."""
        digest = hashlib.sha256()
        for crop in (*self.album.training, *self.album.held_out):
            digest.update(crop.pixels.tobytes())
        return digest.hexdigest()[:32]


def pupil_of(spec: TrainingSpec, checkpoint: Checkpoint) -> Pupil:
    """Raises EngineError "training:bad-options", "training:bad-identifier" or "training:bad-photo"."""
    recipe = recipe_for(spec.options, checkpoint.ground, trained_count(len(spec.instance_photos)))
    check_identifier(checkpoint.config_folder, spec.identifier_token, spec.class_noun)
    spec.work_folder.mkdir(parents=True, exist_ok=True)
    return Pupil(spec, recipe, album_of(spec.instance_photos, recipe.resolution))


class Preparation:
    """All that comes before the first step, for people who share a base model. The VAE and the text encoders work here."""

    def __init__(
        self, base: Base, watch: Watch[Progress], processes: Processes, seconds_ahead: Callable[[Pupil], float]
    ) -> None:
        self._base, self._watch, self._processes = base, watch, processes
        self._seconds_ahead = seconds_ahead

    def encode_prompts(self, pupils: Sequence[Pupil]) -> None:
        for pupil in pupils:
            self._base.prompt(pupil.spec.instance_prompt)
            self._base.prompt(pupil.spec.class_prompt)
        self._base.forget_text_encoders()

    def draw_class_images(self, pupils: Sequence[Pupil]) -> None:
        """All that are missing, by the main process alone. Who shares a prompt finds those that another drew."""
        for pupil in pupils if self._processes.is_main else ():
            if self._watch.wants(pupil.run_id) and pupil.recipe.with_prior_preservation:
                self._class_images(pupil).ready(pupil.recipe.num_class_images, self._teller(pupil))
        self._processes.wait()
        self._watch.agree()

    def people(self, pupils: Sequence[Pupil], names: Sequence[str], store: AdapterStore) -> Iterator[Person]:
        """Those still wanted, ready for their first step. names: of the modules to teach."""
        for pupil in pupils:
            if self._watch.wants(pupil.run_id):
                lessons = self._lessons(pupil)
                if lessons is not None and self._tell(pupil, TrainingStage.ENCODE, 1, 1):
                    initial = store.row_of(fresh_matrices(self._base.unet, pupil.recipe, names))
                    yield Person(pupil.spec, pupil.recipe, lessons, self._metric(pupil), initial)

    def _class_images(self, pupil: Pupil) -> ClassImages:
        return ClassImages(pupil.spec.class_folder, self._base, pupil.spec.class_prompt, pupil.recipe.resolution)

    def _teller(self, pupil: Pupil) -> Callable[[int, int], bool]:
        """Tells of class images; how long the rest will take is known once some were drawn."""
        began: tuple[float, int] | None = None

        def told(there: int, count: int) -> bool:
            nonlocal began
            began = began or (time.monotonic(), there)
            drawn = there - began[1]
            left = (count - there) * (time.monotonic() - began[0]) / drawn if drawn else 0.0
            return self._tell(pupil, TrainingStage.CLASS_IMAGES, there, count, left)

        return told

    def _tell(self, pupil: Pupil, stage: TrainingStage, step: int, total: int, seconds: float = 0.0) -> bool:
        ahead = self._seconds_ahead(pupil) + seconds
        return self._watch.tell_here(Progress(pupil.run_id, stage, step, total, seconds_left=ahead))

    def _lessons(self, pupil: Pupil) -> Lessons | None:
        """None when the run was stopped meanwhile."""
        recipe, crops = pupil.recipe, pupil.album.training
        photos = []
        for number, crop in enumerate(crops):
            if not self._tell(pupil, TrainingStage.ENCODE, number, len(crops) + 1):
                return None
            photos.append(self._base.encode_image(crop.tensor, with_flip=recipe.with_flip))
        class_images: LatentDistribution | None = None
        if recipe.with_prior_preservation:
            # They are there already, but for files that somebody took away in between.
            is_wanted = lambda _there, _count: self._watch.wants(pupil.run_id)  # noqa: E731
            class_images = self._class_images(pupil).ready(recipe.num_class_images, is_wanted)
            if class_images is None:
                return None
        return Lessons(
            LatentDistribution.cat(photos),
            tuple(tuple(crop.time_ids) for crop in crops),
            class_images,
            tuple(time_ids(recipe.resolution, recipe.resolution)),
        )

    def _metric(self, pupil: Pupil) -> Metric:
        held_out = [crop.pixels for crop in pupil.album.held_out]
        return metric_for(held_out, [self._as_drawn(crop) for crop in pupil.album.held_out])

    @torch.no_grad()
    def _as_drawn(self, crop: Crop) -> np.ndarray:
        """A photo after the VAE: the best that could be drawn of it."""
        encoded = self._base.encode_image(crop.tensor, with_flip=False)
        pixels: Tensor = decode(self._base.pipeline.vae, encoded.mean[0].to(self._base.device), self._base.device)
        rows = pixels[0].clamp(-1, 1).add(1).mul(127.5).round().byte().permute(1, 2, 0)
        return rows.contiguous().cpu().numpy()
