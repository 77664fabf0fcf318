"""All that comes before the first step: the set is checked, captions and pictures are encoded once."""

from __future__ import annotations

import torch

from albumsite.errors import EngineError
from covers.training.finetune.encoding import Encoder, Picture, Wanted, encode_all, size_of
from covers.training.finetune.recipe import Recipe
from covers.training.finetune.schedule import Schedule
from covers.training.finetune.session import Material
from covers.training.finetune.student import NO_PROMPT, Lesson, PairLesson
from covers.training.lora.base import Base
from covers.training.lora.processes import Processes
from covers.training.lora.watching import Watch
from covers.training.training_contract import (
    CaptionedImage,
    FineTuneProgress,
    FineTuneSpec,
    FineTuneStage,
    PreferencePair,
)

ENCODED_FOLDER = "encoded"


def check_material(spec: FineTuneSpec) -> None:
    """Raises EngineError "training:no-images" or "training:bad-options" for a set that cannot be trained on."""
    if not spec.images:
        raise EngineError("training:no-images", "there is no picture to train on")
    for weight in [*(image.weight for image in spec.images), *(pair.weight for pair in spec.pairs)]:
        if not 0 < weight < float("inf"):
            raise EngineError("training:bad-options", f"weight {weight}: a number above 0 is wanted")
    both = {image.sha256 for image in spec.images} & {image.sha256 for image in spec.held_out}
    if both:
        raise EngineError("training:bad-options", f"{len(both)} held-out pictures are among those to train on")
    pairs, held_out = (
        {(one.chosen_sha256, one.rejected_sha256) for one in some} for some in (spec.pairs, spec.held_out_pairs)
    )
    if pairs & held_out:
        raise EngineError("training:bad-options", f"{len(pairs & held_out)} held-out pairs are among those to train on")


class Preparation:
    """The VAE and the text encoders work here, the main process first; what it made, the others find."""

    def __init__(
        self, base: Base, recipe: Recipe, spec: FineTuneSpec, watch: Watch[FineTuneProgress], processes: Processes
    ) -> None:
        self._base, self._recipe, self._spec = base, recipe, spec
        self._watch, self._processes = watch, processes
        self._encoder = Encoder(base, spec.work_folder / ENCODED_FOLDER)

    def material(self) -> Material | None:
        """None when the run was stopped meanwhile. Raises EngineError "training:bad-image"."""
        self._encode_texts()
        wanted = self._wanted()
        pictures = self._encoded(wanted) if self._processes.is_main else None
        self._processes.wait()
        self._watch.agree()
        if not self._watch.wants(self._spec.run_id):
            return None
        if pictures is None:
            pictures = [self._encoder.encode(one) for one in wanted]
        return self._sorted(pictures)

    @torch.no_grad()
    def _encode_texts(self) -> None:
        """Samples' prompts last: of those the drawing engine's own memory must not let go."""
        spec = self._spec
        captions = [image.caption for image in (*spec.images, *spec.held_out)]
        captions += [pair.caption for pair in (*spec.pairs, *spec.held_out_pairs)]
        for text in dict.fromkeys([*captions, NO_PROMPT, *spec.sample_prompts]):
            self._base.prompt(text)
        self._base.forget_text_encoders()

    def _wanted(self) -> list[Wanted]:
        """Images, held-out ones, then both pictures of each pair, the second at the size of the first."""
        spec = self._spec
        wanted = [self._one(image) for image in (*spec.images, *spec.held_out)]
        for pair in (*spec.pairs, *spec.held_out_pairs):
            wanted += self._two(pair)
        return wanted

    def _one(self, image: CaptionedImage) -> Wanted:
        size = size_of(image.path, self._recipe.resolution, self._base.checkpoint.ground.unit)
        return Wanted(image.path, image.sha256, size)

    def _two(self, pair: PreferencePair) -> list[Wanted]:
        size = size_of(pair.chosen, self._recipe.resolution, self._base.checkpoint.ground.unit)
        return [Wanted(pair.chosen, pair.chosen_sha256, size), Wanted(pair.rejected, pair.rejected_sha256, size)]

    def _encoded(self, wanted: list[Wanted]) -> list[Picture] | None:
        def told(number: int, count: int) -> bool:
            return self._watch.tell_here(FineTuneProgress(self._spec.run_id, FineTuneStage.ENCODE, number, count))

        return encode_all(self._encoder, wanted, told)

    def _sorted(self, pictures: list[Picture]) -> Material:
        spec = self._spec
        left = iter(pictures)
        lessons = [Lesson(next(left), image.caption) for image in spec.images]
        held_out = [Lesson(next(left), image.caption) for image in spec.held_out]
        pairs = [PairLesson(next(left), next(left), pair.caption) for pair in spec.pairs]
        held_out_pairs = [PairLesson(next(left), next(left), pair.caption) for pair in spec.held_out_pairs]
        schedule = None
        if pairs:
            sizes, weights = [pair.chosen.size for pair in pairs], [pair.weight for pair in spec.pairs]
            schedule = Schedule(sizes, weights, self._recipe.train_batch_size, self._recipe.seed, "pairs")
        return Material(lessons, held_out, pairs, held_out_pairs, schedule)
