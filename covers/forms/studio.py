"""The form of the studio: the type of a cover, line by line, as fields, and back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from covers.brief.scenery import CROWDED, NEVER_ALONE, NOBODY, NOTHING, PEOPLE, PRESSES, STILL_LIFE, SURFACES, THINGS
from covers.edits.own_words import NO_WORDS, WORDS_MAX, OwnWords
from covers.edits.picture_edit import ANOTHER_MAX, STRENGTH_USUAL, ZOOM_MAX, PictureEdit, five_of, may_change
from covers.edits.studio_changes import ROLE_NAMES
from covers.edits.studio_names import (
    ALIGNMENT_NAMES,
    CASE_NAMES,
    CORNER_NAMES,
    FINISH_NAMES,
    PLATE_NAMES,
    SURFACE_NAMES,
    VOICE_NAMES,
)
from covers.forms.colours import ColourField
from covers.forms.text_fields import SongTextField
from covers.lettering.type_document import (
    CORNERS,
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
from covers.writing.names import HOUR_NAMES, PEOPLE_NAMES, SEASON_NAMES, TREATMENT_NAMES, WEATHER_NAMES, thing_name

NO_COLOUR = "#808080"
"""Offered where nothing is known of a picture's own."""
SHARES = {"size": 100, "x": 100, "y": 100, "tracking": 100, "leading": 100, "curve": 1}
"""Field → what one unit of the document is on the form: percent, and degrees."""


def _number(label: Any, bounds: tuple[float, float], share: int, step: str) -> forms.FloatField:
    low, high = (round(bound * share, 2) for bound in bounds)
    field = forms.FloatField(label=label, min_value=low, max_value=high)
    # the value that comes may be finer than a step: what the site has set is kept to the last digit
    field.widget = forms.NumberInput(
        attrs={"min": low, "max": high, "step": "any", "data-step": step, "inputmode": "decimal"}
    )
    return field


def _slider(label: Any, low: int, high: int) -> forms.IntegerField:
    slider = forms.NumberInput(attrs={"type": "range", "min": low, "max": high, "step": 1})
    return forms.IntegerField(label=label, required=False, min_value=low, max_value=high, widget=slider)


class LineForm(forms.Form):
    """One line of type."""

    is_on = forms.BooleanField(label=_("On the cover"), required=False)
    text = forms.CharField(
        label=_("Words"), required=False, max_length=TEXT_MAX + ROWS_MAX, strip=False,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto", "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    voice = forms.ChoiceField(label=_("Typeface"), choices=list(VOICE_NAMES.items()), widget=forms.RadioSelect)
    colour = ColourField(label=_("Colour"))
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

    def line(self) -> TypeLine:
        values = dict(self.cleaned_data)
        for name, share in SHARES.items():
            values[name] = values[name] / share
        return TypeLine(role=self.role, **values)


class RepaintForm(forms.Form):
    """The picture of a cover, in the fields that it can be changed in."""

    own_palette = forms.BooleanField(label=_("In these colours"), required=False)
    colour_1 = ColourField(label=_("First colour"))
    colour_2 = ColourField(label=_("Second colour"))
    colour_3 = ColourField(label=_("Third colour"))
    colour_4 = ColourField(label=_("Fourth colour"))
    colour_5 = ColourField(label=_("Fifth colour"))
    hour = forms.ChoiceField(label=_("Hour"), required=False)
    season = forms.ChoiceField(label=_("Season"), required=False)
    weather = forms.ChoiceField(label=_("Weather"), required=False)
    people = forms.ChoiceField(label=_("People"), required=False)
    thing = forms.ChoiceField(label=_("The thing that tells it"), required=False)
    press = forms.ChoiceField(label=_("How it is printed"), required=False)
    is_mirrored = forms.BooleanField(label=_("Mirrored"), required=False)
    texture = forms.ChoiceField(
        label=_("Surface"), required=False, choices=[("", _("As drawn")), *((key, SURFACE_NAMES[key]) for key in SURFACES)]
    )  # fmt: skip
    strength = _slider(_("Strength of the surface, %"), 1, 100)
    zoom = _slider(_("Nearer, %"), 100, 100 + ZOOM_MAX)
    across = _slider(_("Part that is seen, from left to right"), -100, 100)
    down = _slider(_("Part that is seen, from top to bottom"), -100, 100)
    another = forms.IntegerField(min_value=0, max_value=ANOTHER_MAX, required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any,
        *,
        edit: PictureEdit,
        drawn: Mapping[str, Any],
        colours: Sequence[str],
        position: int,
        concepts: int,
    ) -> None:
        """drawn: parameters of the picture as it was drawn first. colours: those that it has."""
        palette = five_of(edit.palette or tuple(colours) or (NO_COLOUR,))
        initial = {
            name: getattr(edit, name)
            for name in (*PICTURE_PARTS, "is_mirrored", "another", "texture", "across", "down")
        }
        initial |= {"strength": edit.strength or STRENGTH_USUAL, "zoom": 100 + edit.zoom}
        initial |= {"own_palette": bool(edit.palette)} | dict(zip(COLOURS, palette, strict=False))
        super().__init__(data, prefix="picture", initial=initial)
        may = may_change(drawn, position, concepts)
        choices = choices_of(drawn)
        for name in PICTURE_PARTS:
            if name not in may or len(choices[name]) < 3:
                del self.fields[name]
            else:
                self.fields[name].choices = choices[name]  # type: ignore[attr-defined]
        for name in ("is_mirrored", "zoom", "across", "down"):
            if name not in may:
                del self.fields[name]
        self.edit = edit

    @property
    def colours(self) -> list[Any]:
        return [self[name] for name in COLOURS]

    @property
    def parts(self) -> list[Any]:
        return [self[name] for name in PICTURE_PARTS if name in self.fields]

    @property
    def cut(self) -> list[Any]:
        """Which part of the picture is seen; none of what cannot be cut."""
        return [self[name] for name in ("zoom", "across", "down") if name in self.fields]

    def cleaned_edit(self) -> PictureEdit:
        values = self.cleaned_data
        palette = tuple(str(values[name]) for name in COLOURS) if values["own_palette"] else ()
        sent = PictureEdit(
            palette=palette,
            texture=values["texture"],
            strength=values["strength"] or STRENGTH_USUAL,
            zoom=(values.get("zoom") or 100) - 100,
            across=values.get("across") or 0,
            down=values.get("down") or 0,
            is_mirrored=bool(values.get("is_mirrored", False)),
            another=values["another"] or 0,
            **{name: values.get(name, "") for name in PICTURE_PARTS},
        )
        return sent.plain()


PICTURE_PARTS = ("hour", "season", "weather", "people", "thing", "press")
COLOURS = ("colour_1", "colour_2", "colour_3", "colour_4", "colour_5")


def choices_of(drawn: Mapping[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """What a picture can be given, by field: as it was drawn first."""
    from covers.writing.notions import scene_facts  # the tables of the writer

    at = 1 if (get_language() or "").startswith("ko") else 0
    as_drawn = [("", gettext("As drawn"))]
    scene = str(drawn.get("scene", ""))
    if scene not in scene_facts():
        shown_alone = THINGS if drawn.get("style") == STILL_LIFE else ()
        alone = sorted(
            ((key, thing_name(key)[at]) for key in shown_alone if key not in NEVER_ALONE), key=lambda pair: pair[1]
        )
        return dict.fromkeys(("hour", "season", "weather", "people", "press"), as_drawn) | {"thing": as_drawn + alone}
    fact = scene_facts()[scene]
    people = [NOBODY, *PEOPLE] if scene not in CROWDED else []
    things = [(key, thing_name(key)[at]) for key in fact.things]
    return {
        "hour": as_drawn + [(key, HOUR_NAMES[key][at]) for key in fact.hours],
        "season": as_drawn + [(key, SEASON_NAMES[key][at]) for key in fact.seasons],
        "weather": as_drawn + [(key, WEATHER_NAMES[key][at]) for key in fact.weathers],
        "people": as_drawn + [(key, PEOPLE_NAMES[key][at]) for key in people],
        "thing": [*as_drawn, (NOTHING, gettext("None")), *things],
        "press": as_drawn + [(key, TREATMENT_NAMES[key][at]) for key in PRESSES],
    }


class StudioForm(forms.Form):
    """All type of a cover. `lines` are forms of their own, with the role as prefix."""

    parent = forms.UUIDField(required=False, widget=forms.HiddenInput)
    submission = forms.UUIDField(required=False, widget=forms.HiddenInput)
    set_as = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)
    finish = forms.ChoiceField(label=_("Print"), choices=list(FINISH_NAMES.items()))
    second_colour = ColourField(label=_("Second colour of the print"))
    plate = forms.ChoiceField(
        label=_("Block of colour under the type"), required=False, choices=list(PLATE_NAMES.items())
    )
    plate_colour = ColourField(label=_("Its colour"))
    own_words = SongTextField(
        label=_("What the picture shows"), required=False, limit=WORDS_MAX,
        help_text=_("In your own words, on the cover's page and for people who cannot see it. Empty: as the site says it."),
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )  # fmt: skip
    own_reason = SongTextField(
        label=_("Why this picture"), required=False, limit=WORDS_MAX,
        help_text=_("On the cover's page. Empty: nothing is said there."),
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )  # fmt: skip
    is_explicit = forms.BooleanField(
        label=_("This release is explicit"), required=False,
        help_text=_("Tick it only where you mark the release as explicit in the store as well. The cover then says so in a corner."),
    )  # fmt: skip
    mark = forms.ChoiceField(label=_("In which corner"), required=False, choices=list(CORNER_NAMES.items()))

    def __init__(
        self,
        data: Any = None,
        *,
        document: TypeDocument,
        is_of_site: bool,
        picture: Mapping[str, Any] | None,
        roles: tuple[str, ...] = ROLES,
        words: OwnWords = NO_WORDS,
        site_says: OwnWords = NO_WORDS,
        **kwargs: Any,
    ) -> None:
        """is_of_site: nobody has set the type. picture: what a RepaintForm takes; None: the picture stays as it is. words: of the maker
        about it. site_says: what the site says, shown where they have said nothing."""
        initial = {name: getattr(document, name) for name in ("finish", "second_colour", "plate", "plate_colour")}
        initial |= {"own_words": words.shown, "own_reason": words.why}
        initial |= {"is_explicit": bool(document.mark), "mark": document.mark or CORNERS[-1]}
        initial["set_as"] = fingerprint_of(document) if is_of_site else ""
        super().__init__(data, initial=initial | kwargs.pop("initial", {}), **kwargs)
        for name, said in (("own_words", site_says.shown), ("own_reason", site_says.why)):
            self.fields[name].widget.attrs["placeholder"] = said
        self.document = document
        self.picture = RepaintForm(data, **picture) if picture else None
        self.lines = [LineForm(data, role=role, initial=_initial(document.line(role))) for role in roles]

    def is_valid(self) -> bool:
        parts = [self.picture, *self.lines] if self.picture else self.lines
        return all([super().is_valid(), *(part.is_valid() for part in parts)])

    def all_errors(self) -> dict[str, list[str]]:
        """By the names of the fields on the page."""
        parts = [self.picture, *self.lines] if self.picture else self.lines
        errors = {
            f"{part.prefix}-{name}": [str(text) for text in found]
            for part in parts
            for name, found in part.errors.items()
        }
        return errors | {name: [str(text) for text in found] for name, found in self.errors.items()}

    def cleaned_words(self) -> OwnWords:
        return OwnWords(self.cleaned_data["own_words"], self.cleaned_data["own_reason"])

    def cleaned_edit(self) -> PictureEdit:
        return self.picture.cleaned_edit() if self.picture else PictureEdit()

    def cleaned_document(self) -> TypeDocument:
        """What was sent. A field that still says what the document says keeps its last digits."""
        second, under = (self.cleaned_data[name] for name in ("second_colour", "plate_colour"))
        sent = replace(
            self.document, finish=self.cleaned_data["finish"], second_colour=second, plate=self.cleaned_data["plate"], plate_colour=under,
            mark=(self.cleaned_data["mark"] or CORNERS[-1]) if self.cleaned_data["is_explicit"] else "",
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


def values_of(document: TypeDocument, edit: PictureEdit, *, is_of_site: bool) -> dict[str, Any]:
    """The fields of the form that a button or the site may have changed, by their names."""
    palette = {f"picture-{name}": colour for name, colour in zip(COLOURS, edit.palette, strict=False)}
    picture = {"picture-own_palette": bool(edit.palette), "picture-another": edit.another} | palette
    picture |= {"mark": document.mark} if document.mark else {}
    return picture | _type_values(document) | {"set_as": fingerprint_of(document) if is_of_site else ""}


def _type_values(document: TypeDocument) -> dict[str, Any]:
    return {
        f"{line.role}-{name}": value for line in document.lines for name, value in _initial(line).items()
    } | {name: getattr(document, name) for name in ("finish", "second_colour", "plate", "plate_colour")}  # fmt: skip


def fingerprint_of(document: TypeDocument) -> str:
    """Of the type as the form shows it: whoever sends it back with the same fields has changed nothing of it."""
    return hashlib.sha256(json.dumps(_type_values(document), sort_keys=True).encode()).hexdigest()[:32]


def is_as_set(document: TypeDocument, fingerprint: str) -> bool:
    return bool(fingerprint) and fingerprint_of(document) == fingerprint
