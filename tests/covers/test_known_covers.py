"""Covers of known songs look as they did: what changes no picture on purpose changes none.

Thumbnails and not hashes, because Skia rounds a little differently from processor to processor. When the look is meant to change,
look at the new ones and write them down: `python -m tests.covers.test_known_covers`.
"""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

KNOWN = Path(__file__).with_name("known_covers.json")
COUNT, SIDE, THUMBNAIL = 4, 256, 16
TOLERANCE = 3
"""Levels of 255 that a thumbnail's pixel, the mean of 256 of the cover's, may differ by."""


def thumbnails(song: dict[str, Any], place: int) -> list[np.ndarray]:
    """(THUMBNAIL, THUMBNAIL, 3) uint8 of each cover of a request with this brief, by the poster engine, with its title."""
    from covers.brief.brief_contract import Brief
    from covers.drawing.recording import set_title
    from covers.engine.engine_contract import DrawSpec
    from covers.engine.poster import PosterEngine

    brief = Brief.from_json(song["brief"])  # given, so that a song read otherwise is not a picture drawn otherwise
    found = []
    for position in range(COUNT):
        spec = DrawSpec(
            brief, position, COUNT, 1000 + place * COUNT + position, 77 + place, SIDE, SIDE,
            title=song["title"], artist=song["artist"],
        )  # fmt: skip
        drawn = next(iter(PosterEngine().draw([spec], lambda _step: True)))
        small = set_title(spec, drawn).convert("RGB").resize((THUMBNAIL, THUMBNAIL), Image.Resampling.BOX)
        found.append(np.asarray(small))
    return found


def known() -> list[Any]:
    """Each song with the thumbnails of its covers."""
    data = json.loads(KNOWN.read_text(encoding="utf-8"))
    pixels = [np.frombuffer(base64.b64decode(one), np.uint8) for one in data["thumbnails"]]
    pictures = [one.reshape(THUMBNAIL, THUMBNAIL, 3) for one in pixels]
    return [(place, song, pictures[place * COUNT : (place + 1) * COUNT]) for place, song in enumerate(data["songs"])]


@pytest.mark.parametrize(
    ("place", "song", "before"), known(), ids=lambda value: value.get("title") if isinstance(value, dict) else ""
)
def test_covers_of_a_known_song_look_as_they_did(place: int, song: dict[str, Any], before: list[np.ndarray]) -> None:
    for now, then in zip(thumbnails(song, place), before, strict=True):
        assert np.abs(now.astype(int) - then.astype(int)).max() <= TOLERANCE


def write_down() -> None:
    data = json.loads(KNOWN.read_text(encoding="utf-8"))
    data["thumbnails"] = [
        base64.b64encode(picture.tobytes()).decode()
        for place, song in enumerate(data["songs"])
        for picture in thumbnails(song, place)
    ]
    KNOWN.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "albumsite.settings")
    django.setup()
    write_down()
