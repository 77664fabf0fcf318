"""The weekly training, its comparison and the changes of what draws, in sentences."""

from __future__ import annotations

from typing import Any

from django.utils.translation import override

from covers.reports.phrases import Phrases
from covers.training_errors import failure_text

Figures = dict[str, Any]


def learning_lines(figures: Figures, say: Phrases) -> list[str]:
    """The week's training, the newest comparison, and what was put in use or taken out of it."""
    lines = [_training(figures["training"], say)]
    if found := figures["evaluation"]:
        against = found["against"] or say("base-alone")
        lines.append(say("evaluation", version=found["version"], against=against, verdict=say(found["verdict"])))
    return lines + [_change(change, say) for change in figures["promotions"]]


def _training(training: Figures | None, say: Phrases) -> str:
    if training is None:
        return say("training-none")
    base, state = training["base_key"], training["state"]
    if state == "failed":
        with override(say.language):
            return say("training-failed", base=base, reason=failure_text(training["failure"]))
    if state != "done":
        return say("training-going", base=base, state=say(state))
    if training["outcome"] == "too-little":
        return say("training-too-little", base=base)
    pictures = say.count(training["pictures"])
    return say(
        "training-candidate", base=base, version=training["version"], pictures=pictures, loss=_loss(training, say)
    )


def _loss(training: Figures, say: Phrases) -> str:
    if training["loss"] is None:
        return ""
    key = "validation-loss" if training["is_validation"] else "loss"
    return say(key, before=f"{training['loss_before']:.4f}", after=f"{training['loss']:.4f}")


def _change(change: Figures, say: Phrases) -> str:
    version, before = (change[name] or say("base-alone") for name in ("version", "before"))
    by = say("by-person" if change["by_person"] else "by-rule", reason=change["reason"])
    return say(f"change-{change['change']}", version=version, before=before) + by
