"""Files and folders to import, and what came of them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
from django.core.management import call_command
from PIL import Image

from albumsite.media.encoding import saved
from covers.models import AlbumImport

CC = {"source": "The label", "licence": "CC-BY-4.0", "licence_url": "https://creativecommons.org/licenses/by/4.0/"}


def song(number: int = 1, **values: Any) -> dict[str, Any]:
    """A row that is taken."""
    address = f"https://pictures.example/{number}.jpg"
    return {"title": f"Song {number}", "artist": "KJY", "image_url": address} | values


def write_csv(path: Path, *rows: dict[str, Any], encoding: str = "utf-8") -> Path:
    names = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_lines(path: Path, *rows: Any) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def run_import(path: Path, *, command: Any = "import_albums", **options: Any) -> str:
    """What the command prints."""
    out = io.StringIO()
    call_command(command, path, stdout=out, **options)
    return out.getvalue()


def counts() -> dict[str, int]:
    return AlbumImport.objects.latest("started_at").counts


def refused(path: Path) -> list[tuple[int, str, str]]:
    """Row, reason and what it is about, of each line of a report."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [(int(line["row"]), line["reason"], line["about"]) for line in csv.DictReader(file)]


def picture(seed: int = 0, side: int = 320, **options: Any) -> bytes:
    """A file with a picture that is like no other seed's."""
    return encoded(shapes(seed, side), **options)


def shapes(seed: int, side: int = 320) -> Image.Image:
    coarse = np.random.default_rng(seed).integers(0, 255, (6, 6, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize((side, side), Image.Resampling.BICUBIC)


def encoded(image: Image.Image, file_format: str = "JPEG", **options: Any) -> bytes:
    return saved(image, file_format, **options)
