"""A body in space: where its joints are for a pose, and where they appear from a side.

Lengths in hundredths of a standing adult. x to the person's right, y up from the ground, z forward.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from covers.engine.poster.geometry import Point

V3 = tuple[float, float, float]

THIGH, SHIN, UPPER_ARM, FOREARM = 24.6, 23.4, 16.4, 14.2
HIP_HALF = 4.5
SPINE = (9.5, 11.0, 9.5, 2.6)
"""From the hips to the waist, the chest, the shoulders, the neck's root."""
LOOK_DOWN = 0.055
"""How much lower on the picture what is nearer stands: the eye is a little above."""


@dataclass(frozen=True)
class Build:
    """width: of shoulders; hips: of hips; scale: of the whole body; head: of the head beside it."""

    shoulders: float = 10.2
    hips: float = 8.4
    waist: float = 7.2
    chest: float = 9.3
    scale: float = 1.0
    head: float = 1.0


BUILDS = {
    "man": Build(),
    "woman": Build(8.9, 8.6, 6.3, 8.0, 0.95),
    "child": Build(8.8, 7.6, 7.2, 8.2, 0.62, 1.36),
    "elder": Build(9.4, 8.6, 8.0, 9.2, 0.94, 1.02),
}


@dataclass(frozen=True)
class Pose:
    """view: degrees that the person is turned: 0 towards us, 90 to the right, 180 away. hips: their middle. lean: the lower back's
    pitch forward, bend: the chest's more than that, roll: sideways to the right, twist: of the shoulders to the right; degrees.
    head: pitch down, turn to the right, tilt to the right. hands, feet: wrists and ankles, left then right. elbows: which way they
    point. heels: pitch of the feet, heel up. out: toes outward, degrees. knees: which way they point, None for forward.
    on: "ground", or "seat": where what they sit on has its edge at y = 0. holds: what is in the hands.
    is_wide: the legs go where no skirt or coat can follow."""

    view: float = 180.0
    hips: V3 = (0.0, 51.0, 0.0)
    lean: float = 1.0
    bend: float = 3.0
    roll: float = 0.0
    twist: float = 0.0
    head: V3 = (0.0, 0.0, 0.0)
    hands: tuple[V3, V3] = ((-12.5, 51.5, 2.0), (12.5, 51.5, 1.0))
    elbows: tuple[V3, V3] = ((-0.5, -0.2, -1.0), (0.5, -0.2, -1.0))
    feet: tuple[V3, V3] = ((-4.6, 4.0, 0.0), (5.2, 4.0, 0.8))
    heels: tuple[float, float] = (0.0, 0.0)
    out: tuple[float, float] = (9.0, 12.0)
    knees: tuple[V3, V3] | None = None
    on: str = "ground"
    holds: str = ""
    is_seated: bool = False
    is_wide: bool = False


def bent(start: V3, end: V3, first: float, second: float, pole: V3) -> tuple[V3, V3]:
    """The joint between two bones that reach from start towards end, bent to the pole's side; and the end that they reach."""
    to = tuple(e - s for s, e in zip(start, end, strict=True))
    distance = math.sqrt(sum(part * part for part in to)) or 1e-6
    reach = min(max(distance, abs(first - second) * 1.02 + 0.01), (first + second) * 0.9985)
    unit = tuple(part / distance for part in to)
    along = sum(u * p for u, p in zip(unit, pole, strict=True))
    side = tuple(p - along * u for u, p in zip(unit, pole, strict=True))
    length = math.sqrt(sum(part * part for part in side)) or 1e-6
    cosine = (first * first + reach * reach - second * second) / (2 * first * reach)
    sine = math.sqrt(max(0.0, 1 - cosine * cosine))
    joint = tuple(s + first * (cosine * u + sine * part / length) for s, u, part in zip(start, unit, side, strict=True))
    tip = tuple(s + reach * u for s, u in zip(start, unit, strict=True))
    return (joint[0], joint[1], joint[2]), (tip[0], tip[1], tip[2])


class Body:
    """All joints of a posed person, in space; `at` shows them on the picture (units of the drawing, y down)."""

    def __init__(self, pose: Pose, build: Build, turn: float = 0.0) -> None:
        self.pose, self.build = pose, build
        self.view = pose.view + turn
        self.sin, self.cos = math.sin(math.radians(self.view)), math.cos(math.radians(self.view))
        self.hips = pose.hips
        pitches = (pose.lean, pose.lean + pose.bend * 0.5, pose.lean + pose.bend, pose.lean + pose.bend * 1.15)
        self.spine = [self.hips]
        for length, pitch in zip(SPINE, pitches, strict=True):
            x, y, z = self.spine[-1]
            forward, aside = math.radians(pitch), math.radians(pose.roll)
            self.spine.append((
                x + length * math.sin(aside), y + length * math.cos(forward) * math.cos(aside), z + length * math.sin(forward),
            ))  # fmt: skip
        self.pitch = pitches[-1]
        sway = math.radians(pose.roll)
        self.hip_joints = tuple(
            (self.hips[0] + s * HIP_HALF, self.hips[1] + s * 0.4 * math.sin(sway) * HIP_HALF, self.hips[2])
            for s in (-1, 1)
        )
        knees = pose.knees or ((-0.16, 0.0, 1.0), (0.16, 0.0, 1.0))
        self.legs = [
            (hip, *bent(hip, foot, THIGH, SHIN, pole))
            for hip, foot, pole in zip(self.hip_joints, pose.feet, knees, strict=True)
        ]
        turned = math.radians(pose.twist)
        middle = self.spine[3]
        reach = build.shoulders - 2.1
        self.shoulders = tuple(
            (
                middle[0] + s * reach * math.cos(turned) * math.cos(sway), middle[1] - 3.0 - s * reach * math.sin(sway),
                middle[2] - s * reach * math.sin(turned),
            )
            for s in (-1, 1)
        )  # fmt: skip
        self.arms = [
            (shoulder, *bent(shoulder, hand, UPPER_ARM, FOREARM, pole))
            for shoulder, hand, pole in zip(self.shoulders, pose.hands, pose.elbows, strict=True)
        ]

    def at(self, place: V3) -> Point:
        x, y, z = place
        return z * self.sin - x * self.cos, -(y - self.near(place) * LOOK_DOWN)

    def near(self, place: V3) -> float:
        """How much nearer to us than the body's middle."""
        x, _, z = place
        return z * self.cos + x * self.sin

    def wide(self, across: float, deep: float) -> float:
        """Half of what a section of the body so wide and so deep covers from this side."""
        return math.hypot(across * self.cos, deep * self.sin)

    def foot(self, index: int) -> tuple[V3, V3, V3]:
        """Heel, ball and toe of a foot, at the height of their middles."""
        ankle = self.legs[index][2]
        turned = math.radians(self.pose.out[index] * (1 if index else -1))
        pitch = math.radians(self.pose.heels[index])
        forward = (math.sin(turned) * math.cos(pitch), -math.sin(pitch), math.cos(turned) * math.cos(pitch))
        up = (math.sin(turned) * math.sin(pitch), math.cos(pitch), math.cos(turned) * math.sin(pitch))

        def along(reach: float, height: float) -> V3:
            x, y, z = (a + reach * f + (height - 4.0) * u for a, f, u in zip(ankle, forward, up, strict=True))
            return x, y, z

        return along(-2.6, 2.0), along(6.4, 1.9), along(9.6, 1.4)
