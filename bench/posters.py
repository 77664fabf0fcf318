"""Covers by `poster`, as benchmarks draw them: the pictures of one song, one picture, its type."""

from __future__ import annotations

from typing import Any

from PIL import Image

from covers import lettering
from covers.brief.brief_contract import Brief, Song
from covers.engine.engine_contract import Drawn, DrawSpec
from covers.engine.poster import PosterEngine

COUNT = 4


def specs_of(song: Song, brief: Brief, seed: int, side: int, count: int = COUNT, **more: Any) -> list[DrawSpec]:
    """All pictures of a song, as the site asks for them. more: of DrawSpec."""
    return [
        DrawSpec(
            brief, position, count, seed * 31 + position, seed, side, side, title=song.title, artist=song.artist, **more
        )
        for position in range(count)
    ]  # fmt: skip


def poster(spec: DrawSpec) -> Drawn:
    (drawn,) = PosterEngine().draw([spec], lambda _step: True)
    return drawn


def image_of(drawn: Drawn | lettering.Lettered) -> Image.Image:
    return Image.frombytes("RGB", (drawn.width, drawn.height), drawn.rgb)


def lettered(drawn: Drawn, song: Song, seed: int) -> lettering.Lettered:
    """With the song's title and artist in type."""
    return lettering.render(
        drawn.rgb, drawn.width, drawn.height, title=song.title, artist=song.artist, plan=drawn.type_plan, seed=seed
    )  # fmt: skip
