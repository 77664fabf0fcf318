"""Wishes before the drawing reach what a diffusion model is told, and its pixels: the small SDXL checkpoint and pocket, drawn for real."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from PIL import Image

from accounts.person import Person
from albumsite.media import storage
from covers import tasks
from covers.models import Cover
from covers.object_keys import master_key
from tests.covers.redrawing.conftest import engine, tiny_engine  # noqa: F401
from tests.factories import make_request
from tests.working import worked

pytestmark = pytest.mark.django_db(transaction=True)
SONG = {"title": "산책", "artist": "하람", "lyrics": "강아지와 걷는 저녁\n비를 맞네", "seed": 7}


@dataclass
class Model:
    """One that draws here: as it is asked for."""

    name: str
    columns: dict[str, Any]
    person: Person

    def drawn(self, count: int = 1, **wishes: Any) -> list[Cover]:
        row = make_request(self.person, count=count, wishes=wishes, with_lettering=False, **SONG, **self.columns)
        tasks.write_brief(str(row.pk))
        worked(tasks.draw_covers, row)
        assert row.state == "done", row.failure
        return list(row.covers.order_by("position"))

    def told(self, cover: Cover) -> str:
        """The words that it was given: pocket knows few, and says which of them it took."""
        return str(cover.parameters.get("prompt") or cover.prompt)


@pytest.fixture(params=["sdxl", "pocket"])
def model(request: Any, visitor: Person, settings: Any, tiny_sdxl: Any) -> Model:
    settings.PICTURE_CHECK = "off"
    if request.param == "pocket":
        settings.POCKET_ON_FORM = True
        return Model("pocket", {"engine": "pocket", "num_inference_steps": 2, "width": 64, "height": 64}, visitor)
    request.getfixturevalue("engine")
    sdxl = {"engine": "sdxl", "base_model": str(tiny_sdxl), "num_inference_steps": 2, "width": 64, "height": 64}
    return Model("sdxl", sdxl, visitor)


def pixels(cover: Cover) -> Any:
    return np.asarray(
        Image.open(io.BytesIO(storage.read(storage.private(), master_key(cover.storage_prefix)))).convert("RGB")
    )


def test_a_palette_is_told_and_changes_the_picture(model: Model) -> None:
    (plain,), (painted,) = model.drawn(), model.drawn(colours=["#fab700", "#e5481e"])
    if model.name == "sdxl":
        assert "gold and red palette" in painted.prompt
        assert "palette" not in plain.prompt
    else:
        assert model.told(plain) != model.told(painted)
        assert {"yellow", "orange", "red"} & set(model.told(painted).split())
    assert (pixels(plain) != pixels(painted)).any()
    assert painted.seed == plain.seed, "nothing else was another"


def test_what_is_left_out_is_not_told_or_told_to_be_left_out(model: Model) -> None:
    (plain,), (without,) = model.drawn(), model.drawn(avoid="강아지, 비")
    assert "dog" not in model.told(without)
    assert "in the rain" not in model.told(without)
    assert (pixels(plain) != pixels(without)).any()
    if model.name == "sdxl":
        assert "dog" in plain.prompt
        assert {"dog", "rain"} <= set(without.negative_prompt.split(", "))
        assert "dog" not in plain.negative_prompt


def test_nobody_is_told_and_told_to_be_left_out(model: Model) -> None:
    (plain,), (empty,) = model.drawn(), model.drawn(people="nobody")
    if model.name == "sdxl":
        assert "somebody walking away" in plain.prompt
        assert "nobody there" in empty.prompt
        assert {"people", "person"} <= set(empty.negative_prompt.split(", "))
        assert (pixels(plain) != pixels(empty)).any()
    else:
        assert (pixels(plain) == pixels(empty)).all(), "it draws nobody anyway"


def test_somebody_is_told(model: Model) -> None:
    if model.name == "pocket":
        pytest.skip("it draws no people, and the form says so")
    song = SONG | {"title": "달", "lyrics": "빈 방에 달빛"}
    row = make_request(
        model.person, count=1, wishes={"people": "somebody"}, with_lettering=False, **song, **model.columns
    )
    tasks.write_brief(str(row.pk))
    tasks.draw_covers(str(row.pk))
    assert "a lone person seen from behind" in row.covers.get().prompt


@pytest.mark.parametrize("count", [1, 8])
def test_as_many_as_are_wished_are_drawn_each_from_latents_of_its_own(model: Model, count: int) -> None:
    covers = model.drawn(count=count)
    assert [cover.position for cover in covers] == list(range(count))
    assert len({cover.seed for cover in covers}) == len({pixels(cover).tobytes() for cover in covers}) == count


def test_every_place_is_named_in_its_prompt(model: Model) -> None:
    """Also one whose name says its hour already."""
    for cover in model.drawn(count=4):
        assert not cover.prompt.startswith(("in the rain", "clear sky", "in a storm"))
