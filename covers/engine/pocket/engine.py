"""The pocket checkpoint as an engine of the site: briefs said in the few words that it knows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from covers.engine.contract import Drawn, DrawSpec, StepCallback
from covers.engine.pocket.stand_ins import stand_in
from covers.engine.pocket.words import (
    CHECKPOINT,
    COLOURS,
    FORMS,
    FREE,
    MANY_MOTIFS,
    TOO_CLOSE,
    Subject,
    caption,
    free_caption,
    known_motifs,
)
from covers.engine.poster.color import distance, oklch
from covers.engine.poster.plan import plan_set
from covers.engine.sdxl import SdxlEngine
from covers.writing.contract import Brief
from covers.writing.vocabulary import english_name

MOST_STEPS, GUIDANCE = 20, 4.0
"""More steps change nothing that can be seen, and more guidance oversaturates."""
FREE_EVERY = 4
"""Of a brief that names no colour, the last of so many pictures is asked for without any: the model's own taste decides."""


def spoken(motifs: tuple[str, ...]) -> re.Pattern[str]:
    """Prompts that are already in the model's own words."""
    colour, noun = "|".join(COLOURS), "|".join(english_name(key) for key in motifs)
    forms = (form.format(colour=f"({colour})", ground=f"({colour})", noun=f"({noun})") for form in (*FORMS, FREE))
    return re.compile("|".join(forms))


class PocketEngine(SdxlEngine):
    """Draws with the small checkpoint of our own, at its native side, enlarged to what is asked.

    A prompt of the form "a COLOUR MOTIF on a COLOUR ground" or "a MOTIF in colour on colour ground" is drawn as it stands;
    any other is replaced by what the brief asks for, planned as `poster` plans a set, in the motifs and colours that the
    checkpoint knows. `Drawn.parameters` has the prompt that was spoken. Options and errors are those of SdxlEngine.
    """

    name = "pocket"

    def __init__(self, model: str = str(CHECKPOINT), native_side: int | None = 128, **options: object) -> None:
        super().__init__(model, native_side=native_side, **options)  # type: ignore[arg-type]
        self._motifs = known_motifs(Path(model))
        self._spoken = spoken(self._motifs)

    def draw(self, specs: Sequence[DrawSpec], on_step: StepCallback) -> Iterator[Drawn]:
        said = [in_its_words(spec, self._motifs, self._spoken) for spec in specs]
        prompts = {(spec.request_id, spec.position): spec.prompt for spec in said}
        for drawn in super().draw(said, on_step):
            prompt = prompts[drawn.request_id, drawn.position]
            yield replace(drawn, parameters={**drawn.parameters, "prompt": prompt})


def in_its_words(spec: DrawSpec, motifs: tuple[str, ...], own_words: re.Pattern[str]) -> DrawSpec:
    return replace(
        spec,
        prompt=spoken_for(spec, motifs, own_words),
        negative_prompt="",  # it never learnt what "low quality" looks like
        num_inference_steps=min(spec.num_inference_steps, MOST_STEPS),
        guidance_scale=min(spec.guidance_scale, GUIDANCE),
    )


def spoken_for(spec: DrawSpec, motifs: tuple[str, ...], own_words: re.Pattern[str]) -> str:
    if spec.subject:
        return f"a photo of {spec.subject}"  # what adapters of faces are taught; it knows no other words for people
    return spec.prompt if own_words.fullmatch(spec.prompt) else worded(spec, motifs)


def worded(spec: DrawSpec, motifs: tuple[str, ...]) -> str:
    """What a brief asks for at this place of the set, in a sentence that the checkpoint knows."""
    subject = subject_of(spec, motifs)
    is_free = not spec.brief.palette and spec.position % FREE_EVERY == FREE_EVERY - 1
    return free_caption(subject.motif) if is_free else caption(subject)


def caption_of(brief: Brief, motifs: tuple[str, ...] = MANY_MOTIFS) -> str:
    """What a picture that was not drawn here shows, by its brief, in words that the checkpoint knows: for training.

    Colours are said only where the brief has some; those that a plan would choose are not the picture's.
    """
    spec = DrawSpec(brief, 0, 1, seed=0, set_seed=0)
    subject = subject_of(spec, motifs)
    return caption(subject) if brief.palette else free_caption(subject.motif)


def subject_of(spec: DrawSpec, motifs: tuple[str, ...]) -> Subject:
    """What of the brief the checkpoint can show at this place of the set."""
    idea = plan_set(spec.brief, spec.set_seed, max(spec.count, spec.position + 1), "", False)[spec.position]
    ground = nearest_name(idea.palette.ground)
    colour = nearest_name(idea.palette.figure, besides=ground)
    return Subject(stand_in(idea.motif, motifs), colour, ground)


def nearest_name(color: str, besides: str = "") -> str:
    """The colour's name; with `besides`, one that can be seen on that ground."""
    names = [
        name for name in COLOURS if not besides or (name != besides and frozenset((name, besides)) not in TOO_CLOSE)
    ]
    return min(names, key=lambda name: distance(color, oklch(*COLOURS[name])))
