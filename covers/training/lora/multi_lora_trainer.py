"""One optimizer step of several LoRA trainings in shared forwards of one frozen UNet."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import torch
from torch import Tensor

from covers.training.lora.adapter_store import AdapterStore, shapes_of
from covers.training.lora.base_model import LoadedBaseModel
from covers.training.lora.distributed import ProcessGroup
from covers.training.lora.multi_lora import BatchRouting, PromptBatch, RowGroup, install_lora, row_groups
from covers.training.lora.noise_scheduler import NoiseScheduler
from covers.training.lora.training_job import TrainingJob, TrainingRow

J = TypeVar("J", bound=TrainingJob)


@dataclass(frozen=True)
class MicroBatch:
    """Rows that go through the UNet together.

    first: index of the first job in the store. rows_of_jobs: of each job from there on, at least one row each.
    """

    first: int
    rows_of_jobs: tuple[tuple[TrainingRow, ...], ...]

    @property
    def rows(self) -> list[TrainingRow]:
        return [row for rows in self.rows_of_jobs for row in rows]


def micro_batches(rows_of_jobs: Sequence[Sequence[TrainingRow]], max_rows: int) -> Iterator[MicroBatch]:
    """Split the rows of all jobs into micro-batches of `max_rows` rows, in order. rows_of_jobs: of each job in the store."""
    batch: list[tuple[TrainingRow, ...]] = []
    first = count = 0
    for index, own in enumerate(rows_of_jobs):
        start = 0
        while start < len(own):
            if count == max_rows:
                yield MicroBatch(first, tuple(batch))
                batch, count = [], 0
            if not batch:
                first = index
            part = tuple(own[start : start + max_rows - count])
            batch.append(part)
            count, start = count + len(part), start + len(part)
        if not own and batch:  # neighbours in a micro-batch are neighbours in the store
            yield MicroBatch(first, tuple(batch))
            batch, count = [], 0
    if batch:
        yield MicroBatch(first, tuple(batch))


class MultiLoraTrainer(Generic[J]):
    """A base model with LoRA installed in some of its modules, and the jobs that train their matrices there.

    names: of the modules. rank, lora_alpha: of all jobs, so that their matrices lie side by side. max_rows: of a micro-batch.
    caches_prompts: keep the frozen cross-attention keys and values of prompts, where the same few come again and again.
    """

    def __init__(
        self,
        base: LoadedBaseModel,
        names: Sequence[str],
        *,
        rank: int,
        lora_alpha: float,
        max_rows: int,
        with_gradient_checkpointing: bool = False,
        process_group: ProcessGroup | None = None,
        caches_prompts: bool = True,
    ) -> None:
        self.base, self.names, self.max_rows = base, list(names), max_rows
        self.process_group = process_group or ProcessGroup.single()
        self.noise_scheduler = NoiseScheduler(base.pipeline.scheduler.config, base.device)
        self.store = AdapterStore(shapes_of(base.unet, self.names, rank), base.device)
        self.routing = BatchRouting(scale=lora_alpha / rank, caches_prompts=caches_prompts)
        self._layer_states = install_lora(base.unet, self.names, self.routing)
        self.jobs: list[J] = []
        self.set_checkpointing(with_gradient_checkpointing)

    def set_checkpointing(self, is_on: bool) -> None:
        """Keep the inputs of blocks only, and compute the rest again on the way back."""
        self.with_gradient_checkpointing = is_on
        if is_on:
            self.base.unet.enable_gradient_checkpointing()
        else:
            self.base.unet.disable_gradient_checkpointing()

    def set_jobs(self, jobs: Sequence[J], frozen_rows: Sequence[Tensor] = ()) -> None:
        """Train exactly these from now on. Jobs that were there keep weights and optimizer state; new ones begin.

        frozen_rows: (length,) each, held in the store after those of the jobs, to predict and draw with; never trained.
        """
        rows = [job.row if job.optimizer is not None else job.initial_row for job in jobs]
        rows += frozen_rows
        self.store.rebuild(rows)
        self.jobs = list(jobs)
        for index, job in enumerate(self.jobs):
            job.attach(self.store.weights[index], self.store.gradients[index])
        self.routing.clear()
        for layer_state in self._layer_states.values():
            layer_state.pairs.clear()
            layer_state.prompt_cache.clear()

    def remove_lora(self) -> None:
        """Leave the UNet as it was."""
        self.set_jobs([])
        for name in self._layer_states:
            self.base.unet.get_submodule(name).layer_state = None
        self.set_checkpointing(False)

    def draw_with_job(self, job: J | None) -> None:
        """Pictures are drawn with this job's adapter from now on; None: with the base model alone."""
        self.draw_with_row(None if job is None else self.jobs.index(job))

    def draw_with_row(self, row: int | None) -> None:
        """As `draw_with_job`, by the row of the store."""
        self.routing.clear()
        if row is not None:
            self._load_matrices((row, row + 1))
            self.routing.row_for_all = row

    def step(self) -> list[float]:
        """One optimizer step of all jobs; the loss of each. A job that cannot go on has `failure` set, and took no step."""
        losses = self.losses_and_gradients()
        for job, loss in zip(self.jobs, losses, strict=True):
            if not math.isfinite(loss):
                job.failure = "training:not-finite", f"the loss of step {job.step + 1} is {loss}"
                continue
            assert job.optimizer is not None
            if not job.optimizer.step(job.step):
                job.failure = "training:not-finite", f"the gradient of step {job.step + 1} is not finite"
                continue
            job.step += 1
            job.losses.append(loss)
        return losses

    def losses_and_gradients(self) -> list[float]:
        """The loss of each job, their gradients in the store; of all processes together."""
        self.store.gradients.zero_()
        rows_of_jobs = [self.process_group.shard(job.next_rows(self.noise_scheduler)) for job in self.jobs]
        totals = torch.zeros(len(self.jobs), device=self.base.device)
        self.base.unet.train(self.with_gradient_checkpointing)
        for batch in micro_batches(rows_of_jobs, self.max_rows):
            self._forward_backward(batch, totals)
        self.routing.clear()
        self.process_group.all_reduce_sum(self.store.gradients, totals)
        losses: list[float] = totals.tolist()
        return losses

    def _forward_backward(self, batch: MicroBatch, totals: Tensor) -> None:
        """totals: (jobs,); each job's part of the loss is added to it."""
        rows, device = batch.rows, self.base.device
        losses, timesteps = self.mse_losses(batch)
        owners = [index for index, own in enumerate(batch.rows_of_jobs, start=batch.first) for _ in own]
        gammas = [self.jobs[owner].recipe.snr_gamma for owner in owners]
        weights = self._snr_weights(timesteps, gammas) * torch.tensor([row.weight for row in rows], device=device)
        losses = losses * weights
        totals.index_add_(0, torch.tensor(owners, device=device), losses.detach())
        scales = [self.loss_scale(self.jobs[owner]) for owner in owners]
        if set(scales) != {1.0}:
            losses = losses * torch.tensor(scales, device=device)
        losses.sum().backward()

    def mse_losses(self, batch: MicroBatch) -> tuple[Tensor, Tensor]:
        """Mean squared error of each row, (rows,), and the timesteps. `batch.first` may be a frozen row of the store."""
        rows, device = batch.rows, self.base.device
        latents, noise = (torch.stack([getattr(row, name) for row in rows]).to(device) for name in ("latents", "noise"))
        timesteps = torch.tensor([row.timestep for row in rows], device=device)
        predicted = self._predict(batch, self.noise_scheduler.add_noise(latents, noise, timesteps), timesteps)
        target = self.noise_scheduler.target(latents, noise, timesteps)
        return (predicted.float() - target).square().mean(dim=(1, 2, 3)), timesteps

    @staticmethod
    def loss_scale(job: J) -> float:
        assert job.optimizer is not None
        return float(job.optimizer.scaler.get_scale())

    def _snr_weights(self, timesteps: Tensor, gammas: Sequence[float | None]) -> Tensor:
        if len(set(gammas)) == 1:
            return self.noise_scheduler.min_snr_weights(timesteps, gammas[0])
        parts = zip(timesteps.split(1), gammas, strict=True)
        return torch.cat([self.noise_scheduler.min_snr_weights(timestep, gamma) for timestep, gamma in parts])

    def _predict(self, batch: MicroBatch, noisy_latents: Tensor, timesteps: Tensor) -> Tensor:
        """The UNet's output, (rows, channels, height, width)."""
        rows, dtype = batch.rows, self.base.dtype
        self._route_batch(batch)
        prompts = [self.base.encode_prompt(row.prompt) for row in rows]
        added = {
            "text_embeds": torch.stack([prompt.pooled for prompt in prompts]).to(self.base.device),
            "time_ids": torch.tensor([row.time_ids for row in rows], device=self.base.device, dtype=dtype),
        }
        # Cross-attention asks this for its shape alone: keys and values come from `routing.prompts`.
        hidden = prompts[0].embeds.to(self.base.device).expand(len(rows), -1, -1)
        noisy_latents = noisy_latents.to(dtype, memory_format=torch.channels_last)
        predicted: Tensor = self.base.unet(
            noisy_latents, timesteps, encoder_hidden_states=hidden, added_cond_kwargs=added, return_dict=False
        )[0]
        return predicted

    def _route_batch(self, batch: MicroBatch) -> None:
        """Tell the installed modules whose rows come, and with which prompts."""
        self.routing.row_for_all = None
        self.routing.groups = row_groups([len(rows) for rows in batch.rows_of_jobs], batch.first)
        prompts: list[str] = []
        rows_of_prompts: list[int] = []
        prompts_of_jobs: list[int] = []
        for rows in batch.rows_of_jobs:
            before = len(prompts)
            for row in rows:
                if len(prompts) > before and prompts[-1] == row.prompt:
                    rows_of_prompts[-1] += 1
                else:
                    prompts.append(row.prompt)
                    rows_of_prompts.append(1)
            prompts_of_jobs.append(len(prompts) - before)
        groups = row_groups(prompts_of_jobs, batch.first)
        if not self._is_routed(prompts, rows_of_prompts, groups):
            hidden = torch.stack([self.base.encode_prompt(prompt).embeds for prompt in prompts])
            self.routing.prompts = PromptBatch(
                tuple(prompts), hidden.to(self.base.device), tuple(rows_of_prompts), groups
            )
        for group in (*self.routing.groups, *groups):
            self._load_matrices((group.first, group.last))

    def _is_routed(self, prompts: list[str], rows: list[int], groups: tuple[RowGroup, ...]) -> bool:
        """Whether the prompts are those of the micro-batch before."""
        now = self.routing.prompts
        return now is not None and (now.key, now.rows, now.groups) == (tuple(prompts), tuple(rows), groups)

    def _load_matrices(self, span: tuple[int, int]) -> None:
        """Have the matrices of the jobs from `span[0]` to `span[1]` (exclusive) in each module."""
        some = next(iter(self._layer_states.values()))
        if span not in some.pairs:
            for name, pair in self.store.views(*span).items():
                self._layer_states[name].pairs[span] = pair
