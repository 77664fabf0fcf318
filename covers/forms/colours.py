"""Fields of forms that take colours, as codes or as words, the same wherever somebody writes one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from covers.edits.picture_edit import COLOURS_MAX
from covers.forms.colour_words import read_colour, read_colours
from covers.forms.text_fields import SongTextField

WORD_SHOWN = 24


def _known(word: str, colour: str | None) -> str:
    if colour is None:
        raise forms.ValidationError(
            _("We cannot read the colour “%(colour)s”. Please write it like #1f3a5f, or by its name.")
            % {"colour": Truncator(word).chars(WORD_SHOWN)}
        )
    return colour


class ColourInput(forms.TextInput):
    input_type = "color"


class ColourField(forms.CharField):
    """One as "#rrggbb"."""

    widget = ColourInput

    def clean(self, value: Any) -> str:
        typed = str(super().clean(value))
        return _known(typed, read_colour(typed))


class ColoursField(SongTextField):
    """Up to five as "#rrggbb". One that stands there twice counts once."""

    def clean(self, value: Any) -> tuple[str, ...]:
        found = tuple(dict.fromkeys(_known(word, colour) for word, colour in read_colours(super().clean(value))))
        if len(found) > COLOURS_MAX:
            raise forms.ValidationError(
                _("These are %(number)d colours. Please choose %(most)d at most.")
                % {"number": len(found), "most": COLOURS_MAX}
            )
        return found
