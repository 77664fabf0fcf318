"""Metrics by networks that others trained: each from a folder on this machine, read offline, never fetched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional
from transformers import AutoModelForImageClassification, CLIPModel, CLIPTokenizer

from covers.training.metrics.metric_contract import DrawnPicture, Facts
from covers.training.metrics.prompt_means import by_prompt

CLIP_MEAN, CLIP_SPREAD = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)
"""Of openai/clip-vit-large-patch14's preprocessor_config.json, and of all CLIP models after it."""
VIT_MEAN = VIT_SPREAD = (0.5, 0.5, 0.5)
WEIGHTS = ("model.safetensors", "model.safetensors.index.json")
BATCH = 16


def has_weights(folder: str) -> bool:
    """safetensors only: a pickle can run code."""
    return any((Path(folder) / name).is_file() for name in WEIGHTS)


def pixels_of(pictures: Sequence[np.ndarray], side: int, middle: Sequence[float], spread: Sequence[float]) -> Tensor:
    """(n, 3, side, side), normalised."""
    squares = [np.asarray(Image.fromarray(rgb).resize((side, side), Image.Resampling.BICUBIC)) for rgb in pictures]
    x = torch.from_numpy(np.stack(squares)).permute(0, 3, 1, 2).float() / 255
    return (x - torch.tensor(middle)[:, None, None]) / torch.tensor(spread)[:, None, None]


def _best_device() -> str:
    return "cuda" if torch.cuda.is_available() else "cpu"


class ClipAgreement:
    """How well a CLIP model finds that picture and prompt belong together: cosine × scale, 0 to 100 for CLIP.

    Hessel et al. 2021, "CLIPScore", arXiv 2104.08718 (there × 2.5, cut at 0); PickScore (Kirstain et al. 2023, arXiv
    2305.01569) is the same sum by a CLIP-H that learnt from people's choices.
    """

    def __init__(self, folder: str, facts: Facts) -> None:
        self.facts = facts
        self._device = _best_device()
        self._model: Any = CLIPModel.from_pretrained(folder, local_files_only=True, use_safetensors=True)
        self._model.to(self._device).eval()
        self._tokenizer = CLIPTokenizer.from_pretrained(folder, local_files_only=True)

    @torch.no_grad()
    def measure(self, pictures: Sequence[DrawnPicture]) -> Mapping[str, float]:
        values: list[float] = []
        for start in range(0, len(pictures), BATCH):
            chunk = pictures[start : start + BATCH]
            side = self._model.config.vision_config.image_size
            x = pixels_of([one.rgb for one in chunk], side, CLIP_MEAN, CLIP_SPREAD)
            text = self._tokenizer(
                [one.prompt for one in chunk], padding=True, truncation=True, max_length=77, return_tensors="pt"
            )
            told = self._model(pixel_values=x.to(self._device), **text.to(self._device))
            cosines = functional.cosine_similarity(told.image_embeds, told.text_embeds)
            values += (cosines * self._model.logit_scale.exp()).tolist()
        return by_prompt(pictures, values)


class NsfwRate:
    """The chance of the label "nsfw" by an image classifier that has it."""

    def __init__(self, folder: str, facts: Facts) -> None:
        self.facts = facts
        self._device = _best_device()
        self._model: Any = AutoModelForImageClassification.from_pretrained(
            folder, local_files_only=True, use_safetensors=True
        )
        self._model.to(self._device).eval()
        self._place = {str(name).lower(): int(place) for place, name in self._model.config.id2label.items()}["nsfw"]

    @torch.no_grad()
    def measure(self, pictures: Sequence[DrawnPicture]) -> Mapping[str, float]:
        values: list[float] = []
        for start in range(0, len(pictures), BATCH):
            chunk = [one.rgb for one in pictures[start : start + BATCH]]
            x = pixels_of(chunk, self._model.config.image_size, VIT_MEAN, VIT_SPREAD)
            values += self._model(pixel_values=x.to(self._device)).logits.softmax(1)[:, self._place].tolist()
        return by_prompt(pictures, values)
