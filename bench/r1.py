"""r1: the request path, form POST → row → first status answer, against a bare Django view that does one INSERT.

    python -m bench.r1 [--rounds 60]

Both run in this process, without a socket, on a real PostgreSQL and Redis that the script starts and stops itself in a
temporary folder. Ours is the whole site: middleware, session, form, locks and limits, the row, the job to
the queue, then the status partial. The rival has no middleware, form, session or queue: one INSERT of the same row, then
one SELECT. So the ratio is below 1, and says what the rest of the site costs. The last line is the result.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from bench.site import collect_static_files

TARGET = 0.12
SONG = {
    "title": "비 오는 날의 편지",
    "artist": "하람",
    "album": "",
    "genre": "ballad",
    "lyrics": "창밖에 비가 내리고\n" * 20,
}

UNBOUNDED = {
    "REQUESTS_WAITING_MAX": "100000",
    "NETWORK_REQUESTS_WAITING": "100000",
    "NETWORK_REQUESTS_PER_DAY": "1000000",
    "WAIT_MINUTES_MAX": "10000",
    "VISITORS_SHARE": "1",
}
"""Nothing draws here, so that all rounds' requests wait at once, and all come from one address."""


def bare_view(request: Any) -> Any:
    """POST inserts one request, GET reads its state: nothing else."""
    from django.http import HttpResponse

    from covers.models import CoverRequest

    if request.method == "POST":
        fields = {name: request.POST[name] for name in SONG}
        return HttpResponse(str(CoverRequest.objects.create(**fields, **_fixed_fields()).pk), status=201)
    return HttpResponse(CoverRequest.objects.values_list("state", flat=True).get(pk=request.GET["pk"]))


def _fixed_fields() -> dict[str, Any]:
    """What a row must have besides the song."""
    import uuid

    from django.conf import settings

    from covers.models import Stage

    side = settings.COVER_SIZE_PIXELS
    return {
        "visitor": uuid.uuid4(),
        "submission": uuid.uuid4(),
        "stage": Stage.WRITE,
        "count": 4,
        "seed": 7,
        "engine": settings.COVER_ENGINE,
        "width": side,
        "height": side,
        "num_inference_steps": settings.SDXL_NUM_INFERENCE_STEPS,
        "guidance_scale": settings.SDXL_GUIDANCE_SCALE,
        "scheduler": settings.SDXL_SCHEDULER,
    }


@cache
def _client() -> Any:
    """One for all rounds: a server builds its middleware once, not for each visitor."""
    from django.test import Client

    return Client()


def ask_site() -> str:
    """One new visitor sends the form and gets the first status. Returns the row's pk."""
    from django.urls import reverse

    client = _client()
    client.cookies.clear()
    posted = client.post(reverse("covers:create"), {**SONG, "count": 4, "with_lettering": "on"})
    pk = posted.headers["location"].split("/requests/")[1].split("/")[0]
    answer = client.get(reverse("covers:request_status", args=[pk]))
    if (posted.status_code, answer.status_code, answer.headers["X-Active"]) != (302, 200, "1"):
        raise SystemExit(f"the site answered {posted.status_code} and {answer.status_code}")
    return pk


def ask_bare() -> str:
    from django.test import RequestFactory

    factory = RequestFactory()
    posted = bare_view(factory.post("/", SONG))
    pk = posted.content.decode()
    answer = bare_view(factory.get("/", {"pk": pk}))
    if (posted.status_code, answer.status_code) != (201, 200):
        raise SystemExit("the bare view failed")
    return pk


def check_equal(first: str, second: str) -> None:
    """Both left one queued row with the same song."""
    from covers.models import CoverRequest

    rows = [CoverRequest.objects.values(*SONG, "state", "stage", "count").get(pk=pk) for pk in (first, second)]
    rows = [{**row, "lyrics": row["lyrics"].strip()} for row in rows]
    if rows[0] != rows[1]:
        raise SystemExit("the two left different rows")


def milliseconds_of(work: Callable[[], str]) -> tuple[float, str]:
    started = time.perf_counter()
    pk = work()
    return (time.perf_counter() - started) * 1000, pk


def measure(rounds: int) -> float:
    """Interleaved rounds in random order. Returns the median of the rounds' ratios, bare time by ours."""
    for _ in range(3):
        check_equal(ask_site(), ask_bare())
    times: dict[str, list[float]] = {"site": [], "bare": []}
    for _ in range(rounds):
        pks = {}
        for name, work in random.sample([("site", ask_site), ("bare", ask_bare)], 2):
            milliseconds, pks[name] = milliseconds_of(work)
            times[name].append(milliseconds)
        check_equal(pks["site"], pks["bare"])
    site, bare = (statistics.median(times[name]) for name in ("site", "bare"))
    worst = sorted(times["site"])[int(0.95 * rounds)]
    print(f"{rounds} rounds: site median {site:.1f} ms, 95th percentile {worst:.1f} ms; bare view median {bare:.1f} ms")
    return statistics.median(b / s for s, b in zip(times["site"], times["bare"], strict=True))


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=60)
    options = parser.parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="aibum-bench-"))
    folder.chmod(0o755)  # PostgreSQL refuses to run as root; its own user must reach the folder
    os.environ.update(AIBUM_VAR_DIR=str(folder), DJANGO_SETTINGS_MODULE="albumsite.settings", SECRET_KEY="bench-only")  # noqa: S106
    os.environ.update(ALLOWED_HOSTS="testserver", EMAIL_URL="memorymail://", **UNBOUNDED)
    from albumsite.processes import local_servers

    try:
        with local_servers.servers() as addresses:
            os.environ.update(addresses)
            ratio = _in_django(options.rounds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"r1 ratio={ratio:.3f} target={TARGET}")


def _in_django(rounds: int) -> float:
    import logging

    import django
    from django.core.management import call_command
    from django.db import connections

    django.setup()
    logging.disable(logging.INFO)
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    collect_static_files()
    try:
        return measure(rounds)
    finally:
        connections.close_all()


if __name__ == "__main__":
    main()
