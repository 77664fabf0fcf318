"""What stays of a cover in those that are to be like it, and in which other style what it shows is drawn."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.boundfield import BoundWidget
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from covers.brief.family_contract import LAYOUT, STYLE
from covers.brief.scenery import LETTERINGS
from covers.errors import NothingKept
from covers.forms.fields import SubmissionField
from covers.forms.requests import grouped_styles, style_name
from covers.models import Cover
from covers.pages import KEPT_NAMES
from covers.services import families, more_like_this


class KeepForm(forms.Form):
    """All that can stay is ticked at first, but for the layout: pictures that differ in nothing else are seldom wanted four times."""

    keep = forms.MultipleChoiceField(
        label=_("What stays"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Please choose among these.")},
    )
    submission = SubmissionField()

    def __init__(self, *args: Any, cover: Cover, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cover, self.keepable = cover, more_like_this.keepable(cover=cover)
        self.fields["keep"].choices = [(key, KEPT_NAMES[key]) for key in self.keepable]  # type: ignore[attr-defined]
        self.initial.setdefault("keep", [key for key in self.keepable if key != LAYOUT])

    def clean_keep(self) -> list[str]:
        kept: list[str] = self.cleaned_data["keep"]
        if not kept and not more_like_this.always_keeps(cover=self.cover):
            raise forms.ValidationError(str(NothingKept.text))
        return kept

    @property
    def note(self) -> str:
        """What stays in any case, and what cannot."""
        row = self.cover.request
        if row.is_of_picture(self.cover.position):
            return gettext("Your picture always stays. Colours and layout follow it. The style is what is made of it.")
        if row.shows_face:
            return gettext("Your face always stays. Style and layout cannot be kept on covers with a face.")
        if families.style_of(cover=self.cover) in LETTERINGS:
            return gettext("The title itself is the picture, so it always stays.")
        if row.engine not in more_like_this.HAVE_STYLES:
            return gettext(
                "This model knows no styles and composes each picture anew: it keeps neither style nor layout."
            )
        if row.engine != "poster":
            return gettext("A model composes each picture anew, so its layout cannot be kept.")
        return "" if STYLE in self.keepable else gettext("Its style is not drawn here any more, so it cannot be kept.")


class InStyleForm(forms.Form):
    """One of the other styles that can show what a cover shows."""

    style = forms.ChoiceField(
        label=_("Style"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Please choose a style."),
            "invalid_choice": _("This cover cannot be drawn in that style any more. Please choose another one."),
        },
    )
    with_colours = forms.BooleanField(label=_("Keep its colours"), required=False)
    submission = SubmissionField()

    def __init__(self, *args: Any, cover: Cover, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.styles = more_like_this.styles_for(cover=cover)
        self.fields["style"].choices = [(key, style_name(key)) for key in self.styles]  # type: ignore[attr-defined]

    def style_groups(self) -> list[tuple[str, list[BoundWidget]]]:
        return grouped_styles(self["style"])
