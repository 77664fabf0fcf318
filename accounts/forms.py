"""What a member may change about themselves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.names import NAME_MAX, clean_name


class AccountForm(forms.Form):
    """Name and language. Not a model form: that would change `request.user`, and with it the page, before it is valid."""

    name = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=NAME_MAX,
        help_text=_("Shown with your reviews. Without one, people see your masked e-mail address."),
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=settings.LANGUAGES,
        error_messages={"invalid_choice": _("This site does not speak that language yet.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = self.fields["name"]
        name.validators = [check for check in name.validators if "Null" not in type(check).__name__]

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        if "@" in name and clean_name(name) != " ".join(name.split()):
            raise forms.ValidationError(_("Please choose a name that is not an e-mail address: everybody can read it."))
        return clean_name(name)

    def save(self, user: User) -> None:
        user.name, user.language = self.cleaned_data["name"], self.cleaned_data["language"]
        user.save(update_fields=["name", "language"])
