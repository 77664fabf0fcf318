"""Reporting each step, and hearing that a request is no longer wanted."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from torch import Tensor

from covers.engine.engine_contract import DrawSpec, Step, StepCallback
from covers.engine.sdxl.latent_preparer import ImageSample


class StepReporter:
    """Calls `on_step` after each step, and remembers for the whole draw for which requests it answered no.

    preview: makes a small picture of latents (channels, h, w). preview_every: steps between two of them.
    """

    def __init__(self, on_step: StepCallback, preview: Callable[[Tensor], bytes], preview_every: int) -> None:
        self._on_step = on_step
        self._preview = preview
        self._preview_every = preview_every
        self._stopped_requests: set[str] = set()

    def is_wanted(self, spec: DrawSpec) -> bool:
        return spec.request_id not in self._stopped_requests

    def report(self, samples: Sequence[ImageSample], step: int, total: int) -> list[ImageSample]:
        """Report a step of each picture, and give back the samples that are still wanted."""
        for sample in samples:
            if self.is_wanted(sample.spec) and not self._on_step(self._step(sample, step, total)):
                self._stopped_requests.add(sample.spec.request_id)
        return [sample for sample in samples if self.is_wanted(sample.spec)]

    def _step(self, sample: ImageSample, step: int, total: int) -> Step:
        has_preview = step % self._preview_every == 0 and step < total
        latents = sample.latents if sample.pred_original_sample is None else sample.pred_original_sample
        preview = self._preview(latents[0]) if has_preview else None
        return Step(sample.spec.position, step, total, preview, sample.spec.request_id)
