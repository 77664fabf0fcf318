"""From nothing to a pocket checkpoint: autoencoder, denoiser with its text encoders, judge, card."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from diffusers import AutoencoderKL
from transformers import CLIPTokenizer

from covers.training.pocket import autoencoder, checkpoint_files, denoiser, prompt_following
from covers.training.pocket.pocket_recipe import PocketRecipe
from covers.training.pocket.text_encoders import build_tokenizer
from covers.training.pocket.train_state import TrainState, parameters

logger = logging.getLogger(__name__)

STEPS, GUIDANCE = 20, 4.0
"""How the checkpoint is drawn with when it is measured, and by default."""


@dataclass
class PocketTraining:
    """One training of one recipe in one work folder, where every stage keeps its state.

    photos: a folder of openly licensed pictures for the autoencoder; None takes what scikit-image brings. device_name:
    the best there is if empty.
    """

    recipe: PocketRecipe
    work: Path
    photos: Path | None
    device_name: str = ""
    most_threads: int = 0

    def __post_init__(self) -> None:
        self.device = torch.device(self.device_name or ("cuda" if torch.cuda.is_available() else "cpu"))
        self.work.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(0)
        self.tokenizer: CLIPTokenizer = build_tokenizer()

    def train(self, minutes: float) -> bool:
        """Go on with whatever is not done, for so many minutes. True when all of it is done."""
        until = time.monotonic() + 60 * minutes
        stages: list[Callable[[], TrainState[Any]]] = [self.autoencoder_state, self.judge_state, self.denoiser_state]
        for stage in stages:
            train_state = stage()
            if not train_state.is_done:
                train_state.run(until, most_threads=self.most_threads)
            if not train_state.is_done:
                return False
        return True

    def autoencoder_state(self) -> TrainState[AutoencoderKL]:
        torch.manual_seed(1)
        vae = autoencoder.build(self.recipe).to(self.device)
        samples = autoencoder.collect(self.recipe, self.photos, self.work / "pictures.npy")
        return autoencoder.train_state(self.recipe, vae, samples, self.work / "autoencoder.pt", self.device)

    def vae(self) -> AutoencoderKL:
        """The trained autoencoder, with its scale set."""
        train_state = self.autoencoder_state()
        checkpoint_files.averaged(train_state.module, train_state.average)
        vae = train_state.module.eval().requires_grad_(False)
        denoiser.prepare(self.recipe, vae, self.work / "latents.pt", self.device)
        return vae

    def judge_state(self) -> TrainState[prompt_following.Classifier]:
        torch.manual_seed(2)
        classifier = prompt_following.Classifier(len(self.recipe.motifs)).to(self.device)
        return prompt_following.train_state(self.recipe, classifier, self.vae(), self.work / "judge.pt", self.device)

    def denoiser_state(self) -> TrainState[denoiser.CaptionedDenoiser]:
        torch.manual_seed(3)
        captioned_denoiser = checkpoint_files.fresh_denoiser(self.recipe, self.tokenizer).to(self.device)
        renders = denoiser.prepare(self.recipe, self.vae(), self.work / "latents.pt", self.device)
        return denoiser.train_state(
            self.recipe, captioned_denoiser, self.tokenizer, renders, self.work / "denoiser.pt", self.device
        )

    def export(self, folder: Path, count: int = 400) -> None:
        """Write the checkpoint as it is now, measured on `count` pictures, with its card and contact sheet."""
        drawing, judging = self.denoiser_state(), self.judge_state()
        checkpoint_files.averaged(drawing.module, drawing.average)
        checkpoint_files.averaged(judging.module, judging.average)
        vae = self.vae()
        pipeline = checkpoint_files.assemble(vae, drawing.module.eval(), self.tokenizer)
        checkpoint_files.save(self.recipe, pipeline, judging.module, folder)
        steps = self.autoencoder_state().step, drawing.step
        write_card(self.recipe, folder, vae_steps=steps[0], unet_steps=steps[1], count=count)


def write_card(recipe: PocketRecipe, folder: Path, *, vae_steps: int, unet_steps: int, count: int = 400) -> None:
    """Measure the files in `folder` and write README.md and samples.webp beside them."""
    pipeline, classifier = checkpoint_files.load_pocket(folder), checkpoint_files.load_classifier(recipe, folder)
    drawn, shown = prompt_following.measure(recipe, pipeline, classifier, count)
    renders = prompt_following.on_renders(recipe, classifier, count)
    named = {"pocket, unseen combinations": drawn, "the judge on renders": renders}
    rows = "\n".join(prompt_following.as_row(name, result) for name, result in named.items())
    checkpoint_files.contact_sheet(shown[:: max(1, len(shown) // 96)][:96], 12).save(
        folder / "samples.webp", quality=85
    )
    figures = {
        "megabytes": checkpoint_files.size_bytes(folder) / 1e6,
        "unet_millions": parameters([pipeline.unet]) / 1e6,
        "vae_millions": parameters([pipeline.vae]) / 1e6,
        "vae_steps": vae_steps,
        "unet_steps": unet_steps,
        "steps": STEPS,
        "guidance": GUIDANCE,
        "rows": rows,
    }
    (folder / "README.md").write_text(checkpoint_files.card(recipe, figures), encoding="utf-8")
    logger.info("measured\n%s", rows)
