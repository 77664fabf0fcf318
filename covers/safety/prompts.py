"""The last look at what an engine is about to be told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from albumsite.errors import EngineError
from covers.brief.brief_contract import Brief
from covers.safety.people import people_in, without_people
from covers.safety.text import is_unfit, sexualises_a_child


def checked(brief: Brief, worded: Callable[[Brief], tuple[str, str]], *, shows_face: bool) -> tuple[str, str]:
    """The prompt and negative prompt of one picture, fit to be drawn, whoever wrote the brief.

    worded: puts them together from a brief. A scene with unfit words goes, and the brief's own motifs are drawn; names of real people
    go as well. Raises EngineError: "safety:unfit" for a child in a sexual scene or where nothing fit is left, "safety:real-person"
    where somebody else is named beside a face.
    """
    for tried in (brief, replace(brief, scene="", subject="")):
        prompt, negative_prompt = worded(tried)
        if sexualises_a_child(prompt, is_prompt=True):
            raise EngineError("safety:unfit")
        if shows_face and (people_in(prompt) or people_in(f"{brief.subject}. {brief.scene}")):
            raise EngineError("safety:real-person")
        if not is_unfit(prompt):
            return without_people(prompt), negative_prompt
    raise EngineError("safety:unfit")
