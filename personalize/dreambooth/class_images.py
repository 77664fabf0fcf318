"""Class images: what the base model draws for the class prompt, so that a training can hold on to it.

They depend on the base model, the prompt, the resolution and how they are drawn, and on no person: drawn once on a
machine, with their latents, and shared by all runs. Picture n is the same whoever draws it.
"""

from __future__ import annotations

import hashlib
import io
import json
import logging
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors import SafetensorError, safe_open
from torch import Tensor

from covers.engine.sdxl.vae import LatentDistribution
from covers.training.lora.base import Base
from covers.training.lora.streams import seed_of
from covers.training.lora.whole_files import locked, write_tensors, write_whole

logger = logging.getLogger(__name__)

RECIPE = 1
"""To be raised when the way they are drawn changes: old ones are then left alone and new ones drawn."""
AT_ONCE = 16
TOLD_SECONDS = 0.3
"""Between two words about the pictures being drawn: each is asked about at each of its steps."""
Told = Callable[[int, int], bool]
"""Told how many of how many are there; answers whether to go on."""


class ClassImages:
    """Those of one base model, prompt and resolution, in a folder of their own below `folder`."""

    def __init__(self, folder: Path, base: Base, prompt: str, resolution: int) -> None:
        self._base, self._prompt, self._resolution = base, prompt, resolution
        self._about = {
            "base_model": base.checkpoint.name,
            "class_prompt": prompt,
            "resolution": resolution,
            "num_inference_steps": base.num_inference_steps,
            "guidance_scale": base.guidance_scale,
            "dtype": str(base.dtype).removeprefix("torch."),
            "recipe": RECIPE,
        }
        self._key = hashlib.sha256(json.dumps(self._about, sort_keys=True).encode()).hexdigest()[:24]
        self.folder = folder / self._key

    def latents_file(self, number: int) -> Path:
        return self.folder / f"{number:05d}.safetensors"

    def missing(self, count: int) -> list[int]:
        return [number for number in range(count) if not self.latents_file(number).is_file()]

    def ready(self, count: int, told: Told) -> LatentDistribution | None:
        """The first `count`, drawing what is not there. None when `told` encoded no before all were.

        One process draws at a time; another waits, and then finds them. A kill loses the picture being drawn at most.
        """
        while missing := self._missing_whole(count):
            with locked(self.folder / "lock", lambda: told(count - len(self.missing(count)), count)) as is_ours:
                if not is_ours:
                    return None
                missing = self.missing(count)
                if missing and not self._draw(missing[:AT_ONCE], count, told):
                    return None
        told(count, count)
        return LatentDistribution.cat(self._read(number) for number in range(count)) if count else None

    def _missing_whole(self, count: int) -> list[int]:
        """What is missing, after files that cannot be read were put aside."""
        for number in range(count):
            file = self.latents_file(number)
            if file.is_file():
                try:
                    self._read(number)
                except (SafetensorError, OSError, KeyError, ValueError) as error:
                    logger.warning("class image put aside file=%s error=%s", file.name, error)
                    file.replace(file.with_suffix(".damaged"))
        return self.missing(count)

    def _draw(self, numbers: list[int], count: int, told: Told) -> bool:
        there = count - len(self.missing(count))
        if not told(there, count):
            return False
        write_whole(self.folder / "about.json", json.dumps(self._about, indent=1).encode())
        seeds = [seed_of("class", self._key, number) for number in numbers]
        is_wanted, last_told = True, time.monotonic()

        def on_step() -> bool:
            nonlocal is_wanted, last_told
            if time.monotonic() - last_told > TOLD_SECONDS:
                last_told = time.monotonic()
                is_wanted = is_wanted and told(there, count)
            return is_wanted

        for position, pixels in self._base.draw(self._prompt, seeds, self._resolution, on_step):
            self._keep(numbers[position], pixels)
            there += 1
            is_wanted = is_wanted and told(there, count)
        return is_wanted

    def _keep(self, number: int, pixels: np.ndarray) -> None:
        """The picture first: latents say that both are there."""
        stream = io.BytesIO()
        Image.fromarray(pixels).save(stream, "WEBP", lossless=True, method=2)
        write_whole(self.folder / f"{number:05d}.webp", stream.getvalue())
        tensor = torch.from_numpy(pixels.astype(np.float32) / 127.5 - 1.0).permute(2, 0, 1)
        encoded = self._base.encode_image(tensor, with_flip=False)
        write_tensors(self.latents_file(number), {"mean": encoded.mean, "deviation": encoded.std}, {})

    def _read(self, number: int) -> LatentDistribution:
        with safe_open(self.latents_file(number), framework="pt", device="cpu") as file:
            mean: Tensor = file.get_tensor("mean")
            std: Tensor = file.get_tensor("deviation")
        if mean.shape != std.shape or mean.ndim != 5 or not torch.isfinite(mean + std).all():
            raise ValueError("not latents of a picture")
        return LatentDistribution(mean, std)
