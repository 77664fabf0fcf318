"""What a person brings and says of their own picture: the part of the create form that is about it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.person import Person
from covers import registry
from covers.brief.scenery import TREATMENTS
from covers.models import CoverRequest, UploadedPicture
from covers.own_pictures import permission
from covers.services.own_pictures import PictureChoice
from covers.writing.names import TREATMENT_NAMES

CROP = ("crop_x", "crop_y", "crop_size")
CROP_SMALLEST = 0.15
"""Of the shorter side: a smaller square would be all blur."""


def _treatment_name(key: str) -> str:
    english, korean = TREATMENT_NAMES[key]
    return korean if (get_language() or "").startswith("ko") else english


treatment_name = lazy(_treatment_name, str)


class PictureField(forms.ModelChoiceField):
    """One of the pictures that this person has brought, by its id. Broken ids, and those of others, are an invalid choice."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=UploadedPicture.objects.none(), **kwargs)


def share_field(label: Any) -> forms.FloatField:
    """A number from 0 to 1, as a slider."""
    slider = forms.NumberInput(attrs={"type": "range", "min": "0", "max": "1", "step": "0.005"})
    return forms.FloatField(label=label, required=False, widget=slider)


class PictureForm(forms.Form):
    """Which picture, which covers are made of it and how, which square of it, and the permission."""

    picture = PictureField(
        label=_("Your own picture"),
        required=False,
        error_messages={
            "invalid_choice": _("Your picture is not here any more. Choose it again, or make the covers without it.")
        },
    )
    without_picture = forms.BooleanField(label=_("Leave this picture out"), required=False)
    picture_for = forms.ChoiceField(
        label=_("Which covers are made of it"),
        required=False,
        initial="all",
        choices=[("all", _("All of them")), ("half", _("Half of them")), ("one", _("One of them"))],
        widget=forms.RadioSelect,
        help_text=_("If only some are, the others are drawn from the song."),
        error_messages={"invalid_choice": _("Please choose one of these.")},
    )
    treatment = forms.ChoiceField(
        label=_("What is made of it"),
        required=False,
        choices=[("", _("Surprise me")), *((key, treatment_name(key)) for key in TREATMENTS)],
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Please choose one of these.")},
    )
    crop_x = share_field(_("From left to right"))
    crop_y = share_field(_("From top to bottom"))
    crop_size = share_field(_("Size of the square"))
    picture_agreed = forms.BooleanField(label=_("Your permission"), required=False)

    def offer_pictures(self, person: Person | None) -> None:
        """Those that this person has brought; one that is gone, or another's, is no choice."""
        mine = UploadedPicture.objects.visible_to(person) if person is not None else UploadedPicture.objects.none()
        self.fields["picture"].queryset = mine  # type: ignore[attr-defined]
        self.statement = permission.statement(get_language() or settings.LANGUAGE_CODE)

    @property
    def crop_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in CROP]

    @property
    def shown_picture(self) -> UploadedPicture | None:
        """The picture that the form holds already: what was sent with it, or what it was opened with."""
        field = self.fields["picture"]
        try:
            found: UploadedPicture | None = field.to_python(self["picture"].value())
        except forms.ValidationError:
            return None
        return found

    def clean_own_picture(self, values: dict[str, Any]) -> None:
        """A picture is used with the permission of who is in it, by the engine that draws from pictures, and beside no face."""
        if values.get("without_picture"):
            values["picture"] = None
        if values.get("picture") is None:
            return
        if registry.choice_of(values.get("engine", "")).engine != registry.PORTRAITS_BY:
            self.add_error(
                "picture",
                _("Only “poster” makes covers of your own picture. Choose it under Options, or leave the picture out."),
            )
        elif values.get("face"):
            self.add_error(
                "picture", _("A face and your own picture do not go together on covers. Please choose one of them.")
            )
        if not values.get("picture_agreed"):
            self.add_error(
                "picture_agreed", _("Please read this and tick it: without it we make no covers of your picture.")
            )

    def to_picture_choice(self, count: int) -> PictureChoice | None:
        picture = self.cleaned_data.get("picture")
        if picture is None:
            return None
        number = {"one": 1, "half": (count + 1) // 2}.get(self.cleaned_data["picture_for"], count)
        sides = (picture.width, picture.height)
        return PictureChoice(
            picture=picture,
            positions=tuple(range(number)),
            crop=crop_within(sides, *(self.cleaned_data[name] for name in CROP)),
            treatment=self.cleaned_data["treatment"],
            language=get_language() or settings.LANGUAGE_CODE,
        )


def crop_within(
    sides: tuple[int, int], x: float | None, y: float | None, size: float | None
) -> tuple[float, float, float] | None:
    """The square that was chosen, moved into the picture; None where none was. x, y: of its middle, size: of its side, as shares of the
    picture's width, height and shorter side."""
    if x is None or y is None or size is None:
        return None
    size = min(1.0, max(CROP_SMALLEST, size))
    halves = [size * min(sides) / side / 2 for side in sides]
    middle = [min(1 - half, max(half, at)) for at, half in zip((x, y), halves, strict=True)]
    return round(middle[0], 5), round(middle[1], 5), round(size, 5)


def typed_of_picture(row: CoverRequest) -> dict[str, Any]:
    """But for the tick: who brings a picture along says it anew."""
    number = len(row.picture_positions)
    words = {1: "one", row.count: "all"}
    return {
        "picture": str(row.picture_id),
        "picture_for": words.get(number, "half"),
        "treatment": row.picture_treatment,
        **dict(zip(CROP, row.picture_crop or (None,) * len(CROP), strict=True)),
    }
