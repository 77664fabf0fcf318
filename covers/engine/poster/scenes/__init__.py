"""Lit scenes: places with an hour, weather, people and things in them, drawn by shaders and paths."""

from covers.engine.poster.scenes import city_night, great_skies, indoors, journeys, open_land, stages, waterside  # noqa: F401  registers its scenes
