"""p2: seconds for store files of lit scenes, smooth surfaces computed small, against computing each pixel at full size.

    python -m bench.p2 [--songs 24] [--side 1024] [--file-side 3000] [--files 3]

First, four covers with type for songs that the rules writer reads (bench/songs.py), as the site draws them: the median and the worst
are printed; the goal on two quiet cores is 6 s and 12 s. Then, for a few scenes, the picture of a store file both ways, interleaved.
Shrunk to a fifth the two must be the same picture (mean difference under 2.5 of 255). The last line is the result.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from unittest import mock

import numpy as np
from PIL import Image

from bench.posters import image_of, lettered, poster, specs_of
from bench.songs import SONGS
from covers.brief.brief_contract import Concept
from covers.engine.engine_contract import Drawn, DrawSpec
from covers.engine.poster import PosterEngine
from covers.engine.poster.scenes.shot import Shot
from covers.writing.rules_writer import RulesWriter

TARGET = 1.3
SAME = 2.5
FILE_SCENES = ("moon_sea", "fog_ridges", "wet_street", "tall_clouds", "aurora_lake", "pier")


def covers_of(number: int, writer: RulesWriter, side: int) -> float:
    """Seconds for the four covers of one song, with their type; reading is not counted."""
    song = SONGS[number % len(SONGS)][0]
    brief = writer.write(song)
    started = time.perf_counter()
    for drawn in PosterEngine().draw(specs_of(song, brief, number, side), lambda _step: True):
        lettered(drawn, song, drawn.position)
    return time.perf_counter() - started


def picture(scene: str, side: int) -> Drawn:
    brief = replace(SONGS[0][1], concepts=(Concept("scene", scene=scene),))
    return poster(DrawSpec(brief, 0, 1, 7, 7, side, side, title="p2"))


def at_full_size(scene: str, side: int) -> Drawn:
    """The rival: no surface is computed smaller than the file."""
    limited = Shot.wash

    def unlimited(self: Shot, *arguments: Any, **options: Any) -> None:
        limited(self, *arguments, **(options | {"side": side}))

    with mock.patch.object(Shot, "wash", unlimited):
        return picture(scene, side)


def shrunk(drawn: Drawn) -> np.ndarray:
    return np.asarray(image_of(drawn).resize((drawn.width // 5, drawn.height // 5), Image.Resampling.BOX)).astype(
        np.int16
    )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--songs", type=int, default=24)
    parser.add_argument("--side", type=int, default=1024)
    parser.add_argument("--file-side", type=int, default=3000)
    parser.add_argument("--files", type=int, default=3)
    options = parser.parse_args(arguments)
    writer = RulesWriter(None)
    covers_of(0, writer, options.side)  # the worker has drawn before
    seconds = [covers_of(number, writer, options.side) for number in range(options.songs)]
    print(
        f"four covers of {options.side} px: median {statistics.median(seconds):.2f} s, worst {max(seconds):.2f} s of {len(seconds)} songs"
    )
    ours, rivals = [], []
    ways: list[tuple[list[float], Callable[[str, int], Drawn]]] = [(ours, picture), (rivals, at_full_size)]
    for scene in FILE_SCENES[: options.files]:
        found = {}
        for times, draw in random.sample(ways, 2):
            started = time.perf_counter()
            found[draw.__name__] = shrunk(draw(scene, options.file_side))
            times.append(time.perf_counter() - started)
        apart = float(np.abs(found["picture"] - found["at_full_size"]).mean())
        if apart > SAME:
            raise SystemExit(f"{scene}: the two are not the same picture ({apart:.1f} of 255 apart)")
        print(
            f"{scene}, {options.file_side} px: ours {ours[-1]:.2f} s, at full size {rivals[-1]:.2f} s, {apart:.2f} of 255 apart"
        )
    ratio = statistics.median(rival / own for rival, own in zip(rivals, ours, strict=True))
    print(f"p2 ratio={ratio:.2f} target={TARGET}")


if __name__ == "__main__":
    main()
