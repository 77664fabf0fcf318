"""Briefs as captions of the few words that the pocket checkpoint knows. No torch: sets of pictures are made
where no model is loaded."""

from __future__ import annotations

import re
from dataclasses import replace

from covers.brief.brief_contract import Brief
from covers.brief.vocabulary import english_name
from covers.engine.engine_contract import DrawSpec
from covers.engine.pocket.stand_ins import stand_in
from covers.engine.pocket.words import (
    CAPTION_TEMPLATES,
    COLOURS,
    MANY_MOTIFS,
    TOO_CLOSE,
    UNCOLOURED_TEMPLATE,
    Subject,
    caption,
    uncoloured_caption,
)
from covers.engine.poster.color import distance, lch_of, oklch
from covers.engine.poster.plan import plan_set

MAX_STEPS, MAX_GUIDANCE_SCALE = 20, 4.0
"""More steps change nothing that can be seen, and more guidance oversaturates."""
UNCOLOURED_EVERY = 4
"""Of a brief that names no colour, the last of so many pictures is asked for without any: the model's own taste decides."""


def caption_pattern(motifs: tuple[str, ...]) -> re.Pattern[str]:
    """Matches prompts that are captions as the model was trained on."""
    colour, noun = "|".join(COLOURS), "|".join(english_name(key) for key in motifs)
    patterns = (
        template.format(colour=f"({colour})", ground=f"({colour})", noun=f"({noun})")
        for template in (*CAPTION_TEMPLATES, UNCOLOURED_TEMPLATE)
    )
    return re.compile("|".join(patterns))


def with_caption_prompt(spec: DrawSpec, motifs: tuple[str, ...], captions: re.Pattern[str]) -> DrawSpec:
    return replace(
        spec,
        prompt=prompt_for(spec, motifs, captions),
        negative_prompt="",  # it never learnt what "low quality" looks like
        num_inference_steps=min(spec.num_inference_steps, MAX_STEPS),
        guidance_scale=min(spec.guidance_scale, MAX_GUIDANCE_SCALE),
    )


def prompt_for(spec: DrawSpec, motifs: tuple[str, ...], captions: re.Pattern[str]) -> str:
    if spec.subject:
        return f"a photo of {spec.subject}"  # what adapters of faces are taught; it knows no other words for people
    if captions.fullmatch(spec.prompt):
        return spec.prompt
    return caption_for(spec, motifs) if spec.image is None else caption_of_words(spec, motifs)


def caption_of_words(spec: DrawSpec, motifs: tuple[str, ...]) -> str:
    """A picture that is changed is told in somebody's own words: of those, what the checkpoint knows; the rest is the brief's."""
    wanted, by_name = subject_of(spec, motifs), {english_name(key): key for key in motifs}
    said = re.findall(
        rf"\b({'|'.join(sorted(map(re.escape, by_name), key=len, reverse=True))})s?\b", spec.prompt.lower()
    )
    colours = re.findall(rf"\b({'|'.join(COLOURS)})\b", spec.prompt.lower())
    motif = by_name[said[0]] if said else wanted.motif
    colour, ground = (*colours, *[""] * 2)[:2]
    ground = ground or wanted.ground
    colour = colour or wanted.colour
    if colour == ground or frozenset((colour, ground)) in TOO_CLOSE:  # the later one gives way
        ground = next(
            name for name in ("black", "white") if name != colour and frozenset((colour, name)) not in TOO_CLOSE
        )
    return caption(Subject(motif, colour, ground))


def caption_for(spec: DrawSpec, motifs: tuple[str, ...]) -> str:
    """What a brief asks for at this place of the set, in a sentence that the checkpoint knows."""
    subject = subject_of(spec, motifs)
    is_uncoloured = not spec.brief.palette and spec.position % UNCOLOURED_EVERY == UNCOLOURED_EVERY - 1
    return uncoloured_caption(subject.motif) if is_uncoloured else caption(subject)


def caption_of(brief: Brief, motifs: tuple[str, ...] = MANY_MOTIFS) -> str:
    """What a picture that was not drawn here shows, by its brief, in words that the checkpoint knows: for training.

    Colours are said only where the brief has some; those that a plan would choose are not the picture's.
    """
    spec = DrawSpec(brief, 0, 1, seed=0, set_seed=0)
    subject = subject_of(spec, motifs)
    return caption(subject) if brief.palette else uncoloured_caption(subject.motif)


def subject_of(spec: DrawSpec, motifs: tuple[str, ...]) -> Subject:
    """What of the brief the checkpoint can show at this place of the set."""
    idea = plan_set(spec.brief, spec.set_seed, max(spec.count, spec.position + 1), "", False)[spec.position]
    ground = nearest_name(idea.palette.ground)
    colour = nearest_name(idea.palette.figure, besides=ground)
    if (asked := {nearest_name(one) for one in spec.brief.palette}) and not asked & {colour, ground}:
        vivid = max(spec.brief.palette, key=lambda one: lch_of(one)[1])  # a shade of it would be told as black or white
        colour = nearest_name(vivid, besides=ground)
    return Subject(stand_in(idea.motif, motifs), colour, ground)


def nearest_name(color: str, besides: str = "") -> str:
    """The colour's name; with `besides`, one that can be seen on that ground."""
    names = [
        name for name in COLOURS if not besides or (name != besides and frozenset((name, besides)) not in TOO_CLOSE)
    ]
    return min(names, key=lambda name: distance(color, oklch(*COLOURS[name])))
