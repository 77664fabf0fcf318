"""What a person wishes before the drawing: the part of the create form about colours, people and what to leave out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.boundfield import BoundWidget
from django.utils.functional import lazy
from django.utils.text import Truncator
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from covers import registry
from covers.brief.avoided import PEOPLE
from covers.brief.scenery import NOBODY, PLACES
from covers.brief.wishes import PALETTES, SOMEBODY, Wishes
from covers.forms.colours import WORD_SHOWN, ColoursField
from covers.forms.text_fields import SongTextField
from covers.writing.avoidable import leaves_something, off_of_wishes, read_avoid
from covers.writing.names import PALETTE_NAMES

COLOURS_TYPED_MAX, AVOID_MAX = 120, 200
WISHES = ("palette", "colours", "people", "avoid")
_AS_SONG = _("As the song has it")


def _palette_name(key: str) -> str:
    english, korean = PALETTE_NAMES[key]
    return korean if (get_language() or "").startswith("ko") else english


palette_name = lazy(_palette_name, str)


class WishForm(forms.Form):
    """All optional; empty is as the song has it."""

    palette = forms.ChoiceField(
        label=_("Colours"),
        required=False,
        choices=[("", _AS_SONG), *((key, palette_name(key)) for key in PALETTES)],
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Please choose one of these.")},
    )
    colours = ColoursField(
        label=_("Your own colours"),
        required=False,
        limit=COLOURS_TYPED_MAX,
        help_text=_("Up to five, as words or codes: red, navy, f4c430. They are taken in place of those above."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none", "dir": "ltr"}
        ),
    )
    people = forms.ChoiceField(
        label=_("People"),
        required=False,
        choices=[("", _AS_SONG), (NOBODY, _("Nobody")), (SOMEBODY, _("Somebody"))],
        widget=forms.RadioSelect,
        help_text=_("Somebody stands in pictures of places only. Prints, materials and letters show no people."),
        error_messages={"invalid_choice": _("Please choose one of these.")},
    )
    avoid = SongTextField(
        label=_("What to leave out"),
        required=False,
        limit=AVOID_MAX,
        help_text=_("Things, places, animals, weather, hours: dog, sea, rain, night. With commas between."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def palette_choices(self) -> list[tuple[BoundWidget, tuple[str, ...]]]:
        """The radio button of each, with the colours that it stands for."""
        return [(radio, PALETTES.get(str(radio.data["value"]), ())) for radio in self["palette"]]

    @property
    def has_wishes(self) -> bool:
        """Whether anything is wished, or is to be mended: then its part of the form is open."""
        return any(self[name].value() or self[name].errors for name in WISHES)

    def clean_avoid(self) -> str:
        text = str(self.cleaned_data["avoid"])
        if unknown := read_avoid(text).unknown:
            words = [Truncator(word).chars(WORD_SHOWN) for word in unknown]
            raise forms.ValidationError(
                ngettext(
                    "We do not know this word, so we cannot promise to leave it out: %(words)s. Try another word for it, or take it away.",
                    "We do not know these words, so we cannot promise to leave them out: %(words)s. Try other words, or take them away.",
                    len(words),
                )
                % {"words": ", ".join(words)}
            )
        return text

    def clean_wishes(self, values: dict[str, Any]) -> None:
        """Refuses wishes that nothing can fulfil together, and what the engine cannot do."""
        if any(name not in values for name in ("people", "avoid")):
            return
        wishes, style = self.to_wishes(), values.get("style", "")
        off = off_of_wishes(wishes)
        if not leaves_something(off):
            self.add_error("avoid", _("Nothing would be left to draw. Please leave out less."))
        elif style and f"style:{style}" in off:
            self.add_error(
                "avoid" if wishes.avoid else "people",
                _(
                    "The style that you chose shows what you want to leave out. Please choose another style, or leave it in."
                ),
            )
        if values.get("face") and PEOPLE in off:
            self.add_error("people" if wishes.people else "avoid", _("With your face on them, covers show somebody."))
        if wishes.people == SOMEBODY:
            self._refuse_nobody_there(values, style, off)

    def _refuse_nobody_there(self, values: dict[str, Any], style: str, off: frozenset[str]) -> None:
        if PEOPLE in off:
            self.add_error("people", _("You want somebody on the covers and leave people out. Please choose one."))
        elif style and style not in PLACES:
            self.add_error(
                "people", _("This style shows no people. Please choose a style of scenes, or leave it open.")
            )
        elif registry.choice_of(values.get("engine", "")).engine == "pocket" and not values.get("face"):
            self.add_error("people", _("“pocket” draws no people. Please choose another engine, or leave this open."))

    def to_wishes(self) -> Wishes:
        values = self.cleaned_data
        return Wishes(
            palette=values.get("palette", ""),
            colours=values.get("colours", ()),
            people=values.get("people", ""),
            avoid=values.get("avoid", ""),
        )


def typed_of_wishes(wishes: Wishes) -> dict[str, str]:
    """As the form's first values."""
    return {
        "palette": wishes.palette,
        "colours": " ".join(wishes.colours),
        "people": wishes.people,
        "avoid": wishes.avoid,
    }
