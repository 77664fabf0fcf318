"""Public few-step modes of SDXL: what each needs, and on what terms. Looked up in November 2026; read the card yourself.

A mode is either an adapter laid over the site's own checkpoint, or a checkpoint that takes its place. Each is pinned to
a commit whose listing shows the file and, but for Hyper-SD, the licence. Guidance 0 means: as the card says, none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

HUB = "https://huggingface.co"


@dataclass(frozen=True)
class FewStepMode:
    """One mode. filename: the adapter's file in `repository`; empty: the repository is a whole checkpoint.

    licence: SPDX identifier where there is one. allows_commercial_use: for a hosted service that sells or publishes
    pictures; False also where the terms are unclear. paper: where the method is described.
    """

    key: str
    repository: str
    revision: str
    filename: str
    scheduler: str
    num_inference_steps: int
    guidance_scale: float
    licence: str
    allows_commercial_use: bool
    paper: str
    native_side: int | None = None

    @property
    def is_adapter(self) -> bool:
        return bool(self.filename)

    @property
    def card(self) -> str:
        return f"{HUB}/{self.repository}/tree/{self.revision}"


_LIGHTNING = ("ByteDance/SDXL-Lightning", "c9a24f48e1c025556787b0c58dd67a091ece2e44")
_HYPER = ("ByteDance/Hyper-SD", "4f05039bee8a51e6a0e9cd105f2946df0dc1102c")
_OPEN_RAIL = "openrail++"
_UNCLEAR = "none stated since 2024-08-28 (openrail++ before)"

_MODES = (
    FewStepMode(
        "lcm", "latent-consistency/lcm-lora-sdxl", "e4f4bc876032ad70aa9d241af2a2f33db0f3f048",
        "pytorch_lora_weights.safetensors", "lcm", 4, 1.0, _OPEN_RAIL, True, "arXiv 2311.05556",
    ),
    *(
        FewStepMode(
            f"lightning-{steps}", *_LIGHTNING, f"sdxl_lightning_{steps}step_lora.safetensors",
            "euler_trailing", steps, 0.0, _OPEN_RAIL, True, "arXiv 2402.13929",
        )
        for steps in (2, 4, 8)
    ),
    FewStepMode(
        "tcd", "h1t/TCD-SDXL-LoRA", "ea69e290a201cbb9ac232be2d5c81ef6dc0fc3a2",
        "pytorch_lora_weights.safetensors", "tcd", 4, 0.0, "MIT", True, "arXiv 2402.19159",
    ),
    *(
        FewStepMode(
            f"hyper-{steps}", *_HYPER, f"Hyper-SDXL-{steps}steps-lora.safetensors",
            "ddim_trailing", steps, 0.0, _UNCLEAR, False, "arXiv 2404.13686",
        )
        for steps in (2, 4, 8)
    ),
    FewStepMode(
        "dmd2", "tianweiy/DMD2", "19179ac8ee169bfc4420e0877aac7ab952d5a6fa",
        "dmd2_sdxl_4step_lora_fp16.safetensors", "lcm_trained_at_4", 4, 0.0, "CC-BY-NC-4.0", False, "arXiv 2405.14867",
    ),
    FewStepMode(
        "turbo", "stabilityai/sdxl-turbo", "71153311d3dbb46851df1931d3ca6e939de83304",
        "", "default", 4, 0.0, "sai-nc-community", False, "arXiv 2311.17042", native_side=512,
    ),
)  # fmt: skip

FEW_STEP_MODES: Mapping[str, FewStepMode] = MappingProxyType({mode.key: mode for mode in _MODES})
