"""The check itself, with the real network: what it says of our own drawings, and that it can harm nobody."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from PIL import Image

from albumsite.checks import check_pictures
from albumsite.media.encoding import saved
from covers.checks import refuse_wrong_settings
from covers.engine import load_engine
from covers.engine.engine_contract import DrawSpec
from covers.engine.poster.styles import STYLES
from covers.safety import picture_check
from covers.safety.picture_check import CheckOutcome
from tests.covers.safety import red_check
from tests.factories import make_brief
from tests.photographs import photograph

SAMPLES = Path("covers/engine/pocket/checkpoint/samples.webp")


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    picture_check.close()
    yield
    picture_check.close()


def encoded(picture: Image.Image) -> bytes:
    return saved(picture, "PNG")


def red(level: int) -> bytes:
    return encoded(Image.new("RGB", (64, 64), (level, 0, 0)))


def test_the_network_finds_our_posters_fit() -> None:
    engine = load_engine("poster")
    for number, style in enumerate(STYLES):
        spec = DrawSpec(make_brief(style=style), 0, 1, seed=number, set_seed=number, width=256, height=256)
        drawn = next(iter(engine.draw([spec], lambda _step: True)))
        looked = picture_check.look_at_drawn(drawn.rgb, drawn.width, drawn.height)
        assert looked.is_fit, (style, looked)
        assert looked.score is not None


def test_the_network_finds_pictures_of_a_tiny_sdxl_and_portraits_fit() -> None:
    assert picture_check.look_at_drawn(Image.open(SAMPLES).convert("RGB").tobytes(), 1536, 1024).is_fit
    for name in ("astronaut", "camera"):
        assert picture_check.look(encoded(photograph(name))).is_fit


def test_a_processes_that_looks_loads_no_network_itself() -> None:
    code = (
        "import django,sys;django.setup();from covers.safety import picture_check as p;"
        "print(p.look_at_drawn(bytes(3*64*64),64,64).outcome, any(n.startswith(('onnx','opennsfw','torch')) for n in sys.modules))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["fit", "False"]


def test_what_is_no_picture_is_not_fit() -> None:
    assert picture_check.look(b"no picture").outcome == CheckOutcome.UNKNOWN


def test_a_check_that_fails_again_and_again_is_left_alone_for_a_while(settings: Any) -> None:
    settings.PICTURE_CHECK, settings.PICTURE_CHECK_SECONDS = "tests.covers.safety.red_check", 1
    causes = [picture_check.look(red(red_check.CRASHES)).cause for _ in range(picture_check.FAILURES_IN_A_ROW + 1)]
    assert causes == ["died"] * picture_check.FAILURES_IN_A_ROW + ["away"]
    assert picture_check.look(red(0)).outcome == CheckOutcome.UNKNOWN  # fit as it is
    picture_check.close()
    assert picture_check.look(red(0)).is_fit


def test_a_hang_ends(settings: Any) -> None:
    settings.PICTURE_CHECK, settings.PICTURE_CHECK_SECONDS = "tests.covers.safety.red_check", 1
    assert picture_check.look(red(red_check.HANGS)).cause == "too-slow"


def test_the_threshold_is_the_operators(settings: Any) -> None:
    settings.PICTURE_CHECK, settings.PICTURE_CHECK_THRESHOLD = "tests.covers.safety.red_check", 0.98
    assert picture_check.look(red(red_check.UNFIT)).is_fit
    settings.PICTURE_CHECK_THRESHOLD = 0.5
    assert picture_check.look(red(red_check.UNFIT)).outcome == CheckOutcome.UNFIT


def test_off_is_a_word_and_deploy_checks_say_so(settings: Any) -> None:
    assert check_pictures() == []
    settings.PICTURE_CHECK = "off"
    assert [warning.id for warning in check_pictures()] == ["albumsite.W004"]
    assert picture_check.look(b"anything").is_fit
    assert not picture_check.is_needed("sdxl")


@pytest.mark.parametrize("name", ["", "none", "no.such.module", "covers.safety.nowhere"])
def test_a_check_that_is_not_there_stops_the_start(settings: Any, name: str) -> None:
    settings.PICTURE_CHECK = name
    with pytest.raises(ImproperlyConfigured, match="PICTURE_CHECK"):
        refuse_wrong_settings()


def test_engines_are_looked_at_unless_they_draw_our_own_motifs() -> None:
    assert [picture_check.is_needed(name) for name in ("poster", "sdxl", "pocket", "some.other.Engine")] == [
        False,
        True,
        True,
        True,
    ]
