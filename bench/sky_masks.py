"""How well the ready mask "sky" finds the sky, on pictures whose sky is known: the lit scenes of `poster`.

    python -m bench.sky_masks [--seeds 3] [--scenes pier,lone_tree]

A scene is drawn twice more with its sky painted all black and all white, before anything else stands in it: what differs between the two is
sky that is seen, but for what water mirrors. Per scene: the share of its pictures that is sky, and the intersection over union (IoU) of
mask and sky.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import numpy as np

from covers.brief.brief_contract import Concept
from covers.brief.scenery import HOURS, PLACES, SCENES, WEATHERS
from covers.engine.poster.art import Idea
from covers.engine.poster.own_colours import painted
from covers.engine.poster.page import BLEED_MIN, Page
from covers.engine.poster.palettes import keyed
from covers.engine.poster.scenes.shot import Shot
from covers.engine.poster.styles import STYLES
from covers.masks.ready import SIDE, sky

SEEN_FROM = 0.4
"""Of the difference that an open sky shows, what still counts as sky: through mist or glow."""
A_SKY_FROM = 0.03
"""Share of a picture; less is a gap between two houses, and no part that anybody would draw anew."""
PALETTES = ("dusk", "winter_sea", "citrus")


@dataclass(frozen=True)
class Known:
    """A picture, (SIDE, SIDE, 3) of 0 to 1, with its true sky."""

    scene: str
    rgb: np.ndarray
    sky: np.ndarray

    @property
    def has_sky(self) -> bool:
        return bool(self.sky.mean() >= A_SKY_FROM)


def iou(found: np.ndarray, true: np.ndarray) -> float:
    union = (found | true).sum()
    return float((found & true).sum() / union) if union else 1.0


def known_skies(scene: str, seeds: range) -> Iterator[Known]:
    """One picture a seed, each at another hour and weather."""
    for seed in seeds:
        number = seed * 5 + len(scene)
        concept = Concept(
            "scene",
            scene=scene,
            hour=HOURS[number % len(HOURS)],
            weather=("", "", *WEATHERS)[number % (len(WEATHERS) + 2)],
        )
        yield Known(scene, _drawn(concept, seed) / 255, _true_sky(concept, seed))


def _drawn(concept: Concept, seed: int) -> np.ndarray:
    style = next(name for name, scenes in PLACES.items() if concept.scene in scenes)
    idea = Idea(
        style, concept.scene, "circle", (), keyed(PALETTES[seed % len(PALETTES)], "dark"), "longing", 0.2, "", concept
    )
    art = STYLES[style](Page(SIDE, SIDE), idea, seed, lambda: None)
    painted(art)
    return art.page.pixels(SIDE, SIDE).astype(np.float32)


def _true_sky(concept: Concept, seed: int) -> np.ndarray:
    with _sky_of("#ffffff") as edges:
        light = _drawn(concept, seed)
    with _sky_of("#000000"):
        dark = _drawn(concept, seed)
    seen = (light - dark).mean(-1)
    for edge in edges:  # below it, water and wet ground mirror the sky
        seen[max(0, round(edge * SIDE)) :] = 0
    return np.asarray(seen > SEEN_FROM * max(60.0, float(np.percentile(seen, 99))))


@contextmanager
def _sky_of(color: str) -> Iterator[list[float]]:
    """Every sky is of one colour. Yields from which heights on there are mirrors, once the scene is drawn."""
    drawn, mirrored, edges = Shot.sky, Shot.mirror, list[float]()

    def draw(shot: Shot, *given: Any, **more: Any) -> None:
        drawn(shot, *given, **more)
        shot.page.fill(shot.band(BLEED_MIN, 2.0), color)

    def mirror(shot: Shot, edge: float, **more: Any) -> None:
        edges.append(edge)
        mirrored(shot, edge, **more)

    with patch.object(Shot, "sky", draw), patch.object(Shot, "mirror", mirror):
        yield edges


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--scenes", default=",".join(SCENES))
    options = parser.parse_args()
    found: list[float] = []
    for scene in options.scenes.split(","):
        pictures = list(known_skies(scene, range(options.seeds)))
        skies = [iou(sky(one.rgb), one.sky) for one in pictures if one.has_sky]
        found += skies
        share = statistics.mean(float(one.sky.mean()) for one in pictures)
        text = f"{statistics.mean(skies):.2f}, worst {min(skies):.2f}" if skies else "no sky"
        print(f"{scene:16} sky {share:4.0%}  IoU {text}")
    print(
        f"mean {statistics.mean(found):.3f}, median {statistics.median(found):.3f}, worst {min(found):.2f}, {len(found)} pictures"
    )


if __name__ == "__main__":
    main()
