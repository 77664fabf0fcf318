"""What is in a picture of the pocket checkpoint, by the judge that was trained beside it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from bench.raters.people import LIKED_COLOUR, Seen
from bench.raters.stripes import is_striped
from covers.engine.pocket.words import CHECKPOINT, COLOURS, Subject
from covers.training.pocket.autoencoder import to_tensor
from covers.training.pocket.checkpoint_files import load_classifier
from covers.training.pocket.pocket_recipe import recipe_of
from covers.training.pocket.prompt_following import PromptFollowing, judge, looked_at


class Eye:
    """Looks at pictures, (height, width, 3) uint8 each, of one size."""

    def __init__(self, folder: Path = CHECKPOINT) -> None:
        self._recipe = recipe_of(folder)
        self._classifier = load_classifier(self._recipe, folder)

    def look(self, pictures: Sequence[np.ndarray]) -> list[Seen]:
        """Of a striped picture the colour is a guess: the judge never saw stripes."""
        names, striped = list(COLOURS), [is_striped(picture) for picture in pictures]
        colours = self._heads(pictures)[1].argmax(1).tolist()
        return [Seen(names[colour], is_one) for colour, is_one in zip(colours, striped, strict=True)]

    def obedience(self, pictures: Sequence[np.ndarray], asked: Sequence[Subject]) -> PromptFollowing:
        return judge(self._recipe, self._classifier, self._tensor(pictures), asked)

    def motif_share(self, pictures: Sequence[np.ndarray], motifs: Sequence[str]) -> float:
        """Share of pictures that show the motif that was asked for."""
        wanted = torch.tensor([self._recipe.motifs.index(motif) for motif in motifs])
        return float((self._heads(pictures)[0].argmax(1) == wanted).float().mean())

    @torch.no_grad()
    def _heads(self, pictures: Sequence[np.ndarray]) -> tuple[Tensor, Tensor, Tensor]:
        heads: tuple[Tensor, Tensor, Tensor] = self._classifier(looked_at(self._tensor(pictures)))
        return heads

    @staticmethod
    def _tensor(pictures: Sequence[np.ndarray]) -> Tensor:
        return to_tensor(np.stack(pictures), torch.device("cpu"))


def liked_share(seen: Sequence[Seen]) -> float:
    return sum(one.colour == LIKED_COLOUR for one in seen) / len(seen)


def striped_share(seen: Sequence[Seen]) -> float:
    return sum(one.is_striped for one in seen) / len(seen)
