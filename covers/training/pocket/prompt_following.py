"""How well a checkpoint follows prompts: asked motif, colour and ground against what a classifier sees in the picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKL, StableDiffusionXLPipeline
from torch import Tensor, nn
from torch.nn import functional

from covers.engine.pocket.words import COLOURS, Subject, caption, split, subjects
from covers.training.pocket import pictures
from covers.training.pocket.autoencoder import to_tensor
from covers.training.pocket.pocket_recipe import PocketRecipe
from covers.training.pocket.train_state import TrainState

LOOK_SIDE = 64
"""The classifier looks at every picture at this size."""


@dataclass(frozen=True)
class PromptFollowing:
    """Shares from 0 to 1: of pictures whose motif, figure colour, ground colour, and all three, are what was asked."""

    motif: float
    colour: float
    ground: float
    everything: float
    count: int


class Classifier(nn.Module):
    """Names the motif, its colour and the ground's of (n, 3, 64, 64) pictures from -1 to 1."""

    def __init__(self, motifs: int, width: int = 24) -> None:
        super().__init__()
        self.motifs = motifs
        layers: list[nn.Module] = []
        channels = 3
        for level in (width, 2 * width, 4 * width, 4 * width):
            layers += [nn.Conv2d(channels, level, 3, padding=1), nn.GroupNorm(8, level), nn.SiLU(), nn.MaxPool2d(2)]
            channels = level
        self.body = nn.Sequential(*layers)
        self.head = nn.Sequential(nn.Flatten(), nn.Dropout(0.1), nn.Linear(channels * 16, motifs + 2 * len(COLOURS)))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        motif, colour, ground = self.head(self.body(x)).split((self.motifs, len(COLOURS), len(COLOURS)), dim=1)
        return motif, colour, ground


def labels(recipe: PocketRecipe, asked: Sequence[Subject]) -> tuple[Tensor, Tensor, Tensor]:
    names = list(COLOURS)
    return (
        torch.tensor([recipe.motifs.index(subject.motif) for subject in asked]),
        torch.tensor([names.index(subject.colour) for subject in asked]),
        torch.tensor([names.index(subject.ground) for subject in asked]),
    )


def looked_at(x: Tensor) -> Tensor:
    return functional.interpolate(x, size=LOOK_SIDE, mode="area")


def train_state(
    recipe: PocketRecipe, classifier: Classifier, vae: AutoencoderKL, file: Path, device: torch.device
) -> TrainState[Classifier]:
    """Train on fresh renders of all combinations, seen and unseen, half of them passed through the VAE.

    The variety is wider than in the model's own pictures, so that a picture a little off is still recognised.
    """
    everything, batch = subjects(recipe.motifs), 32

    def one_step(step: int) -> Tensor:
        rng = np.random.default_rng(step)
        asked = [everything[index] for index in rng.integers(0, len(everything), batch)]
        drawn = [
            pictures.plain_picture(s, recipe.side, step * batch + i, 2 * recipe.variety) for i, s in enumerate(asked)
        ]
        x = to_tensor(np.stack(drawn), device)
        if step % 4 == 0:
            with torch.no_grad():
                x = vae.decode(vae.encode(x).latent_dist.mean).sample
        x = looked_at(x)
        x = x + 0.1 * torch.randn(x.shape, generator=torch.Generator().manual_seed(step)).to(device)
        heads, wanted = classifier(x), labels(recipe, asked)
        losses = [functional.cross_entropy(head, want.to(device)) for head, want in zip(heads, wanted, strict=True)]
        return losses[0] + losses[1] + losses[2]

    return TrainState(file, classifier, one_step, recipe.classifier_steps, 2e-3, ema_decay=0.99)


@torch.no_grad()
def judge(recipe: PocketRecipe, classifier: Classifier, shown: Tensor, asked: Sequence[Subject]) -> PromptFollowing:
    """shown: (n, 3, side, side) from -1 to 1, one for each of `asked`."""
    classifier.eval()
    heads = classifier(looked_at(shown))
    right = [head.argmax(1).cpu() == want for head, want in zip(heads, labels(recipe, asked), strict=True)]
    motif, colour, ground = (float(each.float().mean()) for each in right)
    return PromptFollowing(motif, colour, ground, float((right[0] & right[1] & right[2]).float().mean()), len(asked))


def on_renders(recipe: PocketRecipe, classifier: Classifier, count: int = 400) -> PromptFollowing:
    """The classifier's own accuracy, on fresh renders of the same combinations that the checkpoint is asked for."""
    asked = some_unseen(recipe, count)
    drawn = [pictures.plain_picture(s, recipe.side, 10_000_000 + i, recipe.variety) for i, s in enumerate(asked)]
    return judge(recipe, classifier, to_tensor(np.stack(drawn), torch.device("cpu")), asked)


def some_unseen(recipe: PocketRecipe, count: int) -> list[Subject]:
    """`count` of the unseen combinations, of all motifs."""
    unseen = split(recipe.motifs)[1]
    return unseen[:: max(1, len(unseen) // count)][:count]


def generate(
    pipeline: StableDiffusionXLPipeline,
    asked: Sequence[Subject],
    *,
    steps: int = 20,
    guidance: float = 4.0,
    batch: int = 8,
) -> Iterator[Tensor]:
    """(3, side, side) from -1 to 1 each: the plain pipeline's picture of each subject, seeded by its place."""
    for start in range(0, len(asked), batch):
        chunk = asked[start : start + batch]
        generators = [torch.Generator().manual_seed(start + index) for index in range(len(chunk))]
        prompts = [caption(subject) for subject in chunk]
        yield from (
            pipeline(
                prompts, num_inference_steps=steps, guidance_scale=guidance, generator=generators, output_type="pt"
            )
            .images.mul(2)
            .sub(1)
        )


def measure(
    recipe: PocketRecipe, pipeline: StableDiffusionXLPipeline, classifier: Classifier, count: int = 400, steps: int = 20
) -> tuple[PromptFollowing, Tensor]:
    """How the checkpoint obeys on `count` combinations that it never saw, and the pictures (count, 3, side, side)."""
    asked = some_unseen(recipe, count)
    shown = torch.stack(list(generate(pipeline, asked, steps=steps)))
    return judge(recipe, classifier, shown, asked), shown


def as_row(name: str, result: PromptFollowing) -> str:
    """One line of a Markdown table."""
    shares = {key: value for key, value in asdict(result).items() if key != "count"}
    return f"| {name} | {result.count} | " + " | ".join(f"{100 * value:.1f} %" for value in shares.values()) + " |"
