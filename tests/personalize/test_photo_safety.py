"""Photos of faces go through the picture check before they are kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from albumsite.media.encoding import saved
from albumsite.models import AdmissionCount
from covers.safety import picture_check
from covers.safety.brought_files import PictureLookAway
from personalize import services
from personalize.models import Photo
from personalize.photos.judging import PROBLEM_TEXTS, Problem
from tests.personalize.factories import make_face
from tests.photographs import photograph

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    picture_check.close()
    yield
    picture_check.close()


def astronaut() -> bytes:
    return saved(photograph("astronaut"), "JPEG")


def test_a_portrait_is_taken_and_of_a_command_its_look_counts_for_nobody() -> None:
    assert isinstance(services.add_photo(face=make_face(), content=astronaut()), Photo)
    assert not AdmissionCount.objects.exists()
    assert isinstance(services.add_photo(face=make_face(), content=astronaut(), network="a" * 32), Photo)
    assert AdmissionCount.objects.exists()


def test_an_unfit_photo_is_refused_in_words_and_not_kept(settings: Any) -> None:
    settings.PICTURE_CHECK_THRESHOLD = 0.0
    face = make_face()
    assert services.add_photo(face=face, content=astronaut()) == Problem.UNFIT
    assert not face.photos.exists()
    assert "automatic check" in str(PROBLEM_TEXTS[Problem.UNFIT])


def test_without_the_check_none_is_taken(settings: Any) -> None:
    settings.PICTURE_CHECK = "tests.covers.safety.broken_check"
    face = make_face()
    with pytest.raises(PictureLookAway) as caught:
        services.add_photo(face=face, content=astronaut())
    assert caught.value.headers["Retry-After"]
    assert not face.photos.exists()
