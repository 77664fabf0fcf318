"""What can go wrong around an account, in words that a person can act on."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from albumsite.errors import UserFacingError


class AccountExists(UserFacingError):
    message_id = "accounts:exists"
    text = _("There is already an account with this e-mail address. Sign in instead, or reset your password.")
    status_code = 409


class SecondFactorUnreadable(UserFacingError):
    message_id = "accounts:second-factor-unreadable"
    text = _(
        "We cannot check your codes at the moment. Your account and your covers are safe. Please write to us, and we will let you in."
    )
    status_code = 503
