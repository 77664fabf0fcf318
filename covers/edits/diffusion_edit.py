"""What a diffusion model is asked to change in a picture that it drew, as data. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from types import MappingProxyType
from typing import Any

from covers.engine.engine_contract import DrawSpec
from covers.engine.scheduler_names import SCHEDULER_NAMES
from covers.stored_fields import known_fields, unread_fields, unread_keys

MASK_FEATHER = 0.012
"""Share of the side over which a changed part fades into what stays, inside the mask: 12 pixels of 1024."""
PROMPT_MAX = 1000
STRENGTHS = (0.05, 1.0)


@dataclass(frozen=True)
class EditBounds:
    """What an engine can be asked for. steps, guidance_scale: from and to. has_negative_prompt: whether it listens to one."""

    steps: tuple[int, int] = (1, 60)
    guidance_scale: tuple[float, float] = (0.0, 20.0)
    has_negative_prompt: bool = True


EDIT_BOUNDS: Mapping[str, EditBounds] = MappingProxyType(
    {"sdxl": EditBounds(), "pocket": EditBounds(steps=(1, 20), guidance_scale=(0.0, 4.0), has_negative_prompt=False)}
)
"""Those of `covers.engine.DRAWS_FROM_PICTURES`."""


@dataclass(frozen=True)
class DiffusionEdit:
    """Image-to-image, and with a mask inpainting, in diffusers' words.

    strength: how much may change, `STRENGTHS`. mask_sha256: of the mask's file, "" for the whole picture. seed: of the noise. With the
    picture that it starts from, it gives the same pixels each time.
    """

    prompt: str
    negative_prompt: str
    strength: float
    num_inference_steps: int
    guidance_scale: float
    scheduler: str
    seed: int
    mask_sha256: str = ""

    def check(self, bounds: EditBounds) -> None:
        """Raises ValueError on what the engine cannot be asked for."""
        (fewest, most), (least, greatest) = bounds.steps, bounds.guidance_scale
        is_possible = (
            0 < len(self.prompt) <= PROMPT_MAX
            and len(self.negative_prompt) <= PROMPT_MAX
            and STRENGTHS[0] <= self.strength <= STRENGTHS[1]
            and fewest <= self.num_inference_steps <= most
            and least <= self.guidance_scale <= greatest
            and (self.scheduler in SCHEDULER_NAMES or self.scheduler == "default")
            and 0 <= self.seed < 2**63
        )
        if not is_possible:
            raise ValueError("not an edit that this engine can draw")

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> DiffusionEdit:
        """Of what was stored, by this release or another. Raises TypeError on what is none."""
        return cls(**known_fields(cls, stored))

    @staticmethod
    def unread(stored: Mapping[str, Any]) -> set[str]:
        """What of it a newer release has written."""
        schedulers = {"scheduler": (*SCHEDULER_NAMES, "default")}
        return unread_fields(DiffusionEdit, stored) | unread_keys(DiffusionEdit, stored, schedulers)


def spec_of_edit(spec: DrawSpec, edit: DiffusionEdit, *, image: bytes, mask: bytes | None) -> DrawSpec:
    """What the engine is asked for. spec: of the picture as it was drawn first: its size, adapters and whatever the edit leaves alone.

    image: the picture without its type. mask: white is drawn anew; None draws all of it.
    """
    return replace(
        spec,
        prompt=edit.prompt,
        negative_prompt=edit.negative_prompt,
        strength=edit.strength,
        num_inference_steps=edit.num_inference_steps,
        guidance_scale=edit.guidance_scale,
        scheduler=edit.scheduler,
        seed=edit.seed,
        image=image,
        mask=mask,
        mask_feather=MASK_FEATHER if mask is not None else None,
        feature_reuse="off",  # it predicts from steps before, of which a change has few
    )
