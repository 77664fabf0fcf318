"""Looks at an adapter between steps: its loss on pictures that it never learns from, and samples of fixed seeds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor

from covers.training.finetune.student import Lesson, line_of
from covers.training.lora.base import webp
from covers.training.lora.classroom import Classroom, Pass
from covers.training.lora.learner import Line
from covers.training.lora.streams import chance_of, generator_for

VALIDATION_TIMES = 4
"""Noise levels that each held-out picture is looked at with, evenly spread."""


def fixed_lines(lesson: Lesson, number: int, times: int, timesteps: int) -> list[Line]:
    """Rows of one picture with noise that depends on its place alone: alike in every run, so that weeks can be compared."""
    lines = []
    for place in range(times):
        chance = chance_of(generator_for("validation", number, place), 0, False, lesson.picture.shape, timesteps)
        line = line_of(lesson.picture, chance, lesson.caption)
        lines.append(
            Line(line.latents, line.noise, even_time(place, times, timesteps), line.prompt, line.time_ids, 1.0)
        )
    return lines


def even_time(place: int, times: int, timesteps: int) -> int:
    """The middle of the `place`th of so many equal parts of all timesteps."""
    return int((place + 0.5) / times * timesteps)


@torch.no_grad()
def errors_of(room: Classroom[Any], lines: Sequence[Line], place: int) -> Tensor:
    """Mean squared error of each line, (lines,) on the CPU, by the row `place` of the store."""
    room.base.unet.eval()
    errors = torch.empty(len(lines))
    for chosen in chunks(lines, room.most_rows):
        rows = tuple(lines[index] for index in chosen)
        errors[list(chosen)] = room.errors(Pass(place, (rows,)))[0].float().cpu()
    room.seating.clear()
    return errors


def chunks(lines: Sequence[Line], most_rows: int) -> Iterator[list[int]]:
    """Places of lines of one size each, `most_rows` at once."""
    of_sizes: dict[torch.Size, list[int]] = {}
    for index, line in enumerate(lines):
        of_sizes.setdefault(line.latents.shape, []).append(index)
    for own in of_sizes.values():
        for start in range(0, len(own), most_rows):
            yield own[start : start + most_rows]


def validation_loss(room: Classroom[Any], held_out: Sequence[Lesson], place: int) -> float:
    """Mean squared error over all held-out pictures and VALIDATION_TIMES noise levels, without min-SNR weights."""
    total = 0.0
    for number, lesson in enumerate(held_out):
        lines = fixed_lines(lesson, number, VALIDATION_TIMES, room.noising.timesteps)
        total += float(errors_of(room, lines, place).double().mean())
    return total / len(held_out)


def sample_sheet(
    room: Classroom[Any], prompts: Sequence[str], seeds: Sequence[int], resolution: int, place: int
) -> tuple[bytes, ...]:
    """One small WebP of each prompt, by the row `place` of the store."""
    sheet = []
    room.draw_with(place)
    try:
        for prompt, seed in zip(prompts, seeds, strict=True):
            sheet += [webp(pixels) for _, pixels in room.base.draw(prompt, [seed], resolution, lambda: True)]
    finally:
        room.draw_with(None)
    return tuple(sheet)
