"""How near `poster` comes to colours that somebody asks for, style by style.

    python -m bench.asked_colours [--side 256] [--styles swiss,waterside]

A row a style, a column a palette: the mean CIEDE2000 from the picture's main colours to the nearest of those asked for.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from PIL import Image

from bench.posters import image_of, poster
from covers.brief.brief_contract import STYLES, Brief, Concept
from covers.brief.scenery import LETTERINGS, PLACES, STILL_LIFE
from covers.engine.engine_contract import DrawSpec
from covers.engine.poster.difference import far_from_asked

PALETTES: dict[str, tuple[str, ...]] = {
    "harbour": ("#0b1d51", "#ff7a00", "#f5e9d0", "#00b3a4", "#101010"),
    "candy": ("#f7c5cc", "#cc313d", "#fbeaeb", "#2f3c7e", "#89abe3"),
    "forest": ("#2c5f2d", "#97bc62", "#fef9e7", "#6b4226", "#1c2b1a"),
}
SEEDS = (5, 6)


def drawn(style: str, palette: tuple[str, ...], seed: int, side: int) -> Image.Image:
    """A picture of a guitar, or of a place of the style, without type."""
    scenes = PLACES.get(style, ("",))
    things = ("guitar",) if style == STILL_LIFE else ()
    concept = Concept(
        "scene" if style in PLACES else "symbol", style, scenes[seed % len(scenes)], motif="guitar", things=things
    )
    brief = Brief("guitar", ("guitar",), "longing", palette, style, "", (), "rules", concepts=(concept,))
    spec = DrawSpec(brief, 0, 1, seed, seed, side, side, title="Night Song", artist="Lou Avery")
    return image_of(poster(spec))


def measured(style: str, side: int) -> list[float]:
    """A figure for each palette: the mean of some pictures."""
    return [
        sum(far_from_asked(drawn(style, colours, seed, side), colours) for seed in SEEDS) / len(SEEDS)
        for colours in PALETTES.values()
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--side", type=int, default=256)
    parser.add_argument("--styles", default=",".join(style for style in STYLES if style not in LETTERINGS))
    options = parser.parse_args(arguments)
    print("| style | " + " | ".join(PALETTES) + " | mean |\n|---|" + "---|" * (len(PALETTES) + 1))
    means = []
    for style in options.styles.split(","):
        figures = measured(style, options.side)
        means.append(sum(figures) / len(figures))
        print(f"| {style} | " + " | ".join(f"{figure:.1f}" for figure in [*figures, means[-1]]) + " |")
    print(f"asked_colours mean={sum(means) / len(means):.1f} worst={max(means):.1f} target=12")


if __name__ == "__main__":
    main()
