"""The frozen prompts that models are compared on. A file in `covers/evaluation/prompt_sets` never changes: another set is another name."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from covers.brief.brief_contract import Brief
from covers.training.metrics.metric_contract import Asked
from covers.writing.prompts import prompt_for

FOLDER = Path(__file__).resolve().parent / "prompt_sets"
SETS: Mapping[str, str] = {"pocket": "pocket-1"}
"""Engine to the newest set for it; all others speak whole sentences."""
FOR_SENTENCES = "songs-1"
NO_BRIEF = Brief("", (), "quiet", (), "", "", (), "rules")


@dataclass(frozen=True)
class EvalPrompt:
    """One picture to be drawn by both models. key, position: of its prompt, and its place among the prompt's `count` pictures.

    is_replay: of a real request; its words are kept nowhere.
    """

    key: str
    position: int
    count: int
    brief: Brief
    prompt: str
    negative_prompt: str = ""
    asked: Asked | None = None
    is_replay: bool = False

    @property
    def name(self) -> str:
        return f"{self.key}-{self.position}"


@dataclass(frozen=True)
class PromptSet:
    """name: with the SHA-256 of its file, "pocket-1@…". side: pixels to draw at; None: the site's own size."""

    name: str
    side: int | None
    prompts: tuple[EvalPrompt, ...]


def set_for(engine: str, most_prompts: int | None = None) -> PromptSet:
    """The newest set for an engine; the first of its prompts where only so many are wanted: they are mixed evenly."""
    content = (FOLDER / f"{SETS.get(engine, FOR_SENTENCES)}.json").read_bytes()
    stored = json.loads(content)
    prompts = tuple(one for prompt in stored["prompts"][:most_prompts] for one in _pictures_of(prompt))
    return PromptSet(f"{stored['name']}@{hashlib.sha256(content).hexdigest()}", stored["side"], prompts)


def _pictures_of(stored: Mapping[str, Any]) -> list[EvalPrompt]:
    count = stored["count"]
    if "brief" in stored:
        brief = Brief.from_json(stored["brief"])
        return [of_brief(stored["key"], brief, position, count) for position in range(count)]
    asked = Asked(stored["motif"], stored["colour"], stored["ground"])
    return [
        EvalPrompt(stored["key"], position, count, NO_BRIEF, stored["prompt"], asked=asked) for position in range(count)
    ]


def of_brief(key: str, brief: Brief, position: int, count: int, *, is_replay: bool = False) -> EvalPrompt:
    prompt, negative_prompt = prompt_for(brief, position, count)
    return EvalPrompt(key, position, count, brief, prompt, negative_prompt, is_replay=is_replay)


def seed_of(seed: int, prompt: EvalPrompt) -> int:
    """Of one picture, the same for both models: 0 <= seed < 2**63."""
    digest = hashlib.sha256(f"{seed}:{prompt.name}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1
