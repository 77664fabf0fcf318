"""One optimiser step of several learners in shared forwards of one frozen UNet: people, or a week's taste alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import torch
from torch import Tensor

from covers.training.lora.base import Base
from covers.training.lora.learner import Learner, Line
from covers.training.lora.lowrank import Seating, Texts, groups_of, taught
from covers.training.lora.noising import Noising
from covers.training.lora.processes import Processes
from covers.training.lora.store import AdapterStore, shapes_of

L = TypeVar("L", bound=Learner)


@dataclass(frozen=True)
class Pass:
    """Rows that go through the UNet together. first: place of the first person in the store; lines: of each person from
    there on, never none of one.
    """

    first: int
    lines: tuple[tuple[Line, ...], ...]

    @property
    def rows(self) -> list[Line]:
        return [line for lines in self.lines for line in lines]


def passes_of(lines: Sequence[Sequence[Line]], most_rows: int) -> Iterator[Pass]:
    """Split everybody's lines into passes of `most_rows` rows, in order. lines: of each person in the store."""
    taken: list[tuple[Line, ...]] = []
    first = rows = 0
    for at, own in enumerate(lines):
        start = 0
        while start < len(own):
            if rows == most_rows:
                yield Pass(first, tuple(taken))
                taken, rows = [], 0
            if not taken:
                first = at
            part = tuple(own[start : start + most_rows - rows])
            taken.append(part)
            rows, start = rows + len(part), start + len(part)
        if not own and taken:  # neighbours in a pass are neighbours in the store
            yield Pass(first, tuple(taken))
            taken, rows = [], 0
    if taken:
        yield Pass(first, tuple(taken))


class Classroom(Generic[L]):
    """A base model, the modules of it that are taught, and the people who are taught in them.

    names: of the modules. rank, lora_alpha: of everybody, so that matrices lie side by side. most_rows: of a pass.
    keeps_texts: remember what frozen weights say of a pass's prompts: where the same few come again and again.
    """

    def __init__(
        self,
        base: Base,
        names: Sequence[str],
        *,
        rank: int,
        lora_alpha: float,
        most_rows: int,
        with_gradient_checkpointing: bool = False,
        processes: Processes | None = None,
        keeps_texts: bool = True,
    ) -> None:
        self.base, self.names, self.most_rows = base, list(names), most_rows
        self.processes = processes or Processes.alone()
        self.noising = Noising(base.pipeline.scheduler.config, base.device)
        self.store = AdapterStore(shapes_of(base.unet, self.names, rank), base.device)
        self.seating = Seating(scale=lora_alpha / rank, keeps_texts=keeps_texts)
        self._desks = taught(base.unet, self.names, self.seating)
        self.people: list[L] = []
        self.set_checkpointing(with_gradient_checkpointing)

    def set_checkpointing(self, is_on: bool) -> None:
        """Keep the inputs of blocks only, and compute the rest again on the way back."""
        self.with_gradient_checkpointing = is_on
        if is_on:
            self.base.unet.enable_gradient_checkpointing()
        else:
            self.base.unet.disable_gradient_checkpointing()

    def seat(self, people: Sequence[L], beside: Sequence[Tensor] = ()) -> None:
        """Teach exactly these from now on. Who was there keeps weights and moments; who is new begins.

        beside: rows, (length,) each, that are held in the store after theirs, to predict and draw with; never taught.
        """
        rows = [person.row if person.optimiser is not None else person.initial for person in people]
        rows += beside
        self.store.rebuild(rows)
        self.people = list(people)
        for place, person in enumerate(self.people):
            person.sit(self.store.weights[place], self.store.gradients[place])
        self.seating.clear()
        for desk in self._desks.values():
            desk.pairs.clear()
            desk.kept.clear()

    def leave(self) -> None:
        """Give the UNet back as it was."""
        self.seat([])
        for name in self._desks:
            self.base.unet.get_submodule(name).desk = None
        self.set_checkpointing(False)

    def draw_as(self, person: L | None) -> None:
        """Pictures drawn from now on are drawn with this person's weights; None: with the base model's."""
        self.draw_with(None if person is None else self.people.index(person))

    def draw_with(self, place: int | None) -> None:
        """As `draw_as`, by the row of the store."""
        self.seating.clear()
        if place is not None:
            self._open((place, place + 1))
            self.seating.for_all = place

    def step(self) -> list[float]:
        """One optimiser step of everybody; the loss of each. Who cannot go on has `failure` set, and took no step."""
        losses = self.losses_and_gradients()
        for person, loss in zip(self.people, losses, strict=True):
            if loss != loss or loss in (float("inf"), float("-inf")):
                person.failure = "training:not-finite", f"the loss of step {person.step + 1} is {loss}"
                continue
            assert person.optimiser is not None
            if not person.optimiser.step(person.step):
                person.failure = "training:not-finite", f"the gradient of step {person.step + 1} is not finite"
                continue
            person.step += 1
            person.losses.append(loss)
        return losses

    def losses_and_gradients(self) -> list[float]:
        """Everybody's loss, their gradients in the store; of all processes together."""
        self.store.gradients.zero_()
        lines = [self.processes.share(person.lines(self.noising)) for person in self.people]
        totals = torch.zeros(len(self.people), device=self.base.device)
        self.base.unet.train(self.with_gradient_checkpointing)
        for one in passes_of(lines, self.most_rows):
            self._teach(one, totals)
        self.seating.clear()
        self.processes.add_up(self.store.gradients, totals)
        losses: list[float] = totals.tolist()
        return losses

    def _teach(self, one: Pass, totals: Tensor) -> None:
        """Forward and backward of one pass; each person's part of the loss is added to `totals`."""
        rows, device = one.rows, self.base.device
        errors, timesteps = self.errors(one)
        owners = [place for place, lines in enumerate(one.lines, start=one.first) for _ in lines]
        gammas = [self.people[owner].recipe.snr_gamma for owner in owners]
        weights = self._snr_weights(timesteps, gammas) * torch.tensor([line.weight for line in rows], device=device)
        of_rows = errors * weights
        totals.index_add_(0, torch.tensor(owners, device=device), of_rows.detach())
        scales = [self.loss_scale(self.people[owner]) for owner in owners]
        if set(scales) != {1.0}:
            of_rows = of_rows * torch.tensor(scales, device=device)
        of_rows.sum().backward()

    def errors(self, one: Pass) -> tuple[Tensor, Tensor]:
        """Mean squared error of each row, (rows,), and the timesteps. `one.first` may be a row that sits beside."""
        rows, device = one.rows, self.base.device
        latents, noise = (
            torch.stack([getattr(line, name) for line in rows]).to(device) for name in ("latents", "noise")
        )
        timesteps = torch.tensor([line.timestep for line in rows], device=device)
        predicted = self._predict(one, self.noising.noisy(latents, noise, timesteps), timesteps)
        wanted = self.noising.target(latents, noise, timesteps)
        return (predicted.float() - wanted).square().mean(dim=(1, 2, 3)), timesteps

    @staticmethod
    def loss_scale(person: L) -> float:
        assert person.optimiser is not None
        return float(person.optimiser.scaler.get_scale())

    def _snr_weights(self, timesteps: Tensor, gammas: Sequence[float | None]) -> Tensor:
        if len(set(gammas)) == 1:
            return self.noising.weights(timesteps, gammas[0])
        parts = zip(timesteps.split(1), gammas, strict=True)
        return torch.cat([self.noising.weights(timestep, gamma) for timestep, gamma in parts])

    def _predict(self, one: Pass, noisy: Tensor, timesteps: Tensor) -> Tensor:
        """What the UNet says: (rows, channels, height, width)."""
        rows, dtype = one.rows, self.base.dtype
        self._sit_down(one)
        prompts = [self.base.prompt(line.prompt) for line in rows]
        added = {
            "text_embeds": torch.stack([prompt.pooled for prompt in prompts]).to(self.base.device),
            "time_ids": torch.tensor([line.time_ids for line in rows], device=self.base.device, dtype=dtype),
        }
        # Attention asks this for its shape alone: keys and values come from the seating's texts.
        hidden = prompts[0].embeds.to(self.base.device).expand(len(rows), -1, -1)
        noisy = noisy.to(dtype, memory_format=torch.channels_last)
        predicted: Tensor = self.base.unet(
            noisy, timesteps, encoder_hidden_states=hidden, added_cond_kwargs=added, return_dict=False
        )[0]
        return predicted

    def _sit_down(self, one: Pass) -> None:
        """Tell the taught modules whose rows come, and with which prompts."""
        self.seating.for_all = None
        self.seating.groups = groups_of([len(lines) for lines in one.lines], one.first)
        prompts: list[str] = []
        counts: list[int] = []
        of_people: list[int] = []
        for lines in one.lines:
            before = len(prompts)
            for line in lines:
                if len(prompts) > before and prompts[-1] == line.prompt:
                    counts[-1] += 1
                else:
                    prompts.append(line.prompt)
                    counts.append(1)
            of_people.append(len(prompts) - before)
        groups = groups_of(of_people, one.first)
        texts = self.seating.texts
        if texts is None or texts.key != tuple(prompts) or texts.rows != tuple(counts) or texts.groups != groups:
            hidden = torch.stack([self.base.prompt(prompt).embeds for prompt in prompts])
            self.seating.texts = Texts(tuple(prompts), hidden.to(self.base.device), tuple(counts), groups)
        for group in (*self.seating.groups, *groups):
            self._open((group.first, group.last))

    def _open(self, span: tuple[int, int]) -> None:
        """Have the matrices of these people at each desk."""
        some = next(iter(self._desks.values()))
        if span not in some.pairs:
            for name, pair in self.store.views(*span).items():
                self._desks[name].pairs[span] = pair
