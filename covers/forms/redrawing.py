"""The form that asks for a picture to be drawn anew, with what the engine of its cover can do, and no more."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from covers.drawing.version_pictures import words_of
from covers.edits.diffusion_edit import EDIT_BOUNDS, PROMPT_MAX, STRENGTHS, DiffusionEdit, EditBounds
from covers.engine.scheduler_names import SCHEDULER_NAMES
from covers.forms.fields import SubmissionField
from covers.models import Cover, VersionDrawing
from covers.services.redrawing import BRUSHED, WHOLE

PART_CHOICES: dict[str, Promise] = {
    WHOLE: pgettext_lazy("part of a picture", "The whole picture"),
    "sky": pgettext_lazy("part of a picture", "Sky"),
    "background": pgettext_lazy("part of a picture", "Background"),
    "lower_third": pgettext_lazy("part of a picture", "Lower third"),
    BRUSHED: pgettext_lazy("part of a picture", "What I brush"),
}
DEFAULT_SCHEDULER = "default"
FIRST_STRENGTH = 60
"""Per cent: the picture is still known, and something else can be in it."""


class RedrawingForm(forms.Form):
    parent = forms.UUIDField(required=False, widget=forms.HiddenInput)
    submission = SubmissionField()
    part = forms.ChoiceField(
        label=_("What is drawn anew"), choices=list(PART_CHOICES.items()), widget=forms.RadioSelect
    )
    prompt = forms.CharField(
        label=_("What it should show"), max_length=PROMPT_MAX,
        help_text=_("In English, for the model knows little else. Say all that should be there, not only what is new."),
        widget=forms.Textarea(attrs={"rows": 4, "lang": "en"}),
    )  # fmt: skip
    negative_prompt = forms.CharField(
        label=_("What it should not show"), required=False, max_length=PROMPT_MAX,
        widget=forms.Textarea(attrs={"rows": 2, "lang": "en"}),
    )  # fmt: skip
    strength = forms.IntegerField(
        label=_("How much may change, %"), min_value=round(100 * STRENGTHS[0]), max_value=round(100 * STRENGTHS[1]),
        help_text=_("A little keeps shapes and changes surfaces. All of it keeps nothing of the picture there."),
        widget=forms.NumberInput(attrs={"type": "range", "step": 5}),
    )  # fmt: skip
    num_inference_steps = forms.IntegerField(label=_("Steps"))
    guidance_scale = forms.FloatField(label=_("How closely it follows the words"))
    scheduler = forms.ChoiceField(label=_("Scheduler"))

    def __init__(
        self, data: Any = None, *, cover: Cover, drawing: VersionDrawing | None, initial: dict[str, Any]
    ) -> None:
        """drawing: of the version that is worked on."""
        bounds = EDIT_BOUNDS[cover.request.engine]
        super().__init__(data, initial=_first_values(cover, drawing, bounds) | initial)
        for name, (low, high) in (("num_inference_steps", bounds.steps), ("guidance_scale", bounds.guidance_scale)):
            old: Any = self.fields[name]
            fresh = type(old)(label=old.label, min_value=low, max_value=high)
            if name == "guidance_scale":
                fresh.widget.attrs["step"] = "any"
            self.fields[name] = fresh
        names = [(DEFAULT_SCHEDULER, _("The model's own")), *SCHEDULER_NAMES.items()]
        self.fields["scheduler"].choices = names  # type: ignore[attr-defined]
        if not bounds.has_negative_prompt:
            del self.fields["negative_prompt"]

    @property
    def has_wrong_more(self) -> bool:
        """Whether what is folded away must be seen."""
        return any(self[name].errors for name in ("num_inference_steps", "guidance_scale", "scheduler"))

    def edit(self) -> DiffusionEdit:
        values = self.cleaned_data
        return DiffusionEdit(
            prompt=values["prompt"].strip(),
            negative_prompt=values.get("negative_prompt", "").strip(),
            strength=values["strength"] / 100,
            num_inference_steps=values["num_inference_steps"],
            guidance_scale=values["guidance_scale"],
            scheduler=values["scheduler"],
            seed=0,
        )


def _first_values(cover: Cover, drawing: VersionDrawing | None, bounds: EditBounds) -> dict[str, Any]:
    """As the picture was drawn that is worked on."""
    row, before = cover.request, drawing.parsed_edit() if drawing is not None else None
    (fewest, most), (least, greatest) = bounds.steps, bounds.guidance_scale
    source: Any = before or row
    known = source.scheduler in SCHEDULER_NAMES
    return {
        "part": WHOLE,
        "prompt": words_of(cover=cover, drawing=drawing)[:PROMPT_MAX],
        "negative_prompt": (before or cover).negative_prompt[:PROMPT_MAX],
        "strength": round(100 * before.strength) if before else FIRST_STRENGTH,
        "num_inference_steps": min(most, max(fewest, source.num_inference_steps)),
        "guidance_scale": min(greatest, max(least, source.guidance_scale)),
        "scheduler": source.scheduler if known else DEFAULT_SCHEDULER,
    }
