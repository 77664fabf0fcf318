"""kill_retrain: `retrain` killed at random points and called again: what is left is one candidate, whole, and no half of any.

    python -m bench.kill_retrain [--kills 20] [--steps 24] [--seed 1] [--whole SECONDS]

A scratch site with liked covers, and the real trainer on the pocket checkpoint in few steps. In a process of its own runs
`manage.py retrain`; after a time drawn between nothing and what an undisturbed run takes, it and its training process get
kill -9; then it is called again, and the week begun anew once it came to an end, until so many kills are done; then once more
undisturbed. After each kill the database is looked at: at most one training of the week, a candidate only with its file, its
hash, its set and a finished training. The ratio is looks that found everything right over all looks, the end among them: 1.0
is the target, and less is a fault.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil

from bench.site import own_site
from covers.object_keys import master_key

ROOT = Path(__file__).resolve().parents[1]
TARGET = 1.0
WEEK_OPTIONS = {"LEARN_IMAGES_MIN": "4", "LEASE_SECONDS": "2", "SWEEP_EVERY_SECONDS": "2", "OMP_NUM_THREADS": "1"}
PICTURES, SIDE = 12, 128
STEPS, CHECKPOINT_EVERY = 24, 3


def fill(rng: random.Random) -> None:
    """A member who lets the site learn, and their liked covers, each another flat picture."""
    from PIL import Image

    from accounts.person import Person
    from albumsite.media import encoding, storage
    from covers.models import Cover, TrainingConsent
    from covers.services import reviews
    from tests.factories import make_finished_request, make_member

    maker, rater = (make_member(f"{name}@example.com", is_verified=True) for name in ("maker", "rater"))
    TrainingConsent.objects.create(owner=maker, version="1", text_sha256="ab" * 32, language="en")
    for _ in range(PICTURES):
        request = make_finished_request(Person(user=maker), engine="pocket")
        cover = request.covers.get()
        picture = Image.new("RGB", (SIDE, SIDE), tuple(rng.randrange(256) for _ in range(3)))
        storage.save_all(storage.private(), {master_key(cover.storage_prefix): encoding.encode_png(picture)})
        Cover.objects.filter(pk=cover.pk).update(prompt="a heart in colour on colour ground")
        reviews.add_review(cover=cover, author=Person(user=rater), half_stars=9, comment="Yes")


def start(log: Path) -> subprocess.Popen[bytes]:
    from covers.weeks import this_week

    with log.open("ab") as file:
        return subprocess.Popen(
            [sys.executable, "manage.py", "retrain", "--week", this_week(), "--no-evaluate", "--seed", "1"],
            cwd=ROOT, stdin=subprocess.DEVNULL, stdout=file, stderr=file, start_new_session=True,
        )  # fmt: skip


def kill(process: subprocess.Popen[bytes]) -> None:
    """The command and the training process that it started, both without warning."""
    family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    for one in family:
        try:
            one.kill()
        except psutil.NoSuchProcess:
            continue
    process.wait()


def faults() -> list[str]:
    """What is wrong with the rows as they are now."""
    from albumsite.media import storage
    from covers.models import Evaluation, ModelVersion, Retraining

    found = []
    rows = list(Retraining.objects.all())
    versions = list(ModelVersion.objects.all())
    if len(rows) > 1 or len(versions) > 1:
        found.append(f"{len(rows)} trainings, {len(versions)} models")
    for version in versions:
        content = storage.read(storage.private(), version.source)
        if hashlib.sha256(content).hexdigest() != version.sha256:
            found.append("the file is not what its row says")
        if version.state != "candidate" or version.dataset is None or rows[0].version != version:
            found.append("a candidate without its training or set")
        if Evaluation.objects.filter(version=version).count() != 1:
            found.append("a candidate whose comparison was not asked for, or twice")
    if rows and rows[0].state == "done" and not versions:
        found.append("a training that is done without a candidate")
    return found


def said_of(row: Any) -> str:
    return (
        "–"
        if row is None
        else f"{row.state} {row.stage} {row.progress.get('stage', '')} {row.progress.get('step', '')}"
    )


def undisturbed(log: Path) -> float:
    """Seconds of a whole run; its rows are deleted again."""
    started = time.perf_counter()
    if start(log).wait():
        raise SystemExit(f"retrain failed by itself:\n{log.read_text()[-3000:]}")
    seconds = time.perf_counter() - started
    begin_anew()
    return seconds


def begin_anew() -> None:
    from covers.models import Dataset, Evaluation, ModelVersion, Retraining

    for model in (Evaluation, Retraining, ModelVersion, Dataset):
        model.objects.all().delete()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--whole", type=float, help="what an undisturbed run takes; default: it is measured")
    options = parser.parse_args()
    rng = random.Random(options.seed)
    with own_site(**WEEK_OPTIONS) as folder:
        from covers.models import Retraining

        log = folder / "retrain.log"
        fill(rng)
        ask_for_few_steps(options.steps)
        whole = options.whole or undisturbed(log)
        print(f"undisturbed: {whole:.1f} s; {options.kills} kills, seed {options.seed}")
        right = 0
        for number in range(options.kills):
            if Retraining.objects.filter(state="done").exists():
                begin_anew()  # or the kills to come would find nothing to disturb
            ask_for_few_steps(options.steps)
            process = start(log)
            time.sleep(rng.uniform(0.2, whole))
            has_ended = process.poll() is not None
            if not has_ended:
                kill(process)
            found = faults()
            right += not found
            row = Retraining.objects.first()
            print(
                f"{number + 1:2d} {'ended' if has_ended else 'killed'} at {said_of(row)}: {'; '.join(found) or 'right'}",
                flush=True,
            )
        last = start(log)
        code = last.wait()
        found = faults()
        is_whole = code == 0 and not found and Retraining.objects.get().state == "done"
        if not is_whole:
            print(log.read_text()[-3000:], file=sys.stderr)
        print(f"and once undisturbed: {'one candidate, whole' if is_whole else found or code}")
        print(f"kill_retrain ratio={(right + is_whole) / (options.kills + 1):.3f} target={TARGET}")


def ask_for_few_steps(steps: int) -> None:
    """The week's training, with few steps: the command takes up what is asked for already."""
    from covers.models import Retraining
    from covers.weekly import retraining
    from covers.weeks import this_week

    if not Retraining.objects.exists():
        options = {"max_train_steps": steps, "checkpoint_every_steps": CHECKPOINT_EVERY, "train_batch_size": 2}
        retraining.request_retraining(week=this_week(), base_key="pocket", options=options, seed=1)


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()
