"""m1: CPU seconds from a finished picture to the sizes that pages use, against Pillow through a PNG.

    python -m bench.m1 [--rounds 8] [--side 1024]

Each round takes another cover by `poster` and makes the full size, 640 and 320 px of it as WebP at quality 82.
Ours: `albumsite.media.encoding.encode_derivatives`, from the array in memory. The rival saves a PNG (compress_level=1, Pillow's
quickest), opens it again for each size, scales with LANCZOS and saves with WebP's method 4, Pillow's default. Checked in
each round: the same three sizes, at most 1.05 times the rival's bytes, and against the picture scaled without loss
neither a peak signal-to-noise ratio more than 0.5 dB below the rival's, nor below 20 dB. The last line is the result.
"""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence

from PIL import Image, ImageChops, ImageStat

from albumsite.media import encoding
from bench.harness import arguments, clock_of, print_machine, print_result, print_times, ratios, run_rounds, spread
from bench.songs import SONGS
from covers.engine.engine_contract import DrawSpec
from covers.engine.poster import PosterEngine

TARGET = 1.7
BYTES_MAX = 1.05
NAMES = ("1024.webp", "640.webp", "320.webp")
Files = Mapping[str, bytes]


def covers(count: int, side: int) -> list[Image.Image]:
    """Covers of different songs and styles, without type."""
    engine = PosterEngine()
    return [encoding.from_rgb(drawn.rgb, side, side) for drawn in engine.draw(specs(count, side), lambda _step: True)]


def specs(count: int, side: int) -> list[DrawSpec]:
    songs = [SONGS[number * 3 % len(SONGS)] for number in range(count)]
    return [
        DrawSpec(brief, number % 4, 4, number * 31, number, side, side, title=song.title, artist=song.artist)
        for number, (song, brief) in enumerate(songs)
    ]


def ours(image: Image.Image) -> Files:
    return encoding.encode_derivatives(image, NAMES)


def rival(image: Image.Image) -> Files:
    """As a site does it that has a PNG and asks Pillow for each size."""
    png = io.BytesIO()
    image.save(png, "PNG", compress_level=1)
    files = {}
    for name in NAMES:
        again = Image.open(io.BytesIO(png.getvalue()))
        again.thumbnail((encoding.DERIVATIVES[name],) * 2, Image.Resampling.LANCZOS)
        file = io.BytesIO()
        again.save(file, "WEBP", quality=82, method=4)
        files[name] = file.getvalue()
    return files


def psnr(left: Image.Image, right: Image.Image) -> float:
    """Peak signal-to-noise ratio in dB over all pixels and channels."""
    squares = ImageStat.Stat(ImageChops.difference(left, right)).sum2
    mean = sum(squares) / (left.width * left.height * len(squares))
    return 10 * math.log10(255**2 / mean) if mean else math.inf


def noise_of(files: Files, image: Image.Image) -> list[float]:
    """dB of each size against the picture scaled straight from the whole, before any encoder."""
    found = []
    for name in NAMES:
        decoded = Image.open(io.BytesIO(files[name])).convert("RGB")
        found.append(psnr(decoded, image.resize(decoded.size, Image.Resampling.LANCZOS)))
    return found


class Checker:
    """Compares what the two made of the same cover, and remembers it for the summary."""

    def __init__(self, pictures: Sequence[Image.Image]) -> None:
        self._pictures = pictures
        self.bytes_shares: list[float] = []
        self.decibels_lost: list[float] = []

    def __call__(self, outputs: Mapping[str, object]) -> None:
        image = self._pictures[len(self.bytes_shares)]
        mine, theirs = outputs["ours"], outputs["rival"]
        assert isinstance(mine, dict) and isinstance(theirs, dict)  # noqa: PT018 for the type checker
        sizes = [[Image.open(io.BytesIO(files[name])).size for name in NAMES] for files in (mine, theirs)]
        if sizes[0] != sizes[1]:
            raise SystemExit(f"the sizes differ: {sizes}")
        pairs = list(zip(noise_of(mine, image), noise_of(theirs, image), strict=True))
        self.bytes_shares.append(sum(map(len, mine.values())) / sum(map(len, theirs.values())))
        self.decibels_lost.append(max(other - own for own, other in pairs))
        if self.bytes_shares[-1] > BYTES_MAX:
            raise SystemExit(f"{self.bytes_shares[-1]:.3f} times the rival's bytes, {BYTES_MAX} allowed")
        if self.decibels_lost[-1] > 0.5 or min(own for own, _other in pairs) < 20:
            raise SystemExit(f"too far from the picture, ours and the rival's in dB: {pairs}")


def main(given: Sequence[str] | None = None) -> None:
    parser = arguments(__doc__, rounds=8)
    parser.add_argument("--side", type=int, default=1024)
    options = parser.parse_args(given)
    print_machine(("pillow",))
    pictures = covers(options.rounds, options.side)
    for work in (ours, rival):
        work(pictures[0])  # Pillow loads its plugins
    check = Checker(pictures)
    works = {"ours": lambda number: ours(pictures[number]), "rival": lambda number: rival(pictures[number])}
    times = run_rounds(works, rounds=options.rounds, clock=clock_of("cpu"), check=check)
    print_times(times)
    print(f"bytes, times the rival's: {spread(check.bytes_shares)}")
    print(f"dB below the rival's, worst size: {spread(check.decibels_lost)}")
    print_result("m1", ratios(times, ours="ours", rival="rival"), target=TARGET)


if __name__ == "__main__":
    main()
