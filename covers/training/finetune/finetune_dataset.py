"""All that comes before the first step: the set is checked, captions and pictures are encoded once."""

from __future__ import annotations

import torch

from albumsite.errors import EngineError
from covers.training.finetune.batch_schedule import BatchSchedule
from covers.training.finetune.encoded_images import EncodedImage, ImageEncoder, ImageToEncode, encode_all, size_of
from covers.training.finetune.finetune_job import NO_PROMPT, CaptionedExample, PairExample
from covers.training.finetune.finetune_recipe import FineTuneRecipe
from covers.training.finetune.finetune_session import FineTuneDataset
from covers.training.lora.base_model import LoadedBaseModel
from covers.training.lora.distributed import ProcessGroup
from covers.training.lora.progress_reporter import ProgressReporter
from covers.training.training_contract import (
    CaptionedImage,
    FineTuneProgress,
    FineTuneSpec,
    FineTuneStage,
    PreferencePair,
)

ENCODED_FOLDER = "encoded"


def check_dataset(spec: FineTuneSpec) -> None:
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


class FineTunePreparation:
    """The VAE and the text encoders work here, the main process first; what it made, the others find."""

    def __init__(
        self,
        base: LoadedBaseModel,
        recipe: FineTuneRecipe,
        spec: FineTuneSpec,
        reporter: ProgressReporter[FineTuneProgress],
        process_group: ProcessGroup,
    ) -> None:
        self._base, self._recipe, self._spec = base, recipe, spec
        self._reporter, self._process_group = reporter, process_group
        self._encoder = ImageEncoder(base, spec.work_folder / ENCODED_FOLDER)

    def dataset(self) -> FineTuneDataset | None:
        """None when the run was stopped meanwhile. Raises EngineError "training:bad-image"."""
        self._encode_texts()
        to_encode = self._to_encode()
        pictures = self._encoded(to_encode) if self._process_group.is_main else None
        self._process_group.wait()
        self._reporter.synchronize()
        if not self._reporter.is_wanted(self._spec.run_id):
            return None
        if pictures is None:
            pictures = [self._encoder.encode(one) for one in to_encode]
        return self._sorted(pictures)

    @torch.no_grad()
    def _encode_texts(self) -> None:
        """Samples' prompts last: of those the drawing engine's own memory must not let go."""
        spec = self._spec
        captions = [image.caption for image in (*spec.images, *spec.held_out)]
        captions += [pair.caption for pair in (*spec.pairs, *spec.held_out_pairs)]
        for text in dict.fromkeys([*captions, NO_PROMPT, *spec.sample_prompts]):
            self._base.encode_prompt(text)
        self._base.free_text_encoders()

    def _to_encode(self) -> list[ImageToEncode]:
        """Images, held-out ones, then both pictures of each pair, the second at the size of the first."""
        spec = self._spec
        to_encode = [self._of_image(image) for image in (*spec.images, *spec.held_out)]
        for pair in (*spec.pairs, *spec.held_out_pairs):
            to_encode += self._of_pair(pair)
        return to_encode

    def _of_image(self, image: CaptionedImage) -> ImageToEncode:
        size = size_of(image.path, self._recipe.resolution, self._base.checkpoint.base_model_info.unit)
        return ImageToEncode(image.path, image.sha256, size)

    def _of_pair(self, pair: PreferencePair) -> list[ImageToEncode]:
        size = size_of(pair.chosen, self._recipe.resolution, self._base.checkpoint.base_model_info.unit)
        return [
            ImageToEncode(pair.chosen, pair.chosen_sha256, size),
            ImageToEncode(pair.rejected, pair.rejected_sha256, size),
        ]

    def _encoded(self, to_encode: list[ImageToEncode]) -> list[EncodedImage] | None:
        def on_count(number: int, count: int) -> bool:
            return self._reporter.report_here(FineTuneProgress(self._spec.run_id, FineTuneStage.ENCODE, number, count))

        return encode_all(self._encoder, to_encode, on_count)

    def _sorted(self, pictures: list[EncodedImage]) -> FineTuneDataset:
        spec = self._spec
        left = iter(pictures)
        examples = [CaptionedExample(next(left), image.caption) for image in spec.images]
        held_out = [CaptionedExample(next(left), image.caption) for image in spec.held_out]
        pairs = [PairExample(next(left), next(left), pair.caption) for pair in spec.pairs]
        held_out_pairs = [PairExample(next(left), next(left), pair.caption) for pair in spec.held_out_pairs]
        schedule = None
        if pairs:
            sizes, weights = [pair.chosen.size for pair in pairs], [pair.weight for pair in spec.pairs]
            schedule = BatchSchedule(sizes, weights, self._recipe.train_batch_size, self._recipe.seed, "pairs")
        return FineTuneDataset(examples, held_out, pairs, held_out_pairs, schedule)
