"""One person's optimiser: clipping, loss scaling, and a state that goes on."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from covers.training.lora.lora_recipe import BaseModelInfo
from covers.training.lora.optimizer import LoraOptimizer
from personalize.dreambooth.face_contract import TrainingOptions
from personalize.dreambooth.face_recipe import FaceRecipe, recipe_for


@pytest.fixture
def recipe() -> FaceRecipe:
    return recipe_for(TrainingOptions(learning_rate=0.1), BaseModelInfo(1, 64, 8, "cpu"), 4)


def rows(*gradient: float) -> tuple[torch.Tensor, torch.Tensor]:
    return torch.ones(len(gradient)), torch.tensor(gradient)


def test_it_steps_as_torchs_adamw_with_clipping(recipe):
    row, gradient = rows(3.0, -4.0)
    ours = LoraOptimizer(recipe, row, gradient)
    theirs = torch.nn.Parameter(torch.ones(2))
    adam = torch.optim.AdamW([theirs], lr=0.1, weight_decay=1e-4)
    for scale in (1.0, 0.1):
        gradient.copy_(torch.tensor([3.0, -4.0]) * scale)
        theirs.grad = torch.tensor([3.0, -4.0]) * scale
        torch.nn.utils.clip_grad_norm_([theirs], 1.0)
        adam.step()
        assert ours.step(0)
    torch.testing.assert_close(row, theirs.detach())


def test_a_gradient_that_is_no_number_takes_no_step(recipe):
    row, gradient = rows(float("nan"), 1.0)
    assert not LoraOptimizer(recipe, row, gradient).step(0)
    assert row.tolist() == [1.0, 1.0]


def test_in_half_precision_an_overflow_leaves_a_step_out_and_lowers_the_scale(recipe):
    row, gradient = rows(float("inf"), 1.0)
    ours = LoraOptimizer(replace(recipe, mixed_precision="fp16"), row, gradient)
    before = ours.scaler.get_scale()
    assert ours.step(0)
    assert row.tolist() == [1.0, 1.0]
    assert ours.scaler.get_scale() < before
    gradient.copy_(torch.tensor([1.0, 1.0]) * ours.scaler.get_scale())
    assert ours.step(0)
    assert row[0] < 1


def test_its_state_goes_on_with_the_same_steps(recipe):
    row, gradient = rows(0.3, -0.2)
    straight = LoraOptimizer(recipe, row, gradient)
    straight.step(0)
    again = row.clone()
    resumed = LoraOptimizer(recipe, again, gradient.clone())
    resumed.restore(straight.state())
    straight.step(1)
    resumed.step(1)
    assert torch.equal(row, again)
