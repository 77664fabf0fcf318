"""A request as WSGI says it, and its answer as ASGI says it."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

CHUNKED = "door.chunked"
"""In an environ whose body comes in chunks: its length is not announced."""

Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True)
class DoorAnswer:
    status: int
    headers: Headers
    body: bytes


def environ_of(scope: dict[str, Any]) -> dict[str, Any]:
    """PEP 3333's variables of an ASGI scope, without a body. Header names with an underscore are dropped: they could be
    taken for others."""
    host, port = scope.get("server") or ("127.0.0.1", None)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(_path(scope["raw_path"])).decode("latin1"),
        "QUERY_STRING": scope["query_string"].decode("latin1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": host,
        "SERVER_PORT": str(port or 80),
        "REMOTE_ADDR": scope["client"][0] if scope.get("client") else "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme") or "http",
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.input": io.BytesIO(),
    }
    for name, value in scope["headers"]:
        _add_header(environ, name.decode("latin1"), value.decode("latin1"))
    return environ


def _path(target: bytes) -> bytes:
    """Of "/path" or of "http://host/path", as a client of a proxy sends it."""
    if b"://" in target[:8]:
        return b"/" + target.partition(b"://")[2].partition(b"/")[2]
    return target


def _add_header(environ: dict[str, Any], name: str, value: str) -> None:
    if name == "transfer-encoding":  # the body is whole by the time that anybody reads it
        environ[CHUNKED] = value
    if "_" in name or name == "transfer-encoding":
        return
    key = name.upper().replace("-", "_")
    key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
    if key in environ:
        value = f"{environ[key]}{'; ' if key == 'HTTP_COOKIE' else ','}{value}"
    environ[key] = value


def with_body(environ: dict[str, Any], body: bytes) -> dict[str, Any]:
    return environ | {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}


def answer(application: Callable[..., Iterable[bytes]], environ: dict[str, Any]) -> DoorAnswer:
    """What a WSGI application says, whole: so its thread is free however slowly a client fetches it."""
    told: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], _error: object = None) -> Callable[[bytes], None]:
        told[:] = [(status, headers)]
        return lambda _data: None

    parts = application(environ, start_response)
    try:
        body = b"".join(parts)
    finally:
        close = getattr(parts, "close", None)
        if close is not None:
            close()
    status, headers = told[0]
    coded = [(name.lower().encode("latin1"), value.strip().encode("latin1")) for name, value in headers]
    return DoorAnswer(int(status.split(" ", 1)[0]), coded, body)
