"""Why a file is not drawn with: one sentence, the same for the operator who verifies and for the engine's log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


def gettext_noop(text: str) -> str:
    """Marks a text for the translators; the registry translates it, the engine says it as it stands."""
    return text


@dataclass(frozen=True)
class FileRefusal:
    """template: with named places for `values`, which are real names and not translated."""

    template: str
    values: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.template % self.values


NOT_DRAWN = gettext_noop("it is %(name)s, which this site does not draw with (%(example)s)")
OTHER_FAMILY = gettext_noop("it is made for %(name)s, not for SDXL")
OTHER_FILE = gettext_noop("it is %(name)s")
MATRIX_MISSING = gettext_noop("one of the matrices of %(module)s is missing")
NOTHING = gettext_noop("nothing in it is known as an adapter (LoRA)")
NOT_UNDERSTOOD = gettext_noop("%(count)d of %(total)d weights are not understood: %(names)s")
LACKS = gettext_noop("it lacks %(parts)s")
CHANNELS = gettext_noop("its UNet takes %(channels)s channels (a model for inpainting has 9)")
PRECISION = gettext_noop("its weights are quantised (%(name)s); of eight bits only float8 is read")
PREDICTION = gettext_noop("it predicts in a way that this site does not sample (%(name)s)")

UNKNOWN_SHARE_MAX = 0.05
"""Weights that nobody understands are reported; above this share of all a file is not what it seems."""
EXAMPLES = 3


def not_understood(unknown: Sequence[str], total: int) -> FileRefusal:
    return FileRefusal(NOT_UNDERSTOOD, {"count": len(unknown), "total": total, "names": examples(unknown)})


def examples(names: Sequence[str]) -> str:
    more = ", …" if len(names) > EXAMPLES else ""
    return ", ".join(names[:EXAMPLES]) + more
