"""The light of a moment: what hour, season and weather do to sky, distance, ground and whatever stands in it."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from covers.engine.poster.color import at_lightness, blend, lch_of, mix, oklch

SKIES: dict[str, tuple[tuple[str, str, str], ...]] = {
    "dawn": (
        ("#2f3e70", "#9a84b4", "#f8bf9c"), ("#31506e", "#8fa9b8", "#f4cfa6"), ("#43365f", "#c07f98", "#ffc59a"),
    ),
    "morning": (
        ("#5f9ed3", "#aed3e8", "#f3ecd8"), ("#6f9fb9", "#bdd4d6", "#f1e6cb"), ("#7fb0c9", "#cfe0df", "#faeecf"),
    ),
    "noon": (
        ("#2f7cc4", "#79b3dc", "#d5eaf2"), ("#3a8fbf", "#8cc4d6", "#e3f0ea"), ("#2a66b0", "#6aa3d8", "#cfe3ef"),
    ),
    "afternoon": (
        ("#4f87b8", "#a9c4cf", "#f3dcae"), ("#5c7fa6", "#c0bfb5", "#f2cf95"), ("#40789f", "#97bcc0", "#efe0b4"),
    ),
    "dusk": (
        ("#1d2152", "#8a3f6b", "#ff9a5a"), ("#22305e", "#7d5b86", "#f7b07a"), ("#2a1c45", "#a3405a", "#ff8a4c"),
        ("#183a5c", "#5f7f98", "#ffb878"),
    ),
    "evening": (
        ("#0f1a3c", "#2e3f78", "#8d6a8e"), ("#10253f", "#2f5a73", "#8a8f92"), ("#191539", "#43346f", "#a8657f"),
    ),
    "night": (
        ("#060b20", "#101b3a", "#27375f"), ("#07131f", "#10293a", "#23475a"), ("#0d0a22", "#1f1842", "#3a2f62"),
    ),
    "small_hours": (
        ("#03060f", "#091322", "#15273f"), ("#050a0f", "#0b1a20", "#17313a"), ("#06050f", "#120f24", "#261f40"),
    ),
}  # fmt: skip
"""Zenith, middle and horizon of clear skies, several an hour."""

SUN_HEIGHT = {"dawn": 0.06, "morning": 0.28, "noon": 0.62, "afternoon": 0.34, "dusk": 0.05}
"""Over the horizon, in pages."""
SUN_COLOR = {"dawn": "#ffd9a8", "morning": "#fff3d6", "noon": "#fffdf2", "afternoon": "#ffe9b8", "dusk": "#ffc078"}
MOON_COLOR = "#eef0e6"
DARK_HOURS = frozenset({"evening", "night", "small_hours"})
LAMPS = ("#ffc477", "#ffb35e", "#ffd79a", "#ffcf7a", "#f6e6c0")
FOLIAGE = {"spring": "#7f9a4e", "summer": "#3f6b3c", "autumn": "#b5652a", "winter": "#6d6558", "": "#55704a"}


@dataclass(frozen=True)
class Light:
    """The colours and places that everything in one picture shares; colours are "#rrggbb".

    zenith, middle, horizon: of the sky. haze: what distance fades into. key: of the sun, the moon or the lamps; fill: of the shade.
    side: how far right of the middle sun or moon stand, in pages; sun_height: over the horizon, None where they are covered. It is
    the moon where `is_dark`. contrast: 0 flat to 1 hard. foliage: what leaves look like in this season. lamp: what lit windows and
    street lamps look like. dark: what silhouettes are left with. falls: whether rain or snow may fall in front of the lens.
    """

    zenith: str
    middle: str
    horizon: str
    haze: str
    key: str
    fill: str
    lamp: str
    foliage: str
    hour: str
    season: str
    weather: str
    is_dark: bool
    side: float
    contrast: float
    sun_height: float | None
    dark: str
    falls: bool = True

    def sky(self) -> list[str]:
        """From the zenith to the horizon, in even steps through OKLCH."""
        return [
            *(mix(self.zenith, self.middle, step / 4) for step in range(4)),
            *(mix(self.middle, self.horizon, step / 4) for step in range(5)),
        ]

    def far(self, color: str, depth: float) -> str:
        """A colour as it looks through the air. depth: 0 at the lens to 1 at the end of sight."""
        return blend(color, self.haze, min(1.0, max(0.0, depth)))

    def lit(self, color: str, share: float = 0.5) -> str:
        """A surface of this colour between full shade (0) and full light (1)."""
        lightness, chroma, hue = lch_of(color)
        shade = blend(oklch(lightness * (0.34 if self.is_dark else 0.62), chroma * 0.8, hue), self.fill, 0.35)
        bright = blend(oklch(min(0.96, lightness * (0.8 if self.is_dark else 1.06)), chroma, hue), self.key, 0.22)
        return blend(shade, bright, share)

    def dry(self) -> Light:
        """The same under a roof: nothing falls in front of the lens."""
        return replace(self, falls=False)


def light_of(hour: str, season: str, weather: str, rng: random.Random) -> Light:
    """Of one picture; unknown or empty hour: noon to dusk by chance. The same arguments and seed give the same light."""
    hour = hour if hour in SKIES else rng.choice(("morning", "afternoon", "dusk", "night"))
    zenith, middle, horizon = rng.choice(SKIES[hour])
    turn, is_dark = rng.uniform(-9, 9), hour in DARK_HOURS
    zenith, middle, horizon = (_turned(color, turn) for color in (zenith, middle, horizon))
    sun = SUN_HEIGHT.get(hour, 0.46 + 0.1 * rng.random())
    light = Light(
        zenith, middle, horizon,
        haze=blend(horizon, middle, 0.35),
        key=SUN_COLOR.get(hour, "#c9d6ee"), fill=blend(zenith, middle, 0.5), lamp=rng.choice(LAMPS),
        foliage=FOLIAGE.get(season, FOLIAGE[""]), hour=hour, season=season, weather=weather, is_dark=is_dark,
        side=rng.choice((-1, 1)) * rng.uniform(0.12, 0.34), contrast=0.8, sun_height=sun,
        dark=at_lightness(zenith, min(0.2, 0.55 * lch_of(zenith)[0] + 0.03), 0.7),
    )  # fmt: skip
    return _weathered(light)


def _turned(color: str, degrees: float) -> str:
    lightness, chroma, hue = lch_of(color)
    return oklch(lightness, chroma, hue + degrees)


OVERCAST = {"cloudy": 0.45, "rain": 0.62, "snow": 0.5, "fog": 0.72, "storm": 0.66, "wind": 0.15}
"""How far each weather takes the sky towards one grey."""


def _weathered(light: Light) -> Light:
    share = OVERCAST.get(light.weather, 0.0)
    if light.season == "winter":
        share = max(share, 0.18)
    if not share:
        return light
    lightness, chroma, hue = lch_of(light.middle)
    lift = {"snow": 0.06, "fog": 0.08, "storm": -0.12, "rain": -0.05}.get(light.weather, 0.0)
    grey = oklch(min(0.9, max(0.14, lightness + (lift if not light.is_dark else lift * 0.5))), chroma * 0.35, hue)
    zenith, middle, horizon = (blend(color, grey, share * part) for color, part in
                               ((light.zenith, 0.8), (light.middle, 1.0), (light.horizon, 0.75)))  # fmt: skip
    if light.weather == "storm":
        zenith = at_lightness(zenith, lch_of(zenith)[0] * 0.7)
    return replace(
        light, zenith=zenith, middle=middle, horizon=horizon, haze=blend(horizon, middle, 0.5), fill=blend(light.fill, grey, share),
        key=blend(light.key, grey, share * 0.7), contrast=0.8 * (1 - 0.6 * share),
        sun_height=None if light.weather in ("rain", "fog", "storm", "snow") else light.sun_height,
    )  # fmt: skip
