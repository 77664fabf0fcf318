"""What people say of a cover that they see: stars with a comment, or that it should not be here."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from covers.forms.fields import unless_chosen
from covers.forms.text_fields import SongTextField
from covers.models import ContentReport

COMMENT_MAX, NOTE_MAX = 1000, 500


class ReportForm(forms.Form):
    """Why something should not be here."""

    reason = forms.ChoiceField(
        label=_("What is wrong with it?"),
        choices=ContentReport.Reason.choices,
        widget=forms.RadioSelect,
        error_messages=unless_chosen(_("Please say what is wrong with it.")),
    )
    note = SongTextField(
        label=_("In your words"),
        limit=NOTE_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What a moderator should know. E-mail addresses and telephone numbers are masked."),
    )


class ReviewForm(forms.Form):
    """Half stars and a comment: what opens the download."""

    half_stars = forms.TypedChoiceField(
        label=_("Stars"),
        coerce=int,
        choices=[(half, f"{half / 2:g}") for half in range(1, 11)],
        widget=forms.RadioSelect,
        error_messages=unless_chosen(_("Please choose from half a star to five stars.")),
    )
    comment = SongTextField(
        label=_("Comment"),
        limit=COMMENT_MAX,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("E-mail addresses and telephone numbers are masked."),
        error_messages={"required": _("Please say in a few words what you think of it.")},
    )
