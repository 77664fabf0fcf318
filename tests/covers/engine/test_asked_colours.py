"""Colours that somebody asks for are those of the picture."""

from __future__ import annotations

import numpy as np
import pytest

from bench.asked_colours import PALETTES, drawn, measured
from covers.engine.poster.difference import delta_e, far_from_asked, lab_of
from covers.lettering.oklab import oklab_of, rgb_of_oklab

PUBLISHED = """
50 2.6772 -79.7751 50 0 -82.7485 2.0425
50 3.1571 -77.2803 50 0 -82.7485 2.8615
50 2.8361 -74.0200 50 0 -82.7485 3.4412
50 -1.3802 -84.2814 50 0 -82.7485 1.0000
50 -1.1848 -84.8006 50 0 -82.7485 1.0000
50 -0.9009 -85.5211 50 0 -82.7485 1.0000
50 0 0 50 -1 2 2.3669
50 -1 2 50 0 0 2.3669
50 2.4900 -0.0010 50 -2.4900 0.0009 7.1792
50 2.4900 -0.0010 50 -2.4900 0.0010 7.1792
50 2.4900 -0.0010 50 -2.4900 0.0011 7.2195
50 2.4900 -0.0010 50 -2.4900 0.0012 7.2195
50 -0.0010 2.4900 50 0.0009 -2.4900 4.8045
50 -0.0010 2.4900 50 0.0010 -2.4900 4.8045
50 -0.0010 2.4900 50 0.0011 -2.4900 4.7461
50 2.5 0 50 0 -2.5 4.3065
50 2.5 0 73 25 -18 27.1492
50 2.5 0 61 -5 29 22.8977
50 2.5 0 56 -27 -3 31.9030
50 2.5 0 58 24 15 19.4535
50 2.5 0 50 3.1736 0.5854 1.0000
50 2.5 0 50 3.2972 0 1.0000
50 2.5 0 50 1.8634 0.5757 1.0000
50 2.5 0 50 3.2592 0.3350 1.0000
60.2574 -34.0099 36.2677 60.4626 -34.1751 39.4387 1.2644
63.0109 -31.0961 -5.8663 62.8187 -29.7946 -4.0864 1.2630
61.2901 3.7196 -5.3901 61.4292 2.2480 -4.9620 1.8731
35.0831 -44.1164 3.7933 35.0232 -40.0716 1.5901 1.8645
22.7233 20.0904 -46.6940 23.0331 14.9730 -42.5619 2.0373
36.4612 47.8580 18.3852 36.2715 50.5065 21.2231 1.4146
90.8027 -2.0831 1.4410 91.1528 -1.6435 0.0447 1.4441
90.9257 -0.5406 -0.9208 88.6381 -0.8985 -0.7239 1.5381
6.7747 -0.2908 -2.4247 5.8714 -0.0985 -2.2286 0.6377
2.0776 0.0795 -1.1350 0.9033 -0.0636 -0.5514 0.9082
"""
"""Test pairs of Sharma, Wu and Dalal 2005, table 1: L, a, b of both, and their difference."""


def test_differences_are_those_of_the_published_pairs():
    rows = np.array([line.split() for line in PUBLISHED.split("\n") if line], float)
    assert len(rows) == 34
    assert delta_e(rows[:, :3], rows[:, 3:6]) == pytest.approx(rows[:, 6], abs=5e-5)
    assert delta_e(rows[:, 3:6], rows[:, :3]) == pytest.approx(rows[:, 6], abs=5e-5)


def test_known_colours_in_lab():
    assert lab_of(np.array([255, 255, 255])) == pytest.approx([100, 0, 0], abs=0.02)
    assert lab_of(np.array([255, 0, 0])) == pytest.approx([53.24, 80.09, 67.20], abs=0.05)
    colours = np.array([[12, 200, 77], [255, 255, 255], [0, 0, 0]])
    assert rgb_of_oklab(oklab_of(colours)) == pytest.approx(colours, abs=0.01)


@pytest.mark.parametrize("style", ["swiss", "riso", "waterside", "city_night", "great_skies", "still_life", "chrome"])
def test_a_picture_is_in_the_colours_that_were_asked_for(style):
    figures = measured(style, 96)
    assert sum(figures) / len(figures) <= 12
    assert max(figures) <= 15


def test_asked_in_one_colour_it_still_shows_something():
    """Five times the same, and such as are all alike."""
    for colours in (("#3a6ea5",) * 5, ("#777777", "#787878", "#767676"), ("#ffffff",), ("#000000", "#010101")):
        picture = np.asarray(drawn("waterside", colours, 5, 96).convert("L"), float)
        assert np.percentile(picture, 98) - np.percentile(picture, 2) > 35, colours


def test_the_grade_is_the_same_at_every_size():
    colours = PALETTES["candy"]
    small, large = (drawn("waterside", colours, 5, side) for side in (128, 320))
    assert far_from_asked(small, colours) == pytest.approx(far_from_asked(large, colours), abs=2)
    first, again = (drawn("waterside", colours, 5, 128).tobytes() for _ in range(2))
    assert first == again
