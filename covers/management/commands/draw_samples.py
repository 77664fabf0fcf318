"""The sample pictures of the home page and the create form, drawn again after the poster engine has changed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from PIL import Image

from albumsite.media.encoding import saved
from covers.brief.brief_contract import STYLES, Brief, Song
from covers.brief.scenery import TREATMENTS
from covers.drawing.recording import set_title
from covers.engine.engine_contract import DrawSpec, OwnPicture
from covers.engine.poster import PosterEngine
from covers.writing.rules_writer import RulesWriter

SIDE = 1024
SONG = Song("막차", "이서윤", genre="indie", lyrics="막차가 떠난 정류장에 혼자 서 있어")
SONG_SEED = 11
BROUGHT = Brief("a lighthouse", ("lighthouse", "moon", "wave", "bird"), "longing", (), "waterside", "", (), "rules")
OTHER = Song("Paper Moon", "Lou Avery", genre="jazz")
OTHER_BRIEF = Brief("a paper moon", ("moon", "river", "saxophone", "bird"), "romance", (), "", "", (), "rules")


def draw(
    song: Song,
    brief: Brief,
    position: int,
    count: int,
    seed: int,
    *,
    own: OwnPicture | None = None,
    is_lettered: bool = True,
) -> Image.Image:
    spec = DrawSpec(
        brief, position, count, seed, seed, SIDE, SIDE, title=song.title, artist=song.artist, with_lettering=is_lettered,
        own_picture=own,
    )  # fmt: skip
    drawn = next(iter(PosterEngine().draw([spec], lambda _step: True)))
    return set_title(spec, drawn)


def brought(seed: int) -> bytes:
    """What stands for a picture that somebody brings: one of our own, so that it is nobody's."""
    return saved(draw(SONG, BROUGHT, 0, 1, seed, is_lettered=False), "JPEG", quality=92, subsampling=0)


def save(image: Image.Image, side: int, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    image.convert("RGB").resize((side, side), Image.Resampling.LANCZOS).save(path, "WEBP", quality=80, method=6)


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--seed", type=int, default=7)

    def handle(self, *args: Any, seed: int, **options: Any) -> None:
        folder = settings.BASE_DIR / "static" / "img"
        brief = RulesWriter().write(SONG)
        pictures = [draw(SONG, brief, position, 4, SONG_SEED) for position in range(4)]
        for position, picture in enumerate(pictures, 1):
            save(picture, 320, folder / f"sample-a{position}.webp")
        save(pictures[2], 640, folder / "sample-b.webp")
        for style in STYLES:
            save(draw(OTHER, replace(OTHER_BRIEF, style=style), 0, 1, seed), 160, folder / "styles" / f"{style}.webp")
        content = brought(seed)
        for treatment in TREATMENTS:
            treated = draw(OTHER, OTHER_BRIEF, 0, 1, seed, own=OwnPicture(content, treatment=treatment))
            save(treated, 160, folder / "treatments" / f"{treatment}.webp")
