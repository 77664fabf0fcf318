"""From values of pictures to values of prompts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from covers.training.metrics.metric_contract import DrawnPicture


def by_prompt(pictures: Sequence[DrawnPicture], values: Iterable[float]) -> dict[str, float]:
    """The mean of each prompt's pictures."""
    found: dict[str, list[float]] = {}
    for picture, value in zip(pictures, values, strict=True):
        found.setdefault(picture.key, []).append(float(value))
    return {key: sum(own) / len(own) for key, own in found.items()}
