"""Importing what is large: torch, diffusers and what they bring."""

from __future__ import annotations

import gc
from importlib import import_module
from types import ModuleType


def import_large(name: str) -> ModuleType:
    """As `import_module`. Python looks for garbage all the while, of which there is none: a quarter of the time that it takes."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        return import_module(name)
    finally:
        if was_enabled:
            gc.enable()
