"""Does one `retrain` learn a taste that is only said in reviews? Raters love red subjects and hate stripes.

    python -m bench.taste [--seed N] [--pictures DIR] [--no-control] [--share 1.0] [--epochs N]

On a scratch site. A gallery: what the pocket checkpoint drew, for prompts with colours and without, and what else hangs on its
wall: drawings of our own, in any colour, most of them on striped grounds. Half of all is striped. Each is a cover of a member who
lets the site learn; simulated people review it, and that is all that is said of their taste. Then `manage.py retrain`: it
chooses covers of 3 stars and more, and trains a candidate. Then pictures for prompts of motifs that were not in the gallery,
before and after; and once more after random reviews of the same gallery (the control). Writes a contact sheet. Last line:
`taste ratio=X target=Y`: the rise of the share of red subjects, over the larger of what it moved by under the control and
MOVES_ANYWAY.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import time
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import torch
from django.utils import timezone
from PIL import Image, ImageDraw

from bench.harness import IS_TINY
from bench.raters.people import NoTaste, Seen, Taste
from bench.raters.seeing import Eye, liked_share, striped_share
from bench.raters.stripes import striped
from bench.site import own_site
from covers.brief.brief_contract import Brief
from covers.engine.engine_contract import Adapter, DrawSpec
from covers.engine.pocket.engine import PocketEngine
from covers.engine.pocket.words import MANY_MOTIFS, Subject, caption, split, uncoloured_caption
from covers.object_keys import cover_prefix, master_key
from covers.training.pocket.pictures import plain_picture
from covers.training.pocket.prompt_following import PromptFollowing

SIDE, STEPS = 128, 2 if IS_TINY else 10
"""Pixels, and steps of a drawing: more change little of what is seen."""
VARIETY = 0.15
"""Of our own drawings: as in the checkpoint's lessons."""
COVERS_MOST = 8
"""Of a request."""
DRAWN_COLOURED, UPLOADED_FREE, UPLOADED_COLOURED = 36, 320, 120
"""Gallery: beside one picture of each motif without a colour in its prompt. An upload's brief names colours, or none."""
ASKED_FREE_EACH, ASKED_COLOURED = 2, 48
"""Measured: of each motif that the gallery does not have; combinations of those."""
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


@dataclass(frozen=True)
class Measured:
    red: float
    motif: float
    striped: float
    obedience: PromptFollowing
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


def of(number: int, share: float) -> int:
    return max(1, round(number * share))


def halves(seed: int, share: float = 1.0) -> tuple[list[str], list[str]]:
    """Motifs of the gallery, and those that it is measured with; a share of each."""
    motifs = list(MANY_MOTIFS)
    random.Random(seed).shuffle(motifs)
    middle, kept = len(motifs) // 2, of(len(motifs) // 2, share)
    return motifs[:middle][:kept], motifs[middle:][:kept]


def gallery(engine: PocketEngine, eye: Eye, motifs: Sequence[str], seed: int, share: float) -> list[Item]:
    """Half of it striped: uploads all, until there are as many."""
    rng = random.Random(f"gallery:{seed}")
    known = [subject for subject in split(MANY_MOTIFS)[0] if subject.motif in motifs]
    prompts = [uncoloured_caption(motif) for motif in motifs]
    prompts += [caption(subject) for subject in rng.sample(known, of(DRAWN_COLOURED, share))]
    shown = list(zip(prompts, drawn(engine, prompts, seed), strict=True))
    free = of(UPLOADED_FREE, share)
    for number in range(free + of(UPLOADED_COLOURED, share)):
        subject = rng.choice(known)
        prompt = uncoloured_caption(subject.motif) if number < free else caption(subject)
        shown.append((prompt, plain_picture(subject, SIDE, number, VARIETY)))
    uploads = range(len(prompts), len(shown))
    on_stripes = set(rng.sample(uploads, len(shown) // 2))
    seen = eye.look([pixels for _, pixels in shown])
    return [
        item_of(prompt, pixels, seen[number].colour, number if number in on_stripes else None)
        for number, (prompt, pixels) in enumerate(shown)
    ]


def item_of(prompt: str, pixels: np.ndarray, colour: str, stripes: int | None) -> Item:
    """stripes: their seed; the colour is what the eye sees without them."""
    pixels = pixels if stripes is None else striped(pixels, stripes)
    return Item(prompt, pixels, Seen(colour, stripes is not None))


def hang(items: Sequence[Item], seed: int) -> list[Any]:
    """Covers of a member who lets the site learn, in the order of the items; those of one prompt share requests. What is held out hangs
    on the number of a request: by the seed, it is the same pictures in each run."""
    from accounts.models import User
    from albumsite.jobs.states import State
    from albumsite.media import encoding, storage
    from covers.models import Cover, CoverRequest, Stage, TrainingConsent

    maker = User.objects.create_user("maker@example.com", "x")
    TrainingConsent.objects.create(owner=maker, version="1", text_sha256="ab" * 32, language="en")
    rng = random.Random(f"requests:{seed}")
    places: dict[str, list[int]] = defaultdict(list)
    for number, item in enumerate(items):
        places[item.prompt].append(number)
    covers: dict[int, Any] = {}
    for numbers in places.values():
        for start in range(0, len(numbers), COVERS_MOST):
            together = numbers[start : start + COVERS_MOST]
            request = CoverRequest.objects.create(
                pk=uuid.UUID(int=rng.getrandbits(128)), owner=maker, submission=uuid.uuid4(), title="Song", artist="Bench",
                seed=0, count=len(together), engine="pocket", stage=Stage.DRAW, state=State.DONE, finished_at=timezone.now(),
                brief=asdict(NO_BRIEF), written_by="rules",
            )  # fmt: skip
            for position, number in enumerate(together):
                item, prefix = items[number], cover_prefix(request.pk, position, uuid.uuid4())
                content = encoding.encode_png(Image.fromarray(item.pixels))
                storage.save_all(storage.private(), {master_key(prefix): content})
                covers[number] = Cover.objects.create(
                    request=request, position=position, seed=number, prompt=item.prompt, width=SIDE, height=SIDE,
                    storage_prefix=prefix, sha256=sha256(content).hexdigest(),
                )  # fmt: skip
    return [covers[number] for number in range(len(items))]


def rated(items: Sequence[Item], taste: Taste | NoTaste, seed: int) -> list[int]:
    """Half stars of each."""
    rng = random.Random(f"ratings:{seed}")
    return [taste.half_stars(item.seen, rng) for item in items]


def review(items: Sequence[Item], covers: Sequence[Any], taste: Taste | NoTaste, seed: int) -> None:
    """One review of each cover, by a verified stranger: forty of each, as more in an hour would wait for a moderator."""
    from allauth.account.models import EmailAddress

    from accounts.models import User
    from accounts.person import Person
    from covers.services import reviews

    author = Person()
    for number, (cover, stars) in enumerate(zip(covers, rated(items, taste, seed), strict=True)):
        if number % reviews.MEMBER_REVIEWS_PER_HOUR == 0:
            address = f"{uuid.uuid4().hex}@example.com"
            author = Person(user=User.objects.create_user(address))
            EmailAddress.objects.create(user=author.user, email=address, verified=True, primary=True)
        reviews.add_review(cover=cover, author=author, half_stars=stars, comment="Seen")


def retrained(name: str, seed: int, options: list[str]) -> Path:
    """What `manage.py retrain` makes of the reviews: the file of its candidate."""
    from django.core.management import call_command

    from covers import registry
    from covers.models import DatasetItem, ModelVersion, Retraining
    from covers.weeks import this_week

    started = time.perf_counter()
    call_command("retrain", "--week", this_week(), "--model", "pocket", "--seed", str(seed), "--no-evaluate", *options)
    row = Retraining.objects.get()
    learnt = DatasetItem.objects.filter(dataset=row.dataset, role="train", is_held_out=False).count()
    losses = row.validation_losses
    loss = f"held-out loss {losses[0][1]:.3f} -> {losses[-1][1]:.3f}" if losses else "nothing held out"
    print(
        f"{name}: {learnt} pictures; {row.parameters.get('max_train_steps')} steps,"
        f" {time.perf_counter() - started:.0f} s in all; {loss}",
        flush=True,
    )
    return registry.local_path(ModelVersion.objects.get())


def begin_anew() -> None:
    """The same gallery, with nothing said of it yet."""
    from covers.models import Dataset, Evaluation, ModelVersion, Retraining, Review

    for model in (Evaluation, Retraining, ModelVersion, Dataset, Review):
        model.objects.all().delete()


def measured(
    engine: PocketEngine, eye: Eye, motifs: Sequence[str], seed: int, share: float, adapter: Path | None
) -> Measured:
    asked = [motif for motif in motifs for _ in range(ASKED_FREE_EACH)]
    free = drawn(engine, [uncoloured_caption(motif) for motif in asked], seed + 1, adapter)
    unseen: list[Subject] = [subject for subject in split(MANY_MOTIFS)[1] if subject.motif in motifs]
    count = of(ASKED_COLOURED, share)
    subjects = unseen[:: max(1, len(unseen) // count)][:count]
    coloured = drawn(engine, [caption(subject) for subject in subjects], seed + 2, adapter)
    seen = eye.look(free)
    shown = (*free[:: max(1, len(free) // 16)][:16], *coloured[:: max(1, len(coloured) // 8)][:8])
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
    parser.add_argument("--pictures", type=Path, default=None, help="where taste.webp goes")
    parser.add_argument("--no-control", action="store_true")
    parser.add_argument("--preference-steps", type=int, default=0, help="of preference training on pairs, too")
    parser.add_argument("--share", type=float, default=1.0, help="of the pictures that are shown and asked for")
    parser.add_argument("--epochs", type=int, help="of the training; default: the trainer's own rule")
    told = parser.parse_args()
    torch.set_num_threads(1)
    file = (told.pictures or Path(tempfile.mkdtemp(prefix="taste-"))) / "taste.webp"
    file.parent.mkdir(parents=True, exist_ok=True)
    options = ["--preference-steps", str(told.preference_steps)] if told.preference_steps else []
    if told.epochs:
        options += ["--epochs", str(told.epochs)]
    started = time.perf_counter()
    with own_site(LEARN_IMAGES_MIN="20" if told.share == 1 else "1"):
        rows = experiment(told.seed, told.share, options, with_control=not told.no_control)
    heads = ("red", "motif", "motif*", "colour*", "ground*", "all*", "stripes")
    print(f"{'':<9}" + "".join(f"{head:>9}" for head in heads))
    for name, one in rows:
        print(row(name, one))
    print("%, of prompts without a colour; *: of prompts with colours")
    sheet(rows, file)
    print(f"{file}; {time.perf_counter() - started:.0f} s in all")
    rise, moved = rows[1][1].red - rows[0][1].red, abs(rows[-1][1].red - rows[0][1].red) if len(rows) > 2 else 0.0
    print(f"taste ratio={rise / max(moved, MOVES_ANYWAY):.2f} target={TARGET}")


def experiment(seed: int, share: float, options: list[str], *, with_control: bool) -> list[tuple[str, Measured]]:
    """What was measured before, after reviews with the taste, and after reviews by chance."""
    engine, eye, started = PocketEngine(), Eye(), time.perf_counter()
    of_gallery, of_measure = halves(seed, share)
    items = gallery(engine, eye, of_gallery, seed, share)
    covers = hang(items, seed)
    print(f"gallery: {len(items)} covers in {time.perf_counter() - started:.0f} s", flush=True)
    rows = [("before", measured(engine, eye, of_measure, seed, share, None))]
    tastes: list[tuple[str, Taste | NoTaste]] = [("taste", Taste()), ("control", NoTaste())]
    for name, taste in tastes[: 2 if with_control else 1]:
        begin_anew()
        review(items, covers, taste, seed)
        rows.append((name, measured(engine, eye, of_measure, seed, share, retrained(name, seed, options))))
    return rows


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()
