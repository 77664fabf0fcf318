"""Schedulers by the names that people know them by."""

from __future__ import annotations

from collections.abc import Mapping

import diffusers
from diffusers import SchedulerMixin

from albumsite.errors import EngineError

SCHEDULERS: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "euler": ("EulerDiscreteScheduler", {}),
    "euler_a": ("EulerAncestralDiscreteScheduler", {}),
    "euler_karras": ("EulerDiscreteScheduler", {"use_karras_sigmas": True}),
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
    "ddpm": ("DDPMScheduler", {}),
    "pndm": ("PNDMScheduler", {"skip_prk_steps": True}),
    "unipc": ("UniPCMultistepScheduler", {}),
    "lcm": ("LCMScheduler", {}),
    "tcd": ("TCDScheduler", {}),
}
"""Name to diffusers class and what it changes in the checkpoint's own scheduler configuration."""


def build_scheduler(name: str, config: Mapping[str, object]) -> SchedulerMixin:
    """The scheduler `name` with the betas, prediction type and spacing of the checkpoint's `config`.

    A few-step checkpoint (Turbo, Lightning) says in its config how its time steps are spaced, so it is kept as it is.
    Raises EngineError "engine:bad-spec" for a name that is not in SCHEDULERS.
    """
    if name not in SCHEDULERS:
        raise EngineError("engine:bad-spec", f"no scheduler is called {name!r}; known: {', '.join(SCHEDULERS)}")
    class_name, changes = SCHEDULERS[name]
    return getattr(diffusers, class_name).from_config(dict(config), **changes)
