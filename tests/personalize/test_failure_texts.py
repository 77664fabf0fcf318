"""Every reason that a trainer can give has words of its own for the person whose face it was."""

from __future__ import annotations

import re
from pathlib import Path

from personalize.errors import FAILURES, failure_text

ROOT = Path(__file__).resolve().parents[2] / "personalize"


def test_every_reason_in_the_code_has_its_sentence() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in ROOT.rglob("*.py") if path.name != "errors.py")
    reasons = set(re.findall(r'"((?:training|engine):[a-z-]+)"', sources))
    assert len(reasons) > 8
    drawing = {
        "engine:adapter-broken",
        "engine:adapter-missing",
        "engine:model-",
    }  # of the drawing engine it reads with
    assert sorted(reasons - set(FAILURES) - drawing) == []


def test_an_unknown_reason_still_says_something() -> None:
    assert failure_text("training:of-tomorrow") == str(FAILURES["site:unexpected"])
