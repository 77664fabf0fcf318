"""Pictures of the poster engine, as tests look at them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PIL import Image

from covers.brief.brief_contract import Brief
from covers.engine.engine_contract import Drawn, DrawSpec
from covers.engine.poster import PosterEngine

BRIEF = Brief("a whale", ("whale", "moon", "lighthouse", "letter"), "longing", (), "", "", (), "rules", "ballad")
SPEC = DrawSpec(BRIEF, 0, 4, 11, 5, 128, 128, title="새벽 네 시의 고래", artist="무영")


def drawn(*specs: DrawSpec) -> list[Drawn]:
    return list(PosterEngine().draw(specs, lambda _step: True))


def pixels(picture: Drawn) -> np.ndarray:
    """(height, width, 3) of 16 bits, so that they can be subtracted."""
    return np.frombuffer(picture.rgb, np.uint8).reshape(picture.height, picture.width, 3).astype(np.int16)


def shrunk(picture: Drawn, side: int) -> np.ndarray:
    image = Image.frombytes("RGB", (picture.width, picture.height), picture.rgb)
    return np.asarray(image.resize((side, side), Image.Resampling.BOX)).astype(np.int16)


def a_set(like: DrawSpec = SPEC, **changes: object) -> list[DrawSpec]:
    """All pictures of a set, each with the seed that belongs to it."""
    spec = replace(like, **changes)
    return [replace(spec, position=position, seed=spec.set_seed * 100 + position) for position in range(spec.count)]
