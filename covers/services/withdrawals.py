"""Taken down is gone: the public bucket is made to show what the row of a cover says, however often the store is away.

A `Withdrawal` is written in the same transaction as the change; its job looks at the row again, so that a cover which is on the
wall by then keeps its copies, and gets back those that an earlier look has taken.
"""

from __future__ import annotations

import http.client
import json
import logging
import urllib.error
import urllib.request
from datetime import timedelta
from urllib.parse import urljoin, urlsplit, urlunsplit

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from albumsite.errors import StorageError
from albumsite.jobs.claims import Claim
from albumsite.jobs.states import State
from albumsite.media import storage
from covers.models import Cover, CoverVersion, Withdrawal, WithheldPicture
from covers.models.covers import CoverQuerySet
from covers.object_keys import cover_keys, public_keys, request_of

logger = logging.getLogger(__name__)

LOOKS_MAX = 5
PURGE_SECONDS = 10


def ask(*, storage_prefix: str, with_originals: bool = False) -> Withdrawal:
    """Have the public copies of a cover deleted, within the transaction that takes it down. with_originals: it is deleted."""
    row = Withdrawal.objects.create(storage_prefix=storage_prefix, with_originals=with_originals, stage="delete")
    row.enqueue()
    if not with_originals:
        transaction.on_commit(lambda: _try_at_once(storage_prefix))
    return row


def look_later(*, storage_prefix: str) -> Withdrawal:
    """Before copies are made: whoever dies between the copies and the row leaves nothing that nobody wants to show."""
    later = Now() + timedelta(seconds=2 * settings.LEASE_SECONDS)
    return Withdrawal.objects.create(storage_prefix=storage_prefix, stage="delete", queued_at=later)


def need_not_look(row: Withdrawal) -> None:
    """The cover was seen on the wall after its last copy was made: whoever takes it down from now on finds that copy."""
    Withdrawal.objects.filter(pk=row.pk, state=State.QUEUED).delete()


def _try_at_once(storage_prefix: str) -> None:
    """A moderator should not wait for a busy worker. A store that does not answer is left to the job."""
    for key in public_keys(storage_prefix):
        try:
            storage.public().delete(key)
        except Exception as error:
            logger.warning("public copies left to the job prefix=%s cause=%s", storage_prefix, type(error).__name__)
            return


def work(pk: str) -> None:
    """Do what one row asks for. Safe to deliver twice, early or late."""
    if not Withdrawal.objects.filter(pk=pk, queued_at__lte=Now()).exists():
        return  # too early, by whom ever
    for stage, do in (("delete", _delete), ("purge", _purge)):
        with Withdrawal.objects.claimed(pk, stage=stage) as claim:
            if claim is None:
                continue
            try:
                do(claim)
            except (StorageError, OSError) as error:  # what was promised to go is never given up
                logger.warning("not withdrawn yet withdrawal=%s stage=%s cause=%s", pk, stage, error)
                claim.rest_until(stage, after_seconds=settings.LEASE_SECONDS)
            return


def _delete(claim: Claim[Withdrawal]) -> None:
    """Raises StorageError, LeaseLost."""
    row = claim.row
    for _look in range(LOOKS_MAX):
        was_shown = is_shown(row.storage_prefix)
        if was_shown:
            _copy_what_is_missing(row.storage_prefix)
        else:
            count = storage.delete_below(storage.public(), f"{row.storage_prefix}/")
            if row.with_originals and not _is_kept(row.storage_prefix):
                count += storage.delete_below(storage.private(), f"{row.storage_prefix}/")
            logger.info("cover withdrawn withdrawal=%s objects=%d", row.pk, count)
        if is_shown(row.storage_prefix) == was_shown:
            break
    if settings.CDN_PURGE_URL and not was_shown and row.storage_prefix.startswith("covers/"):
        claim.advance("purge")
    else:
        claim.finish()


def is_shown(storage_prefix: str) -> bool:
    return covers_at(storage_prefix).public().exists()


def _is_kept(storage_prefix: str) -> bool:
    versions = CoverVersion.objects.filter(cover__request_id=request_of(storage_prefix), storage_prefix=storage_prefix)
    withheld = WithheldPicture.objects.filter(storage_prefix=storage_prefix)
    return covers_at(storage_prefix).exists() or versions.exists() or withheld.exists()


def covers_at(storage_prefix: str) -> CoverQuerySet:
    return Cover.objects.filter(request_id=request_of(storage_prefix), storage_prefix=storage_prefix)


def _copy_what_is_missing(storage_prefix: str) -> None:
    """Raises StorageError."""
    missing = [key for key in public_keys(storage_prefix) if not storage.exists(storage.public(), key)]
    storage.save_all(storage.public(), {key: storage.read(storage.private(), key) for key in missing})


def _purge(claim: Claim[Withdrawal]) -> None:
    """Tell whoever keeps copies that these addresses show nothing any more. Raises OSError, LeaseLost."""
    if settings.CDN_PURGE_URL and not is_shown(claim.row.storage_prefix):
        post_purge([public_address(key) for key in cover_keys(claim.row.storage_prefix)])
    claim.finish()


def public_address(key: str) -> str:
    """Where everybody finds a public copy: whole, without a signature."""
    url = urlsplit(urljoin(f"{settings.SITE_URL}/", storage.public().url(key)))
    return urlunsplit((url.scheme, url.netloc, url.path, "", ""))


def post_purge(addresses: list[str]) -> None:
    """POST `{"files": [...]}` to CDN_PURGE_URL, as Cloudflare's purge takes it. Raises OSError unless the answer is 2xx."""
    headers = {"Content-Type": "application/json"}
    if settings.CDN_PURGE_TOKEN:
        headers["Authorization"] = f"Bearer {settings.CDN_PURGE_TOKEN}"
    body = json.dumps({"files": addresses}).encode()
    request = urllib.request.Request(settings.CDN_PURGE_URL, body, headers)  # noqa: S310 an operator's setting, http or https
    try:
        with urllib.request.urlopen(request, timeout=PURGE_SECONDS) as answer:  # noqa: S310
            status = answer.status
    except http.client.HTTPException as error:  # what came back is no HTTP
        raise OSError(f"purge answered nothing sensible: {type(error).__name__}") from error
    if not 200 <= status < 300:
        raise OSError(f"purge answered {status}")
