"""gate: does the decision rule promote what is better, never what is worse, and leave alone what is equal?

    python -m bench.gate [--seeds 10] [--prompts 20] [--albums 280] [--reviewed 160] [--steps 80] [--processes 2] [--folder DIR]

Simulated people who love red subjects and hate stripes rate renders, and the weekly trainer teaches the pocket model what they
liked: the good candidate. They also rate covers that the model drew: what the preference is learnt from. The bad ones are that
adapter far overdone, and one of noise; the equal ones are an adapter of vanishing noise, and the current model against itself.
Each seed rates the covers anew, splits them anew in learnt from and held out, and draws the first prompts of the frozen set
anew; metrics, intervals and rule are the site's own. The rival compares bare means: better if the mean preference is higher and
no guarded mean is lower by more than its margin, else worse. Prints every verdict; last line: `gate ratio=X target=Y`, the
share of right verdicts over the rival's. With --folder everything drawn and trained is kept there, and a run that was stopped
goes on.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import pickle
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "albumsite.settings")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("LOG_LEVEL", "WARNING")
os.environ.setdefault("OMP_NUM_THREADS", "1")  # one process a core: threads of two would spin against each other

import django

django.setup()

import numpy as np  # noqa: E402
import torch  # noqa: E402
from diffusers import UNet2DConditionModel  # noqa: E402
from PIL import Image  # noqa: E402
from safetensors.torch import save_file  # noqa: E402

from bench import taste  # noqa: E402
from bench.harness import IS_TINY  # noqa: E402
from bench.raters.people import Seen, Taste  # noqa: E402
from bench.raters.stripes import striped  # noqa: E402
from covers.engine.engine_contract import Adapter, BaseModel  # noqa: E402
from covers.engine.pocket.engine import PocketEngine  # noqa: E402
from covers.engine.pocket.words import CHECKPOINT, Subject, caption, subjects, uncoloured_caption  # noqa: E402
from covers.evaluation import eval_prompts  # noqa: E402
from covers.evaluation.decision_rule import BETTER, EQUAL, GOAL, WORSE, ComparedMetric  # noqa: E402
from covers.evaluation.side_by_side import EvalRun, SideBySide  # noqa: E402
from covers.evaluation.verdicts import EvalResult, judge  # noqa: E402
from covers.training.finetune import LoraFineTuner  # noqa: E402
from covers.training.metrics.metric_choice import Sources, choose  # noqa: E402
from covers.training.metrics.metric_contract import Rated  # noqa: E402
from covers.training.pocket.pictures import plain_picture  # noqa: E402
from covers.training.training_contract import CaptionedImage, FineTuneOptions, FineTuneSpec  # noqa: E402

TARGET = 1.2
SIDE, STEPS, GUIDANCE = 128, 2 if IS_TINY else 6, 4.0
ALBUMS, REVIEWED = 280, 160
RED_SHARE = 0.25
"""How many of the other colours are offered beside red: about a third of all is red."""
TRAIN_STEPS, BATCH_SIZE = 80, 8
KEPT_FROM = 6
"""Half stars from which a picture is learnt from."""
HELD_OUT, HELD_OUT_SHARE = 10, 0.3
"""Of the training's pictures, and of what the preference is learnt from."""
TRAINING_SEED = 1
OVERDONE = 3.0
"""Weight of the good adapter at which it is a bad one."""


@dataclass(frozen=True)
class Candidate:
    """adapter: of the work folder; None is the current model itself. right: the verdict that it deserves."""

    name: str
    right: str
    adapter: str | None
    scale: float = 1.0


CANDIDATES = (
    Candidate("good", BETTER, "good.safetensors"),
    Candidate("bad: overdone", WORSE, "good.safetensors", OVERDONE),
    Candidate("bad: noise", WORSE, "noise.safetensors"),
    Candidate("equal: vanishing", EQUAL, "vanishing.safetensors"),
    Candidate("equal: itself", EQUAL, None),
)


def write_noise(file: Path, size: float) -> None:
    """An adapter of random matrices of all attention; size 0.004 moves pixels by a few levels, 1 leaves no picture."""
    unet = UNet2DConditionModel.from_pretrained(CHECKPOINT / "unet", local_files_only=True)
    generator, tensors = torch.Generator().manual_seed(7), {}
    for name, module in unet.named_modules():
        if isinstance(module, torch.nn.Linear) and name.endswith(("to_q", "to_k", "to_v", "to_out.0")):
            out, width = module.weight.shape
            tensors[f"unet.{name}.lora_A.weight"] = torch.randn(4, width, generator=generator) * size / width**0.5
            tensors[f"unet.{name}.lora_B.weight"] = torch.randn(out, 4, generator=generator)
    save_file(tensors, file, metadata={"format": "pt"})


def gallery(folder: Path, count: int, *, is_drawn: bool) -> list[taste.Item]:
    """Pictures that raters see, half of them asked for with colours and half without, half on striped grounds.

    is_drawn: by the pocket model, as covers that members review are; else renders, as albums of others are.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rng, asked = random.Random(f"{folder.name}:{TRAINING_SEED}"), []
    motifs = taste.halves(TRAINING_SEED)[0]
    for _ in range(count):
        offered = subjects((rng.choice(motifs),))
        asked.append(rng.choice([one for one in offered if rng.random() < RED_SHARE or one.colour == "red"]))
    if is_drawn:
        pictures = taste.drawn(engine(), [caption(subject) for subject in asked], TRAINING_SEED)
    else:
        pictures = [plain_picture(subject, SIDE, number, 0.15) for number, subject in enumerate(asked)]
    return [
        _item(folder, number, subject, pixels)
        for number, (subject, pixels) in enumerate(zip(asked, pictures, strict=True))
    ]


def _item(folder: Path, number: int, subject: Subject, pixels: np.ndarray) -> taste.Item:
    is_striped, path = number % 4 >= 2, folder / f"{number:04d}.webp"
    Image.fromarray(striped(pixels, number) if is_striped else pixels).save(path, "WEBP", lossless=True)
    prompt = caption(subject) if number % 2 else uncoloured_caption(subject.motif)
    shown = np.asarray(Image.open(path))
    return taste.Item(prompt, shown, Seen(subject.colour, is_striped))


def prepare(folder: Path, albums: int, reviewed: int, steps: int) -> None:
    """What is trained on, what is reviewed, and the adapters; what is there stays."""
    if not (folder / "good.safetensors").is_file():
        items = gallery(folder / "albums", albums, is_drawn=False)
        shutil.copy(train_good(folder, items, steps), folder / "good.safetensors")
    if not (folder / "reviewed.pickle").is_file():
        items = gallery(folder / "covers", reviewed, is_drawn=True)
        (folder / "reviewed.pickle").write_bytes(pickle.dumps(items))
    write_noise(folder / "noise.safetensors", 1.0)
    write_noise(folder / "vanishing.safetensors", 0.004)


def train_good(folder: Path, items: Sequence[taste.Item], steps: int) -> Path:
    """An adapter to the raters' taste: of pictures with KEPT_FROM half stars and more, the better the more often."""
    images = []
    for number, (item, stars) in enumerate(zip(items, taste.rated(items, Taste(), TRAINING_SEED), strict=True)):
        if stars >= KEPT_FROM:
            path = folder / "albums" / f"{number:04d}.webp"
            sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
            images.append(CaptionedImage(path, item.prompt, sha256, weight=float(stars - KEPT_FROM + 1)))
    spec = FineTuneSpec(
        "good", BaseModel(str(CHECKPOINT)), tuple(images[HELD_OUT:]), folder / "training", held_out=tuple(images[:HELD_OUT]),
        options=FineTuneOptions(
            seed=TRAINING_SEED, checkpoint_every_steps=0, max_train_steps=steps, train_batch_size=BATCH_SIZE
        ),
    )  # fmt: skip
    (folder / "training").mkdir(exist_ok=True)
    result = LoraFineTuner("cpu").train(spec, lambda _: True)
    assert result is not None
    return result.path


@cache
def engine() -> PocketEngine:
    return PocketEngine()


def drawn_by_both(folder: Path, candidate: Candidate, seed: int, prompts: int) -> SideBySide:
    """The current model is drawn once a seed: other candidates find its pictures in their folder."""
    own, first = folder / f"{seed}" / candidate.name.replace(": ", "-"), folder / f"{seed}" / "good"
    if own != first and not (own / "current").is_dir():
        shutil.copytree(first, own, ignore=shutil.ignore_patterns("*candidate*"))
    adapters = (Adapter(str(folder / candidate.adapter), candidate.scale),) if candidate.adapter else ()
    values = {"num_inference_steps": STEPS, "guidance_scale": GUIDANCE, "scheduler": "default"}
    run = EvalRun(eval_prompts.set_for("pocket", prompts).prompts, seed, SIDE, adapters, (), values)
    both = SideBySide(run, engine(), own, lambda _drawn, _total: True)
    if candidate.adapter is None:
        shutil.copytree(own / "current", own / "candidate", dirs_exist_ok=True)
        for mark in own.glob("*-current.json"):
            shutil.copy(mark, own / mark.name.replace("current", "candidate"))
    both.draw()
    return both


def reviewed(items: Sequence[taste.Item], seed: int) -> tuple[list[Rated], list[Rated]]:
    """(learnt, held out): this seed's ratings and split; the prompts of one side are never on the other."""
    rng, stars = random.Random(f"split:{seed}"), taste.rated(items, Taste(), 1000 + seed)
    prompts = sorted({item.prompt for item in items})
    held_out = set(rng.sample(prompts, round(HELD_OUT_SHARE * len(prompts))))
    parts: tuple[list[Rated], list[Rated]] = ([], [])
    for item, half_stars in zip(items, stars, strict=True):
        parts[item.prompt in held_out].append(Rated(item.pixels, half_stars))
    return parts


def judged_of_seed(folder: Path, seed: int, prompts: int) -> list[EvalResult]:
    """One for each of CANDIDATES."""
    torch.set_num_threads(1)
    learnt, held_out = reviewed(pickle.loads((folder / "reviewed.pickle").read_bytes()), seed)  # noqa: S301 our own file
    liked = [one for one in held_out if one.half_stars >= KEPT_FROM]
    chosen = choose(Sources("pocket"), learnt, liked, [*learnt, *held_out])
    found = []
    for candidate in CANDIDATES:
        both = drawn_by_both(folder, candidate, seed, prompts)
        found.append(judge(chosen, both.drawings("candidate"), both.drawings("current"), held_out, seed))
    return found


def by_bare_means(compared: Sequence[ComparedMetric]) -> str:
    """The rival: no intervals, no evidence."""
    goal = next(one for one in compared if one.key == GOAL)
    may_pass = all(one.gain >= -one.margin for one in compared if one.margin is not None)
    return EQUAL if goal.gain == 0 else BETTER if goal.gain > 0 and may_pass else WORSE


def show(found: Sequence[Sequence[EvalResult]]) -> tuple[int, int]:
    """Prints the table; how many verdicts are right, by the rule and by the rival."""
    right = rival = 0
    for place, candidate in enumerate(CANDIDATES):
        own = [of_seed[place] for of_seed in found]
        verdicts, bare = [one.decision.verdict for one in own], [by_bare_means(one.compared) for one in own]
        right += verdicts.count(candidate.right)
        rival += bare.count(candidate.right)
        print(f"{candidate.name:<17} should be {candidate.right:<7} " + " ".join(f"{one:<7}" for one in verdicts))
        print(f"{'':<17} bare means        " + " ".join(f"{one:<7}" for one in bare))
        for key in (GOAL, "agreement", "colours", "motif", "diversity"):
            rows = [next((one for one in judged.compared if one.key == key), None) for judged in own]
            told = [f"{one.gain:+.2f} [{one.gain_low:+.2f}]" for one in rows if one is not None]
            print(f"{'':<17} {key:<11} " + " ".join(told[:5]) + (" …" if len(told) > 5 else ""))
        print(
            f"{'':<17} because     "
            + ", ".join(sorted({f"{r.id} {r.metric}".strip() for one in own for r in one.decision.reasons}))
        )
    return right, rival


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--prompts", type=int, default=20)
    parser.add_argument("--albums", type=int, default=ALBUMS)
    parser.add_argument("--reviewed", type=int, default=REVIEWED)
    parser.add_argument("--steps", type=int, default=TRAIN_STEPS, help="of the good candidate's training")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--folder", type=Path)
    told = parser.parse_args()
    torch.set_num_threads(1)
    began, folder = time.perf_counter(), told.folder or Path(tempfile.mkdtemp(prefix="gate-"))
    prepare(folder, told.albums, told.reviewed, told.steps)
    seeds = range(1, told.seeds + 1)
    # forked: torch is imported already, and has one thread
    with ProcessPoolExecutor(told.processes, mp_context=get_context("fork")) as pool:
        found = list(pool.map(judged_of_seed, *zip(*((folder, seed, told.prompts) for seed in seeds), strict=True)))
    right, rival = show(found)
    if told.folder is None:
        shutil.rmtree(folder)
    promoted = sum(
        one.decision.verdict == BETTER for of_seed in found for one, candidate in zip(of_seed, CANDIDATES, strict=True)
        if candidate.right != BETTER
    )  # fmt: skip
    verdicts = len(found) * len(CANDIDATES)
    print(f"{right} of {verdicts} verdicts are right, {rival} by bare means; {promoted} promoted that should not be; "
          f"{time.perf_counter() - began:.0f} s")  # fmt: skip
    print(f"gate ratio={right / max(1, rival):.2f} target={TARGET}")
    sys.exit(1 if promoted else 0)


if __name__ == "__main__":
    main()
