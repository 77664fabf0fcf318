"""What can go wrong with a weekly training or comparison, in words for the operator."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from albumsite.errors import texts_of
from covers.errors import FAILURES as COVER_FAILURES

FAILURES: dict[str, str | Promise] = {
    **{key: COVER_FAILURES[key] for key in ("engine:no-device", "engine:no-disk", "engine:model-missing",
                                           "engine:model-broken", "engine:not-installed")},
    "site:unexpected": _("Something broke; the log of the learn worker says what. Call it again to go on."),
    "site:gave-up": _("Its worker died three times; the log says why. Call it again to go on from the last checkpoint."),
    "site:storage": _("The object store did not answer. Call it again when it is back; nothing is lost."),
    "engine:died": _("The training process died. Call it again to go on from the last checkpoint."),
    "engine:hung": _("The training process said nothing for too long and was ended (LEARN_STEP_TIMEOUT_SECONDS)."),
    "engine:failed": _("The trainer failed; the log of the learn worker says how."),
    "engine:unknown": _("FINE_TUNER names no trainer of this site."),
    "engine:out-of-memory": _("The machine has too little memory for this training, even in the smallest steps."),
    "engine:adapter-missing": _("The file of the model that it goes on from is gone from the bucket."),
    "engine:adapter-broken": _("The model that it goes on from does not fit, or its file is damaged."),
    "training:no-base-model": _("This site has no picture model that can learn. Set LEARN_BASE_MODEL."),
    "training:no-images": _("None of the pictures of the set may be learnt from any more."),
    "training:bad-image": _("A picture of the set is not what the set says, or cannot be read."),
    "training:other-adapter": _("The model that it goes on from has another shape: give the same rank, or begin anew."),
    "training:bad-options": _("The trainer refuses these options; the log says which and why."),
    "training:not-finite": _("The numbers of this training ran away. Try again with a lower learning rate."),
    "training:too-large": _("The machine has too little memory for this training."),
    "training:too-slow": _("Steps took far longer than they should: memory has probably overflowed."),
}  # fmt: skip
"""Message id on a failed Retraining or Evaluation → what its operator reads."""

failure_text = texts_of(FAILURES)
