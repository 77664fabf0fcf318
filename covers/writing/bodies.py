"""An HTTP transport that takes in no more of an answer than one could use, whoever sends it, however it is packed.

Imported by the writer when it asks somebody, for the HTTP library takes a moment to load.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Iterable
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx2

from covers.writing import strict_json

BODY_BYTES_MOST = 256 * 1024
"""An answer with a brief in it has 1 to 4 kB."""
_PACKED = {"gzip": 16 + zlib.MAX_WBITS, "x-gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}


class UnfitAnswer(httpx2.TransportError):
    """The answer is too long, too late, too deep, or no JSON. Says which, and nothing of what it says."""


def _proxy_for(address: str) -> str | None:
    """The environment's proxy for that address: a client with a transport of its own looks for none."""
    parts = urlsplit(address)
    if not parts.hostname or proxy_bypass(parts.netloc):
        return None
    found = getproxies()
    return found.get(parts.scheme) or found.get("all")


class BoundedTransport(httpx2.BaseTransport):
    """As its inner transport, but answers are read whole, unpacked by hand, and cut off where they pass a limit.

    deadline: by `time.monotonic`. address: of the service, for the proxy that the environment may name. Raises UnfitAnswer.
    Only an answer with status 200 has to be JSON.
    """

    def __init__(self, deadline: float, address: str) -> None:
        self._deadline = deadline
        self._inner = httpx2.HTTPTransport(proxy=_proxy_for(address))

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        request.headers["accept-encoding"] = "identity"
        response = self._inner.handle_request(request)
        try:
            body = self._read(response)
        finally:
            response.close()
        if response.status_code == httpx2.codes.OK:
            try:
                strict_json.loads(body.decode("utf-8"))
            except ValueError as error:  # UnicodeDecodeError is one, too
                raise UnfitAnswer("the answer is no strict JSON") from error
        headers = [
            (name, value)
            for name, value in response.headers.multi_items()
            if name.lower() not in ("content-encoding", "content-length", "transfer-encoding")
        ]
        return httpx2.Response(response.status_code, headers=headers, content=body, extensions=response.extensions)

    def close(self) -> None:
        self._inner.close()

    def _read(self, response: httpx2.Response) -> bytes:
        packed = response.headers.get("content-encoding", "identity").strip().lower()
        if packed in ("", "identity"):
            return b"".join(self._in_time(response))
        if packed not in _PACKED:
            raise UnfitAnswer("the answer is packed in a way nobody asked for")
        return self._unpacked(self._in_time(response), _PACKED[packed])

    def _in_time(self, response: httpx2.Response) -> Iterable[bytes]:
        assert isinstance(response.stream, httpx2.SyncByteStream)
        taken = 0
        for chunk in response.stream:
            taken += len(chunk)
            if taken > BODY_BYTES_MOST:
                raise UnfitAnswer("the answer is too long")
            if time.monotonic() > self._deadline:
                raise UnfitAnswer("the answer took too long")
            yield chunk

    @staticmethod
    def _unpacked(chunks: Iterable[bytes], window: int) -> bytes:
        unpacker, body = zlib.decompressobj(window), b""
        try:
            for chunk in chunks:
                body += unpacker.decompress(chunk, BODY_BYTES_MOST + 1 - len(body))
                if len(body) > BODY_BYTES_MOST or unpacker.unconsumed_tail:
                    raise UnfitAnswer("the answer is too long")
        except zlib.error as error:
            raise UnfitAnswer("the answer is packed wrongly") from error
        return body
