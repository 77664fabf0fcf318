"""Who somebody is to the eye: build, hair, clothes and their colours, by the scene's chance."""

from __future__ import annotations

import random
from dataclasses import dataclass

from covers.engine.poster.scenes.light import Light

SKINS = ("#e8bd9c", "#dcae8a", "#c98f68", "#eec7a8", "#a8714c", "#7c5138")
HAIRS = ("#1d1815", "#241c18", "#2b211b", "#3a2a1f", "#4a3323", "#17151a")
GREY_HAIRS = ("#b9b4ac", "#8f8b86", "#d2cec6")
DARKS = ("#23262f", "#2c2b33", "#1f2a35", "#332a2a", "#2b3230")
COATS = ("#8a5a3c", "#a8865f", "#39424f", "#7a2f2f", "#4c5a48", "#c2a878", "#2d3448", "#5b4a5e", "#b4552f")
TOPS = ("#cfc7b8", "#8fa3b0", "#b5564a", "#d9a441", "#5f7a66", "#e8e0d2", "#556b8f", "#a86b78", "#3c4a5a")
BOTTOMS = ("#2b3240", "#34373d", "#3e3a36", "#4a5568", "#6b5f50", "#23262d")
DRESSES = ("#b33f3a", "#e6dccb", "#2f4a63", "#c98a3c", "#6d3b57", "#48604f", "#d8a6a0")
HANBOK = (("#f2e7d5", "#b8434a"), ("#d9e4dd", "#35507c"), ("#f0d9a8", "#7a3a5c"), ("#e9d3d6", "#3f6a5a"))


@dataclass(frozen=True)
class Look:
    """build: a key of BUILDS. hair: short, crop, bob, long, bun, tail, cap, beanie, hat, hood. top: coat, jacket, hoodie, shirt, suit,
    sweater, dress, hanbok. bottom: trousers, skirt, long_skirt, shorts. bag: "", backpack, shoulder."""

    build: str = "man"
    hair: str = "short"
    hair_color: str = "#241c18"
    skin: str = "#dcae8a"
    top: str = "coat"
    top_color: str = "#39424f"
    bottom: str = "trousers"
    bottom_color: str = "#2b3240"
    shoes: str = "#1d1a1c"
    bag: str = ""
    accent: str = "#b5564a"


def look_of(rng: random.Random, light: Light | None = None, build: str = "") -> Look:
    """Dressed for the weather and the season. build: of BUILDS, or by chance."""
    build = build or rng.choice(("man", "woman"))
    is_cold = light is not None and (light.season == "winter" or light.weather in ("snow", "storm"))
    is_warm = light is not None and light.season == "summer" and light.weather not in ("rain", "storm")
    is_wet = light is not None and light.weather in ("rain", "storm")
    if build == "child":
        top = rng.choice(("coat", "hoodie") if is_cold or is_wet else ("shirt", "dress", "hoodie"))
        hair = rng.choice(("short", "bob", "tail", "beanie" if is_cold else "cap"))
        color = rng.choice(("#d9a441", "#b33f3a", "#4f7fa8", "#e6dccb", "#5f8a66"))
    elif build == "woman":
        top = rng.choice(
            ("coat", "coat", "sweater")
            if is_cold
            else ("dress", "shirt", "dress")
            if is_warm
            else ("coat", "dress", "jacket", "sweater")
        )
        hair = rng.choice(("long", "bob", "long", "bun", "tail"))
        color = rng.choice(DRESSES if top == "dress" else COATS if top in ("coat", "jacket") else TOPS)
    elif build == "elder":
        top, hair = rng.choice(("coat", "jacket", "sweater")), rng.choice(("short", "hat", "bun"))
        color = rng.choice(COATS)
    else:
        top = rng.choice(
            ("coat", "coat", "hoodie")
            if is_cold
            else ("shirt", "shirt", "hoodie")
            if is_warm
            else ("coat", "jacket", "hoodie", "suit", "shirt")
        )
        hair = rng.choice(("short", "short", "crop", "cap" if not is_cold else "beanie"))
        color = rng.choice(DARKS if top == "suit" else COATS if top in ("coat", "jacket") else TOPS)
    if is_wet and top == "hoodie" and rng.random() < 0.5:
        hair = "hood"
    bottom = "trousers"
    if build == "woman" and top in ("shirt", "sweater", "jacket"):
        bottom = rng.choice(("trousers", "skirt", "long_skirt"))
    if build == "child" and is_warm:
        bottom = "shorts"
    bottom_color = color if top == "suit" else rng.choice(BOTTOMS)
    return Look(
        build, hair, rng.choice(GREY_HAIRS) if build == "elder" else rng.choice(HAIRS), rng.choice(SKINS[:4] * 2 + SKINS[4:]),
        top, color, bottom, bottom_color, rng.choice(("#1d1a1c", "#3a2a20", "#d9d4c8", "#26242b")),
        rng.choice(("", "", "", "backpack", "shoulder")) if build in ("man", "woman") else "", rng.choice(TOPS + DRESSES),
    )  # fmt: skip


def hanbok_look(rng: random.Random) -> Look:
    """A woman in hanbok: short jacket, wide high skirt, hair in a low bun."""
    upper, lower = rng.choice(HANBOK)
    return Look(
        "woman",
        "bun",
        rng.choice(HAIRS),
        rng.choice(SKINS[:4]),
        "hanbok",
        upper,
        "long_skirt",
        lower,
        "#e9e2d6",
        "",
        lower,
    )


def dancer_look(rng: random.Random, *, is_wide: bool) -> Look:
    """Close to the body. is_wide: the legs go far apart, where a skirt to the knee cannot follow."""
    color = rng.choice(DRESSES)
    top = "shirt" if is_wide else rng.choice(("dress", "shirt"))
    return Look(
        rng.choice(("woman", "woman", "man")), rng.choice(("bun", "tail", "crop")), rng.choice(HAIRS), rng.choice(SKINS[:4]),
        top, color, "trousers", rng.choice(("#26242c", "#d9d2c6", color)), rng.choice(("#d9c3b4", "#26242b")),
    )  # fmt: skip
