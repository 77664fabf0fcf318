"""import_albums: a million made-up rows through `manage.py import_albums`, against `get_or_create` row by row.

    python -m bench.import_albums [--rows 1000000] [--rival-rows 5000]

One row in ten is bad in one of ten ways, one in twenty says what an earlier one said. The command runs as an operator
runs it, in a process of its own, against a PostgreSQL of its own; its peak memory is that process's. The rival reads
the first rows of the same file into the same, empty table. The ratio is rows per second over the rival's.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from bench import harness
from bench.site import own_site

TARGET = 10.0
HEAD = ("song title", "artist", "album", "release date", "genre", "lyrics", "image url", "source", "licence", "licence url",
        "allowed use")  # fmt: skip
GENRES = (
    "발라드",
    "댄스",
    "랩/힙합",
    "R&B/Soul",
    "인디음악",
    "록/메탈",
    "성인가요/트로트",
    "포크/블루스",
    "Jazz",
    "electronic",
)
WORDS = (
    *tuple("밤바다너나사랑별비길노래꿈"),
    "night",
    "river",
    "light",
    "summer",
    "paper",
    "window",
    "north",
    "silver",
    "again",
)
CC = ("CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/")
NC = ("CC-BY-NC-4.0", "https://creativecommons.org/licenses/by-nc/4.0/")

BAD: tuple[tuple[str, dict[str, str]], ...] = (
    ("no-title", {"song title": " "}),
    ("no-artist", {"artist": ""}),
    ("bad-date", {"release date": "2023-13-41"}),
    ("no-picture", {"image url": ""}),
    ("bad-address", {"image url": "ftp://pictures.example/1.jpg"}),
    ("bad-address", {"image url": "https://me:secret@pictures.example/1.jpg"}),
    ("too-long", {"song title": "la" * 200}),
    ("bad-use", {"allowed use": "everything"}),
    ("bad-licence-address", {"licence url": "somewhere"}),
    ("bad-path", {"image url": "", "album": "", "cover": "../../etc/passwd"}),
)


def rows(count: int, expected: Counter[str]) -> Iterator[list[str]]:
    """Rows of the file; `expected` gets what the import should count. The same each time."""
    chance, head = random.Random(0), [*HEAD, "cover"]
    old: list[list[str]] = []
    for number in range(count):
        values = good_row(chance, number)
        draw = chance.random()
        if draw < 0.10:
            reason, change = BAD[number % len(BAD)]
            values |= change
            expected[reason] += 1
        elif draw < 0.15 and old:
            expected["duplicate-row"] += 1
            yield chance.choice(old)
            continue
        else:
            expected["stored"] += 1
            expected["may-be-learnt-from"] += values["licence"] == CC[0]
        row = [values.get(name, "") for name in head]
        if draw >= 0.15 and number % 100 == 0:
            old.append(row)
        yield row


def good_row(chance: random.Random, number: int) -> dict[str, str]:
    licence, licence_url = chance.choice((CC, CC, NC))
    lyrics = "\n".join(" ".join(chance.choices(WORDS, k=6)) for _ in range(6))
    values = (
        f"{' '.join(chance.choices(WORDS, k=3))} {number}", chance.choice(WORDS), chance.choice(WORDS),
        f"{chance.randint(1970, 2025)}.{chance.randint(1, 12):02d}.{chance.randint(1, 28):02d}", chance.choice(GENRES), lyrics,
        f"https://pictures.example/{number:07d}.jpg", "a made-up catalogue", licence, licence_url, "training",
    )  # fmt: skip
    return dict(zip(HEAD, values, strict=True))


def write_file(path: Path, count: int) -> Counter[str]:
    expected: Counter[str] = Counter()
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*HEAD, "cover"])
        writer.writerows(rows(count, expected))
    return expected


def run_command(path: Path, report: Path) -> tuple[float, float]:
    """Seconds, and the peak of its resident memory in MB, as Linux counts it for this process alone."""
    started, peak = time.perf_counter(), 0
    command = [sys.executable, "manage.py", "import_albums", str(path), "--refused", str(report)]
    with subprocess.Popen(command, env={**os.environ, "LOG_LEVEL": "WARNING"}) as process:
        while process.poll() is None:
            peak = max(peak, high_water(process.pid))
            time.sleep(0.1)
    if process.returncode:
        raise SystemExit("the import failed")
    return time.perf_counter() - started, peak / 1024


def high_water(pid: int) -> int:
    """Kilobytes; 0 when the process has just ended."""
    try:
        text = Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith("VmHWM")), 0)


def check(expected: Counter[str], count: int) -> None:
    from covers.models import Album, AlbumImport

    row = AlbumImport.objects.get()
    found = {name: row.counts.get(name, 0) for name in expected}
    if found != dict(expected) or row.rows_read != count or Album.objects.count() != expected["stored"]:
        raise SystemExit(f"other counts than were generated: {json.dumps(row.counts)} for {json.dumps(expected)}")
    print(f"counts as generated: {json.dumps(dict(expected.most_common()))}")


def rival(path: Path, count: int) -> float:
    """Seconds for the first rows as one writes it in five minutes: no report, no rights, no resuming."""
    from django.db import connection

    from covers.models import Album

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE covers_album CASCADE")
    started = time.perf_counter()
    with path.open(encoding="utf-8", newline="") as file:
        for number, values in enumerate(csv.DictReader(file)):
            if number == count:
                break
            try:
                released_on = date.fromisoformat(values["release date"].replace(".", "-"))
            except ValueError:
                continue
            if not values["song title"].strip() or not values["artist"] or not values["image url"]:
                continue
            Album.objects.get_or_create(
                row_sha256=values["image url"][-64:],
                defaults={
                    "title": values["song title"][:300], "artist": values["artist"], "album": values["album"],
                    "released_on": released_on, "lyrics": values["lyrics"], "image_url": values["image url"],
                },
            )  # fmt: skip
    return time.perf_counter() - started


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rival-rows", type=int, default=5000)
    options = parser.parse_args(arguments)
    harness.print_machine(("django", "psycopg"))
    with own_site() as folder:
        path = folder / "albums.csv"
        expected = write_file(path, options.rows)
        print(f"{options.rows:,} rows, {path.stat().st_size / 1e6:.0f} MB", flush=True)
        seconds, peak = run_command(path, folder / "refused.csv")
        speed = options.rows / seconds
        print(f"import: {seconds:.1f} s, {speed:,.0f} rows/s, peak memory {peak:.0f} MB", flush=True)
        check(expected, options.rows)
        rival_rows = min(options.rival_rows, options.rows)
        rival_speed = rival_rows / rival(path, rival_rows)
        print(f"get_or_create: {rival_speed:,.0f} rows/s of {rival_rows:,}")
    harness.print_result("import_albums", [speed / rival_speed], target=TARGET)


if __name__ == "__main__":
    main()
