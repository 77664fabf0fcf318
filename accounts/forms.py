"""What a member may change about themselves."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account_forms
from allauth.core import context
from allauth.mfa.base import forms as factor_forms
from allauth.mfa.totp import forms as totp_forms
from allauth.socialaccount import forms as social_forms
from django import forms
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import devices
from accounts.models import User
from accounts.names import NAME_MAX, clean_name
from albumsite import admission
from albumsite.switching import typed


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


class _TypedIsKept:
    """Comes back from a switch of the language with what was typed; never with a password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {**(kwargs.get("initial") or {}), **typed(context.request)}
        super().__init__(*args, **kwargs)


class SignInForm(_TypedIsKept, account_forms.LoginForm):
    pass


class AddAddressForm(_TypedIsKept, account_forms.AddEmailForm):
    pass


class SocialSignUpForm(_TypedIsKept, social_forms.SignupForm):
    pass


class SignUpForm(_TypedIsKept, account_forms.SignupForm):
    """Counted when all that was typed will do, whether the address has an account or not."""

    def try_save(self, request: HttpRequest) -> Any:
        admission.admit_try(request, "sign-up", account=self.cleaned_data["email"])
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])  # takes the time that a new account's password takes
        return super().try_save(request)


class ResetPasswordForm(_TypedIsKept, account_forms.ResetPasswordForm):
    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        address = self.cleaned_data["email"]
        admission.admit_try(request, "reset", account=address, browser=devices.known(request, address))
        return str(super().save(request, **kwargs))


class _CountedCode:
    """A code that is wrong counts against the account whose it should be, whoever tries."""

    user: User

    def clean_code(self) -> str:
        counted = admission.admit_try(context.request, "second-factor", account=str(self.user.pk))
        code: str = super().clean_code()  # type: ignore[misc]
        admission.give_back(counted)
        return code


class SecondFactorForm(_CountedCode, factor_forms.AuthenticateForm):
    """At a sign-in, after the password."""


class SecondFactorAgainForm(_CountedCode, factor_forms.ReauthenticateForm):
    """Of somebody who is signed in and wants to change something."""


class SecondFactorSetUpForm(_CountedCode, totp_forms.ActivateTOTPForm):
    """The first code of an app."""
