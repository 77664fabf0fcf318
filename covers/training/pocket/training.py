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

from covers.training.pocket import autoencoder, checkpoint_files, denoiser, obedience
from covers.training.pocket.recipe import Recipe
from covers.training.pocket.slices import Course, parameters
from covers.training.pocket.text import build_tokenizer

logger = logging.getLogger(__name__)

STEPS, GUIDANCE = 20, 4.0
"""How the checkpoint is drawn with when it is measured, and by default."""


@dataclass
class Studio:
    """One training of one recipe in one work folder, where every stage keeps its state.

    photos: a folder of openly licensed pictures for the autoencoder; None takes what scikit-image brings. device_name:
    the best there is if empty.
    """

    recipe: Recipe
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
        stages: list[Callable[[], Course[Any]]] = [self.autoencoder_course, self.judge_course, self.denoiser_course]
        for stage in stages:
            course = stage()
            if not course.is_done:
                course.run(until, most_threads=self.most_threads)
            if not course.is_done:
                return False
        return True

    def autoencoder_course(self) -> Course[AutoencoderKL]:
        torch.manual_seed(1)
        vae = autoencoder.build(self.recipe).to(self.device)
        samples = autoencoder.collect(self.recipe, self.photos, self.work / "pictures.npy")
        return autoencoder.course(self.recipe, vae, samples, self.work / "autoencoder.pt", self.device)

    def vae(self) -> AutoencoderKL:
        """The trained autoencoder, with its scale set."""
        course = self.autoencoder_course()
        checkpoint_files.averaged(course.module, course.average)
        vae = course.module.eval().requires_grad_(False)
        denoiser.prepare(self.recipe, vae, self.work / "latents.pt", self.device)
        return vae

    def judge_course(self) -> Course[obedience.Classifier]:
        torch.manual_seed(2)
        classifier = obedience.Classifier(len(self.recipe.motifs)).to(self.device)
        return obedience.course(self.recipe, classifier, self.vae(), self.work / "judge.pt", self.device)

    def denoiser_course(self) -> Course[denoiser.Painter]:
        torch.manual_seed(3)
        painter = checkpoint_files.fresh_painter(self.recipe, self.tokenizer).to(self.device)
        lessons = denoiser.prepare(self.recipe, self.vae(), self.work / "latents.pt", self.device)
        return denoiser.course(self.recipe, painter, self.tokenizer, lessons, self.work / "denoiser.pt", self.device)

    def export(self, folder: Path, count: int = 400) -> None:
        """Write the checkpoint as it is now, measured on `count` pictures, with its card and contact sheet."""
        drawing, judging = self.denoiser_course(), self.judge_course()
        checkpoint_files.averaged(drawing.module, drawing.average)
        checkpoint_files.averaged(judging.module, judging.average)
        vae = self.vae()
        pipeline = checkpoint_files.assemble(vae, drawing.module.eval(), self.tokenizer)
        checkpoint_files.save(self.recipe, pipeline, judging.module, folder)
        steps = self.autoencoder_course().step, drawing.step
        write_card(self.recipe, folder, vae_steps=steps[0], unet_steps=steps[1], count=count)


def write_card(recipe: Recipe, folder: Path, *, vae_steps: int, unet_steps: int, count: int = 400) -> None:
    """Measure the files in `folder` and write README.md and samples.webp beside them."""
    pipeline, classifier = checkpoint_files.load_pocket(folder), checkpoint_files.load_classifier(recipe, folder)
    drawn, shown = obedience.measure(recipe, pipeline, classifier, count)
    renders = obedience.on_renders(recipe, classifier, count)
    named = {"pocket, unseen combinations": drawn, "the judge on renders": renders}
    rows = "\n".join(obedience.as_row(name, result) for name, result in named.items())
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
