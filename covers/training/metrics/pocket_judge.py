"""The pocket model's own judge: the classifier that was trained beside it, on renders whose content is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from covers.engine.pocket.words import CHECKPOINT, COLOURS
from covers.training.metrics.colours import ColourFeatures
from covers.training.metrics.metric_contract import DrawnPicture, Facts
from covers.training.metrics.prompt_means import by_prompt
from covers.training.pocket.checkpoint_files import load_classifier
from covers.training.pocket.pocket_recipe import recipe_of
from covers.training.pocket.prompt_following import looked_at

LICENCE = "project's own"
SOURCE = "covers/engine/pocket/checkpoint/classifier.safetensors"


@dataclass(frozen=True, eq=False)
class JudgeOutput:
    """Chances of motifs, figure colours and ground colours, each summing to 1, and the body's pooled activations."""

    motif: np.ndarray
    colour: np.ndarray
    ground: np.ndarray
    body: np.ndarray


class PocketJudge:
    """Says what it sees in a picture; each one is looked at once."""

    def __init__(self, folder: Path = CHECKPOINT) -> None:
        recipe = recipe_of(folder)
        self.motifs = list(recipe.motifs)
        self.colours = list(COLOURS)
        self._classifier = load_classifier(recipe, folder)
        self._seen: dict[str, JudgeOutput] = {}

    @torch.no_grad()
    def look(self, rgb: np.ndarray) -> JudgeOutput:
        """rgb: (h, w, 3) uint8."""
        name = sha256(rgb.tobytes()).hexdigest()
        if name not in self._seen:
            x = torch.from_numpy(rgb.copy()).permute(2, 0, 1)[None].float().div(127.5).sub(1)
            body = self._classifier.body(looked_at(x))
            parts = self._classifier.head(body).split((len(self.motifs), len(COLOURS), len(COLOURS)), dim=1)
            pooled = functional.adaptive_avg_pool2d(body, 2).flatten().double().numpy()
            motif, colour, ground = map(_chances, parts)
            self._seen[name] = JudgeOutput(motif, colour, ground, pooled)
        return self._seen[name]


def _chances(part: Tensor) -> np.ndarray:
    return np.asarray(part.softmax(1)[0].double().numpy())


class BodyFeatures:
    """What the judge sees before it names it: 384 numbers."""

    name = "the pocket judge's last activations"
    licence = LICENCE
    source = SOURCE

    def __init__(self, judge: PocketJudge) -> None:
        self._judge = judge

    def of(self, rgb: np.ndarray) -> np.ndarray:
        return self._judge.look(rgb).body


class NamedFeatures:
    """The judge's chances of colours and grounds beside plain colours and textures: few numbers, for few reviews."""

    name = "the pocket judge's colours, and colours and textures"
    licence = LICENCE
    source = SOURCE

    def __init__(self, judge: PocketJudge) -> None:
        self._judge, self._plain = judge, ColourFeatures()

    def of(self, rgb: np.ndarray) -> np.ndarray:
        seen = self._judge.look(rgb)
        return np.concatenate([seen.colour, seen.ground, self._plain.of(rgb)])


class PromptAgreement:
    """The chance that the judge gives to what was asked for."""

    def __init__(self, key: str, name: str, margin: float, chance: Callable[[DrawnPicture], float | None]) -> None:
        self.facts = Facts(key, name, "share", LICENCE, SOURCE, margin=margin)
        self._chance = chance

    def measure(self, pictures: Sequence[DrawnPicture]) -> Mapping[str, float]:
        told = [(picture, chance) for picture in pictures if (chance := self._chance(picture)) is not None]
        return by_prompt([picture for picture, _ in told], [chance for _, chance in told])


def prompt_agreement_metrics(judge: PocketJudge) -> list[PromptAgreement]:
    """Agreement of picture and words is all three at once, where colours were asked for."""

    def colour(picture: DrawnPicture) -> float | None:
        asked, seen = picture.asked, judge.look(picture.rgb)
        if asked is None or not asked.colour:
            return None
        chances = (seen.colour[judge.colours.index(asked.colour)], seen.ground[judge.colours.index(asked.ground)])
        return float(np.mean(chances))

    def motif(picture: DrawnPicture) -> float | None:
        asked = picture.asked
        return None if asked is None else float(judge.look(picture.rgb).motif[judge.motifs.index(asked.motif)])

    def both(picture: DrawnPicture) -> float | None:
        parts = colour(picture), motif(picture)
        return None if parts[0] is None or parts[1] is None else parts[0] * parts[1]

    return [
        PromptAgreement(
            "agreement", "chance of motif, colours and ground as asked, pocket's own classifier", 0.1, both
        ),
        PromptAgreement("colours", "chance of the colours asked for, pocket's own classifier", 0.08, colour),
        PromptAgreement("motif", "chance of the motif asked for, pocket's own classifier", 0.1, motif),
    ]
