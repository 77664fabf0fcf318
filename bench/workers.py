"""Worker processes for w1 to w3: the site's draw worker, and RQ's own workers on queues of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.site import own_site
from covers.object_keys import master_key

ROOT = Path(__file__).resolve().parents[1]
LONG_SECONDS = 900.0
SUBJECTS = ("moon", "wave", "lighthouse", "bird", "clock", "river", "train", "rose", "city", "mountain", "fox", "piano")
BRIEF = {
    "motifs": ["moon", "wave"], "mood": "longing", "palette": [], "style": "", "avoid": ["text", "watermark"],
    "written_by": "rules",
}  # fmt: skip


@dataclass(frozen=True)
class Job:
    """What is drawn: pictures of `side` pixels in `steps` steps. full: the real SDXL's sizes, on a card."""

    side: int
    steps: int
    device: str
    full: bool


def job_of(options: Any) -> Job:
    """Tiny on a CPU; with --full what people get."""
    return Job(1024, 30, options.device, True) if options.full else Job(64, 2, options.device, False)


@contextmanager
def site_with_model(job: Job, **environment: str) -> Iterator[Path]:
    """The site with a random SDXL checkpoint on disk as its model, one thread for each engine. Yields its folder.

    With BENCH_CHECKPOINT in the environment the checkpoint is there and stays for the next one.
    """
    environment = {
        "COVER_ENGINE": "sdxl", "COVER_SIZE_PIXELS": str(job.side), "SDXL_NUM_INFERENCE_STEPS": str(job.steps),
        "REQUESTS_WAITING_MAX": "100000", "BENCH_DEVICE": job.device, "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1",
        **environment,
    }  # fmt: skip
    with own_site(**environment) as folder:
        (folder / "out").mkdir()
        model = Path(os.environ.get("BENCH_CHECKPOINT") or folder / "checkpoint")
        if not model.exists():
            size = ["--full"] if job.full else []
            subprocess.run(
                [sys.executable, "-m", "bench.checkpoint", str(model), "--device", job.device, *size],
                cwd=ROOT, check=True, timeout=600, input=json.dumps(sample_prompts()).encode(),
            )  # fmt: skip
        os.environ.update(SDXL_MODEL=str(model), BENCH_OUT=str(folder / "out"))
        from django.conf import settings

        settings.SDXL_MODEL = str(model)
        yield folder


def sample_prompts() -> list[str]:
    """The words of every prompt that `ask` leads to."""
    from covers.drawing.specs import spec_of
    from covers.models import CoverRequest

    rows = [
        CoverRequest(seed=0, count=1, brief=brief_of(number), engine="sdxl") for number in range(len(SUBJECTS) * 10)
    ]
    specs = [spec_of(row, 0) for row in rows]
    return [text for spec in specs for text in (spec.prompt, spec.negative_prompt)]


def brief_of(number: int) -> dict[str, Any]:
    subject = f"a {SUBJECTS[number % len(SUBJECTS)]} number {number}"
    return {**BRIEF, "subject": subject, "scene": f"{subject} at dusk"}


def start(*command: str, log: Path, **environment: str) -> subprocess.Popen[bytes]:
    with log.open("ab") as file:
        return subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=file, stderr=file,
            env={**os.environ, **environment},
        )  # fmt: skip


def start_draw_worker(log: Path, **environment: str) -> subprocess.Popen[bytes]:
    """The site's own."""
    return start(
        "manage.py", "rqworker", "--serializer", "rq.serializers.JSONSerializer", "-v", "0", "--worker-class",
        "covers.drawing.workers.DrawWorker", "draw", log=log, **environment,
    )  # fmt: skip


def start_rival(worker_class: str, queue: str, log: Path) -> subprocess.Popen[bytes]:
    """One of RQ's worker classes, as its own command starts it."""
    command = "import sys; from rq.cli import main; sys.argv[0] = 'rq'; main()"
    return start("-c", command, "worker", "-q", "-w", worker_class, "--url", os.environ["REDIS_URL"], queue, log=log)


@contextmanager
def running(processes: list[subprocess.Popen[bytes]]) -> Iterator[None]:
    try:
        yield
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()


def wait_until(is_true: Callable[[], object], what: str, every_seconds: float = 0.1) -> None:
    deadline = time.monotonic() + LONG_SECONDS
    while not is_true():
        if time.monotonic() > deadline:
            raise SystemExit(f"waited {LONG_SECONDS:g} s for {what}")
        time.sleep(every_seconds)


# --- the site's way ----------------------------------------------------------------------------------------------


def ask(number: int, job: Job, **changes: Any) -> Any:
    """One visitor's request for one picture, its brief written. Nobody draws it before `enqueue_rows`."""
    from django.utils import timezone

    from covers import registry
    from covers.models import CoverRequest, Stage

    values: dict[str, Any] = {
        "visitor": uuid.uuid4(), "submission": uuid.uuid4(), "stage": Stage.DRAW, "title": f"Song {number}",
        "artist": "Bench", "seed": number, "count": 1, "with_lettering": False, "written_by": "rules",
        "brief": brief_of(number), "width": job.side, "height": job.side,
        "queued_at": timezone.now() + timedelta(days=1), **registry.request_values(registry.default_choice()),
    }  # fmt: skip
    return CoverRequest.objects.create(**{**values, **changes})


def enqueue_rows(rows: list[Any]) -> None:
    from django.db.models.functions import Now

    from albumsite.jobs import queue
    from covers.models import CoverRequest, Stage

    CoverRequest.objects.filter(pk__in=[row.pk for row in rows]).update(queued_at=Now())
    queue.enqueue_many(CoverRequest, [(row.pk, Stage.DRAW) for row in rows])


def unfinished(rows: list[Any]) -> int:
    from covers.models import CoverRequest

    found = CoverRequest.objects.filter(pk__in=[row.pk for row in rows])
    if failed := found.filter(state__in=("failed", "cancelled")).values_list("failure", flat=True)[:1]:
        raise SystemExit(f"a request ended as {failed[0]}")
    return found.exclude(state="done").count()


def master_of(row: Any) -> bytes:
    """The PNG of a finished request's picture."""
    from albumsite.media import storage

    return storage.read(storage.private(), master_key(row.covers.get().storage_prefix))


# --- RQ's way ----------------------------------------------------------------------------------------------------


def call_of(row: Any, job: Job) -> dict[str, Any]:
    """The same picture as keyword arguments of the diffusers pipeline."""
    from covers.drawing.specs import spec_of

    spec = spec_of(row, 0)
    return {
        "prompt": spec.prompt, "negative_prompt": spec.negative_prompt or None, "height": job.side, "width": job.side,
        "num_inference_steps": spec.num_inference_steps, "guidance_scale": spec.guidance_scale, "seed": spec.seed,
    }  # fmt: skip


def enqueue(name: str, row: Any, job: Job, queue: Any) -> Any:
    return queue.enqueue("bench.rival_jobs.draw", name, call_of(row, job), job_timeout=3600, result_ttl=3600)


def rival_queue(name: str) -> Any:
    from redis import Redis
    from rq import Queue

    return Queue(name, connection=Redis.from_url(os.environ["REDIS_URL"]))


def picture_of(name: str) -> Path:
    return Path(os.environ["BENCH_OUT"]) / f"{name}.png"


def largest_difference(first: bytes, second: bytes) -> int:
    """Between the pixels of two pictures, 0 to 255."""
    import io

    import numpy as np
    from PIL import Image

    pixels = [np.asarray(Image.open(io.BytesIO(content)).convert("RGB"), dtype=np.int16) for content in (first, second)]
    return int(np.abs(pixels[0] - pixels[1]).max())
