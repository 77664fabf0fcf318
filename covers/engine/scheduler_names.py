"""Schedulers by what people call them, for a form: the web loads no diffusers. Those that a picture can be changed with."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

SCHEDULER_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "euler": "Euler",
        "euler_a": "Euler a",
        "euler_karras": "Euler Karras",
        "euler_trailing": "Euler trailing",
        "euler_a_trailing": "Euler a trailing",
        "heun": "Heun",
        "dpmpp_2m": "DPM++ 2M",
        "dpmpp_2m_karras": "DPM++ 2M Karras",
        "dpmpp_2m_sde": "DPM++ 2M SDE",
        "dpmpp_2m_sde_karras": "DPM++ 2M SDE Karras",
        "dpmpp_sde": "DPM++ SDE",
        "ddim": "DDIM",
        "ddim_trailing": "DDIM trailing",
        "ddpm": "DDPM",
        "pndm": "PNDM",
        "unipc": "UniPC",
        "lcm": "LCM",
        "lcm_trained_at_4": "LCM, 4 steps",
        "tcd": "TCD",
    }
)
"""As `covers.engine.sdxl.schedulers` has them; a test holds both in step."""
