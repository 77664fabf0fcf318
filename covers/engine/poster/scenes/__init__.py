"""Lit scenes: places with an hour, weather, people and things in them, drawn by shaders and paths."""

from covers.engine.poster.scenes import (  # noqa: F401  each registers its scenes
    city_corners,
    city_night,
    great_skies,
    harbours,
    houses,
    indoors,
    journeys,
    lit_shops,
    open_land,
    private_rooms,
    shelves,
    stages,
    vehicles,
    waterside,
)
