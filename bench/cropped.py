"""How sharp the store file of a cover is whose maker shows a part of the picture: edges of the part against edges of the whole.

    python -m bench.cropped [--side 3000] [--zoom 60] [--styles swiss,waterside]

A row a style: how steep its steepest edges are (the steepest hundredth of all steps from pixel to pixel, in lightness), of the part as it
is drawn for the file, and of the part cut out of the whole file and enlarged; both as a share of what they are in the whole file.
1: as sharp as a cover that nobody has cut. An enlarged edge is 100 / 160 as steep.
"""

from __future__ import annotations

import argparse
import statistics

import numpy as np
from PIL import Image

from bench.posters import image_of, poster
from covers.brief.brief_contract import PRINTS, Brief, Concept
from covers.brief.scenery import MATERIALS, PLACES, STILL_LIFE
from covers.drawing.edited_picture import draw_edited
from covers.edits.picture_edit import PictureEdit
from covers.engine.engine_contract import DrawSpec
from covers.engine.poster import PosterEngine

SHARE = 0.01
STYLES = (*PRINTS[::3], *MATERIALS[::4], *PLACES, STILL_LIFE)


def steepest(image: Image.Image, share: float) -> float:
    """The mean of this share of all steps from a pixel to the next, the largest ones, in levels."""
    light = np.asarray(image.convert("L"), np.float32)
    steps = np.concatenate([np.abs(np.diff(light, axis=0)).ravel(), np.abs(np.diff(light, axis=1)).ravel()])
    count = round(len(steps) * share)
    return float(np.mean(np.partition(steps, -count)[-count:]))


def measured(style: str, side: int, zoom: int) -> tuple[float, float]:
    """Of the part as it is drawn, and as it were enlarged."""
    concept = Concept(
        "scene" if style in PLACES else "symbol", style, PLACES.get(style, ("",))[0], motif="guitar", things=("guitar",)
    )
    brief = Brief("guitar", ("guitar",), "longing", (), style, "", (), "rules", concepts=(concept,))
    spec = DrawSpec(
        brief, 0, 1, 5, 5, side, side, title="Night Song", artist="Lou Avery", with_lettering=False, surface="none"
    )
    whole = image_of(poster(spec))
    inner = round(side * 100 / (100 + zoom))
    start = (side - inner) // 2
    cut = whole.crop((start, start, start + inner, start + inner))
    seen = image_of(draw_edited(PosterEngine(), spec, PictureEdit(zoom=zoom)))
    large = cut.resize((side, side), Image.Resampling.LANCZOS)
    share = SHARE * inner / side  # lines take less of a larger area
    return steepest(seen, share) / steepest(cut, SHARE), steepest(large, share) / steepest(cut, SHARE)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--side", type=int, default=3000)
    parser.add_argument("--zoom", type=int, default=60)
    parser.add_argument("--styles", default=",".join(STYLES))
    options = parser.parse_args()
    print("| style | as drawn | enlarged |\n|---|---|---|")
    found = []
    for style in options.styles.split(","):
        found.append(measured(style, options.side, options.zoom))
        print(f"| `{style}` | {found[-1][0]:.2f} | {found[-1][1]:.2f} |", flush=True)
    means = [statistics.mean(column) for column in zip(*found, strict=True)]
    print(f"| mean | {means[0]:.2f} | {means[1]:.2f} |")


if __name__ == "__main__":
    main()
