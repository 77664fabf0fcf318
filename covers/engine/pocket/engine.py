"""The pocket checkpoint as an engine of the site: briefs captioned in the few words that it knows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from covers.engine.engine_contract import Drawn, DrawSpec, StepCallback
from covers.engine.pocket.captioning import caption_pattern, with_caption_prompt
from covers.engine.pocket.words import CHECKPOINT, known_motifs
from covers.engine.sdxl import SdxlEngine


class PocketEngine(SdxlEngine):
    """Draws with the small checkpoint of our own, at its native side, enlarged to what is asked.

    A prompt of the form "a COLOUR MOTIF on a COLOUR ground" or "a MOTIF in colour on colour ground" is drawn as it stands;
    any other is replaced by what the brief asks for, planned as `poster` plans a set, in the motifs and colours that the
    checkpoint knows. `Drawn.parameters` has the prompt that it was drawn with. Options and errors are those of SdxlEngine.
    """

    name = "pocket"

    def __init__(self, model: str = str(CHECKPOINT), native_side: int | None = 128, **options: Any) -> None:
        super().__init__(model, native_side=native_side, **options)
        self._motifs = known_motifs(Path(model))
        self._captions = caption_pattern(self._motifs)

    def draw(self, specs: Sequence[DrawSpec], on_step: StepCallback) -> Iterator[Drawn]:
        captioned = [with_caption_prompt(spec, self._motifs, self._captions) for spec in specs]
        prompts = {(spec.request_id, spec.position): spec.prompt for spec in captioned}
        for drawn in super().draw(captioned, on_step):
            prompt = prompts[drawn.request_id, drawn.position]
            yield replace(drawn, parameters={**drawn.parameters, "prompt": prompt})
