"""Class images: what the base model draws for the class prompt, so that a training can hold on to it.

They depend on the base model, the prompt, the resolution and how they are drawn, and on no person: drawn once on a
machine, with their latents, and shared by all runs. Picture n is the same whoever draws it.
"""

from __future__ import annotations

import hashlib
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

from albumsite.media.encoding import saved
from covers.engine.sdxl.vae import LatentDistribution
from covers.training.lora.atomic_files import file_lock, write_atomically, write_tensors
from covers.training.lora.base_model import LoadedBaseModel
from covers.training.lora.model_input import to_tensor
from covers.training.lora.rng import seed_of

logger = logging.getLogger(__name__)

RECIPE = 1
"""To be raised when the way they are drawn changes: old ones are then left alone and new ones drawn."""
AT_ONCE = 16
REPORT_SECONDS = 0.3
"""Between two words about the pictures being drawn: each is asked about at each of its steps."""
OnCount = Callable[[int, int], bool]
"""Called with how many of how many are there; answers whether to go on."""


class ClassImages:
    """Those of one base model, prompt and resolution, in a folder of their own below `folder`."""

    def __init__(self, folder: Path, base: LoadedBaseModel, prompt: str, resolution: int) -> None:
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

    def ready(self, count: int, on_count: OnCount) -> LatentDistribution | None:
        """The first `count`, drawing what is not there. None when `on_count` said no before all were.

        One process draws at a time; another waits, and then finds them. A kill loses the picture being drawn at most.
        """
        while missing := self._missing_whole(count):
            with file_lock(self.folder / "lock", lambda: on_count(count - len(self.missing(count)), count)) as is_ours:
                if not is_ours:
                    return None
                missing = self.missing(count)
                if missing and not self._draw(missing[:AT_ONCE], count, on_count):
                    return None
        on_count(count, count)
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

    def _draw(self, numbers: list[int], count: int, on_count: OnCount) -> bool:
        there = count - len(self.missing(count))
        if not on_count(there, count):
            return False
        write_atomically(self.folder / "about.json", json.dumps(self._about, indent=1).encode())
        seeds = [seed_of("class", self._key, number) for number in numbers]
        is_wanted, last_report = True, time.monotonic()

        def on_step() -> bool:
            nonlocal is_wanted, last_report
            if time.monotonic() - last_report > REPORT_SECONDS:
                last_report = time.monotonic()
                is_wanted = is_wanted and on_count(there, count)
            return is_wanted

        for position, pixels in self._base.draw(self._prompt, seeds, self._resolution, on_step):
            self._keep(numbers[position], pixels)
            there += 1
            is_wanted = is_wanted and on_count(there, count)
        return is_wanted

    def _keep(self, number: int, pixels: np.ndarray) -> None:
        """The picture first: latents say that both are there."""
        content = saved(Image.fromarray(pixels), "WEBP", lossless=True, method=2)
        write_atomically(self.folder / f"{number:05d}.webp", content)
        posterior = self._base.encode_image(to_tensor(pixels), with_flip=False)
        write_tensors(self.latents_file(number), {"mean": posterior.mean, "deviation": posterior.std}, {})

    def _read(self, number: int) -> LatentDistribution:
        with safe_open(self.latents_file(number), framework="pt", device="cpu") as file:
            mean: Tensor = file.get_tensor("mean")
            std: Tensor = file.get_tensor("deviation")
        if mean.shape != std.shape or mean.ndim != 5 or not torch.isfinite(mean + std).all():
            raise ValueError("not latents of a picture")
        return LatentDistribution(mean, std)
