"""What a metric takes and gives. Plain values: no database, settings or storage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class Asked:
    """What a caption of the pocket model names: a motif's key; colour and ground may be left to the model (empty)."""

    motif: str
    colour: str = ""
    ground: str = ""


@dataclass(frozen=True, eq=False)
class DrawnPicture:
    """One drawn picture. key: of its prompt; position: 0-based place in a set of several. rgb: (h, w, 3) uint8, sRGB."""

    key: str
    position: int
    prompt: str
    rgb: np.ndarray = field(repr=False)
    asked: Asked | None = None


@dataclass(frozen=True, eq=False)
class Rated:
    """A picture that people rated. half_stars: the mean, 1 to 10. rgb: (h, w, 3) uint8."""

    rgb: np.ndarray = field(repr=False)
    half_stars: float


@dataclass(frozen=True)
class Facts:
    """A metric's name, unit, licence and margins, as a comparison records them.

    key: short and lasting. name: how it is measured. unit: of its values. licence, source: of the weights, and where they
    are from; "none" for arithmetic. margin: how much worse than the current model is still not worse, in the unit;
    margin_share: the same as a share of the current model's mean; neither: it is told and decides nothing.
    """

    key: str
    name: str
    unit: str
    licence: str
    source: str
    is_higher_better: bool = True
    margin: float | None = None
    margin_share: float | None = None
    note: str = ""


@dataclass(frozen=True)
class Absent:
    """A metric that could not be measured, and why. reason: a key of covers.evaluation.rule_sentences.ABSENCES; detail: what to
    set, or how many."""

    key: str
    name: str
    reason: str
    detail: str = ""
    licence: str = ""


class Metric(Protocol):
    """Measures the pictures of one model; never sees the other's."""

    @property
    def facts(self) -> Facts: ...

    def measure(self, pictures: Sequence[DrawnPicture]) -> Mapping[str, float]:
        """One value for each prompt key that it has something to say of; their mean is the model's."""
        ...


class Features(Protocol):
    """Turns a picture into numbers that mean something: what distances are measured in."""

    name: str
    licence: str
    source: str

    def of(self, rgb: np.ndarray) -> np.ndarray:
        """(d,) float64, of (h, w, 3) uint8."""
        ...
