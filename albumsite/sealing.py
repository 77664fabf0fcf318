"""Encrypting what is kept: with a key that is made of SECRET_KEY, which no copy of the database holds."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac


def cipher(purpose: str) -> MultiFernet:
    """Encrypts with SECRET_KEY, decrypts with the former ones as well. Made at each use: tests change settings.

    purpose: what it is for; no other purpose's cipher reads it.
    """
    return MultiFernet([_fernet(purpose, secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _fernet(purpose: str, secret: str) -> Fernet:
    key = salted_hmac(purpose, "", secret=secret, algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(key))
