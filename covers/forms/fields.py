"""Fields that several forms have."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from covers.models import GENRE_CHOICES
from covers.writing.typed import genre_of


class SubmissionField(forms.UUIDField):
    """Made with the form, so that sent twice it asks once. A broken one, or none, is not the person's fault: they get a new one."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False, initial=uuid.uuid4)

    def clean(self, value: Any) -> uuid.UUID:
        try:
            return super().clean(value) or uuid.uuid4()
        except forms.ValidationError:
            return uuid.uuid4()


class GenreField(forms.ChoiceField):
    """A genre by its key or by any usual name of it: "hiphop", "Rap / Hip-hop", "힙합"."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Genre"),
            required=False,
            choices=[("", _("Any")), *GENRE_CHOICES],
            error_messages={"invalid_choice": _("We do not know this genre. Please choose one from the list.")},
            **kwargs,
        )

    def to_python(self, value: Any) -> str:
        typed = super().to_python(value)
        return genre_of(typed) or typed


def unless_chosen(text: Any) -> dict[str, Any]:
    """The messages of a field whose choice is missing, or is none of those that are there."""
    return {"required": text, "invalid_choice": text}
