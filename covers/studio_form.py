"""The form of the studio: the type of a cover, line by line, as fields, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from covers.lettering.type_document import (
    CURVES,
    LEADINGS,
    PLACES,
    ROLES,
    ROWS_MAX,
    SIZES,
    TEXT_MAX,
    TRACKINGS,
    TypeDocument,
    TypeLine,
)  # fmt: skip
from covers.studio_changes import ROLE_NAMES

VOICE_NAMES: dict[str, Promise] = {
    "grotesk": pgettext_lazy("typeface", "Grotesk"),
    "slab": pgettext_lazy("typeface", "Slab"),
    "rounded": pgettext_lazy("typeface", "Rounded"),
    "riso": pgettext_lazy("typeface", "Broad"),
    "thin_serif": pgettext_lazy("typeface", "Thin serif"),
    "photocopy": pgettext_lazy("typeface", "Blackletter"),
    "poster_heavy": pgettext_lazy("typeface", "Poster"),
    "brush": pgettext_lazy("typeface", "Brush"),
    "soft_serif": pgettext_lazy("typeface", "Soft serif"),
    "mono_small": pgettext_lazy("typeface", "Typewriter"),
    "small_caps": pgettext_lazy("typeface", "Old book"),
    "geometric": pgettext_lazy("typeface", "Geometric"),
    "dot": pgettext_lazy("typeface", "Dots"),
    "gala": pgettext_lazy("typeface", "Gala"),
    "folk": pgettext_lazy("typeface", "Folk"),
    "wide_tiny": pgettext_lazy("typeface", "Wide"),
}
FINISH_NAMES: dict[str, Promise] = {
    "clean": pgettext_lazy("print", "Clean"),
    "ink": pgettext_lazy("print", "Ink on paper"),
    "halftone": pgettext_lazy("print", "Screen"),
    "photocopy": pgettext_lazy("print", "Photocopy"),
    "glow": pgettext_lazy("print", "Light"),
    "shadow": pgettext_lazy("print", "Hard shadow"),
    "misregister": pgettext_lazy("print", "Two plates"),
}
PLATE_NAMES: dict[str, Promise] = {
    "": pgettext_lazy("block of colour", "None"),
    "band": pgettext_lazy("block of colour", "Band"),
    "torn": pgettext_lazy("block of colour", "Torn paper"),
    "flags": pgettext_lazy("block of colour", "Bars"),
    "plate": pgettext_lazy("block of colour", "Plate"),
    "ribbon": pgettext_lazy("block of colour", "Sign"),
    "obi": pgettext_lazy("block of colour", "Obi strip"),
}
ALIGNMENT_NAMES: dict[str, Promise] = {
    "left": pgettext_lazy("alignment", "Left"),
    "center": pgettext_lazy("alignment", "Centre"),
    "right": pgettext_lazy("alignment", "Right"),
}
CASE_NAMES: dict[str, Promise] = {
    "typed": pgettext_lazy("letters", "As typed"),
    "upper": pgettext_lazy("letters", "CAPITALS"),
    "lower": pgettext_lazy("letters", "small letters"),
}
ANCHORS: tuple[tuple[str, Promise], ...] = (
    ("top left", _("Top left")), ("top center", _("Top centre")), ("top right", _("Top right")),
    ("middle left", _("Middle left")), ("middle center", _("Middle")), ("middle right", _("Middle right")),
    ("bottom left", _("Bottom left")), ("bottom center", _("Bottom centre")), ("bottom right", _("Bottom right")),
)  # fmt: skip

SHARES = {"size": 100, "x": 100, "y": 100, "tracking": 100, "leading": 100, "curve": 1}
"""Field → what one unit of the document is on the form: percent, and degrees."""


class ColourInput(forms.TextInput):
    input_type = "color"


def _number(label: Any, bounds: tuple[float, float], share: int, step: str) -> forms.FloatField:
    low, high = (round(bound * share, 2) for bound in bounds)
    field = forms.FloatField(label=label, min_value=low, max_value=high)
    # the value that comes may be finer than a step: what the site has set is kept to the last digit
    field.widget = forms.NumberInput(
        attrs={"min": low, "max": high, "step": "any", "data-step": step, "inputmode": "decimal"}
    )
    return field


class LineForm(forms.Form):
    """One line of type."""

    is_on = forms.BooleanField(label=_("On the cover"), required=False)
    text = forms.CharField(
        label=_("Words"), required=False, max_length=TEXT_MAX + ROWS_MAX, strip=False,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto", "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    voice = forms.ChoiceField(label=_("Typeface"), choices=list(VOICE_NAMES.items()), widget=forms.RadioSelect)
    colour = forms.RegexField(r"^#[0-9a-fA-F]{6}$", label=_("Colour"), widget=ColourInput)
    size = _number(_("Height of capitals, % of the cover"), SIZES, 100, "0.5")
    x = _number(_("Across, %"), PLACES, 100, "1")
    y = _number(_("Down, %"), PLACES, 100, "1")
    align = forms.ChoiceField(label=_("Aligned"), choices=list(ALIGNMENT_NAMES.items()))
    case = forms.ChoiceField(label=_("Letters"), choices=list(CASE_NAMES.items()))
    tracking = _number(_("Between letters, % of an em"), TRACKINGS, 100, "1")
    leading = _number(_("Between rows, %"), LEADINGS, 100, "5")
    curve = _number(_("Bent to an arc, degrees"), CURVES, 1, "5")
    is_vertical = forms.BooleanField(label=_("Down, in columns"), required=False)
    has_plate = forms.BooleanField(label=_("On the block of colour"), required=False)

    def __init__(self, data: Any, *, role: str, initial: dict[str, Any]) -> None:
        super().__init__(data, prefix=role, initial=initial)
        self.role = role
        self.name = ROLE_NAMES[role]

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"]).replace("\r\n", "\n").strip("\n")
        if text.count("\n") >= ROWS_MAX:
            raise forms.ValidationError(_("At most %(rows)d rows."), params={"rows": ROWS_MAX})
        return text

    def clean_colour(self) -> str:
        return str(self.cleaned_data["colour"]).lower()

    def line(self) -> TypeLine:
        values = dict(self.cleaned_data)
        for name, share in SHARES.items():
            values[name] = values[name] / share
        return TypeLine(role=self.role, **values)


class StudioForm(forms.Form):
    """All type of a cover. `lines` are forms of their own, with the role as prefix."""

    parent = forms.UUIDField(required=False, widget=forms.HiddenInput)
    submission = forms.UUIDField(required=False, widget=forms.HiddenInput)
    finish = forms.ChoiceField(label=_("Print"), choices=list(FINISH_NAMES.items()))
    second_colour = forms.RegexField(r"^#[0-9a-fA-F]{6}$", label=_("Second colour of the print"), widget=ColourInput)
    plate = forms.ChoiceField(
        label=_("Block of colour under the type"), required=False, choices=list(PLATE_NAMES.items())
    )
    plate_colour = forms.RegexField(r"^#[0-9a-fA-F]{6}$", label=_("Its colour"), widget=ColourInput)

    def __init__(
        self, data: Any = None, *, document: TypeDocument, roles: tuple[str, ...] = ROLES, **kwargs: Any
    ) -> None:
        initial = {name: getattr(document, name) for name in ("finish", "second_colour", "plate", "plate_colour")}
        super().__init__(data, initial=initial | kwargs.pop("initial", {}), **kwargs)
        self.document = document
        self.lines = [LineForm(data, role=role, initial=_initial(document.line(role))) for role in roles]

    def is_valid(self) -> bool:
        return all([super().is_valid(), *(line.is_valid() for line in self.lines)])

    def cleaned_document(self) -> TypeDocument:
        """What was sent. A field that still says what the document says keeps its last digits."""
        second, under = (str(self.cleaned_data[name]).lower() for name in ("second_colour", "plate_colour"))
        sent = replace(
            self.document, finish=self.cleaned_data["finish"], second_colour=second, plate=self.cleaned_data["plate"], plate_colour=under
        )  # fmt: skip
        for form in self.lines:
            sent = sent.with_line(_kept(form.line(), self.document.line(form.role)))
        return sent


def _initial(line: TypeLine | None) -> dict[str, Any]:
    if line is None:
        return {}
    values = {name: getattr(line, name) for name in LineForm.base_fields}
    return values | {name: shown(name, values[name]) for name in SHARES}


def shown(name: str, value: float) -> float:
    """A number of the document as the form shows it."""
    return round(value * SHARES[name], 2)


def _kept(sent: TypeLine, before: TypeLine | None) -> TypeLine:
    if before is None:
        return sent
    same = {
        name: getattr(before, name)
        for name in SHARES
        if abs(getattr(sent, name) * SHARES[name] - shown(name, getattr(before, name))) < 1e-6
    }
    return replace(sent, **same)


def values_of(document: TypeDocument) -> Mapping[str, Any]:
    """Every field of the form by its name, for a page that shows what the site has mended."""
    return {
        f"{line.role}-{name}": value for line in document.lines for name, value in _initial(line).items()
    } | {name: getattr(document, name) for name in ("finish", "second_colour", "plate", "plate_colour")}  # fmt: skip
