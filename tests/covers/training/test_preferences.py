"""Preference training from pairs, and the measure of it."""

from __future__ import annotations

import hashlib
import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from PIL import Image

from albumsite.errors import EngineError
from covers.engine.engine_contract import BaseModel
from covers.engine.pocket.words import CHECKPOINT, Subject, uncoloured_caption
from covers.training.finetune import preference_accuracy
from covers.training.finetune.diffusion_dpo import margins, preference_loss
from covers.training.pocket.pictures import plain_picture
from covers.training.training_contract import FineTuned, FineTuneStage, PreferencePair
from tests.covers.training.trainings import Watcher, pair, spec, trained

pytestmark = pytest.mark.usefixtures("_few_steps")
POCKET = BaseModel(str(CHECKPOINT))


def drawing(folder: Path, motif: str, colour: str) -> tuple[Path, str]:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{motif}-{colour}.webp"
    Image.fromarray(plain_picture(Subject(motif, colour, "white"), 128, 1, 0.15)).save(path, "WEBP", lossless=True)
    return path, hashlib.sha256(path.read_bytes()).hexdigest()


def of_motifs(folder: Path, motifs: tuple[str, ...], *, is_mixed: bool = False) -> tuple[PreferencePair, ...]:
    """Red ones are preferred to blue ones; mixed, as often the other way round."""
    pairs = []
    for number, motif in enumerate(motifs):
        one, other = drawing(folder, motif, "red"), drawing(folder, motif, "blue")
        chosen, rejected = (other, one) if is_mixed and number % 2 else (one, other)
        pairs.append(PreferencePair(uncoloured_caption(motif), chosen[0], rejected[0], chosen[1], rejected[1]))
    return tuple(pairs)


def preferring(folder: Path, *, is_mixed: bool) -> FineTuned:
    """The pocket checkpoint after some steps of preference training; judged on motifs that no pair of the training has."""
    wanted = spec(
        CHECKPOINT, folder, sample_prompts=(), held_out=(), max_train_steps=1, learning_rate=1e-7, train_batch_size=4,
        pairs=of_motifs(folder / "pairs", ("sun", "star", "cat", "key"), is_mixed=is_mixed),
        held_out_pairs=of_motifs(folder / "others", ("heart", "house", "bell", "fish"), is_mixed=is_mixed),
        max_preference_steps=6,
    )  # fmt: skip
    one = wanted.images[0]
    return trained(replace(wanted, images=(one,)), Watcher())


def test_a_clear_preference_is_learnt_and_holds_for_other_pairs(tmp_path):
    result = preferring(tmp_path, is_mixed=False)
    assert result.preference_accuracy == 1.0
    others = of_motifs(tmp_path / "others", ("heart", "house"))
    assert preference_accuracy(POCKET, result.path, others, device="cpu") == 1.0


def test_preferences_that_contradict_each_other_teach_none(tmp_path):
    assert preferring(tmp_path, is_mixed=True).preference_accuracy == pytest.approx(0.5, abs=0.26)


def test_an_adapter_prefers_nothing_to_itself(tiny_sdxl, tmp_path):
    watcher = Watcher()
    result = trained(spec(tiny_sdxl, tmp_path, held_out=(), sample_prompts=(), max_train_steps=1), watcher)
    assert all(one.stage is not FineTuneStage.PREFER for one in watcher.told)
    pairs = tuple(pair(tmp_path / "pairs", name) for name in "ab")
    model = BaseModel(str(tiny_sdxl))
    assert preference_accuracy(model, result.path, pairs, reference=result.path, device="cpu") == 0.5
    with pytest.raises(EngineError) as refused:
        preference_accuracy(model, result.path, (), device="cpu")
    assert refused.value.message_id == "training:no-images"


def test_the_loss_falls_with_the_margin_and_begins_at_the_logarithm_of_two():
    reference = torch.tensor([0.5, 0.5])
    assert float(preference_loss(reference, reference, 2000.0)) == pytest.approx(math.log(2))
    better = torch.tensor([0.499, 0.5])  # on the chosen picture, which comes first
    assert float(margins(better, reference)) == pytest.approx(0.001, abs=1e-6)
    assert float(preference_loss(better, reference, 2000.0)) == pytest.approx(math.log(1 + math.exp(-1)), abs=1e-3)
