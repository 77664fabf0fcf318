"""What a person types to have covers drawn, cleaned, with a kind message for all that cannot be taken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.forms.boundfield import BoundWidget
from django.utils.functional import lazy
from django.utils.translation import get_language, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.person import Person
from covers import registry
from covers.brief.brief_contract import PRINTS, STYLES, Song, letters_bear
from covers.brief.scenery import LETTERINGS, MATERIALS, PLACES, PRINTED_PLACE, STILL_LIFE
from covers.faces import faces
from covers.forms.fields import GenreField, SubmissionField
from covers.forms.like_a_cover import LikeForm
from covers.forms.own_pictures import PictureForm, typed_of_picture
from covers.forms.text_fields import SongTextField
from covers.forms.wishes import WishForm, typed_of_wishes
from covers.lettering.coverage import missing_from
from covers.lettering.wholeness import spelled
from covers.models import CoverRequest
from covers.services.requests import SEED_MAX, DrawOptions
from covers.writing.names import STYLE_NAMES

LYRICS_MAX = 20_000


NO_TYPEFACE = "no-typeface"


def _missing_text(letters: Sequence[str]) -> str:
    return ngettext(
        "No typeface here has this letter: %(letters)s. It would be missing on the covers.",
        "No typeface here has these letters: %(letters)s. They would be missing on the covers.",
        len(letters),
    ) % {"letters": spelled(letters)}


def _style_name(key: str) -> str:
    english, korean = STYLE_NAMES[key]
    return korean if (get_language() or "").startswith("ko") else english


style_name = lazy(_style_name, str)


def grouped_styles(field: forms.BoundField) -> list[tuple[str, list[BoundWidget]]]:
    """The radio buttons of styles by family, each with its heading; first, without one, none of them. What is not offered is left out."""
    radios = {str(radio.data["value"]): radio for radio in field}
    scenes, letters = (
        (_("Scenes"), (*PLACES, STILL_LIFE, PRINTED_PLACE)),
        (pgettext_lazy("styles", "Letters"), LETTERINGS),
    )
    groups = (("", ("",)), scenes, (_("Materials"), MATERIALS), letters, (_("Prints"), PRINTS))
    found = [(str(heading), [radios[key] for key in keys if key in radios]) for heading, keys in groups]
    return [(heading, shown) for heading, shown in found if shown]


class StartForm(forms.Form):
    """The two fields on the home page; they are carried to the create form."""

    title = SongTextField(label=_("Title"), error_messages={"required": _("What is the song called?")})
    artist = SongTextField(label=_("Artist"), error_messages={"required": _("Who is it by?")})


class FaceField(forms.ModelChoiceField):
    """One of the person's faces, or none. Broken ids are an invalid choice."""

    widget = forms.RadioSelect

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=CoverRequest.objects.none(), empty_label=_("Without a face"), blank=True, **kwargs)


class CoverRequestForm(LikeForm, WishForm, PictureForm, StartForm):
    """A song, and how to draw it."""

    album = SongTextField(label=_("Album"), required=False)
    genre = GenreField(widget=forms.RadioSelect)
    lyrics = SongTextField(label=_("Lyrics"), required=False, limit=LYRICS_MAX, keep_lines=True, widget=forms.Textarea)
    style = forms.ChoiceField(
        label=_("Style"),
        required=False,
        choices=[("", _("Surprise me")), *((key, style_name(key)) for key in STYLES)],
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("We do not know this style. Please choose one from the list.")},
    )
    with_lettering = forms.BooleanField(label=_("Set the title and artist in type"), required=False, initial=True)
    without_missing = forms.BooleanField(label=_("Draw it without these letters"), required=False)
    count = forms.IntegerField(
        label=_("How many"),
        required=False,
        initial=4,
        min_value=1,
        max_value=settings.COVERS_PER_REQUEST_MAX,
        error_messages={
            "invalid": _("Please give a whole number of covers."),
            "min_value": _("Please choose at least %(limit_value)d cover."),
            "max_value": _("Please choose at most %(limit_value)d covers at a time."),
        },
    )
    seed = forms.IntegerField(
        label=_("Seed"),
        required=False,
        min_value=0,
        max_value=SEED_MAX - 1,
        help_text=_(
            "Where chance begins. Ratings change the styles meanwhile: a request's own page draws exactly the same covers again."
        ),
        error_messages={
            "invalid": _("A seed is a whole number."),
            "min_value": _("A seed is %(limit_value)d or more."),
            "max_value": _("A seed is at most %(limit_value)d."),
        },
    )
    engine = forms.ChoiceField(
        label=_("Drawn by"),
        required=False,
        widget=forms.RadioSelect,
        help_text=_("“pocket” is a very small model of our own: it shows how drawing by a model works, not how well."),
        error_messages={"invalid_choice": _("We cannot draw with that any more. Please choose again.")},
    )
    face = FaceField(
        label=_("With my face"),
        required=False,
        error_messages={"invalid_choice": _("This face is not there any more. Please choose again.")},
    )
    submission = SubmissionField()

    def style_groups(self) -> list[tuple[str, list[BoundWidget]]]:
        return grouped_styles(self["style"])

    def __init__(
        self,
        *args: Any,
        choices: Sequence[registry.Choice] | None = None,
        person: Person | None = None,
        **kwargs: Any,
    ) -> None:
        """choices: what may draw; by default what the site offers, the first being its own. person: whose faces to offer."""
        super().__init__(*args, **kwargs)
        self._offer_faces(person)
        self.offer_pictures(person)
        self.offer_covers(person)
        found = registry.offered() if choices is None else choices
        self.takes_picture = any(choice.engine == registry.PORTRAITS_BY for choice in found)
        self.has_engines = len(found) > 1
        if self.has_engines:
            offered = [(choice.key, choice.label) for choice in found]
            if self.has_faces:  # a learnt face has a model of its own, which nobody should have to pick
                offered.insert(0, ("", _("Whatever suits best")))
            self.fields["engine"].choices = offered  # type: ignore[attr-defined]
            if self.initial.get("engine") not in {key for key, _label in offered}:  # none, or one not offered any more
                self.initial["engine"] = offered[0][0]
            if not any(choice.engine == "pocket" for choice in found):
                self.fields["engine"].help_text = ""
        else:  # nothing to choose: what an old page still sends is no reason to refuse a song
            del self.fields["engine"]

    def _offer_faces(self, person: Person | None) -> None:
        """Those of this person that can be drawn; without any there is nothing to choose, and another's is no choice."""
        found = faces().shown_to(person)
        self.has_faces = found.exists()
        if not (self.has_faces or self.is_bound):
            del self.fields["face"]
            return
        self.fields["face"].queryset = found  # type: ignore[attr-defined]
        if str(self.initial.get("face", "")) not in {str(face.pk) for face in found}:
            self.initial["face"] = ""

    def clean(self) -> None:
        """Names the letters of title and artist that no typeface has, unless the covers are wanted without them, or without type."""
        values = self.cleaned_data
        self.clean_like_cover(values)
        self.clean_own_picture(values)
        self.refuse_look_that_cannot_be_had(values)
        self.missing = {name: found for name in ("title", "artist") if (found := missing_from(values.get(name, "")))}
        if not values.get("with_lettering"):
            self.missing = {}
        self._refuse_letters_that_do_not_fit(values)
        self.clean_wishes(values)
        if values.get("without_missing"):
            return
        for name, letters in self.missing.items():
            self.add_error(name, forms.ValidationError(_missing_text(letters), code=NO_TYPEFACE))

    def _refuse_letters_that_do_not_fit(self, values: dict[str, Any]) -> None:
        """A style of letters draws a short title and nothing else: what it cannot draw is said, not drawn otherwise in silence."""
        style = values.get("style", "")
        if style not in LETTERINGS or not values.get("title"):
            return
        if not values.get("with_lettering"):
            self.add_error(
                "style", _("This style draws the title itself. Set the title in type, or choose another style.")
            )
        elif not letters_bear(style, values["title"]):
            self.add_error("style", _("The title is too long to be drawn in this style. Please choose another one."))

    @property
    def asks_about_missing(self) -> bool:
        """Whether the form shows the choice to draw without the letters that no typeface has."""
        return self.is_bound and bool(getattr(self, "missing", None))

    def to_song(self) -> Song:
        return Song(**{name: self.cleaned_data[name] for name in ("title", "artist", "album", "genre", "lyrics")})

    def to_options(self) -> DrawOptions:
        return DrawOptions(
            count=self.cleaned_data["count"] or 4,
            seed=self.cleaned_data["seed"],
            with_lettering=self.cleaned_data["with_lettering"],
            without_missing=self.cleaned_data["without_missing"],
            style=self.cleaned_data["style"],
            engine=self.cleaned_data.get("engine", ""),
            face=self.cleaned_data.get("face"),
            own_picture=self.to_picture_choice(self.cleaned_data["count"] or 4),
            wishes=self.in_look(self.to_wishes(), self.cleaned_data["style"]),
            parent=self.cleaned_data["like"].pk if self.like_kept else None,
            kept=self.like_kept,
        )


def typed_for(row: CoverRequest) -> dict[str, Any]:
    """What was typed for a request, as the create form's first values. A seed that nobody typed is not among it."""
    values = {
        name: getattr(row, name)
        for name in ("title", "artist", "album", "genre", "lyrics", "count", "style", "with_lettering")
    }
    return values | {
        "engine": row.choice_key,
        "face": str(row.face_id or ""),
        "seed": row.seed if row.seed_was_typed else None,
        **(typed_of_picture(row) if row.picture_id else {}),
        **typed_of_wishes(row.parsed_wishes),
        "look": row.parsed_wishes.release,
    }
