"""AdamW over one row of the adapter store."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from covers.training.lora.lora_recipe import ADAM_BETAS, ADAM_EPSILON, ADAM_WEIGHT_DECAY, LoraRecipe


class LoraOptimizer:
    """AdamW over one job's row of the store, with clipping, and loss scaling for float16."""

    def __init__(self, recipe: LoraRecipe, row: Tensor, gradient: Tensor) -> None:
        self._recipe = recipe
        self.parameter = nn.Parameter(row)
        self.bind(row, gradient)
        self._adam = torch.optim.AdamW(
            [self.parameter],
            lr=recipe.learning_rate,
            betas=ADAM_BETAS,
            eps=ADAM_EPSILON,
            weight_decay=ADAM_WEIGHT_DECAY,
            fused=row.device.type in ("cpu", "cuda"),
        )
        is_half = recipe.mixed_precision == "fp16"
        self.scaler = torch.amp.GradScaler(row.device.type, enabled=is_half)
        self.scaler.scale(torch.zeros(1, device=row.device))  # it has no scale before it was asked for one

    def bind(self, row: Tensor, gradient: Tensor) -> None:
        """Work on this memory from now on. row, gradient: (length,)."""
        self.parameter.data = row
        self.parameter.grad = gradient

    def step(self, taken: int) -> bool:
        """Take a step after `taken`; False when the gradient is not finite. One that float16 overflowed in is left out."""
        self._adam.param_groups[0]["lr"] = self._recipe.learning_rate_at(taken)
        gradient = self.parameter.grad
        assert gradient is not None
        self.scaler.unscale_(self._adam)
        norm = torch.linalg.vector_norm(gradient)
        is_finite = bool(torch.isfinite(norm))
        if not is_finite and not self.scaler.is_enabled():
            return False
        # As clip_grad_norm_ has it, also in its 1e-6.
        gradient.mul_((self._recipe.max_grad_norm / (norm + 1e-6)).clamp(max=1.0))
        self.scaler.step(self._adam)
        self.scaler.update()
        return is_finite or self.scaler.get_scale() >= 1.0

    def state(self) -> dict[str, Tensor]:
        """What a resumed run needs: both moments, (length,), the number of steps, the loss scale."""
        kept = self._adam.state[self.parameter]
        moments = {name: kept[name] for name in ("exp_avg", "exp_avg_sq", "step")} if kept else {}
        scaled = self.scaler.state_dict()
        if scaled:
            moments["scale"] = torch.tensor([scaled["scale"], float(scaled["_growth_tracker"])])
        return moments

    def restore(self, state: Mapping[str, Tensor]) -> None:
        if "exp_avg" in state:
            device = self.parameter.device
            moments = {name: state[name].clone().to(device) for name in ("exp_avg", "exp_avg_sq")}
            self._adam.state[self.parameter] = {**moments, "step": state["step"].clone().to(device)}
        if "scale" in state and self.scaler.is_enabled():
            scaled = {**self.scaler.state_dict(), "scale": float(state["scale"][0])}
            self.scaler.load_state_dict({**scaled, "_growth_tracker": int(state["scale"][1])})
