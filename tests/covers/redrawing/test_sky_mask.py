"""The ready mask "sky" finds the sky of pictures whose sky is known: scenes of our own, drawn with their skies painted over."""

from __future__ import annotations

import statistics

import pytest

from bench.sky_masks import iou, known_skies
from covers.masks.ready import sky

OPEN = ("moon_sea", "ferry_harbour", "pier", "storm_sea", "rooftop", "flats_evening", "desert_road", "airport_glass")
NARROW = ("wet_street", "playground", "market_street", "night_blossom", "burning_bridge", "festival")


def found_in(scenes: tuple[str, ...]) -> float:
    pictures = [one for scene in scenes for one in known_skies(scene, range(2)) if one.has_sky]
    assert len(pictures) >= len(scenes)
    return statistics.mean(iou(sky(one.rgb), one.sky) for one in pictures)


@pytest.mark.slow
def test_an_open_sky_is_found_nearly_whole() -> None:
    assert found_in(OPEN) >= 0.82


@pytest.mark.slow
def test_a_sky_between_houses_and_trees_is_found_better_than_by_chance() -> None:
    assert found_in(NARROW) >= 0.42
