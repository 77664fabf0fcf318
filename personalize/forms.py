"""What a person says of a face before its first photo."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from covers.forms.text_fields import SongTextField

NAME_MAX, NOUN_MAX = 40, 24
OWN_WORD = "other"
CLASS_NOUNS = [
    ("person", _("A person")),
    ("woman", _("A woman")),
    ("man", _("A man")),
    (OWN_WORD, _("My own word")),
]
"""What prompts call whoever is shown; the key is the word itself."""


class NewFaceForm(forms.Form):
    name = SongTextField(
        label=_("Name"),
        limit=NAME_MAX,
        help_text=_("Only you see it: “Me”, a stage name, a member of the band."),
        error_messages={"required": _("Give this face a name, so that you find it again.")},
    )
    class_noun = forms.ChoiceField(
        label=_("What the pictures call you"),
        choices=CLASS_NOUNS,
        initial="person",
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Please choose one of these words, or give your own.")},
    )
    own_word = forms.CharField(
        label=_("My own word"),
        required=False,
        max_length=NOUN_MAX,
        help_text=_("One English word for the picture model, such as “singer” or “girl”."),
        error_messages={"max_length": _("Please use a word of at most 24 letters.")},
    )
    has_consented = forms.BooleanField(
        label=_("Your permission"),
        error_messages={
            "required": _("Please read the statement and tick it first: without it we may not store a photo.")
        },
    )

    def clean(self) -> dict[str, Any]:
        """The word that prompts carry: letters only, so that it cannot smuggle anything else into them."""
        cleaned = super().clean() or {}
        noun, own = cleaned.get("class_noun") or "person", cleaned.get("own_word", "").strip().lower()
        if noun == OWN_WORD:
            if not re.fullmatch(r"[a-z]+([ -][a-z]+)?", own):
                self.add_error("own_word", _("Please give one English word, in letters from a to z."))
            noun = own
        cleaned["class_noun"] = noun
        return cleaned


class DeleteFaceForm(forms.Form):
    with_covers = forms.BooleanField(
        label=_("Delete the covers that show this face, too"),
        required=False,
        help_text=_("Drafts made from the photos are deleted in any case."),
    )
