"""The one file that says what a set is: every picture by its hash, how it was chosen, and with which code.

Canonical JSON without a clock in it, so that the same rows, files and code give the same bytes and the same name.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import django
import PIL

from albumsite.revision import code_revision
from covers.datasets.dataset_pictures import DatasetPicture
from covers.datasets.selection import SelectionRules

FORMAT = 1


@dataclass(frozen=True)
class PreferredPair:
    """Of two pictures that were read: the first was preferred. because: as in `pairs.Preference`."""

    chosen: DatasetPicture
    rejected: DatasetPicture
    because: str

    @property
    def is_held_out(self) -> bool:
        return self.chosen.candidate.is_held_out


@dataclass(frozen=True)
class DatasetContents:
    """What a set holds, each list in the order of primary keys; a pair's number is its place."""

    images: Sequence[DatasetPicture]
    pairs: Sequence[PreferredPair]
    left_out: dict[str, int]

    @property
    def counts(self) -> dict[str, int]:
        learnt = [image for image in self.images if not image.candidate.is_held_out]
        origins = [image.candidate.origin for image in learnt]
        return {
            "train": len(learnt),
            "held_out": len(self.images) - len(learnt),
            "pairs": sum(1 for pair in self.pairs if not pair.is_held_out),
            "held_out_pairs": sum(1 for pair in self.pairs if pair.is_held_out),
            **{f"train_{name}": origins.count(name) for name in ("new", "replay", "album")},
            **{f"left_out_{reason}": count for reason, count in sorted(self.left_out.items())},
        }


def manifest_of(rules: SelectionRules, contents: DatasetContents) -> bytes:
    """The file's bytes: sorted keys, no spaces, UTF-8, one line end."""
    return canonical(
        {
            "format": FORMAT,
            "week": rules.week,
            "base_key": rules.base_key,
            "seed": rules.seed,
            "query": rules.to_json(),
            "counts": contents.counts,
            "code_revision": code_revision(),
            "versions": {
                "python": platform.python_version(),
                "django": django.get_version(),
                "pillow": PIL.__version__,
            },
            "images": [
                {**_entry(image), "is_held_out": image.candidate.is_held_out, "origin": image.candidate.origin}
                for image in contents.images
            ],
            "pairs": [_pair_entry(number, pair) for number, pair in enumerate(contents.pairs)],
        }
    )


def canonical(value: object) -> bytes:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return f"{text}\n".encode("utf-8", "surrogatepass")


def manifest_key(manifest: bytes) -> str:
    """Named by its own hash: whoever writes it again writes the same."""
    return f"learning/datasets/{hashlib.sha256(manifest).hexdigest()}.json"


def _pair_entry(number: int, pair: PreferredPair) -> dict[str, Any]:
    return {
        "pair": number,
        "because": pair.because,
        "is_held_out": pair.is_held_out,
        "chosen": _entry(pair.chosen),
        "rejected": _entry(pair.rejected),
    }


def _entry(image: DatasetPicture) -> dict[str, Any]:
    candidate = image.candidate
    return {
        "source": candidate.source,
        "source_pk": str(candidate.pk),
        "sha256": image.sha256,
        "size_bytes": image.size_bytes,
        "width": image.width,
        "height": image.height,
        "extension": image.extension,
        "caption": candidate.caption,
        "half_stars": candidate.half_stars,
        "reviews": candidate.reviews,
    }
