"""Preference training: Diffusion-DPO on the adapter, against the model that the week began with.

Wallace et al. 2023, "Diffusion Model Alignment Using Direct Preference Optimization", arXiv 2311.12908, equation 14: the
adapter is to lower its error on the chosen picture, below the frozen reference's, by more than on the rejected one. Both
pictures get the same noise and the same time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from covers.training.finetune.looking import errors_of, even_time
from covers.training.finetune.student import PairLesson, Student, line_of
from covers.training.lora.classroom import Classroom, Pass
from covers.training.lora.learner import Line
from covers.training.lora.streams import Chance, chance_of, generator_for

ACCURACY_TIMES = 8
"""Noise levels that each held-out pair is judged at, evenly spread."""


def pair_lines(lesson: PairLesson, chance: Chance, timestep: int | None = None) -> tuple[Line, Line]:
    chosen, rejected = (line_of(picture, chance, lesson.caption) for picture in (lesson.chosen, lesson.rejected))
    if timestep is None:
        return chosen, rejected
    fixed = [
        Line(line.latents, line.noise, timestep, line.prompt, line.time_ids, line.weight) for line in (chosen, rejected)
    ]
    return fixed[0], fixed[1]


def margins(errors: Tensor, reference: Tensor) -> Tensor:
    """By how much more the adapter is better than the reference on the chosen than on the rejected picture, (pairs,).

    errors, reference: (2 * pairs,), all chosen first. Times beta, this is the implicit reward's difference, twice.
    """
    gain = reference - errors
    chosen, rejected = gain.chunk(2)
    return chosen - rejected


def preference_loss(errors: Tensor, reference: Tensor, beta_dpo: float) -> Tensor:
    """(pairs,): -log sigmoid(beta / 2 * margin), as the authors' code and diffusers' script have it."""
    return -functional.logsigmoid(0.5 * beta_dpo * margins(errors, reference))


def step_lines(
    student: Student, pairs: Sequence[PairLesson], batch: Sequence[int], step: int, timesteps: int
) -> list[tuple[Line, Line]]:
    """Of the step after so many of preference training."""
    lines = []
    for place, index in enumerate(batch):
        generator = generator_for(student.recipe.seed, "pair", step * len(batch) + place)
        lines.append(pair_lines(pairs[index], chance_of(generator, 0, False, pairs[index].chosen.shape, timesteps)))
    return lines


def preference_gradients(room: Classroom[Student], lines: Sequence[tuple[Line, Line]], reference_place: int) -> float:
    """The loss of a step, its gradient in the store's first row; of all processes together. Pairs are never split."""
    student, count = room.people[0], len(lines)
    room.store.gradients.zero_()
    total = torch.zeros(1, device=room.base.device)
    room.base.unet.train(room.with_gradient_checkpointing)
    own, at_once = room.processes.share(lines), max(1, room.most_rows // 2)
    for start in range(0, len(own), at_once):
        some = own[start : start + at_once]
        rows = (*(chosen for chosen, _ in some), *(rejected for _, rejected in some))
        with torch.no_grad():
            reference = room.errors(Pass(reference_place, (rows,)))[0]
        losses = preference_loss(room.errors(Pass(0, (rows,)))[0], reference, student.recipe.beta_dpo)
        loss = losses.sum() / count
        total += loss.detach()
        (loss * room.loss_scale(student)).backward()
    room.seating.clear()
    room.processes.add_up(room.store.gradients, total)
    return float(total)


def implicit_accuracy(room: Classroom[Any], pairs: Sequence[PairLesson], place: int, reference_place: int) -> float:
    """Share of pairs whose chosen picture the row `place` finds likelier, against the reference; undecided ones count half.

    With fixed noise and times, summed over ACCURACY_TIMES of them.
    """
    right = 0.0
    for number, lesson in enumerate(pairs):
        lines = fixed_pair_lines(lesson, number, room.noising.timesteps)
        errors, reference = (errors_of(room, lines, row) for row in (place, reference_place))
        margin = float(margins(errors, reference).double().sum())
        right += 0.5 if margin == 0 else float(margin > 0)
    return right / len(pairs)


def fixed_pair_lines(lesson: PairLesson, number: int, timesteps: int) -> list[Line]:
    """All chosen rows first, then as many rejected ones."""
    both = []
    for time in range(ACCURACY_TIMES):
        generator = generator_for("preference accuracy", number, time)
        chance = chance_of(generator, 0, False, lesson.chosen.shape, timesteps)
        both.append(pair_lines(lesson, chance, even_time(time, ACCURACY_TIMES, timesteps)))
    return [chosen for chosen, _ in both] + [rejected for _, rejected in both]
