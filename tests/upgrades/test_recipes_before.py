"""A recipe of the release before, drawn again, gives the pictures that it gave.

`recipes_before.json` was written by that release: briefs that share a look with a cover that was there, in the two ways that it knew
(`family`; `roles`, `type_at` and the compositions of concepts), and small pictures of what it drew of them. Four are of the release
after it, which sets an artist's name larger (poster-8): in three cells of 256 or fewer they are otherwise.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from covers.brief.brief_contract import Brief
from covers.drawing.recording import set_title
from covers.engine.engine_contract import DrawSpec
from covers.engine.poster import PosterEngine

pytestmark = pytest.mark.slow
BEFORE: list[dict[str, Any]] = json.loads(Path(__file__).with_name("recipes_before.json").read_text(encoding="utf-8"))
COUNT, SIDE, THUMBNAIL, TOLERANCE = 4, 256, 16, 3
"""As in `tests/covers/test_known_covers.py`, which says why small pictures and no hashes."""


@pytest.mark.parametrize("recipe", BEFORE, ids=[one["name"] for one in BEFORE])
def test_a_recipe_of_the_release_before_gives_the_same_pictures(recipe: dict[str, Any]) -> None:
    brief = Brief.from_json(recipe["brief"])
    for position, before in recipe["thumbnails"].items():
        seed = recipe["seed"] + int(position)
        words = {"title": recipe["title"], "artist": recipe["artist"]}
        spec = DrawSpec(brief, int(position), COUNT, seed, recipe["seed"], SIDE, SIDE, **words)
        drawn = next(iter(PosterEngine().draw([spec], lambda _step: True)))
        now = np.asarray(set_title(spec, drawn).convert("RGB").resize((THUMBNAIL, THUMBNAIL), Image.Resampling.BOX))
        then = np.frombuffer(base64.b64decode(before), np.uint8).reshape(THUMBNAIL, THUMBNAIL, 3)
        assert np.abs(now.astype(int) - then.astype(int)).max() <= TOLERANCE, position


def test_what_it_kept_of_a_cover_is_one_family_now() -> None:
    kept = {one["name"]: Brief.from_json(one["brief"]).family for one in BEFORE}
    assert all(kept.values())
    like = kept["like print layout"]
    assert like is not None
    assert like.composition
    assert like.is_in_all
    assert len(like.type_at) == 2
    assert like.roles == like.colours[:2]
