"""Sets a title and an artist in real type on any picture."""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np

from covers.lettering.contract import TypePlan, Zone
from covers.lettering.drawing import draw
from covers.lettering.layout import Copy, Layout, lay_out, margins_for
from covers.lettering.picture import Picture, look_at
from covers.lettering.placing import calm_zones, own_plan
from covers.lettering.report import describe
from covers.lettering.shaping import Setting, clean, drawable
from covers.lettering.voices import VOICE_TABLE, Voice

__all__ = ["Lettered", "TypePlan", "Zone", "render"]


@dataclass(frozen=True)
class Lettered:
    """A picture with its type. rgb: width * height * 3 bytes, rows from the top, sRGB. layout: JSON values, see `report`."""

    rgb: bytes
    width: int
    height: int
    layout: dict[str, object]


def render(
    rgb: bytes, width: int, height: int, *, title: str, artist: str, plan: TypePlan | None, seed: int
) -> Lettered:
    """Set a title and an artist on a picture.

    rgb: width * height * 3 bytes, rows from the top, sRGB. plan: an engine's wish, tested against the picture; with
    None, calm places, a voice (by the seed) and inks are found here. The same arguments give the same bytes; another
    size of the same picture gives the same layout. Raises ValueError when rgb has another length.
    """
    if len(rgb) != width * height * 3:
        raise ValueError(f"expected {width * height * 3} bytes of rgb, got {len(rgb)}")
    pixels = np.frombuffer(rgb, np.uint8).reshape(height, width, 3).copy()
    picture = look_at(pixels)
    copy = _copy(title, artist, plan or own_plan(picture, seed), picture)
    layout = lay_out(copy, picture, calm_zones(picture, random.Random(seed)))
    draw(pixels, layout, copy.plan, seed)
    return Lettered(pixels.tobytes(), width, height, describe(layout, copy, picture))


def _copy(title: str, artist: str, plan: TypePlan, picture: Picture) -> Copy:
    voice = VOICE_TABLE.get(plan.voice, VOICE_TABLE["grotesk"])
    upper = voice.case == "upper" or (plan.uppercase and voice.may_shout)
    margins = margins_for(picture.aspect, 0.0)
    return Copy(
        title=_prepared(title, voice, upper), artist=_prepared(artist, voice, upper), voice=voice,
        title_setting=Setting(voice, voice.tracking, voice.hangul_tracking),
        artist_setting=Setting(voice, voice.artist_tracking, max(0.0, voice.artist_tracking / 2)),
        plan=plan, margins=margins,
    )  # fmt: skip


def _prepared(text: str, voice: Voice, upper: bool) -> str:
    text = drawable(clean(text), voice)
    if upper:
        return drawable(text.upper(), voice)
    return text.lower() if voice.case == "lower" else text
