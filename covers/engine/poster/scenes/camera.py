"""Where things of a given size stand in the picture, by distance: one pinhole camera that looks level over flat ground."""

from __future__ import annotations

from dataclasses import dataclass

import skia

from covers.engine.poster.geometry import polygon


@dataclass(frozen=True)
class Camera:
    """horizon: its height on the page (0 top, 1 bottom). eye: metres over the ground. focal: how large one metre is at a distance
    of one metre, in pages."""

    horizon: float
    eye: float
    focal: float = 1.0

    def size(self, metres: float, distance: float) -> float:
        """On the page, of something so large so far away. distance: metres."""
        return self.focal * metres / distance

    def foot(self, distance: float) -> float:
        """The height on the page of the ground at a distance."""
        return self.horizon + self.focal * self.eye / distance

    def x(self, metres: float, distance: float, center: float = 0.5) -> float:
        """Of something so far to the right of the line of sight."""
        return center + self.focal * metres / distance

    def distance(self, foot: float) -> float:
        """How far away the ground is that appears at this height. foot: below the horizon."""
        return self.focal * self.eye / max(1e-4, foot - self.horizon)


@dataclass(frozen=True)
class Way:
    """A straight way to the horizon, and what lies along it. center: where it ends there. side: -1 has left and right change places."""

    camera: Camera
    center: float
    side: int = 1

    def at(self, across: float, distance: float, up: float = 0.0) -> tuple[float, float]:
        """On the page, of a place so far to the right of the middle, so far away and so high over the ground, all in metres."""
        camera = self.camera
        return (
            camera.x(self.side * across, distance, self.center),
            camera.horizon + camera.size(camera.eye - up, distance),
        )

    def strip(self, left: float, right: float, near: float, far: float, up: float = 0.0) -> skia.Path:
        """A level piece of it."""
        return polygon(
            [self.at(left, far, up), self.at(right, far, up), self.at(right, near, up), self.at(left, near, up)]
        )
