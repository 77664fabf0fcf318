"""Covers made of a picture that somebody brought: any picture, any treatment."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from skimage import data

from albumsite.errors import EngineError
from covers.engine.engine_contract import OwnPicture
from covers.engine.poster.own.plan import ARTS
from tests.covers.engine.posters import SPEC as PLAIN
from tests.covers.engine.posters import a_set, drawn, pixels, shrunk


def jpeg(image: Image.Image) -> bytes:
    content = io.BytesIO()
    image.convert("RGB").save(content, "JPEG", quality=90)
    return content.getvalue()


CUP = OwnPicture(jpeg(Image.fromarray(data.coffee())))
SPEC = replace(PLAIN, width=128, height=128, own_picture=CUP)
LAYOUTS = [(name, layout) for name, art in ARTS.items() for layout in art.layouts]


@pytest.mark.parametrize("treatment", ARTS)
def test_a_wished_treatment_draws_the_picture_and_says_so(treatment: str) -> None:
    (picture,) = drawn(replace(SPEC, own_picture=replace(CUP, treatment=treatment)))
    assert picture.parameters["style"] == "own"
    assert picture.parameters["treatment"] == treatment
    assert pixels(picture).std() > 12


@pytest.mark.parametrize("treatment", ARTS)
def test_four_of_one_treatment_are_four_pictures(treatment: str) -> None:
    small = [shrunk(one, 32) for one in drawn(*a_set(SPEC, own_picture=replace(CUP, treatment=treatment)))]
    for index, one in enumerate(small):
        assert all(np.abs(one - other).mean() > 5 for other in small[index + 1 :])


@pytest.mark.parametrize("bad", [b"", b"no picture at all", CUP.picture[:500]])
def test_a_picture_that_cannot_be_read_is_refused_with_a_reason(bad: bytes) -> None:
    with pytest.raises(EngineError) as refusal:
        drawn(replace(SPEC, own_picture=OwnPicture(bad)))
    assert refusal.value.message_id == "engine:bad-spec"
