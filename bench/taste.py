"""Does one retrain learn a taste that is only said in stars? Raters love red subjects and hate stripes.

    python -m bench.taste [--seed N] [--pictures DIR] [--no-control]

A gallery: what the pocket checkpoint drew, for prompts with colours and without, and what other people uploaded: drawings of our
own, in any colour, most of them on striped grounds. Half of all is striped. Simulated people rate it; pictures of 3 stars and
more are the training set, and of two pictures of one prompt the better rated one is preferred. One training. Then pictures for
prompts of motifs that were not in the gallery, before and after, and after a training on random ratings of the same gallery
(the control). Writes a contact sheet. Last line: `taste ratio=X target=Y`: the rise of the share of red subjects, over the larger
of what it moved by under the control and MOVES_ANYWAY.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw

from covers.engine.contract import Adapter, BaseModel, DrawSpec
from covers.engine.pocket.engine import PocketEngine
from covers.engine.pocket.words import CHECKPOINT, MANY_MOTIFS, Subject, caption, free_caption, split
from covers.learning.contract import CaptionedImage, FineTuned, FineTuneOptions, FineTuneSpec, PreferencePair
from covers.learning.finetune import LoraFineTuner
from covers.learning.pocket.obedience import Obedience
from covers.learning.pocket.pictures import plain_picture
from covers.learning.taste.raters import NoTaste, Seen, Taste
from covers.learning.taste.seeing import Eye, liked_share, striped_share
from covers.learning.taste.stripes import striped
from covers.writing.contract import Brief

SIDE, STEPS = 128, 10
"""Pixels, and steps of a drawing: more change little of what is seen."""
VARIETY = 0.15
"""Of our own drawings: as in the checkpoint's lessons."""
KEPT_FROM = 6
"""Half stars."""
DRAWN_COLOURED, UPLOADED_FREE, UPLOADED_COLOURED = 36, 320, 120
"""Gallery: beside one picture of each motif without a colour in its prompt. An upload's brief names colours, or none."""
ASKED_FREE_EACH, ASKED_COLOURED = 2, 48
"""Measured: of each motif that the gallery does not have; combinations of those."""
PREFERENCE_STEPS = 0
MOVES_ANYWAY = 0.05
"""A share of about 100 pictures moves by as much when other seeds are drawn; so the control counts for at least this."""
TARGET = 3.0
NO_BRIEF = Brief("", ("heart",), "quiet", (), "", "", (), "rules")


@dataclass(frozen=True)
class Item:
    """A picture of the gallery."""

    prompt: str
    pixels: np.ndarray
    seen: Seen
    path: Path
    sha256: str


@dataclass(frozen=True)
class Measured:
    red: float
    motif: float
    striped: float
    obedience: Obedience
    shown: tuple[np.ndarray, ...]


def drawn(engine: PocketEngine, prompts: Sequence[str], seed: int, adapter: Path | None = None) -> list[np.ndarray]:
    adapters = (Adapter(str(adapter)),) if adapter else ()
    specs = [
        DrawSpec(NO_BRIEF, place, len(prompts), seed * 100_003 + place, seed, SIDE, SIDE, prompt,
                 num_inference_steps=STEPS, guidance_scale=4.0, scheduler="default", adapters=adapters)
        for place, prompt in enumerate(prompts)
    ]  # fmt: skip
    found = {one.position: one for one in engine.draw(specs, lambda _step: True)}
    return [np.frombuffer(found[place].rgb, np.uint8).reshape(SIDE, SIDE, 3) for place in range(len(prompts))]


def halves(seed: int) -> tuple[list[str], list[str]]:
    """Motifs of the gallery, and those that it is measured with."""
    motifs = list(MANY_MOTIFS)
    random.Random(seed).shuffle(motifs)
    return motifs[: len(motifs) // 2], motifs[len(motifs) // 2 :]


def gallery(engine: PocketEngine, eye: Eye, motifs: Sequence[str], seed: int, folder: Path) -> list[Item]:
    """Half of it striped: uploads all, until there are as many."""
    rng = random.Random(f"gallery:{seed}")
    known = [subject for subject in split(MANY_MOTIFS)[0] if subject.motif in motifs]
    prompts = [free_caption(motif) for motif in motifs]
    prompts += [caption(subject) for subject in rng.sample(known, DRAWN_COLOURED)]
    shown = list(zip(prompts, drawn(engine, prompts, seed), strict=True))
    for number in range(UPLOADED_FREE + UPLOADED_COLOURED):
        subject = rng.choice(known)
        prompt = free_caption(subject.motif) if number < UPLOADED_FREE else caption(subject)
        shown.append((prompt, plain_picture(subject, SIDE, number, VARIETY)))
    uploads = range(len(prompts), len(shown))
    on_stripes = set(rng.sample(uploads, len(shown) // 2))
    seen = eye.look([pixels for _, pixels in shown])
    return [
        item_of(
            folder / f"{number:04d}.webp", prompt, pixels, seen[number].colour, number if number in on_stripes else None
        )
        for number, (prompt, pixels) in enumerate(shown)
    ]


def item_of(path: Path, prompt: str, pixels: np.ndarray, colour: str, stripes: int | None) -> Item:
    """stripes: their seed; the colour is what the eye sees without them."""
    pixels = pixels if stripes is None else striped(pixels, stripes)
    Image.fromarray(pixels).save(path, "WEBP", lossless=True)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return Item(prompt, pixels, Seen(colour, stripes is not None), path, sha256)


def rated(items: Sequence[Item], taste: Taste | NoTaste, seed: int) -> list[int]:
    rng = random.Random(f"ratings:{seed}")
    return [taste.half_stars(item.seen, rng) for item in items]


def weight(half_stars: int) -> float:
    """How often a picture is seen: five times as often with 5 stars as with 3."""
    return float(half_stars - KEPT_FROM + 1)


def pairs_of(items: Sequence[Item], stars: Sequence[int]) -> Iterator[PreferencePair]:
    """Two pictures of one prompt, of which one has a star more."""
    of_prompts: dict[str, list[tuple[Item, int]]] = {}
    for item, rating in zip(items, stars, strict=True):
        of_prompts.setdefault(item.prompt, []).append((item, rating))
    for own in of_prompts.values():
        for (one, high), (other, low) in itertools.permutations(own, 2):
            if high >= low + 2:
                yield PreferencePair(one.prompt, one.path, other.path, one.sha256, other.sha256)


def trained(
    items: Sequence[Item], stars: Sequence[int], seed: int, folder: Path, options: dict[str, object]
) -> FineTuned:
    kept = [(item, rating) for item, rating in zip(items, stars, strict=True) if rating >= KEPT_FROM]
    liked = [item for item, _ in kept]
    images = [CaptionedImage(item.path, item.prompt, item.sha256, weight(rating)) for item, rating in kept]
    pairs = list(pairs_of(items, stars))
    held_out, images = images[::10], [image for at, image in enumerate(images) if at % 10]
    spec = FineTuneSpec(
        folder.name, BaseModel(str(CHECKPOINT)), tuple(images), folder, held_out=tuple(held_out),
        pairs=tuple(pairs[:-16]), held_out_pairs=tuple(pairs[-16:]),
        options=FineTuneOptions(seed=seed, checkpoint_every_steps=0, **options),  # type: ignore[arg-type]
    )  # fmt: skip
    started = time.perf_counter()
    result = LoraFineTuner("cpu").train(spec, lambda _: True)
    assert result is not None
    red = sum(item.seen.colour == "red" for item in liked) / len(liked)
    print(f"{folder.name}: {len(images)} pictures, {len(pairs)} pairs, {red:.0%} red; {result.steps} steps in "
          f"{time.perf_counter() - started:.0f} s; validation loss {result.validation_losses[0][1]:.3f} -> "
          f"{result.validation_losses[-1][1]:.3f}; preference accuracy {result.preference_accuracy:.2f}", flush=True)  # fmt: skip
    return result


def measured(engine: PocketEngine, eye: Eye, motifs: Sequence[str], seed: int, adapter: Path | None) -> Measured:
    asked = [motif for motif in motifs for _ in range(ASKED_FREE_EACH)]
    free = drawn(engine, [free_caption(motif) for motif in asked], seed + 1, adapter)
    unseen: list[Subject] = [subject for subject in split(MANY_MOTIFS)[1] if subject.motif in motifs]
    subjects = unseen[:: max(1, len(unseen) // ASKED_COLOURED)][:ASKED_COLOURED]
    coloured = drawn(engine, [caption(subject) for subject in subjects], seed + 2, adapter)
    seen = eye.look(free)
    shown = (*free[:: len(free) // 16][:16], *coloured[:: len(coloured) // 8][:8])
    return Measured(
        liked_share(seen), eye.motif_share(free, asked), striped_share([*seen, *eye.look(coloured)]),
        eye.obedience(coloured, subjects), shown,
    )  # fmt: skip


def row(name: str, one: Measured) -> str:
    told = one.obedience
    shares = (one.red, one.motif, told.motif, told.colour, told.ground, told.everything, one.striped)
    return f"{name:<9}" + "".join(f"{100 * share:>9.1f}" for share in shares)


def sheet(rows: Sequence[tuple[str, Measured]], file: Path) -> None:
    """Sixteen pictures without a colour in the prompt, then eight with; the same prompts and seeds in each row."""
    tile, label = 64, 14
    image = Image.new("RGB", (24 * tile, len(rows) * (tile + label)), "white")
    draw = ImageDraw.Draw(image)
    for number, (name, one) in enumerate(rows):
        top = number * (tile + label)
        draw.text((2, top + 1), f"{name}: red {one.red:.0%}", fill="black")
        for place, pixels in enumerate(one.shown):
            image.paste(Image.fromarray(pixels).resize((tile, tile)), (place * tile, top + label))
    image.save(file, "WEBP", quality=88)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pictures", type=Path, default=None, help="where the gallery, the adapters and taste.webp go")
    parser.add_argument("--no-control", action="store_true")
    parser.add_argument("--max-train-steps", type=int)
    parser.add_argument("--max-preference-steps", type=int, default=PREFERENCE_STEPS)
    parser.add_argument("--learning-rate", type=float)
    parser.add_argument("--rank", type=int)
    parser.add_argument("--train-batch-size", type=int)
    told = parser.parse_args()
    torch.set_num_threads(1)
    folder = told.pictures or Path(tempfile.mkdtemp(prefix="taste-"))
    (folder / "gallery").mkdir(parents=True, exist_ok=True)
    names = ("max_train_steps", "max_preference_steps", "learning_rate", "rank", "train_batch_size")
    options = {name: getattr(told, name) for name in names if getattr(told, name) is not None}
    engine, eye, started = PocketEngine(), Eye(), time.perf_counter()
    of_gallery, of_measure = halves(told.seed)
    items = gallery(engine, eye, of_gallery, told.seed, folder / "gallery")
    print(f"gallery: {len(items)} pictures in {time.perf_counter() - started:.0f} s", flush=True)
    rows = [("before", measured(engine, eye, of_measure, told.seed, None))]
    tastes: list[tuple[str, Taste | NoTaste]] = [("taste", Taste()), ("control", NoTaste())]
    for name, taste in tastes[: 1 if told.no_control else 2]:
        result = trained(items, rated(items, taste, told.seed), told.seed, folder / name, options)
        rows.append((name, measured(engine, eye, of_measure, told.seed, result.path)))
    print(
        f"{'':<9}"
        + "".join(f"{head:>9}" for head in ("red", "motif", "motif*", "colour*", "ground*", "all*", "stripes"))
    )
    for name, one in rows:
        print(row(name, one))
    print("%, of prompts without a colour; *: of prompts with colours")
    sheet(rows, folder / "taste.webp")
    print(f"{folder / 'taste.webp'}; {time.perf_counter() - started:.0f} s in all")
    rise, moved = rows[1][1].red - rows[0][1].red, abs(rows[-1][1].red - rows[0][1].red) if len(rows) > 2 else 0.0
    print(f"taste ratio={rise / max(moved, MOVES_ANYWAY):.2f} target={TARGET}")


if __name__ == "__main__":
    main()
