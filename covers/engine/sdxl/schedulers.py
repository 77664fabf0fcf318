"""Schedulers by the names that people know them by, and the steps that they take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import diffusers
from diffusers import SchedulerMixin
from torch import Tensor

from albumsite.errors import EngineError

SCHEDULERS: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "euler": ("EulerDiscreteScheduler", {}),
    "euler_a": ("EulerAncestralDiscreteScheduler", {}),
    "euler_karras": ("EulerDiscreteScheduler", {"use_karras_sigmas": True}),
    "euler_trailing": ("EulerDiscreteScheduler", {"timestep_spacing": "trailing"}),
    "euler_a_trailing": ("EulerAncestralDiscreteScheduler", {"timestep_spacing": "trailing"}),
    "heun": ("HeunDiscreteScheduler", {}),
    "dpmpp_2m": ("DPMSolverMultistepScheduler", {"use_karras_sigmas": False}),
    "dpmpp_2m_karras": ("DPMSolverMultistepScheduler", {"use_karras_sigmas": True}),
    "dpmpp_2m_sde": ("DPMSolverMultistepScheduler", {"algorithm_type": "sde-dpmsolver++"}),
    "dpmpp_2m_sde_karras": (
        "DPMSolverMultistepScheduler",
        {"algorithm_type": "sde-dpmsolver++", "use_karras_sigmas": True},
    ),
    "dpmpp_sde": ("DPMSolverSinglestepScheduler", {}),
    "ddim": ("DDIMScheduler", {}),
    "ddim_trailing": ("DDIMScheduler", {"timestep_spacing": "trailing"}),
    "ddpm": ("DDPMScheduler", {}),
    "pndm": ("PNDMScheduler", {"skip_prk_steps": True}),
    "unipc": ("UniPCMultistepScheduler", {}),
    "lcm": ("LCMScheduler", {}),
    "lcm_trained_at_4": ("LCMScheduler", {"original_inference_steps": 4}),  # steps at 999, 749, 499, 249, as DMD2's
    "tcd": ("TCDScheduler", {}),
}
"""Name to diffusers class and what it changes in the checkpoint's own scheduler configuration."""


@dataclass(frozen=True)
class DenoisingSchedule:
    """The steps from noise to picture. scheduler: set to its first step, to be copied for each sample: it keeps state.

    timesteps: those to take, in order. They stay on the CPU, where looking at one does not wait for the GPU.
    """

    scheduler: SchedulerMixin
    timesteps: Tensor

    def __len__(self) -> int:
        return len(self.timesteps)


def build_scheduler(name: str, config: Mapping[str, object]) -> SchedulerMixin:
    """The scheduler `name` with the betas, prediction type and spacing of the checkpoint's `config`.

    A few-step checkpoint (Turbo, Lightning) says in its config how its time steps are spaced, so it is kept as it is.
    Raises EngineError "engine:bad-spec" for a name that is not in SCHEDULERS.
    """
    if name not in SCHEDULERS:
        raise EngineError("engine:bad-spec", f"no scheduler is called {name!r}; known: {', '.join(SCHEDULERS)}")
    class_name, changes = SCHEDULERS[name]
    return getattr(diffusers, class_name).from_config(dict(config), **changes)


def set_timesteps(scheduler: SchedulerMixin, num_inference_steps: int, strength: float = 1.0) -> DenoisingSchedule:
    """All steps of `scheduler`, or their last share `strength` when there is an image to start from.

    At least one is left unless `strength` is 0. Raises EngineError "engine:bad-spec" for more or fewer steps than the
    scheduler can take.
    """
    try:
        scheduler.set_timesteps(num_inference_steps)
    except (ValueError, IndexError, ZeroDivisionError) as error:
        raise EngineError(
            "engine:bad-spec", f"{num_inference_steps} steps of {type(scheduler).__name__}: {error}"
        ) from error
    steps_taken = max(int(num_inference_steps * strength), 1 if strength > 0 else 0)
    t_start = (num_inference_steps - steps_taken) * scheduler.order
    if hasattr(scheduler, "set_begin_index"):
        scheduler.set_begin_index(t_start)
    return DenoisingSchedule(scheduler, scheduler.timesteps[t_start:])
