"""Text that a person types about a song, cleaned."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import ngettext_lazy

from albumsite.letters import has_ink
from covers.writing.typed import clean_text

TITLE_MAX = 200


class SongTextField(forms.CharField):
    """One line of visible text. The limit counts what is left after cleaning."""

    def __init__(self, *, limit: int = TITLE_MAX, keep_lines: bool = False, **kwargs: Any) -> None:
        self.limit, self.keep_lines = limit, keep_lines
        super().__init__(strip=False, **kwargs)
        self.validators = []  # cleaning removes null characters before anything else looks
        self.widget.attrs["maxlength"] = limit

    def to_python(self, value: Any) -> str:
        text = clean_text(super().to_python(value) or "", keep_lines=self.keep_lines)
        return text if has_ink(text) else ""

    def validate(self, value: str) -> None:
        super().validate(value)
        if len(value) > self.limit:
            raise forms.ValidationError(
                ngettext_lazy(
                    "This is %(length)d characters long. Please shorten it to %(limit)d character.",
                    "This is %(length)d characters long. Please shorten it to %(limit)d characters.",
                    "limit",
                )
                % {"length": len(value), "limit": self.limit},
                code="max_length",
            )
