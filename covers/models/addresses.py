"""The secret half of a request's address, and what opens those that were given away under a former SECRET_KEY."""

from __future__ import annotations

import hashlib
import hmac
import uuid

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core import signing
from django.db import models
from django.db.models.functions import Now

from albumsite.sealing import cipher

SALT = "covers.request"
PURPOSE = "covers.former-address-key"


class FormerAddressKey(models.Model):
    """What addresses were signed with under one former SECRET_KEY: a person may open a bookmark years later.

    Made of that key and good for addresses alone; encrypted, so that no copy of the database can make addresses.
    digest: SHA-256 of what is sealed, in hexadecimal digits.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    sealed = models.TextField()
    kept_at = models.DateTimeField(db_default=Now(), editable=False)

    def __str__(self) -> str:
        return self.digest[:8]


def key_of(pk: uuid.UUID) -> str:
    """43 letters and digits that only this site can make of the request's id."""
    return signing.Signer(salt=SALT).signature(str(pk))


def opens(pk: uuid.UUID, key: str) -> bool:
    """Whether it was made with SECRET_KEY, with one of SECRET_KEY_FALLBACKS, or with one that `renew_secrets` has kept."""
    try:
        signing.Signer(salt=SALT).unsign(f"{pk}:{key}")
    except signing.BadSignature:
        return any(hmac.compare_digest(signature(derived, pk), key.encode()) for derived in former_keys())
    return True


def derived_of(secret: str) -> bytes:
    """32 bytes: what Django's Signer signs with under this SECRET_KEY and salt."""
    return hashlib.sha256(f"{SALT}signer{secret}".encode()).digest()


def signature(derived: bytes, pk: uuid.UUID) -> bytes:
    return signing.b64_encode(hmac.new(derived, str(pk).encode(), hashlib.sha256).digest())


def former_keys() -> list[bytes]:
    """Those that can be read with the SECRET_KEY of now and its fallbacks."""
    found = []
    for sealed in FormerAddressKey.objects.values_list("sealed", flat=True):
        try:
            found.append(cipher(PURPOSE).decrypt(sealed.encode()))
        except InvalidToken:
            continue
    return found


def keep_former_keys(*, with_fallbacks: bool = True) -> int:
    """Addresses that were made with SECRET_KEY_FALLBACKS go on opening without them, and so do those that were kept before.
    Returns how many former keys are kept. May run twice, and beside the site."""
    derived = {*former_keys(), *(map(derived_of, settings.SECRET_KEY_FALLBACKS) if with_fallbacks else ())}
    derived.discard(derived_of(settings.SECRET_KEY))
    rows = [FormerAddressKey(digest=_digest(one), sealed=cipher(PURPOSE).encrypt(one).decode()) for one in derived]
    FormerAddressKey.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["digest"], update_fields=["sealed"]
    )
    return len(rows)


def forget_leaked_keys() -> int:
    """No address that was made with SECRET_KEY_FALLBACKS opens without them, whatever was kept before. Returns how many were kept."""
    leaked = [_digest(derived_of(secret)) for secret in settings.SECRET_KEY_FALLBACKS]
    return FormerAddressKey.objects.filter(digest__in=leaked).delete()[0]


def _digest(derived: bytes) -> str:
    return hashlib.sha256(derived).hexdigest()
