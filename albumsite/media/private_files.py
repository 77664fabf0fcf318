"""How a file of the private bucket leaves, once a view has asked who looks: PRIVATE_FILES_BY says who sends its bytes.

`site`: this process reads it and sends it. `x-accel`: the proxy before the site does; the answer is empty and names the file by
PRIVATE_FILES_LOCATION, which the proxy keeps to itself: it stands for var/private or, for a bucket, for the store, and then the name
is a signed path. `signed`: the browser is led to the store with a signed address. Signatures are good for SIGNED_SECONDS, and every
look asks the view again. docs/machines.md has the proxy's side.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, HttpResponseRedirect

from albumsite.environment import choice, env

WAYS = SITE, X_ACCEL, SIGNED = "site", "x-accel", "signed"
SIGNED_SECONDS = 60
LOCATION = re.compile(r"/([A-Za-z0-9_-]+/)+")


def way(*, has_bucket: bool, store_url: str, behind_https: bool) -> str:
    """PRIVATE_FILES_BY. Raises ImproperlyConfigured for a value that is not understood or does not fit the storage.

    store_url: where the bucket's store is, "" for Amazon's.
    """
    value = choice("PRIVATE_FILES_BY", SITE, WAYS)
    if value == SIGNED and not has_bucket:
        raise ImproperlyConfigured(
            "PRIVATE_FILES_BY is 'signed', and files on a disk have no store that could be led to; accepted without "
            "AWS_STORAGE_BUCKET_NAME: site, x-accel"
        )
    if value == SIGNED and behind_https and urlsplit(store_url).scheme == "http":
        raise ImproperlyConfigured(
            "PRIVATE_FILES_BY is 'signed', and browsers load no picture from an http:// AWS_S3_ENDPOINT_URL on an https page; "
            "accepted with it: site, x-accel"
        )
    return value


def location() -> str:
    """PRIVATE_FILES_LOCATION: the path that the proxy keeps to itself."""
    value = env.str("PRIVATE_FILES_LOCATION", "/private-files/")
    if not LOCATION.fullmatch(value):
        raise ImproperlyConfigured(
            f"PRIVATE_FILES_LOCATION is {value!r}; accepted: a path of the proxy that begins and ends with a slash, like /private-files/"
        )
    return value


def private_file(request: HttpRequest, key: str, *, is_personal: bool = True, download_name: str = "") -> HttpResponse:
    """A file of the private bucket, to somebody who may have it; downloads get a name a person will find again.

    A browser may keep it, but asks each time whether it still may show it: what was taken down is gone at the next look.
    is_personal: a face or a draft shows, or staff looks: then it is kept nowhere. Raises StorageError where the site itself reads.
    """
    from albumsite.media import storage

    etag = '"' + hashlib.sha256(key.encode()).hexdigest()[:24] + '"'  # a key never gets another content
    headers = {
        "Cache-Control": "private, no-store" if is_personal else "private, no-cache",
        "X-Content-Type-Options": "nosniff",
    }
    if not is_personal:
        headers["ETag"] = etag
        if request.headers.get("If-None-Match", "").removeprefix("W/") == etag:
            return HttpResponseNotModified(headers=headers)
    headers["Content-Type"] = storage.CONTENT_TYPES[key.rpartition(".")[2]]
    if download_name:
        headers["Content-Disposition"] = storage.attachment(download_name)
    if settings.PRIVATE_FILES_BY == SIGNED:
        address = signed_address(key, method=request.method, headers=headers)
        # the address is good for a minute, so that nobody may keep where it led to
        return HttpResponseRedirect(address, headers={"Cache-Control": "private, no-store"})
    if settings.PRIVATE_FILES_BY == X_ACCEL:
        return HttpResponse(headers=headers | {"X-Accel-Redirect": _named_for_proxy(key, request.method, headers)})
    return HttpResponse(storage.read(storage.private(), key), headers=headers)


def _named_for_proxy(key: str, method: str | None, headers: dict[str, str]) -> str:
    from albumsite.media import storage

    if not hasattr(storage.private(), "bucket"):
        return f"{settings.PRIVATE_FILES_LOCATION}{quote(key)}"
    # Of what the site says the proxy keeps the rest; the type of content would be the store's.
    signed = urlsplit(signed_address(key, method=method, headers={"Content-Type": headers["Content-Type"]}))
    return f"{settings.PRIVATE_FILES_LOCATION}{signed.path.lstrip('/')}?{signed.query}"


def signed_address(key: str, *, method: str | None, headers: dict[str, str]) -> str:
    """Where the store gives this file for SIGNED_SECONDS to whoever asks, with those of these headers that a store can say.

    method: GET or HEAD; a signature is good for one of them. Never to be logged.
    """
    from albumsite.media import storage

    bucket_storage: Any = storage.private()
    said = {
        f"Response{name.replace('-', '')}": headers[name]
        for name in ("Content-Type", "Content-Disposition", "Cache-Control")
        if name in headers
    }
    address: str = bucket_storage.bucket.meta.client.generate_presigned_url(
        "head_object" if method == "HEAD" else "get_object",
        Params={"Bucket": bucket_storage.bucket_name, "Key": posixpath.join(bucket_storage.location, key), **said},
        ExpiresIn=SIGNED_SECONDS,
    )
    return address
