"""Whose account is verified: who has shown that an address, or an account of Kakao or Google, is theirs."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed, email_removed
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.signals import social_account_added, social_account_removed
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import User
from accounts.signals import verification_changed


def is_verified(user: User | None) -> bool:
    """False for visitors and for accounts that are switched off. One or two queries."""
    if user is None or not user.is_active:
        return False
    proven = EmailAddress.objects.filter(user=user, verified=True)
    return proven.exists() or SocialAccount.objects.filter(user=user).exists()


@receiver(email_confirmed)
def _address_confirmed(email_address: EmailAddress, **_: Any) -> None:
    verification_changed.send(sender=User, user=email_address.user)


@receiver(email_removed)
def _address_removed(user: User, **_: Any) -> None:
    verification_changed.send(sender=User, user=user)


@receiver([social_account_added, social_account_removed])
def _account_linked_or_not(request: HttpRequest, **_: Any) -> None:
    verification_changed.send(sender=User, user=request.user)
